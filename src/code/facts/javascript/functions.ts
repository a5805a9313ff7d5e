import type { FunctionFacts } from '../facts';
import type { FunctionStep, FunctionValue } from '../values';
import { exact } from './exact';
import type { FileReader } from './file-reader';
import { Scope } from './flow';
import { type ClassDraft, emptyDraft, type Frame, type FunctionDraft, type Mutable } from './frame';
import { childOf, has, rangeOf } from './nodes';
import { sizeOf } from './sizes';
import type { SyntaxNode } from './syntax-tree';

/** Bodies of more values are not written out in the function's value. */
const largestBody = 150;

interface Named {
  readonly name: string;
  /** The class of which it is a method. */
  readonly owner?: ClassDraft;
  /** Where the comment above it ends; the statement's start without. */
  readonly anchor?: number;
}

/** Reads functions: callbacks where they stand, all others when the function around them is read to its end. */
export class FunctionReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  /** A callback: it sees the names as they are now, and may run any number of times. */
  now(node: SyntaxNode, frame: Frame, callback: FunctionFacts['callback'], named?: Named): FunctionValue {
    const name = childOf(node, 'name');
    const own = { name: name === undefined ? '' : this.#file.text(name) };
    const draft = this.#draft(node, frame, named ?? own, callback !== undefined);
    if (callback !== undefined) draft.callback = callback;
    const value = functionValue(draft, this.#file.functionsRead.length - 1);
    this.#file.flow.repeat(() => this.#read(node, frame, draft, value, frame.owner));
    return value;
  }

  /** In an object that is given to a call it is a callback too: `findMany({ where: (post) => … })`. */
  inObject(node: SyntaxNode, frame: Frame, named: Named): FunctionValue {
    return frame.arguments > 0 ? this.now(node, frame, undefined, named) : this.later(node, frame, named);
  }

  later(node: SyntaxNode, frame: Frame, named: Named): FunctionValue {
    const own = childOf(node, 'name');
    const name = named.name === '' && own !== undefined ? this.#file.text(own) : named.name;
    const draft = this.#draft(node, frame, { ...named, name });
    const value = functionValue(draft, this.#file.functionsRead.length - 1);
    this.#file.variables.runsLater(value);
    const scope = frame.scope;
    for (const assigned of this.#file.assignedIn(rangeOf(node))) {
      const variable = scope.find(assigned.name);
      if (variable !== undefined) variable.isWild = true;
    }
    frame.later.push(() => {
      const before = frame.scope;
      frame.scope = scope;
      this.#read(node, frame, draft, value, named.owner ?? frame.owner);
      frame.scope = before;
    });
    return value;
  }

  /** What the file itself does when it is loaded. */
  topLevel(root: SyntaxNode): Frame {
    const range = rangeOf(root);
    const draft = emptyDraft('', range, { start: root.start, end: root.start });
    this.#file.functionsRead.push(draft);
    const frame = frameOf(0, draft, new Scope(undefined), undefined);
    this.#file.statements.block(root.children, frame);
    this.#end(frame);
    return frame;
  }

  #draft(node: SyntaxNode, frame: Frame, named: Named, isCallback = false): FunctionDraft {
    const nameNode = childOf(node, 'name');
    const body = childOf(node, 'body');
    const head = {
      start: node.start,
      end: Math.max(node.start, this.#file.trimmedEnd(node.start, body?.start ?? node.end)),
    };
    const draft = emptyDraft(named.name, rangeOf(node), nameNode === undefined ? head : rangeOf(nameNode));
    draft.parent = frame.id;
    if (named.owner !== undefined) draft.class = named.owner.name;
    if (has(node, 'async')) draft.isAsync = true;
    if (has(node, '*')) draft.isGenerator = true;
    const returnType = this.#file.patterns.type(childOf(node, 'return_type'));
    if (returnType !== undefined) draft.returnType = returnType;
    const isNamed = named.name !== '' || isCallback;
    const above = named.anchor ?? (isNamed ? frame.statement : undefined);
    const comment = this.#file.comments.about(above, body);
    if (comment !== undefined) draft.comment = comment;
    this.#file.functionsRead.push(draft);
    return draft;
  }

  #read(
    node: SyntaxNode,
    outer: Frame,
    draft: FunctionDraft,
    value: FunctionValue,
    owner: ClassDraft | undefined,
  ): void {
    const steps: FunctionStep[] = [];
    const frame = frameOf(value.id, draft, new Scope(outer.scope), owner, steps);
    frame.depth = outer.depth + 1;
    frame.statement = node.start;
    const list = childOf(node, 'parameters') ?? childOf(node, 'parameter');
    const parameters = list?.type === 'formal_parameters' ? list.children : list === undefined ? [] : [list];
    for (const parameter of parameters) this.#parameter(parameter, frame);
    const body = childOf(node, 'body');
    if (body?.type === 'statement_block') this.#file.statements.block(body.children, frame);
    else if (body !== undefined) this.#file.statements.returned(body, frame);
    this.#end(frame);
    this.#write(value as Mutable<FunctionValue>, steps);
  }

  /** The value stands in objects and chains by now: what it says is put into it. */
  #write(value: Mutable<FunctionValue>, steps: readonly FunctionStep[]): void {
    let size = 0;
    for (const step of steps) size += sizeOf(step.value);
    if (size > largestBody) value.isLong = true;
    else value.body = exact(steps);
  }

  #parameter(node: SyntaxNode, frame: Frame): void {
    if (childOf(node, 'pattern')?.type === 'this') return;
    if (node.type === 'ERROR' || node.type === 'decorator') return;
    frame.draft.parameters.push(this.#file.patterns.parameter(node, frame));
  }

  /** Functions declared in it may declare others in turn. */
  #end(frame: Frame): void {
    this.#file.settleBindings(frame);
    for (let next = frame.later.shift(); next !== undefined; next = frame.later.shift()) next();
  }
}

function functionValue(draft: FunctionDraft, id: number): FunctionValue {
  return { kind: 'function', parameters: draft.parameters, body: [], id, range: draft.range };
}

function frameOf(
  id: number,
  draft: FunctionDraft,
  scope: Scope,
  owner: ClassDraft | undefined,
  steps: FunctionStep[] = [],
): Frame {
  return {
    id,
    draft,
    scope,
    loop: undefined,
    branch: undefined,
    isTry: false,
    statement: draft.range.start,
    owner,
    steps,
    later: [],
    breakable: [],
    arguments: 0,
    depth: 0,
  };
}
