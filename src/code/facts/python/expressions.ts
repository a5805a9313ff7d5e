import type { SyntaxNode } from '../javascript/syntax-tree';
import type { ArrayValue, Branch, ChainValue, Entry, Link, ObjectValue, Spread, Value } from '../values';
import { ChainReader, objectOf } from './chains';
import type { FileReader } from './file-reader';
import { childOf, type Frame, rangeOf } from './frame';
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
  readonly #chains: ChainReader;
  #depth = 0;

  constructor(file: FileReader) {
    this.#file = file;
    this.#chains = new ChainReader(file);
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
        return this.#chains.read(node, frame);
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

function operation(
  left: Value,
  name: string,
  values: readonly Value[],
  range: { start: number; end: number },
): ChainValue {
  const link: Link = { name, range, arguments: values, argumentsRange: range };
  return { kind: 'chain', root: left, rootRange: left.range, links: [link], range };
}
