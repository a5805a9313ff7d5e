import type { Binding } from '../facts';
import type { ChainValue, Value } from '../values';
import { isBuilder } from './builders';
import { added, type Key, merged, openedValue, setAt, updateAt } from './changes';
import type { Taker } from './expressions';
import type { FileReader } from './file-reader';
import type { Variable } from './flow';
import type { Frame, Mutable } from './frame';
import { childOf, rangeOf, unwrap } from './nodes';
import type { SyntaxNode } from './syntax-tree';

/** `where.author[Op.in]` → the variable `where`, with ['author', Op.in]. */
interface Place {
  readonly variable: Variable;
  readonly path: readonly Key[];
}

/** `this.tenants.applyTo(where)` */
const addingName =
  /^(?:apply|add|append|with|build|extend|fill|inject|scope|filter|restrict|augment|decorate|prepare|enrich|modify|mutate)(?:$|[A-Z])/;

/** Statements that set names and change what they stand for. */
export class AssignmentReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  /** `x = value`, `where.status = value`, `sql += value`, `{ a, b } = value` */
  read(node: SyntaxNode, frame: Frame, taker: Taker): Value {
    const target = unwrap(childOf(node, 'left') ?? node);
    const right = childOf(node, 'right');
    if (right === undefined) return this.#file.runtime(node);
    const operator = node.type === 'assignment_expression' ? '=' : (childOf(node, 'operator')?.type ?? '');
    if (operator === '=' && this.#file.modules.exported(target, right, frame)) return this.#file.runtime(node);
    if (target.type === 'identifier' || target.type === 'object_pattern' || target.type === 'array_pattern') {
      return this.#set(node, target, right, operator, frame, taker);
    }
    return this.#setMember(target, right, operator, frame);
  }

  #set(node: SyntaxNode, target: SyntaxNode, right: SyntaxNode, operator: string, frame: Frame, taker: Taker): Value {
    const binding = this.#file.bind(frame, this.#file.patterns.readTarget(target, frame), rangeOf(node));
    setInBlock(binding, frame);
    const value = this.#file.expressions.read(right, frame, {
      ...(taker.within === undefined ? {} : { within: taker.within }),
      name: target.type === 'identifier' ? this.#file.text(target) : '',
      onUse: (use) => this.#file.give(binding, use),
    });
    if (operator === '=') binding.value = value;
    for (const name of binding.pattern.bound?.map((each) => each.name) ?? [binding.pattern.name]) {
      const variable = frame.scope.find(name);
      if (variable === undefined) continue;
      this.#file.decisions.forget(variable);
      if (binding.pattern.bound !== undefined) this.#file.flow.set(variable, undefined);
      else
        this.#file.flow.set(
          variable,
          this.#combined(variable.value, this.#file.followed(binding, value), operator, node),
        );
      variable.uses = this.#file.usesOf(binding);
    }
    return value;
  }

  #combined(
    before: Value | undefined,
    value: Value | undefined,
    operator: string,
    node: SyntaxNode,
  ): Value | undefined {
    if (operator === '=') return value;
    if (operator === '+=' && before !== undefined && value !== undefined) {
      const sum = this.#file.objects.sum([before, value], node);
      return sum.kind === 'runtime' ? undefined : sum;
    }
    return undefined;
  }

  #setMember(target: SyntaxNode, right: SyntaxNode, operator: string, frame: Frame): Value {
    const member = target.type === 'member_expression' ? childOf(target, 'property') : undefined;
    const owner = childOf(target, 'object');
    const name = member === undefined ? '' : this.#file.text(member);
    const value = this.#file.expressions.read(right, frame, { name: pathOf(this.#file, target) });
    if (owner?.type === 'this' && member !== undefined && operator === '=') {
      this.#file.classes.setField(frame, name, value, rangeOf(member));
    }
    const place = this.place(target, frame);
    if (place !== undefined) {
      this.#file.decisions.forget(place.variable);
      this.#change(place.variable, (root) =>
        setAt(root, place.path, operator === '=' ? value : undefined, rangeOf(member ?? target)),
      );
    }
    this.#file.chains.written(target, frame, operator === '=' || operator.length === 3 ? value : undefined);
    return value;
  }

  /** `delete where.status` */
  remove(node: SyntaxNode, target: SyntaxNode, frame: Frame): Value {
    const place = this.place(unwrap(target), frame);
    const range = rangeOf(node);
    if (place !== undefined) {
      this.#change(place.variable, (root) =>
        setAt(root, place.path, { kind: 'literal', value: undefined, range }, range),
      );
    }
    this.#file.chains.written(unwrap(target), frame);
    return this.#file.runtime(node, 'boolean');
  }

  /** `page++` */
  forget(target: SyntaxNode, frame: Frame): void {
    const inner = unwrap(target);
    if (inner.type !== 'identifier') {
      this.#file.chains.written(inner, frame);
      return;
    }
    const range = rangeOf(inner);
    const name = this.#file.text(inner);
    this.#file.bind(frame, { name, range }, range);
    const variable = frame.scope.find(name);
    if (variable === undefined) return;
    this.#file.decisions.forget(variable);
    this.#file.flow.set(variable, undefined);
  }

  /** The variable of this file, and what of it is meant; undefined when the root is no such variable. */
  place(target: SyntaxNode, frame: Frame): Place | undefined {
    const path: Key[] = [];
    let current = unwrap(target);
    while (current.type === 'member_expression' || current.type === 'subscript_expression') {
      const property = childOf(current, 'property');
      const index = childOf(current, 'index');
      if (property !== undefined) path.push(this.#file.text(property));
      else path.push(index === undefined ? undefined : this.#key(index, frame));
      const object = childOf(current, 'object');
      if (object === undefined) return undefined;
      current = unwrap(object);
    }
    if (current.type !== 'identifier') return undefined;
    const found = frame.scope.find(this.#file.text(current));
    if (found?.value === undefined) return undefined;
    return { variable: this.#file.variables.variableOf(found.value) ?? found, path: path.reverse() };
  }

  /** `[Op.in]`, `['status']`; undefined for a key that only the run time knows. */
  #key(index: SyntaxNode, frame: Frame): Key {
    // The uses in it are recorded where the whole is read.
    const before = frame.draft.uses.length;
    const value = this.#file.expressions.read(index, frame, { within: 'argument' });
    frame.draft.uses.length = before;
    if (value.kind === 'literal') return String(value.value);
    if (value.kind !== 'chain' || value.links.length === 0) return undefined;
    const isPlain = value.links.every((link) => link.arguments === undefined && link.name !== '[]');
    // `[Op.in]` is a constant of a library, `[filter.field]` is not.
    return isPlain && typeof value.root === 'string' && /^[A-Z$]/.test(value.root) ? value : undefined;
  }

  /** A statement that only calls: `query.where(x)`, `addTenant(where)`. */
  called(value: Value, node: SyntaxNode, frame: Frame): void {
    const isAwaited = node.type === 'await_expression';
    const call = unwrap(isAwaited ? (node.children.at(-1) ?? node) : node);
    const callee = call.type === 'call_expression' ? childOf(call, 'function') : undefined;
    if (callee === undefined || value.kind !== 'chain' || value.links.at(-1)?.arguments === undefined) return;
    const receiver = callee.type === 'member_expression' ? childOf(callee, 'object') : undefined;
    const place = receiver === undefined ? undefined : this.place(innermost(receiver), frame);
    if (place !== undefined && place.path.length === 0 && !isAwaited && isBuilder(value))
      this.#grown(place.variable, value, frame);
    this.#passed(value, childOf(call, 'arguments')?.children ?? [], frame);
  }

  #grown(variable: Variable, chain: ChainValue, frame: Frame): void {
    const builder = variable.value;
    if (builder?.kind !== 'chain' && builder?.kind !== 'choice') return;
    this.#file.flow.set(variable, chain);
    const use = frame.draft.uses.findLast((each) => each.chain === chain);
    if (use !== undefined) variable.uses = [use];
  }

  /** A call that changes what it is called on or given: `conditions.push(x)`, `Object.assign(where, x)`. */
  changing(call: SyntaxNode, name: string, values: readonly Value[], frame: Frame): void {
    if (!/^(?:push|unshift|splice|pop|shift|fill|sort|reverse|copyWithin|assign)$/.test(name)) return;
    const callee = unwrap(childOf(call, 'function') ?? call);
    const receiver = callee.type === 'member_expression' ? childOf(callee, 'object') : undefined;
    if (receiver === undefined) return;
    if (name === 'assign') {
      const target = unwrap(childOf(call, 'arguments')?.children[0] ?? call);
      if (this.#file.text(receiver) === 'Object' && target.type === 'identifier') this.#assigned(target, values, frame);
      return;
    }
    const place = this.place(unwrap(receiver), frame);
    if (place === undefined) return;
    const isAdding = name === 'push' || name === 'unshift';
    this.#change(place.variable, (root) =>
      updateAt(root, place.path, (list) => (isAdding ? added(list, values, name === 'push') : openedValue(list))),
    );
  }

  #assigned(target: SyntaxNode, values: readonly Value[], frame: Frame): void {
    const place = this.place(target, frame);
    if (place === undefined) return;
    this.#change(place.variable, (root) =>
      values.slice(1).reduce<Value | undefined>((all, source) => merged(all, source, this.#file.objects), root),
    );
  }

  /** A function of the program may add to an object that it is given: `applyFilters(where, query)`. */
  #passed(chain: ChainValue, nodes: readonly SyntaxNode[], frame: Frame): void {
    const name = chain.links.at(-1)?.name ?? '';
    const isOwn = name === '' || (chain.root === 'this' && chain.links.length === 1);
    if (!isOwn && !addingName.test(name)) return;
    for (const node of nodes) {
      const inner = unwrap(node);
      const place = inner.type === 'identifier' ? this.place(inner, frame) : undefined;
      if (place !== undefined) this.#change(place.variable, openedValue);
    }
  }

  #change(variable: Variable, change: (root: Value | undefined) => Value | undefined): void {
    this.#file.flow.set(variable, change(variable.value));
  }
}

/** `query.where(a).where(b)` → `query` */
function innermost(node: SyntaxNode): SyntaxNode {
  let current = unwrap(node);
  while (current.type === 'call_expression') {
    const callee = unwrap(childOf(current, 'function') ?? current);
    const object = callee.type === 'member_expression' ? childOf(callee, 'object') : undefined;
    if (object === undefined) return current;
    current = unwrap(object);
  }
  return current;
}

/** `Post.prototype.toJSON`, `exports.list` → `list`: how a function that is put there is called. */
function pathOf(file: FileReader, target: SyntaxNode): string {
  const text = file.source.slice(target.start, Math.min(target.end, target.start + 100));
  return /^[\w$.]+$/.test(text) ? file.names.of(text.replace(/^(?:module\.)?exports\./, '')) : '';
}

/** `let posts; if (all) { posts = … }`: the name is known where it is declared. */
function setInBlock(binding: Mutable<Binding>, { scope, id }: Frame): void {
  const [name = binding.pattern.name] = binding.pattern.bound?.map((each) => each.name) ?? [];
  const home = scope.homeOf(name);
  if (scope.range === undefined || home === scope) return;
  binding.block = scope.range;
  const isOwn = home?.own(name)?.within === id;
  if (isOwn && home?.range !== undefined) binding.scope = home.range;
  else delete binding.scope;
}
