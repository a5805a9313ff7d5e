import type { Node } from 'web-tree-sitter';
import type { TextRange } from '../../../nouns/text-range';

/** A node of the grammar as plain data. */
export interface RubyNode {
  readonly type: string;
  /** The name of its place in the parent: `receiver`, `method`; '' for none. */
  readonly field: string;
  readonly start: number;
  readonly end: number;
  /** Named ones, and those that have a place: operators. */
  readonly children: readonly RubyNode[];
}

export interface RubyTree {
  readonly root: RubyNode;
  readonly comments: readonly RubyNode[];
  /** The texts of `<<~SQL`, in the order in which they begin. */
  readonly heredocs: readonly RubyNode[];
}

/** Deeper code is generated; what is below is left out. */
const mostDepth = 400;

export function copyTree(node: Node): RubyTree {
  const comments: RubyNode[] = [];
  const heredocs: RubyNode[] = [];
  const copy = (of: Node, field: string, depth: number): RubyNode => {
    const children: RubyNode[] = [];
    const count = depth > mostDepth ? 0 : of.childCount;
    for (let i = 0; i < count; i++) {
      const child = of.child(i);
      const place = of.fieldNameForChild(i) ?? '';
      if (child === null || (!child.isNamed && place === '')) continue;
      const copied = copy(child, place, depth + 1);
      if (copied.type === 'comment') comments.push(copied);
      else if (copied.type === 'heredoc_body') heredocs.push(copied);
      else children.push(copied);
    }
    return { type: of.type, field, start: of.startIndex, end: of.endIndex, children };
  };
  return { root: copy(node, '', 0), comments, heredocs };
}

export function childOf(node: RubyNode, field: string): RubyNode | undefined {
  return node.children.find((child) => child.field === field);
}

export function rangeOf({ start, end }: RubyNode): TextRange {
  return { start, end };
}
