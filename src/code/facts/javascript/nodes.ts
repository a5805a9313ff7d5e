import type { TextRange } from '../../../nouns/text-range';
import type { SyntaxNode } from './syntax-tree';

export function childOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
  for (const child of node.children) if (child.field === field) return child;
  return undefined;
}

export function has(node: SyntaxNode, token: string): boolean {
  for (const child of node.children) if (child.type === token) return true;
  return false;
}

export function ofType(node: SyntaxNode, type: string): SyntaxNode | undefined {
  for (const child of node.children) if (child.type === type) return child;
  return undefined;
}

export function rangeOf(node: SyntaxNode): TextRange {
  return { start: node.start, end: node.end };
}

const functionTypes = new Set([
  'arrow_function',
  'function_expression',
  'function',
  'generator_function',
  'function_declaration',
  'generator_function_declaration',
  'method_definition',
]);

export function isFunction(node: SyntaxNode): boolean {
  return functionTypes.has(node.type);
}

const classTypes = new Set(['class_declaration', 'abstract_class_declaration', 'class']);

/** The word `class` has the same type as an anonymous class, but no children. */
export function isClass(node: SyntaxNode): boolean {
  return classTypes.has(node.type) && node.children.length > 0;
}

/** What stands in parentheses, before `as T`, `!` and `satisfies T`. */
export function unwrap(node: SyntaxNode): SyntaxNode {
  let inner = node;
  for (;;) {
    const next = wrapped(inner);
    if (next === undefined) return inner;
    inner = next;
  }
}

export function wrapped(node: SyntaxNode): SyntaxNode | undefined {
  switch (node.type) {
    case 'parenthesized_expression':
      return node.children.find((child) => child.type !== 'type_annotation');
    case 'as_expression':
    case 'satisfies_expression':
    case 'non_null_expression':
    case 'instantiation_expression':
      return node.children[0];
    case 'type_assertion':
      return node.children.at(-1);
    default:
      return undefined;
  }
}
