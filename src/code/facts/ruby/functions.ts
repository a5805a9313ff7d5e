import type { TextRange } from '../../../nouns/text-range';
import type { ChainValue, FunctionStep, FunctionValue, Pattern, Value } from '../values';
import type { FileReader } from './file-reader';
import type { ClassDraft, Frame, FunctionDraft } from './frame';
import { childOf, type RubyNode, rangeOf } from './nodes';
import { partialName } from './templates';

/** Methods, blocks, lambdas, and the file's top level. */
export class FunctionReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  topLevel(root: RubyNode): void {
    const draft = this.#draft('', rangeOf(root), rangeOf(root));
    const own = new Set<string>();
    this.#file.statements.all(root.children, { draft, id: 0, own, names: [own] });
  }

  /**
   * A template is a class with one method, which is named as it is: `_post` of the class 'posts/_post'. What a partial does
   * not declare is passed to it.
   */
  template(root: RubyNode, path: string): void {
    this.#draft('', rangeOf(root), rangeOf(root));
    const range = { start: 0, end: 0 };
    const owner: ClassDraft = {
      name: path,
      decorators: [],
      fields: [],
      methods: [],
      within: 0,
      nameRange: range,
      range: rangeOf(root),
    };
    this.#file.classes.push(owner);
    const inside = this.#methodOf(owner, path.slice(path.lastIndexOf('/') + 1), rangeOf(root), range, 0);
    if (partialName(path) !== undefined) {
      const bound = [...localsIn(root)].map((node) => this.#file.text(node));
      for (const name of bound) inside.own.add(name);
      const locals = [...new Set(bound)].map((name) => ({ name, path: [name] }));
      inside.draft.parameters.push({ name: '', bound: locals, range });
    }
    this.#file.statements.all(root.children, inside);
  }

  /** A method of a class that nobody wrote, which uses its parameter `object`. */
  made(name: string, owner: ClassDraft, range: TextRange, frame: Frame, uses: readonly ChainValue[]): void {
    const { draft } = this.#methodOf(owner, name, range, range, frame.id);
    draft.parameters.push({ name: 'object', range });
    draft.uses.push(...uses.map((chain) => ({ chain })));
  }

  #methodOf(owner: ClassDraft, name: string, range: TextRange, nameRange: TextRange, parent: number): Frame {
    const draft = this.#draft(`${owner.name}.${name}`, range, nameRange);
    const id = this.#file.functions.length - 1;
    draft.parent = parent;
    draft.class = owner.name;
    owner.methods.push({ name, decorators: [], function: id, isStatic: true });
    return this.#inside(draft, id, [], owner, true);
  }

  /** `def list(author, limit = 10)`; also `def self.list`. */
  method(node: RubyNode, frame: Frame): void {
    const nameNode = childOf(node, 'name') ?? node;
    const name = this.#file.text(nameNode);
    const isStatic = node.type === 'singleton_method' || frame.isStatic === true;
    const { owner } = frame;
    const draft = this.#draft(owner ? `${owner.name}.${name}` : name, rangeOf(node), rangeOf(nameNode));
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
    if (frame.rowName !== undefined) draft.parameters.push(this.#named(frame.rowName, inside, rangeOf(nameNode)));
    const body = childOf(node, 'body');
    const last = body && this.#file.statements.body(body, inside);
    if (last) draft.returns.push(last);
  }

  /** `{ |post| … }`, `do |post| … end`, `-> (x) { … }`. */
  block(node: RubyNode, frame: Frame, callback?: { use: number; argument: number }): FunctionValue {
    const body = childOf(node, 'body');
    // A lambda's body is a block of its own.
    const inner = body && /^(?:block|do_block)$/.test(body.type) ? childOf(body, 'body') : body;
    return this.#callback(rangeOf(node), frame, callback, (inside) => {
      const parameters = this.#parameters(childOf(node, 'parameters'), inside);
      inside.draft.parameters.push(...parameters);
      return inner && this.#file.statements.body(inner, inside);
    });
  }

  /** `&:author` is `{ |row| row.author }`. */
  symbolBlock(node: RubyNode, name: string, frame: Frame, callback: { use: number; argument: number }): FunctionValue {
    const range = rangeOf(node);
    return this.rowBlock(range, { name: 'row', range }, frame, callback, (row) => {
      const nameRange = { start: range.end - name.length, end: range.end };
      const rootRange = { start: nameRange.start, end: nameRange.start };
      return [{ ...row, rootRange, links: [{ name, range: nameRange }], range: nameRange }];
    });
  }

  /** A block that nobody wrote; it gives what it does last. */
  rowBlock(
    range: TextRange,
    row: Pattern,
    frame: Frame,
    callback: { use: number; argument: number },
    uses: (row: ChainValue) => readonly ChainValue[],
  ): FunctionValue {
    return this.#callback(range, frame, callback, ({ draft, own }) => {
      own.add(row.name);
      draft.parameters.push(row);
      const chain: ChainValue = { kind: 'chain', root: row.name, rootRange: range, links: [], range };
      const all = uses(chain);
      draft.uses.push(...all.map((one) => ({ chain: one, within: 'return' as const })));
      return all.at(-1);
    });
  }

  #callback(
    range: TextRange,
    frame: Frame,
    callback: { use: number; argument: number } | undefined,
    read: (inside: Frame) => Value | undefined,
  ): FunctionValue {
    const draft = this.#draft('', range, range);
    const id = this.#file.functions.length - 1;
    draft.parent = frame.id;
    if (callback) draft.callback = callback;
    const inside = this.#inside(draft, id, frame.names, frame.owner, frame.isStatic);
    const last = read(inside);
    if (last) draft.returns.push(last);
    const body: FunctionStep[] = draft.returns.map((value) => ({ value, isReturned: true }));
    return { kind: 'function', parameters: draft.parameters, body, id, range };
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

  #draft(name: string, range: TextRange, nameRange: TextRange): FunctionDraft {
    const draft: FunctionDraft = {
      name,
      parameters: [],
      nameRange,
      range,
      bindings: [],
      uses: [],
      loops: [],
      returns: [],
    };
    this.#file.functions.push(draft);
    return draft;
  }
}

/** Names that stand alone or are asked for something, and are not set there. */
function* localsIn(node: RubyNode): Generator<RubyNode> {
  for (const child of node.children) {
    const isName = child.type === 'identifier' && !/^(?:method|left|name)$/.test(child.field);
    if (isName && !/parameters|^assignment$/.test(node.type)) yield child;
    yield* localsIn(child);
  }
}
