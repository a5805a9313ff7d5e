import type { Use } from '../facts';
import type { SyntaxNode } from '../javascript/syntax-tree';
import type { ArrayValue, Branch, ChainValue, Entry, Link, ObjectValue, Spread, Value } from '../values';
import type { FileReader } from './file-reader';
import type { Mutable } from './frame';
import { childOf, childrenOf, type Frame, rangeOf } from './frame';
import { stringLiteral } from './strings';

/** Operators as the methods that Python calls for them: `Post.status == 'draft'` is `Post.status.__eq__('draft')`. */
const operators: Readonly<Record<string, string>> = {
  '==': '__eq__',
  '!=': '__ne__',
  '<>': '__ne__',
  '<': '__lt__',
  '<=': '__le__',
  '>': '__gt__',
  '>=': '__ge__',
  '&': '__and__',
  '|': '__or__',
  '^': '__xor__',
  '~': '__invert__',
  '+': '__add__',
  '-': '__sub__',
  '*': '__mul__',
  '/': '__truediv__',
  '%': '__mod__',
};

/** So deep an expression is no program of a person. */
const mostDepth = 150;

/** Reads expressions to values, and notes each chain as a use where it stands. */
export class ExpressionReader {
  readonly #file: FileReader;
  #depth = 0;

  constructor(file: FileReader) {
    this.#file = file;
  }

  value(node: SyntaxNode, frame: Frame): Value {
    if (this.#depth > mostDepth) return this.#runtime(node);
    this.#depth++;
    try {
      return this.#value(node, frame);
    } finally {
      this.#depth--;
    }
  }

  #value(node: SyntaxNode, frame: Frame): Value {
    const range = rangeOf(node);
    const [first, second] = node.children;
    switch (node.type) {
      case 'identifier':
      case 'call':
      case 'attribute':
      case 'subscript':
        return this.chain(node, frame);
      case 'parenthesized_expression':
        return first ? this.value(first, frame) : this.#runtime(node);
      case 'await': {
        const inner = node.children.findLast(({ type }) => type !== 'await');
        const value = inner ? this.value(inner, frame) : this.#runtime(node);
        const use = frame.draft.uses.findLast(({ chain }) => chain === value);
        if (use) use.isAwaited = true;
        return value;
      }
      case 'string':
      case 'concatenated_string':
        return this.#string(node, frame);
      case 'integer':
      case 'float':
        return { kind: 'literal', value: Number(this.#file.text(node).replaceAll('_', '')), range };
      case 'true':
      case 'false':
        return { kind: 'literal', value: node.type === 'true', range };
      case 'none':
        return { kind: 'literal', value: null, range };
      case 'list':
      case 'tuple':
      case 'set':
      case 'expression_list':
        return this.#list(node.children, range, frame);
      case 'dictionary':
        return this.#dictionary(node, frame);
      case 'list_comprehension':
      case 'generator_expression':
      case 'set_comprehension':
      case 'dictionary_comprehension':
        return this.#comprehension(node, frame);
      case 'lambda':
        return this.#file.lambda(node, frame);
      case 'conditional_expression':
        return this.#conditional(node, frame);
      case 'boolean_operator':
        return this.#boolean(node, frame);
      case 'comparison_operator':
      case 'binary_operator':
        return first && second && node.children.length >= 2 ? this.#operator(node, frame) : this.#runtime(node);
      case 'unary_operator': {
        const argument = childOf(node, 'argument');
        const value = argument && this.value(argument, frame);
        const sign = this.#file.source[node.start];
        if (value?.kind === 'literal' && typeof value.value === 'number' && sign === '-')
          return { ...value, value: -value.value, range };
        if (!value || sign !== '~') return this.#runtime(node);
        return operation(value, '__invert__', [], range);
      }
      case 'named_expression': {
        const name = childOf(node, 'name');
        const taken = childOf(node, 'value');
        const value = taken && this.value(taken, frame);
        if (name) this.#file.bind(frame, { name: this.#file.text(name), range: rangeOf(name) }, range, value);
        return value ?? this.#runtime(node);
      }
      default:
        this.readParts(node, frame);
        return this.#runtime(node);
    }
  }

  /** Notes the uses in what has no value of its own. */
  readParts(node: SyntaxNode, frame: Frame): void {
    for (const child of node.children) this.value(child, frame);
  }

  chain(node: SyntaxNode, frame: Frame): ChainValue {
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
        return inner ? this.value(inner, frame) : this.#runtime(root);
      }
      return this.value(root, frame);
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
        const key = only && this.value(only, frame);
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
      arguments: [before ? this.value(before, frame) : undefinedAt, ...(after ? [this.value(after, frame)] : [])],
      argumentsRange: range,
    };
  }

  /** Named ones are the last argument, an object: `filter(q, status='draft')` → filter(q, { status: 'draft' }). */
  #arguments(list: SyntaxNode, frame: Frame, use: number): Value[] {
    if (list.type === 'generator_expression') return [this.value(list, frame)];
    const values: Value[] = [];
    const entries: Entry[] = [];
    const spreads: Spread[] = [];
    for (const node of list.children) {
      if (node.type === 'keyword_argument') {
        const name = childOf(node, 'name');
        const value = childOf(node, 'value');
        if (name && value)
          entries.push({ key: this.#file.text(name), keyRange: rangeOf(name), value: this.value(value, frame) });
      } else if (node.type === 'dictionary_splat') {
        const [inner] = node.children;
        if (inner) spreads.push({ at: entries.length, value: this.value(inner, frame) });
      } else if (node.type === 'list_splat') {
        const inner = node.children.at(-1);
        const value = inner && this.value(inner, frame);
        const spread = value ? { spreads: [{ at: 0, value }] } : {};
        values.push({ kind: 'array', elements: [], open: true, isSpread: true, ...spread, range: rangeOf(node) });
      } else if (node.type === 'lambda') values.push(this.#file.lambda(node, frame, { use, argument: values.length }));
      else if (node.type !== 'comment') values.push(this.value(node, frame));
    }
    if (entries.length + spreads.length > 0) {
      values.push(objectOf(entries, spreads, rangeOf(list)));
    }
    return values;
  }

  #list(nodes: readonly SyntaxNode[], range: { start: number; end: number }, frame: Frame): ArrayValue {
    const spreads: Spread[] = [];
    const elements: { value: Value }[] = [];
    for (const node of nodes) {
      if (node.type !== 'list_splat') elements.push({ value: this.value(node, frame) });
      else if (node.children[0]) spreads.push({ at: elements.length, value: this.value(node.children[0], frame) });
    }
    return { kind: 'array', elements, ...(spreads.length > 0 ? { open: true, spreads } : {}), range };
  }

  #dictionary(node: SyntaxNode, frame: Frame): ObjectValue {
    const entries: Entry[] = [];
    const spreads: Spread[] = [];
    let isOpen = false;
    for (const child of node.children) {
      if (child.type === 'pair') {
        const [key, value] = [childOf(child, 'key'), childOf(child, 'value')];
        const name = key && this.value(key, frame);
        const taken = value && this.value(value, frame);
        if (!key || !taken) continue;
        if (name?.kind === 'literal') entries.push({ key: String(name.value), keyRange: rangeOf(key), value: taken });
        else if (name?.kind === 'chain') entries.push({ key: name, keyRange: rangeOf(key), value: taken });
        else isOpen = true;
      } else if (child.type === 'dictionary_splat' && child.children[0])
        spreads.push({ at: entries.length, value: this.value(child.children[0], frame) });
    }
    const object = objectOf(entries, spreads, rangeOf(node));
    return isOpen ? { ...object, open: true } : object;
  }

  #comprehension(node: SyntaxNode, frame: Frame): Value {
    const range = rangeOf(node);
    const [loop, scope] = [frame.loop, frame.scope];
    frame.scope = range;
    for (const clause of node.children.filter(({ type }) => type === 'for_in_clause')) {
      this.#file.loopHead(clause, { start: node.start, end: node.end }, frame);
    }
    for (const clause of node.children.filter(({ type }) => type === 'if_clause')) this.readParts(clause, frame);
    const body = childOf(node, 'body') ?? node.children[0];
    const element = body && body.type !== 'pair' ? this.value(body, frame) : undefined;
    if (body?.type === 'pair') this.readParts(body, frame);
    frame.loop = loop;
    frame.scope = scope;
    if (body?.type === 'pair') return { kind: 'object', entries: [], open: true, range };
    return { kind: 'array', elements: element ? [{ value: element }] : [], open: true, range };
  }

  #conditional(node: SyntaxNode, frame: Frame): Value {
    const [taken, condition, other] = node.children;
    if (!taken || !condition || !other) return this.#runtime(node);
    this.value(condition, frame);
    const id = this.#file.nextDecision();
    const options = [taken, other].map((option, arm) => {
      const branch: Branch = { id, arm, of: 2 };
      return { value: this.#file.inBranch(frame, branch, () => this.value(option, frame)), branch };
    });
    return { kind: 'choice', options, range: rangeOf(node) };
  }

  /** `filters or {}`: one or the other. */
  #boolean(node: SyntaxNode, frame: Frame): Value {
    const [left, right] = [childOf(node, 'left'), childOf(node, 'right')];
    if (!left || !right) return this.#runtime(node);
    const isOr = /\bor\b/.test(this.#file.source.slice(left.end, right.start));
    const values = [this.value(left, frame), this.value(right, frame)];
    if (!isOr) return this.#runtime(node);
    const id = this.#file.nextDecision();
    const options = values.map((value, arm) => ({ value, branch: { id, arm, of: 2 } }));
    return { kind: 'choice', options, range: rangeOf(node) };
  }

  #operator(node: SyntaxNode, frame: Frame): Value {
    const [left, right] = [node.children[0], node.children.at(-1)];
    if (!left || !right || left === right) return this.#runtime(node);
    const between = this.#file.source.slice(left.end, right.start).trim();
    const values = node.children
      .filter(({ field }) => field !== 'operator' && field !== 'operators')
      .map((one) => this.value(one, frame));
    const [first, second] = values;
    const name = operators[between];
    if (name === undefined || values.length !== 2 || !first || !second) return this.#runtime(node);
    if (first.kind === 'literal' && name !== '__eq__') return this.#runtime(node);
    return operation(first, name, [second], rangeOf(node));
  }

  #string(node: SyntaxNode, frame: Frame): Value {
    const range = rangeOf(node);
    const parts = node.type === 'string' ? [node] : node.children;
    let isPlain = true;
    for (const part of parts) {
      for (const child of part.children) {
        if (child.type !== 'interpolation') continue;
        isPlain = false;
        this.readParts(child, frame);
      }
    }
    if (!isPlain) return { ...this.#runtime(node), type: 'string' };
    return { kind: 'literal', value: parts.map((part) => stringLiteral(this.#file.text(part))).join(''), range };
  }

  #runtime(node: SyntaxNode): Value & { kind: 'runtime' } {
    return { kind: 'runtime', source: this.#file.text(node).replace(/\s+/g, ' ').slice(0, 60), range: rangeOf(node) };
  }
}

/** What Django and SQLAlchemy add to a query: on a name they go on with what it stands for. */
export const continues =
  /^(?:filter|exclude|filter_by|where|having|order_by|select_related|prefetch_related|options|join|outerjoin|limit|offset|distinct|group_by|annotate|only|defer|values|values_list|count|exists|first|last|get|all|one|one_or_none|scalar|delete|update|slice|reverse|using|select_from|execution_options|aggregate|iterator|in_bulk|earliest|latest|none|union)$/;

function operation(
  left: Value,
  name: string,
  values: readonly Value[],
  range: { start: number; end: number },
): ChainValue {
  const link: Link = { name, range, arguments: values, argumentsRange: range };
  return { kind: 'chain', root: left, rootRange: left.range, links: [link], range };
}

function objectOf(entries: Entry[], spreads: Spread[], range: { start: number; end: number }): ObjectValue {
  return { kind: 'object', entries, ...(spreads.length > 0 ? { open: true as const, spreads } : {}), range };
}
