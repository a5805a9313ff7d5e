import type { Branch, ChainValue, Element, Entry, TemplateValue, Value } from '../values';
import { exact } from './exact';
import type { Taker } from './expressions';
import type { FileReader } from './file-reader';
import type { Frame } from './frame';
import { childOf, has, isFunction, rangeOf, unwrap } from './nodes';
import { Parts } from './parts';
import { decodeText } from './strings';
import type { SyntaxNode } from './syntax-tree';

/** More is not written out: it is data, or it grows with each turn of a generator. */
const longestSpread = 300;
const longestText = 20_000;

const inObject: Taker = { within: 'object' };

/** Literals that hold other values: objects, arrays, templates. */
export class ObjectReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  object(node: SyntaxNode, frame: Frame, taker: Taker): Value {
    const parts = new Parts<Entry>();
    for (const child of node.children) {
      if (child.type === 'spread_element') {
        parts.add(this.entriesOf(this.#file.expressions.read(child, frame, inObject)));
        continue;
      }
      const entry = this.#entry(child, frame, taker);
      for (const each of entry === undefined ? [] : withChosenKey(entry)) parts.push(each);
    }
    return { kind: 'object', entries: exact(parts.items), ...parts.rest, range: rangeOf(node) };
  }

  #entry(node: SyntaxNode, frame: Frame, taker: Taker): Entry | undefined {
    if (node.type === 'shorthand_property_identifier') {
      const value = this.#file.expressions.read(node, frame, inObject);
      return { key: this.#file.text(node), keyRange: rangeOf(node), value };
    }
    const keyNode = childOf(node, node.type === 'method_definition' ? 'name' : 'key');
    if (keyNode === undefined) {
      this.#file.expressions.read(node, frame, inObject);
      return undefined;
    }
    const key = this.keyOf(keyNode, frame);
    const name = `${taker.name === undefined || taker.name === '' ? '' : `${taker.name}.`}${typeof key === 'string' ? key : ''}`;
    const keyRange = rangeOf(keyNode);
    if (node.type === 'method_definition') {
      const value = this.#file.functions.inObject(node, frame, { name, anchor: node.start });
      return has(node, 'get') || has(node, 'set') ? undefined : { key, keyRange, value };
    }
    const valueNode = childOf(node, 'value');
    if (valueNode === undefined) return undefined;
    const inner = unwrap(valueNode);
    if (isFunction(inner)) {
      return { key, keyRange, value: this.#file.functions.inObject(inner, frame, { name, anchor: node.start }) };
    }
    return { key, keyRange, value: this.#file.expressions.read(valueNode, frame, { ...inObject, name }) };
  }

  /** `createdAt`, `'createdAt'`, `['created' + 'At']` → its text; the chain of `[Op.in]`; '' for another. */
  keyOf(node: SyntaxNode, frame: Frame): string | ChainValue {
    switch (node.type) {
      case 'string':
        return this.#file.names.of(decodeText(this.#file.source.slice(node.start + 1, node.end - 1)));
      case 'computed_property_name': {
        const inner = node.children[0];
        if (inner === undefined) return '';
        const value = this.#file.expressions.read(inner, frame, inObject);
        if (value.kind === 'literal') return String(value.value);
        if (value.kind === 'chain') return value;
        const range = rangeOf(inner);
        return { kind: 'chain', root: value, rootRange: range, links: [], range };
      }
      default:
        return this.#file.text(node);
    }
  }

  array(node: SyntaxNode, frame: Frame): Value {
    const parts = new Parts<Element>();
    for (const child of node.children) {
      const value = isFunction(child)
        ? this.#file.functions.now(child, frame, undefined)
        : this.#file.expressions.read(child, frame, inObject);
      if (child.type === 'spread_element') parts.add(this.elementsOf(value));
      else parts.push({ value });
    }
    return { kind: 'array', elements: exact(parts.items), ...parts.rest, range: rangeOf(node) };
  }

  /** What `...value` puts into an object. */
  entriesOf(value: Value): Parts<Entry> {
    const known = this.#file.variables.resolve(value);
    switch (known.kind) {
      case 'object':
        return known.entries.length > longestSpread ? Parts.unknown(value) : Parts.of(known.entries, known);
      case 'literal':
        return new Parts();
      case 'choice':
        return gather(known.options, (option) => this.entriesOf(option));
      default:
        return Parts.unknown(value);
    }
  }

  /** What `...value` puts into a list. */
  elementsOf(value: Value): Parts<Element> {
    const known = this.#file.variables.resolve(value);
    switch (known.kind) {
      case 'array':
        return known.elements.length > longestSpread ? Parts.unknown(value) : Parts.of(known.elements, known);
      case 'literal':
        return new Parts();
      case 'choice':
        return gather(known.options, (option) => this.elementsOf(option));
      default:
        return Parts.unknown(value);
    }
  }

  template(node: SyntaxNode, frame: Frame, tag: ChainValue | undefined): TemplateValue | Value {
    const strings: string[] = [];
    const values: Value[] = [];
    let start = node.start + 1;
    for (const child of node.children) {
      if (child.type !== 'template_substitution') continue;
      strings.push(this.#text(start, child.start));
      start = child.end;
      const inner = child.children[0];
      if (inner === undefined) values.push(this.#file.runtime(child));
      else if (isFunction(inner)) values.push(this.#file.functions.now(inner, frame, undefined));
      else values.push(this.#file.expressions.read(inner, frame, { within: 'template' }));
    }
    strings.push(this.#text(start, Math.max(start, node.end - 1)));
    if (tag === undefined && values.length === 0)
      return { kind: 'literal', value: strings[0] ?? '', range: rangeOf(node) };
    return flattened({
      kind: 'template',
      ...(tag === undefined ? {} : { tag }),
      strings,
      values,
      range: rangeOf(node),
    });
  }

  /** `'%' + term + '%'` is a template; all literals: one text or number. */
  sum(values: readonly Value[], node: SyntaxNode): Value {
    const range = rangeOf(node);
    if (values.every((value) => value.kind === 'literal' && typeof value.value === 'number')) {
      const total = values.reduce((sum, value) => sum + Number(value.kind === 'literal' ? value.value : 0), 0);
      return { kind: 'literal', value: total, range };
    }
    if (!values.some(isText)) return this.#file.runtime(node);
    if (values.reduce((length, value) => length + lengthOf(value), 0) > longestText)
      return this.#file.runtime(node, 'string');
    const strings = [''];
    const holes: Value[] = [];
    for (const value of values) {
      if (value.kind === 'literal') strings.push(`${strings.pop()}${String(value.value)}`);
      else {
        holes.push(value);
        strings.push('');
      }
    }
    if (holes.length === 0) return { kind: 'literal', value: this.#file.names.of(strings[0] ?? ''), range };
    return flattened({ kind: 'template', strings, values: holes, range });
  }

  #text(start: number, end: number): string {
    return this.#file.names.of(decodeText(this.#file.source.slice(start, end)));
  }
}

/** `[isOr ? 'OR' : 'AND']: list` is one entry or the other. */
function withChosenKey(entry: Entry): readonly Entry[] {
  const root = typeof entry.key === 'string' || entry.key.links.length > 0 ? undefined : entry.key.root;
  if (typeof root === 'string' || root?.kind !== 'choice') return [entry];
  const options = root.options.flatMap(({ value, branch }) =>
    value.kind === 'literal' ? [{ ...entry, key: String(value.value), branch }] : [],
  );
  return options.length === root.options.length ? options : [entry];
}

function lengthOf(value: Value): number {
  if (value.kind === 'literal') return typeof value.value === 'string' ? value.value.length : 1;
  return value.kind === 'template' ? value.strings.reduce((length, text) => length + text.length, 0) : 1;
}

function isText(value: Value): boolean {
  return (
    (value.kind === 'literal' && typeof value.value === 'string') ||
    (value.kind === 'template' && value.tag === undefined)
  );
}

/** `a ${'b'} ${`c ${d}`}` → `a b c ${d}` */
function flattened(template: TemplateValue): Value {
  if (template.tag !== undefined || !template.values.some((value) => isText(value) || value.kind === 'literal'))
    return template;
  const strings = [template.strings[0] ?? ''];
  const values: Value[] = [];
  for (const [i, value] of template.values.entries()) {
    const last = strings.pop() ?? '';
    if (value.kind === 'literal') strings.push(last + String(value.value));
    else if (value.kind === 'template' && value.tag === undefined) {
      strings.push(last + (value.strings[0] ?? ''), ...value.strings.slice(1));
      values.push(...value.values);
    } else {
      values.push(value);
      strings.push(last, '');
    }
    strings.push((strings.pop() ?? '') + (template.strings[i + 1] ?? ''));
  }
  if (values.length === 0) return { kind: 'literal', value: strings[0] ?? '', range: template.range };
  return { ...template, strings, values };
}

function gather<T extends { readonly branch?: Branch }>(
  options: readonly { readonly value: Value; readonly branch: Branch }[],
  partsOf: (value: Value) => Parts<T>,
): Parts<T> {
  const parts = new Parts<T>();
  for (const { value, branch } of options) parts.add(partsOf(value), branch);
  return parts;
}
