import type { Node } from 'web-tree-sitter';
import type { TextRange } from '../../nouns/text-range';

/** Parentheses and types say nothing about the text. */
export function unwrap(node: Node): Node {
  let inner = node;
  while (
    /^(?:parenthesized_expression|as_expression|satisfies_expression|non_null_expression|await_expression)$/.test(
      inner.type,
    )
  ) {
    const child = inner.namedChildren.find((each) => each !== null && each.type !== 'comment');
    if (child === null || child === undefined) return inner;
    inner = child;
  }
  return inner;
}

export function isText(node: Node): boolean {
  return node.type === 'string' || node.type === 'template_string' || node.type === 'number';
}

/** sql`…` within a template. */
export function isFragment(node: Node): boolean {
  return (
    node.type === 'template_string' ||
    (node.type === 'call_expression' && node.childForFieldName('arguments')?.type === 'template_string')
  );
}

export function rangeOf(node: Node): TextRange {
  return { start: node.startIndex, end: node.endIndex };
}
