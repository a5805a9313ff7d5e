import type { Use } from '../facts';
import type { SyntaxNode } from '../javascript/syntax-tree';
import type { ChainValue, Entry, Link, ObjectValue, Spread, Value } from '../values';
import type { FileReader } from './file-reader';
import { childOf, childrenOf, type Frame, type Mutable, rangeOf } from './frame';

/** What Django and SQLAlchemy add to a query: on a name they go on with what it stands for. */
export const continues =
  /^(?:filter|exclude|filter_by|where|having|order_by|select_related|prefetch_related|options|join|outerjoin|limit|offset|distinct|group_by|annotate|only|defer|values|values_list|count|exists|first|last|get|all|one|one_or_none|scalar|delete|update|slice|reverse|using|select_from|execution_options|aggregate|iterator|in_bulk|earliest|latest|none|union)$/;

/** Reads names with what is read and called of them, and notes each as a use where it stands. */
export class ChainReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  #value(node: SyntaxNode, frame: Frame): Value {
    return this.#file.expressions.value(node, frame);
  }

  read(node: SyntaxNode, frame: Frame): ChainValue {
    const index = frame.draft.uses.length;
    const use: Mutable<Use> = {
      chain: { kind: 'chain', root: '', rootRange: rangeOf(node), links: [], range: rangeOf(node) },
    };
    if (frame.loop !== undefined) use.loop = frame.loop;
    if (frame.branch !== undefined) use.branch = frame.branch;
    frame.draft.uses.push(use);
    const chain = this.#chainOf(node, frame, index);
    use.chain = chain;
    this.#file.serializers.call(chain, frame);
    this.#file.views.call(chain, frame);
    // A name alone is no use, and had no arguments that count on its number.
    if (chain.links.length === 0 && frame.draft.uses.length === index + 1) frame.draft.uses.pop();
    return chain;
  }

  #chainOf(node: SyntaxNode, frame: Frame, use: number): ChainValue {
    const steps: SyntaxNode[] = [];
    let root = node;
    for (;;) {
      const inner: SyntaxNode | undefined =
        root.type === 'call'
          ? childOf(root, 'function')
          : root.type === 'attribute'
            ? childOf(root, 'object')
            : root.type === 'subscript'
              ? childOf(root, 'value')
              : root.type === 'parenthesized_expression' && root !== node
                ? root.children[0]
                : undefined;
      if (!inner) break;
      if (root.type !== 'parenthesized_expression') steps.push(root);
      root = inner;
    }
    const links: Link[] = [];
    const rootValue = this.#root(root, frame);
    const known = typeof rootValue === 'string' ? frame.queries.get(rootValue) : undefined;
    for (const step of steps.reverse()) this.#addLink(step, links, frame, use);
    const range = rangeOf(node);
    if (typeof rootValue !== 'string' && rootValue.kind === 'chain')
      return { ...rootValue, links: [...rootValue.links, ...links], range };
    // `session.scalars(statement)`
    const isWhole = links.length === 0 && known?.chain.root === 'select';
    if (known && (isWhole || (links[0] && continues.test(links[0].name)))) {
      if (known.use) known.use.isContinued = true;
      return { ...known.chain, links: [...known.chain.links, ...links], range };
    }
    return { kind: 'chain', root: rootValue, rootRange: rangeOf(root), links, range };
  }

  #root(root: SyntaxNode, frame: Frame): string | Value {
    if (root.type !== 'identifier') {
      if (root.type === 'await') {
        const inner = root.children.findLast(({ type }) => type !== 'await');
        return inner ? this.#value(inner, frame) : this.#value(root, frame);
      }
      return this.#value(root, frame);
    }
    const name = this.#file.text(root);
    return name === frame.self ? 'this' : name;
  }

  #addLink(step: SyntaxNode, links: Link[], frame: Frame, use: number): void {
    if (step.type === 'attribute') {
      const name = childOf(step, 'attribute');
      if (!name) return;
      const isBehindCall = links.at(-1)?.arguments !== undefined;
      links.push({
        name: this.#file.text(name),
        range: rangeOf(name),
        ...(isBehindCall ? { awaited: true as const } : {}),
      });
      return;
    }
    const value = step.children[0];
    if (step.type === 'subscript') {
      const range = { start: value?.end ?? step.start, end: step.end };
      const indexes = childrenOf(step, 'subscript');
      const [only] = indexes;
      if (indexes.length === 1 && only?.type === 'slice') links.push(this.#slice(only, range, frame));
      else {
        const key = only && this.#value(only, frame);
        const isConstant =
          indexes.length === 1 && key?.kind === 'literal' && /^(?:string|number)$/.test(typeof key.value);
        links.push({ name: isConstant ? String(key.value) : '[]', range });
      }
      return;
    }
    const given = childOf(step, 'arguments');
    const argumentsRange = given ? rangeOf(given) : { start: step.end, end: step.end };
    const position = links.length;
    const last = links.at(-1);
    const isMethod = last !== undefined && last.arguments === undefined && last.name !== '[]';
    const values = given ? this.#arguments(given, frame, use) : [];
    if (isMethod && last) {
      const { awaited: _, ...rest } = last;
      links[position - 1] = { ...rest, arguments: values, argumentsRange };
    } else links.push({ name: '', range: argumentsRange, arguments: values, argumentsRange });
  }

  /** `posts[10:20]` → slice(10, 20) */
  #slice(node: SyntaxNode, range: { start: number; end: number }, frame: Frame): Link {
    const colons = this.#file.source.indexOf(':', node.start);
    const undefinedAt = { kind: 'literal', value: undefined, range } as const;
    const before = node.children.find((child) => child.end <= colons);
    const after = node.children.find((child) => child.start > colons);
    return {
      name: 'slice',
      range,
      arguments: [before ? this.#value(before, frame) : undefinedAt, ...(after ? [this.#value(after, frame)] : [])],
      argumentsRange: range,
    };
  }

  /** Named ones are the last argument, an object: `filter(q, status='draft')` → filter(q, { status: 'draft' }). */
  #arguments(list: SyntaxNode, frame: Frame, use: number): Value[] {
    if (list.type === 'generator_expression') return [this.#value(list, frame)];
    const values: Value[] = [];
    const entries: Entry[] = [];
    const spreads: Spread[] = [];
    for (const node of list.children) {
      if (node.type === 'keyword_argument') {
        const name = childOf(node, 'name');
        const value = childOf(node, 'value');
        if (name && value)
          entries.push({ key: this.#file.text(name), keyRange: rangeOf(name), value: this.#value(value, frame) });
      } else if (node.type === 'dictionary_splat') {
        const [inner] = node.children;
        if (inner) spreads.push({ at: entries.length, value: this.#value(inner, frame) });
      } else if (node.type === 'list_splat') {
        const inner = node.children.at(-1);
        const value = inner && this.#value(inner, frame);
        const spread = value ? { spreads: [{ at: 0, value }] } : {};
        values.push({ kind: 'array', elements: [], open: true, isSpread: true, ...spread, range: rangeOf(node) });
      } else if (node.type === 'lambda') values.push(this.#file.lambda(node, frame, { use, argument: values.length }));
      else if (node.type !== 'comment') values.push(this.#value(node, frame));
    }
    if (entries.length + spreads.length > 0) {
      values.push(objectOf(entries, spreads, rangeOf(list)));
    }
    return values;
  }
}

export function objectOf(entries: Entry[], spreads: Spread[], range: { start: number; end: number }): ObjectValue {
  return { kind: 'object', entries, ...(spreads.length > 0 ? { open: true as const, spreads } : {}), range };
}
