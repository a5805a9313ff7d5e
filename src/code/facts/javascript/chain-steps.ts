import type { TextRange } from '../../../nouns/text-range';
import { childOf, rangeOf, wrapped } from './nodes';
import type { SyntaxNode } from './syntax-tree';

/** One thing that is read or called of what stands before; `awaited`: what stands before is awaited. */
export type Step = { awaited: boolean } & (
  | { readonly kind: 'member'; readonly node: SyntaxNode }
  | { readonly kind: 'index'; readonly node: SyntaxNode }
  | {
      readonly kind: 'call';
      readonly node: SyntaxNode;
      readonly arguments: SyntaxNode | undefined;
      readonly isNew: boolean;
    }
  | { readonly kind: 'template'; readonly node: SyntaxNode; readonly text: SyntaxNode }
);

export interface Steps {
  readonly root: SyntaxNode;
  /** All of it, without `await`, casts and parentheses around it. */
  readonly range: TextRange;
  /** From the root outwards. */
  readonly steps: readonly Step[];
  readonly isAwaited: boolean;
}

/** Takes a chain apart; not recursive, since generated code has chains of thousands of links. */
export function stepsOf(node: SyntaxNode): Steps {
  const steps: Step[] = [];
  let isAwaited = false;
  let range: TextRange | undefined;
  let current: SyntaxNode | undefined = node;
  // What is read of the parentheses around.
  let around: Step | undefined;
  let isInParentheses = true;
  for (;;) {
    const inner: SyntaxNode | undefined = wrapped(current);
    if (inner !== undefined) {
      isInParentheses = current.type === 'parenthesized_expression' || (isInParentheses && steps.length === 0);
      if (current.type === 'parenthesized_expression') around = steps.at(-1);
      current = inner;
      continue;
    }
    let next: SyntaxNode | undefined;
    if (current.type !== 'await_expression') range ??= rangeOf(current);
    switch (current.type) {
      case 'await_expression': {
        next = current.children.at(-1);
        // The grammar reads `await a.b()!.c()` as `(await a.b())!.c()`, and `await a<B>().c()` as `(await a)<B>().c()`.
        const outer = isInParentheses ? steps.at(-1) : around;
        if (!isInParentheses && outer === undefined && range !== undefined && next !== undefined) {
          range = { start: next.start, end: range.end };
        }
        if (outer === undefined) isAwaited = true;
        else outer.awaited = true;
        break;
      }
      case 'member_expression': {
        next = childOf(current, 'object');
        const name = childOf(current, 'property');
        if (next !== undefined && name !== undefined) steps.push({ kind: 'member', node: name, awaited: false });
        break;
      }
      case 'subscript_expression': {
        next = childOf(current, 'object');
        const index = childOf(current, 'index');
        if (next !== undefined && index !== undefined) steps.push({ kind: 'index', node: index, awaited: false });
        break;
      }
      case 'call_expression': {
        next = childOf(current, 'function');
        const list = childOf(current, 'arguments');
        if (next === undefined) break;
        if (list?.type === 'template_string')
          steps.push({ kind: 'template', node: current, text: list, awaited: false });
        else steps.push({ kind: 'call', node: current, arguments: list, isNew: false, awaited: false });
        break;
      }
      case 'new_expression':
        next = childOf(current, 'constructor');
        if (next !== undefined) {
          steps.push({
            kind: 'call',
            node: current,
            arguments: childOf(current, 'arguments'),
            isNew: true,
            awaited: false,
          });
        }
        break;
    }
    if (next === undefined)
      return { root: current, range: range ?? rangeOf(current), steps: steps.reverse(), isAwaited };
    isInParentheses = false;
    current = next;
  }
}
