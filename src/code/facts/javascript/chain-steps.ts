import { childOf, wrapped } from './nodes';
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
  readonly whole: SyntaxNode;
  /** From the root outwards. */
  readonly steps: readonly Step[];
  readonly isAwaited: boolean;
}

/** Takes a chain apart; not recursive, since generated code has chains of thousands of links. */
export function stepsOf(node: SyntaxNode): Steps {
  const steps: Step[] = [];
  let isAwaited = false;
  let whole: SyntaxNode | undefined;
  let current: SyntaxNode | undefined = node;
  // What is read of the parentheses around.
  let around: Step | undefined;
  for (;;) {
    const inner: SyntaxNode | undefined = wrapped(current);
    if (inner !== undefined) {
      if (current.type === 'parenthesized_expression') around = steps.at(-1);
      current = inner;
      continue;
    }
    let next: SyntaxNode | undefined;
    if (current.type !== 'await_expression') whole ??= current;
    switch (current.type) {
      case 'await_expression': {
        next = current.children.at(-1);
        const outer = steps.at(-1);
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
        // The grammar reads `await knex<Post>('posts').first()` as `(await knex)<Post>('posts').first()`.
        if (next.type === 'await_expression') {
          next = next.children.at(-1);
          if (around === undefined) isAwaited = true;
          else around.awaited = true;
        }
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
    if (next === undefined) return { root: current, whole: whole ?? current, steps: steps.reverse(), isAwaited };
    current = next;
  }
}
