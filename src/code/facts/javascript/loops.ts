import type { LoopFacts } from '../facts';
import type { FileReader } from './file-reader';
import { type End, Scope } from './flow';
import type { Frame, Mutable } from './frame';
import { childOf, has, rangeOf } from './nodes';
import type { SyntaxNode } from './syntax-tree';

const longestHead = 200;

/** Reads `for`, `while` and `do`. */
export class LoopReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  read(node: SyntaxNode, frame: Frame): End {
    const outerScope = frame.scope;
    frame.scope = new Scope(outerScope, rangeOf(node));
    try {
      return this.#read(node, frame);
    } finally {
      this.#file.settleBindings(frame);
      frame.scope = outerScope;
    }
  }

  /** `break` or `return` leaves it. */
  leave(loop: number | 'switch', frame: Frame): void {
    const facts = loop === 'switch' ? undefined : frame.draft.loops[loop];
    if (facts !== undefined) facts.isLeft = true;
  }

  #read(node: SyntaxNode, frame: Frame): End {
    const body = childOf(node, 'body') ?? node;
    const outer = frame.loop;
    const index = frame.draft.loops.length;
    const loop: Mutable<LoopFacts> = {
      kind: kindOf(node),
      headRange: headOf(node, body, this.#file),
      bodyRange: rangeOf(body),
      head: '',
      ...(outer === undefined ? {} : { parent: outer }),
    };
    const comment = this.#file.comments.about(node.start, body);
    if (comment !== undefined) loop.comment = comment;
    frame.draft.loops.push(loop);
    this.#forgetAssigned(node, frame);
    this.#head(node, loop, index, frame);
    frame.loop = index;
    frame.breakable.push(index);
    this.#file.flow.repeat(() => this.#turn(node, body, frame));
    frame.breakable.pop();
    frame.loop = outer;
    return 'on';
  }

  #turn(node: SyntaxNode, body: SyntaxNode, frame: Frame): void {
    if (node.type === 'while_statement' || node.type === 'for_statement') this.#test(node, frame);
    this.#file.statements.read(body, frame);
    const increment = childOf(node, 'increment');
    if (increment !== undefined) this.#file.expressions.read(increment, frame, {});
    if (node.type === 'do_statement') this.#test(node, frame);
  }

  #test(node: SyntaxNode, frame: Frame): void {
    const condition = childOf(node, 'condition');
    if (condition === undefined || condition.type === 'empty_statement') return;
    if (condition.type === 'expression_statement') {
      for (const child of condition.children) this.#file.expressions.read(child, frame, { within: 'loop head' });
    } else this.#file.expressions.read(condition, frame, { within: 'loop head' });
  }

  /** What runs once: the list, the first value of a counter. */
  #head(node: SyntaxNode, loop: Mutable<LoopFacts>, index: number, frame: Frame): void {
    const { source } = this.#file;
    if (node.type === 'for_in_statement') {
      const left = childOf(node, 'left');
      const right = childOf(node, 'right');
      if (left === undefined || right === undefined) return;
      const value = this.#file.expressions.read(right, frame, { within: 'loop head' });
      loop.over = this.#file.variables.settle(value, frame);
      const isDeclared = node.children.some((child) => child.field === 'kind');
      const pattern = isDeclared ? this.#file.patterns.read(left, frame) : this.#file.patterns.readTarget(left, frame);
      loop.element = pattern;
      loop.head = this.#file.names.of(source.slice(left.start, Math.min(right.end, left.start + longestHead)));
      const binding = this.#file.bind(frame, pattern, rangeOf(left));
      binding.value = value;
      binding.loop = index;
      if (loop.kind !== 'for in') binding.isElement = true;
      else delete binding.value;
      return;
    }
    const initializer = childOf(node, 'initializer');
    if (initializer !== undefined) this.#file.statements.read(initializer, frame);
    // Of a counter nothing is known in the body.
    this.#forgetAssigned(node, frame);
    const parts = [childOf(node, 'condition'), childOf(node, 'increment')];
    const text = parts
      .map((part) => (part === undefined ? '' : source.slice(part.start, part.end).replace(/^\(([\s\S]*)\)$|;$/, '$1')))
      .filter((part) => part !== '')
      .join('; ');
    loop.head = this.#file.names.of(text.slice(0, longestHead));
  }

  /** `offset += 100`: in the next turn it is another. */
  #forgetAssigned(node: SyntaxNode, frame: Frame): void {
    for (const { name, isMember } of this.#file.assignedIn(rangeOf(node))) {
      if (isMember) continue;
      const variable = frame.scope.find(name);
      if (variable === undefined) continue;
      this.#file.decisions.forget(variable);
      const kind = variable.value?.kind;
      if (kind !== 'object' && kind !== 'chain') this.#file.flow.set(variable, undefined);
    }
  }
}

function kindOf(node: SyntaxNode): LoopFacts['kind'] {
  switch (node.type) {
    case 'for_statement':
      return 'for';
    case 'while_statement':
      return 'while';
    case 'do_statement':
      return 'do';
    default:
      if (has(node, 'await')) return 'for await';
      return childOf(node, 'operator')?.type === 'in' ? 'for in' : 'for of';
  }
}

/** `for (const post of posts)`; of a `do` its condition. */
function headOf(node: SyntaxNode, body: SyntaxNode, file: FileReader): { start: number; end: number } {
  const condition = node.type === 'do_statement' ? childOf(node, 'condition') : undefined;
  if (condition !== undefined) return rangeOf(condition);
  return { start: node.start, end: file.trimmedEnd(node.start, body === node ? node.end : body.start) };
}
