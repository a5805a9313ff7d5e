import type { Value } from '../values';
import type { FileReader } from './file-reader';
import type { Frame } from './frame';
import { type RubyNode, rangeOf } from './nodes';

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', s: ' ', '0': '\0', e: '\u001b' };

/** Strings, with what is put into them. */
export class TextReader {
  readonly #file: FileReader;
  readonly #value: (node: RubyNode, frame: Frame) => Value;

  constructor(file: FileReader, value: (node: RubyNode, frame: Frame) => Value) {
    this.#file = file;
    this.#value = value;
  }

  text(node: RubyNode, frame: Frame): Value {
    const strings = [''];
    const values: Value[] = [];
    const parts = node.type === 'heredoc_beginning' ? (this.#file.nextHeredoc()?.children ?? []) : node.children;
    this.#add(parts, frame, strings, values);
    const range = rangeOf(node);
    if (values.length > 0) return { kind: 'template', strings, values, range };
    const colon = node.type === 'delimited_symbol' ? ':' : '';
    return { kind: 'literal', value: colon + (strings[0] ?? ''), range };
  }

  #add(parts: readonly RubyNode[], frame: Frame, strings: string[], values: Value[]): void {
    const append = (text: string) => strings.push((strings.pop() ?? '') + text);
    for (const part of parts) {
      if (part.type === 'string') this.#add(part.children, frame, strings, values);
      else if (part.type === 'interpolation') {
        const inner = part.children.at(-1);
        values.push(inner ? this.#value(inner, frame) : this.#file.runtime(part));
        strings.push('');
      } else if (part.type === 'escape_sequence') {
        const text = this.#file.text(part).slice(1);
        append(escapes[text] ?? text);
      } else if (/content$/.test(part.type)) append(this.#file.text(part));
    }
  }
}
