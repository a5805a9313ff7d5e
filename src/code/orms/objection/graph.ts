import type { TextRange } from '../../../nouns/text-range';
import type { Expression } from '../knex/expression';
import type { Reader } from '../knex/reader';

/** One relation of a relation expression: `comments(approved) as replies.[author, likes]`. */
export interface GraphNode {
  /** The property that takes the rows. */
  readonly name: string;
  readonly relation: string;
  readonly modifiers: readonly string[];
  readonly children: readonly GraphNode[];
  /** Where it is asked for, in the document. */
  readonly range: TextRange;
}

/** `'[author, comments.author]'` or `{ author: true, comments: { author: true } }`; undefined when it is known at run time only. */
export function graphOf(reader: Reader, expression: Expression): readonly GraphNode[] | undefined {
  if (expression.kind === 'literal' && typeof expression.value === 'string') {
    return new GraphText(expression.value, expression.range, reader).whole();
  }
  return expression.kind === 'object' ? nodesOf(reader, expression) : undefined;
}

function nodesOf(reader: Reader, object: Expression & { kind: 'object' }): GraphNode[] {
  if (object.isOpen) reader.note('Relations that are chosen at run time are not included.');
  return object.entries.flatMap(({ key, value }): GraphNode[] => {
    const inner = reader.expression(value);
    if (key.startsWith('$') || (inner.kind === 'literal' && !inner.value)) return [];
    const own = { name: key, relation: key, modifiers: [], children: [], range: inner.range };
    if (inner.kind !== 'object') return [own];
    const special = (name: string): Expression | undefined => {
      const entry = inner.entries.find((each) => each.key === name);
      return entry && reader.expression(entry.value);
    };
    const relation = special('$relation');
    const modify = special('$modify');
    const modifiers = modify?.kind === 'array' ? modify.elements.map((each) => reader.expression(each)) : [modify];
    return [
      {
        ...own,
        relation: relation?.kind === 'literal' ? String(relation.value) : key,
        modifiers: modifiers.flatMap((each) => (each?.kind === 'literal' ? [String(each.value)] : [])),
        children: nodesOf(reader, inner),
      },
    ];
  });
}

/** Objection's own small language for relations. */
class GraphText {
  #at = 0;

  constructor(
    private readonly text: string,
    private readonly range: TextRange,
    private readonly reader: Reader,
  ) {}

  whole(): readonly GraphNode[] | undefined {
    const nodes = this.#list();
    this.#skip();
    return this.#at >= this.text.length ? nodes : undefined;
  }

  #skip(): void {
    while (/\s/.test(this.text[this.#at] ?? '')) this.#at++;
  }

  #take(char: string): boolean {
    this.#skip();
    if (this.text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #word(): string {
    this.#skip();
    const [word = ''] = /^[^[\]().,\s^*]+/.exec(this.text.slice(this.#at)) ?? [];
    this.#at += word.length;
    return word;
  }

  #list(): GraphNode[] {
    if (!this.#take('[')) {
      const node = this.#node();
      return node ? [node] : [];
    }
    const nodes: GraphNode[] = [];
    while (!this.#take(']') && this.#at < this.text.length) {
      const node = this.#node();
      if (node) nodes.push(node);
      if (!this.#take(',') && node === undefined) break;
    }
    return nodes;
  }

  #node(): GraphNode | undefined {
    const relation = this.#word();
    if (relation === '') return undefined;
    const modifiers: string[] = [];
    if (this.#take('(')) {
      while (!this.#take(')') && this.#at < this.text.length) {
        const modifier = this.#word();
        if (modifier) modifiers.push(modifier);
        else if (!this.#take(',')) break;
      }
    }
    let name = relation;
    this.#skip();
    if (/^as\s/.test(this.text.slice(this.#at))) {
      this.#at += 2;
      name = this.#word();
    }
    return { name, relation, modifiers, children: this.#take('.') ? this.#below() : [], range: this.range };
  }

  #below(): GraphNode[] {
    if (!this.#take('^') && !this.#take('*')) return this.#list();
    this.#word();
    this.reader.note('A relation that is loaded as deep as it goes is shown once.');
    return [];
  }
}

/** `comments.author` for every node below. */
export function pathsOf(
  nodes: readonly GraphNode[],
  prefix = '',
): { readonly path: string; readonly range: TextRange }[] {
  return nodes.flatMap(({ name, range, children }) => [
    { path: `${prefix}${name}`, range },
    ...pathsOf(children, `${prefix}${name}.`),
  ]);
}

/** What two calls of withGraphFetched ask for together. */
export function merged(a: readonly GraphNode[], b: readonly GraphNode[]): readonly GraphNode[] {
  const nodes = new Map(a.map((node) => [node.name, node]));
  for (const node of b) {
    const known = nodes.get(node.name);
    const modifiers = [...new Set([...(known?.modifiers ?? []), ...node.modifiers])];
    nodes.set(node.name, known ? { ...known, modifiers, children: merged(known.children, node.children) } : node);
  }
  return [...nodes.values()];
}
