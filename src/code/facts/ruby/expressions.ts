import type { Use } from '../facts';
import type { ChainValue, Element, Entry, Link, ObjectValue, Spread, Value } from '../values';
import type { FileReader } from './file-reader';
import { type Frame, isVariable } from './frame';
import { childOf, type RubyNode, rangeOf } from './nodes';
import { TextReader } from './texts';

/** Methods that need no arguments and do something: without parentheses they are calls all the same. */
const alwaysCalls =
  /^(?:all|count|size|length|first|last|take|ids|any\?|none\?|empty\?|exists\?|many\?|one\?|first!|last!|to_a|load|reload|distinct|none|where|unscoped|save!?|destroy!?|delete|destroy_all|delete_all|create!?|touch|new|each|map|find_each|lock|readonly|reverse_order|records|to_sql|explain|present\?|blank\?|lock!|build)$/;

/**
 * Expressions. A symbol is a text with its colon (`:author`), since `order(:name)` and `order('name')` are not the same.
 * What is called without a receiver is called on `this`. A block is the first argument of its call, as a callback is in JavaScript.
 */
export class ExpressionReader {
  readonly #file: FileReader;
  readonly #texts: TextReader;

  constructor(file: FileReader) {
    this.#file = file;
    this.#texts = new TextReader(file, (node, frame) => this.value(node, frame, 'template'));
  }

  value(node: RubyNode, frame: Frame, within?: Use['within']): Value {
    const range = rangeOf(node);
    switch (node.type) {
      case 'integer':
      case 'float':
        return { kind: 'literal', value: Number(this.#file.text(node).replaceAll('_', '')), range };
      case 'true':
      case 'false':
        return { kind: 'literal', value: node.type === 'true', range };
      case 'nil':
        return { kind: 'literal', value: null, range };
      case 'simple_symbol':
        return { kind: 'literal', value: this.#file.text(node), range };
      case 'string':
      case 'chained_string':
      case 'heredoc_beginning':
      case 'delimited_symbol':
        return this.#texts.text(node, frame);
      case 'string_array':
      case 'symbol_array':
        return this.#words(node);
      case 'array':
        return this.#array(node, frame);
      case 'hash':
        return this.object(node.children, frame, range);
      case 'lambda':
        return this.#file.methods.block(node, frame);
      case 'call':
      case 'identifier':
      case 'constant':
      case 'scope_resolution':
      case 'self':
      case 'instance_variable':
      case 'class_variable':
      case 'global_variable':
      case 'element_reference':
        return this.#chain(node, frame, within);
      case 'conditional':
        return this.#conditional(node, frame);
      case 'range':
        return this.#range(node, frame);
      case 'binary':
      case 'unary':
        return this.#operation(node, frame);
      case 'parenthesized_statements':
      case 'begin':
      case 'assignment':
      case 'operator_assignment':
      case 'if':
      case 'unless':
      case 'case':
      case 'if_modifier':
      case 'rescue_modifier':
        return this.#file.statements.read(node, frame) ?? this.#file.runtime(node);
      default:
        for (const child of node.children) this.#file.statements.read(child, frame);
        return this.#file.runtime(node);
    }
  }

  /** `{ a: 1, 'b' => 2, **more }`, and the named arguments of a call. */
  object(nodes: readonly RubyNode[], frame: Frame, range: Value['range']): ObjectValue {
    const entries: Entry[] = [];
    const spreads: Spread[] = [];
    for (const node of nodes) {
      if (node.type !== 'pair') {
        const [inner] = node.children;
        if (inner) spreads.push({ at: entries.length, value: this.value(inner, frame, 'object') });
        continue;
      }
      const key = childOf(node, 'key');
      const given = childOf(node, 'value');
      if (!key) continue;
      const isText = /symbol|^string$/.test(key.type);
      const name = isText ? this.#file.text(key).replace(/^:|^["']|["']$|:$/g, '') : this.value(key, frame, 'object');
      // `{ author: }` is `{ author: author }`.
      const value = given ? this.value(given, frame, 'object') : this.#chain(key, frame, 'object');
      if (typeof name === 'string' || name.kind === 'chain') entries.push({ key: name, keyRange: rangeOf(key), value });
    }
    return { kind: 'object', entries, ...(spreads.length === 0 ? {} : { open: true, spreads }), range };
  }

  #array(node: RubyNode, frame: Frame): Value {
    const elements: Element[] = [];
    const spreads: Spread[] = [];
    const pairs = node.children.filter(({ type }) => type === 'pair');
    for (const child of node.children) {
      const [inner] = child.children;
      if (child.type === 'splat_argument' && inner)
        spreads.push({ at: elements.length, value: this.value(inner, frame) });
      else if (child.type !== 'pair') elements.push({ value: this.value(child, frame) });
    }
    const [first] = pairs;
    const last = pairs.at(-1);
    if (first && last) elements.push({ value: this.object(pairs, frame, { start: first.start, end: last.end }) });
    return { kind: 'array', elements, ...(spreads.length === 0 ? {} : { open: true, spreads }), range: rangeOf(node) };
  }

  /** `%w[a b]`, `%i[a b]` */
  #words(node: RubyNode): Value {
    const colon = node.type === 'symbol_array' ? ':' : '';
    const elements = node.children.map((word): Element => {
      return { value: { kind: 'literal', value: `${colon}${this.#file.text(word)}`, range: rangeOf(word) } };
    });
    return { kind: 'array', elements, range: rangeOf(node) };
  }

  #conditional(node: RubyNode, frame: Frame): Value {
    const [condition, first, second] = ['condition', 'consequence', 'alternative'].map((field) => childOf(node, field));
    if (condition) this.value(condition, frame, 'condition');
    const [one, other] = this.#file.arms(2, frame.branch);
    if (!first || !second || !one || !other) return this.#file.runtime(node);
    const options = [
      { value: this.value(first, { ...frame, branch: one }), branch: one },
      { value: this.value(second, { ...frame, branch: other }), branch: other },
    ];
    return { kind: 'choice', options, range: rangeOf(node) };
  }

  /** `1..10` is `Range.new(1, 10)`. */
  #range(node: RubyNode, frame: Frame): Value {
    const range = rangeOf(node);
    const [begin, end] = ['begin', 'end'].map((field): Value => {
      const child = childOf(node, field);
      return child ? this.value(child, frame) : { kind: 'literal', value: null, range };
    });
    const isExclusive = childOf(node, 'operator')?.type === '...';
    const exclusive: Value = { kind: 'literal', value: isExclusive, range };
    const links: Link[] = [{ name: 'new', range, arguments: begin && end ? [begin, end, exclusive] : [] }];
    return { kind: 'chain', root: 'Range', rootRange: range, links, range };
  }

  #operation(node: RubyNode, frame: Frame): Value {
    const operator = childOf(node, 'operator')?.type ?? '';
    const values = node.children.filter(({ field }) => field !== 'operator').map((child) => this.value(child, frame));
    const [first] = values;
    const number = operator === '-' && node.type === 'unary' && first?.kind === 'literal' ? first.value : undefined;
    if (typeof number === 'number') return { kind: 'literal', value: -number, range: rangeOf(node) };
    const isTruth = /^(?:==|!=|<|>|<=|>=|!|not|&&|and|=~|===|defined\?)$/.test(operator);
    return this.#file.runtime(node, isTruth ? 'boolean' : undefined);
  }

  #chain(node: RubyNode, frame: Frame, within: Use['within']): ChainValue {
    const { use, index } = this.#file.reserve(frame, within);
    const chain = this.#file.rendering.read(this.#linked(node, frame, index), frame, index);
    use.chain = chain;
    return chain;
  }

  #linked(node: RubyNode, frame: Frame, use: number): ChainValue {
    const range = rangeOf(node);
    if (node.type === 'element_reference') {
      const [object, index] = node.children;
      if (!object) return this.#start(node, frame);
      const before = this.#receiver(object, frame, use);
      const value = index && this.value(index, frame, 'argument');
      const name = value?.kind === 'literal' ? String(value.value).replace(/^:/, '') : '[]';
      const at = index ? rangeOf(index) : range;
      return { ...before, links: [...before.links, { name, range: at }], range };
    }
    if (node.type !== 'call') return this.#start(node, frame);
    const receiver = childOf(node, 'receiver');
    const method = childOf(node, 'method');
    const before = receiver ? this.#receiver(receiver, frame, use) : this.#self(method ?? node);
    // `callback.(x)`
    if (!method) return { ...before, range };
    return { ...before, links: [...before.links, this.#link(node, method, before, frame, use)], range };
  }

  #receiver(node: RubyNode, frame: Frame, use: number): ChainValue {
    if (/^(?:call|element_reference)$/.test(node.type)) return this.#linked(node, frame, use);
    if (
      /^(?:identifier|constant|scope_resolution|self|instance_variable|class_variable|global_variable)$/.test(node.type)
    )
      return this.#start(node, frame);
    const range = rangeOf(node);
    return { kind: 'chain', root: this.value(node, frame), rootRange: range, links: [], range };
  }

  /** A name alone: a variable, a constant, or a method of `self` without arguments. */
  #start(node: RubyNode, frame: Frame): ChainValue {
    const range = rangeOf(node);
    const name = this.#file.text(node).replace(/^::/, '').replace(/:$/, '');
    if (node.type === 'self') return { kind: 'chain', root: 'this', rootRange: range, links: [], range };
    const isMethod = /^(?:identifier|hash_key_symbol)$/.test(node.type) && !isVariable(frame, name);
    if (!isMethod) return { kind: 'chain', root: name, rootRange: range, links: [], range };
    const link: Link = { name, range, arguments: [], argumentsRange: { start: range.end, end: range.end } };
    return { ...this.#self(node), links: [link], range };
  }

  #self(node: RubyNode): ChainValue {
    const rootRange = { start: node.start, end: node.start };
    return { kind: 'chain', root: 'this', rootRange, links: [], range: rootRange };
  }

  #link(node: RubyNode, method: RubyNode, before: ChainValue, frame: Frame, use: number): Link {
    const list = childOf(node, 'arguments');
    const block = childOf(node, 'block');
    const written = this.#file.text(method);
    // With a block it goes through the rows, without one it asks for columns.
    const name = block && written === 'select' ? 'filter' : written;
    const range = rangeOf(method);
    const isOfConstant = typeof before.root === 'string' && /^[A-Z]/.test(before.root);
    const isCall = list || block || (before.links.length === 0 && before.rootRange.end === before.rootRange.start);
    if (!isCall && !isOfConstant && !alwaysCalls.test(name)) return { name, range };
    const values: Value[] = [];
    const given = list?.children ?? [];
    const passed = given.find(({ type }) => type === 'block_argument');
    if (block) values.push(this.#file.methods.block(block, frame, { use, argument: 0 }));
    else if (passed) values.push(this.#passed(passed, frame, use));
    const named = given.filter(({ type }) => /^(?:pair|hash_splat_argument)$/.test(type));
    for (const child of given) {
      if (child === passed || named.includes(child)) continue;
      values.push(this.#argument(child, frame, use, values.length));
    }
    const [first] = named;
    const last = named.at(-1);
    if (first && last) values.push(this.object(named, frame, { start: first.start, end: last.end }));
    const argumentsRange = list ? rangeOf(list) : { start: method.end, end: method.end };
    return { name, range, arguments: values, argumentsRange };
  }

  #argument(node: RubyNode, frame: Frame, use: number, argument: number): Value {
    if (node.type === 'lambda') return this.#file.methods.block(node, frame, { use, argument });
    const [inner] = node.children;
    if (node.type !== 'splat_argument' || !inner) return this.value(node, frame, 'argument');
    const spreads = [{ at: 0, value: this.value(inner, frame, 'argument') }];
    return { kind: 'array', elements: [], open: true, isSpread: true, spreads, range: rangeOf(node) };
  }

  /** `&:author`, `&block` */
  #passed(node: RubyNode, frame: Frame, use: number): Value {
    const [inner] = node.children;
    if (inner?.type === 'simple_symbol') {
      const name = this.#file.text(inner).slice(1);
      return this.#file.methods.symbolBlock(inner, name, frame, { use, argument: 0 });
    }
    return inner ? this.value(inner, frame, 'argument') : this.#file.runtime(node);
  }
}
