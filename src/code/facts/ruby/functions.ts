import type { FunctionStep, FunctionValue, Pattern, Value } from '../values';
import type { FileReader } from './file-reader';
import type { ClassDraft, Frame, FunctionDraft } from './frame';
import { childOf, type RubyNode, rangeOf } from './nodes';

/** Methods, blocks, lambdas, and the file's top level. */
export class FunctionReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  topLevel(root: RubyNode): void {
    const draft = this.#draft('', root, root);
    const own = new Set<string>();
    this.#file.statements.all(root.children, { draft, id: 0, own, names: [own] });
  }

  /** `def list(author, limit = 10)`; also `def self.list`. */
  method(node: RubyNode, frame: Frame): void {
    const nameNode = childOf(node, 'name') ?? node;
    const name = this.#file.text(nameNode);
    const isStatic = node.type === 'singleton_method' || frame.isStatic === true;
    const { owner } = frame;
    const draft = this.#draft(owner ? `${owner.name}.${name}` : name, node, nameNode);
    const id = this.#file.functions.length - 1;
    draft.parent = frame.id;
    if (owner) {
      draft.class = owner.name;
      owner.methods.push({ name, decorators: [], function: id, ...(isStatic ? { isStatic: true } : {}) });
    }
    const comment = this.#file.commentAbove(node);
    if (comment !== undefined) draft.comment = comment;
    const inside = this.#inside(draft, id, [], owner, isStatic);
    draft.parameters.push(...this.#parameters(childOf(node, 'parameters'), inside));
    const body = childOf(node, 'body');
    const last = body && this.#file.statements.body(body, inside);
    if (last) draft.returns.push(last);
  }

  /** `{ |post| … }`, `do |post| … end`, `-> (x) { … }`. */
  block(node: RubyNode, frame: Frame, callback?: { use: number; argument: number }): FunctionValue {
    const body = childOf(node, 'body');
    // A lambda's body is a block of its own.
    const inner = body && /^(?:block|do_block)$/.test(body.type) ? childOf(body, 'body') : body;
    return this.#callback(node, frame, callback, (inside) => {
      const parameters = this.#parameters(childOf(node, 'parameters'), inside);
      inside.draft.parameters.push(...parameters);
      return inner && this.#file.statements.body(inner, inside);
    });
  }

  /** `&:author` is `{ |row| row.author }`. */
  symbolBlock(node: RubyNode, name: string, frame: Frame, callback: { use: number; argument: number }): FunctionValue {
    const range = rangeOf(node);
    return this.#callback(node, frame, callback, ({ draft, own }) => {
      own.add('row');
      draft.parameters.push({ name: 'row', range });
      const nameRange = { start: range.end - name.length, end: range.end };
      const rootRange = { start: nameRange.start, end: nameRange.start };
      const links = [{ name, range: nameRange }];
      const chain: Value = { kind: 'chain', root: 'row', rootRange, links, range: nameRange };
      draft.uses.push({ chain, within: 'return' });
      return chain;
    });
  }

  #callback(
    node: RubyNode,
    frame: Frame,
    callback: { use: number; argument: number } | undefined,
    read: (inside: Frame) => Value | undefined,
  ): FunctionValue {
    const draft = this.#draft('', node, node);
    const id = this.#file.functions.length - 1;
    draft.parent = frame.id;
    if (callback) draft.callback = callback;
    const inside = this.#inside(draft, id, frame.names, frame.owner, frame.isStatic);
    const last = read(inside);
    if (last) draft.returns.push(last);
    const body: FunctionStep[] = draft.returns.map((value) => ({ value, isReturned: true }));
    return { kind: 'function', parameters: draft.parameters, body, id, range: rangeOf(node) };
  }

  #inside(
    draft: FunctionDraft,
    id: number,
    around: readonly ReadonlySet<string>[],
    owner: ClassDraft | undefined,
    isStatic: boolean | undefined,
  ): Frame {
    const own = new Set<string>();
    return { draft, id, own, names: [own, ...around], ...(owner ? { owner } : {}), ...(isStatic ? { isStatic } : {}) };
  }

  #parameters(list: RubyNode | undefined, inside: Frame): Pattern[] {
    return (list?.children ?? []).map((node) => {
      const range = rangeOf(node);
      if (node.type === 'identifier') return this.#named(this.#file.text(node), inside, range);
      if (node.type === 'destructured_parameter') {
        const bound = node.children.map((child, i) => ({ name: this.#file.text(child), path: [String(i)] }));
        for (const { name } of bound) inside.own.add(name);
        return { name: '', bound, range };
      }
      const name = childOf(node, 'name');
      const value = childOf(node, 'value');
      const pattern = this.#named(name ? this.#file.text(name) : '', inside, range);
      return value ? { ...pattern, default: this.#file.expressions.value(value, inside) } : pattern;
    });
  }

  #named(name: string, inside: Frame, range: Pattern['range']): Pattern {
    inside.own.add(name);
    return { name, range };
  }

  #draft(name: string, node: RubyNode, nameNode: RubyNode): FunctionDraft {
    const draft: FunctionDraft = {
      name,
      parameters: [],
      nameRange: rangeOf(nameNode),
      range: rangeOf(node),
      bindings: [],
      uses: [],
      loops: [],
      returns: [],
    };
    this.#file.functions.push(draft);
    return draft;
  }
}
