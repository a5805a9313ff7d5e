import type { Node } from 'web-tree-sitter';
import type { TextRange } from '../../../nouns/text-range';

export function rangeOf(node: Node): TextRange {
  return { start: node.startIndex, end: node.endIndex };
}

/** Without comments. */
export function namedChildren(node: Node | null | undefined): Node[] {
  return (node?.namedChildren ?? []).filter((child) => child !== null && !/comment/.test(child.type)) as Node[];
}

export function field(node: Node, name: string): Node | undefined {
  return node.childForFieldName(name) ?? undefined;
}

/** `left + right`, where the field `operator` says which. */
export function binaryOperands(node: Node, operator: string): readonly Node[] | undefined {
  const [left, right] = [field(node, 'left'), field(node, 'right')];
  return left && right && field(node, 'operator')?.type === operator ? [left, right] : undefined;
}

/** `condition ? consequence : alternative` */
export function bothWays(node: Node, first = 'consequence', second = 'alternative'): readonly Node[] {
  return [field(node, first), field(node, second)].filter((way) => way !== undefined);
}

/** What stands before a name: `this.pool`, without the dot. */
export function receiverText(node: Node | undefined): string {
  return node === undefined ? '' : node.text.slice(-80);
}
