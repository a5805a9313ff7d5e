import { type Document, isAlias, isCollection, isMap, isPair, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { TextRange } from '../../nouns/text-range';

/** Anchors that merge each other end there. */
const mostMerges = 10;

/** Puts in what stands for a template's expression. */
export type Fill = (scalar: string) => string;

/** The documents of a file; what has errors is read as far as it goes. JSON is YAML, too. */
export function readYaml(text: string, fill: Fill = (scalar) => scalar): Yaml[] {
  return parseAllDocuments(text, { uniqueKeys: false, strict: false, logLevel: 'silent' }).map((document) => {
    const [start = 0, end = 0] = document.range ?? [];
    return new Yaml(document.contents, { document, fill }, { start, end });
  });
}

interface YamlFile {
  readonly document: Document;
  readonly fill: Fill;
}

/** A place in a YAML file, or one that is not there: then it has no text, no items, and nothing below it. */
export class Yaml {
  readonly #node: unknown;
  readonly #file: YamlFile;
  /** In the file; of what is around it where it is not there. */
  readonly range: TextRange;

  constructor(node: unknown, file: YamlFile, around: TextRange) {
    this.#node = isAlias(node) ? node.resolve(file.document) : node;
    this.#file = file;
    const [start, end] = [rangeOf(this.#node)?.[0], endOf(this.#node)];
    this.range = start === undefined || end === undefined ? around : { start, end };
  }

  get isThere(): boolean {
    return this.#node !== undefined && this.#node !== null;
  }

  /** Of a scalar, also a number's or a boolean's. */
  get text(): string | undefined {
    const node = this.#node;
    return isScalar(node) && node.value !== null ? this.#file.fill(String(node.value)) : undefined;
  }

  get number(): number | undefined {
    const { text } = this;
    return text !== undefined && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
  }

  get items(): readonly Yaml[] {
    return isSeq(this.#node) ? this.#node.items.map((item) => this.#below(item)) : [];
  }

  /** With those that `<<` merges into it. */
  get entries(): readonly (readonly [string, Yaml])[] {
    return entriesOf(this.#node, this.#file.document, mostMerges).map(([key, node]) => [key, this.#below(node)]);
  }

  /** `at('spec', 'template')` */
  at(...path: readonly string[]): Yaml {
    return path.reduce<Yaml>((yaml, key) => yaml.#child(key), this);
  }

  /** Of a list of texts, or one text of several words: `[node, server.js]`, `node server.js`. */
  get words(): string {
    return this.text ?? this.items.map(({ text }) => text ?? '').join(' ');
  }

  #child(key: string): Yaml {
    const found = entriesOf(this.#node, this.#file.document, mostMerges).find(([name]) => name === key);
    return this.#below(found?.[1]);
  }

  #below(node: unknown): Yaml {
    return new Yaml(node, this.#file, this.range);
  }
}

function entriesOf(given: unknown, document: Document, merges: number): [string, unknown][] {
  const node = isAlias(given) ? given.resolve(document) : given;
  if (!isMap(node))
    return isSeq(node) && merges > 0 ? node.items.flatMap((one) => entriesOf(one, document, merges - 1)) : [];
  const own = node.items.map(({ key, value }): [string, unknown] => [isScalar(key) ? String(key.value) : '', value]);
  const merged = merges > 0 ? own.filter(([key]) => key === '<<') : [];
  return [
    ...own.filter(([key]) => key !== '<<'),
    ...merged.flatMap(([, value]) => entriesOf(value, document, merges - 1)),
  ];
}

function rangeOf(node: unknown): readonly number[] | undefined {
  return (node as { range?: readonly number[] } | null | undefined)?.range;
}

/** Of a block without the line break and the comments after it, which the parser counts among it: it can be replaced. */
function endOf(node: unknown): number | undefined {
  const last: unknown = isCollection(node) && !node.flow ? node.items.at(-1) : undefined;
  const inner = isPair(last) ? (last.value ?? last.key) : last;
  return (inner === undefined || inner === null ? undefined : endOf(inner)) ?? rangeOf(node)?.[1];
}
