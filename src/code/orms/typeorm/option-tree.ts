import { elementsOf, isObject, stringOf } from '../../facts/value-access';
import type { ObjectValue, Value } from '../../facts/values';

/** `{ a: true, b: { c: true } }` as it is; `['a', 'b.c']`, the older way, as that. */
export function asTree(value: Value | undefined): ObjectValue | undefined {
  if (isObject(value)) return value;
  const elements = elementsOf(value);
  if (elements === undefined || value === undefined) return undefined;
  const root: TreeNode = { range: value.range, below: new Map() };
  for (const element of elements) {
    let at = root;
    for (const name of (stringOf(element) ?? '').split('.').filter((part) => part !== '')) {
      const next = at.below.get(name) ?? { range: element.range, below: new Map() };
      at.below.set(name, next);
      at = next;
    }
  }
  return treeValue(root, value.kind === 'array' && value.open === true);
}

interface TreeNode {
  readonly range: Value['range'];
  readonly below: Map<string, TreeNode>;
}

function treeValue(node: TreeNode, isOpen = false): ObjectValue {
  return {
    kind: 'object',
    entries: [...node.below].map(([key, below]) => ({
      key,
      keyRange: below.range,
      value: below.below.size === 0 ? { kind: 'literal', value: true, range: below.range } : treeValue(below),
    })),
    ...(isOpen ? { open: true } : {}),
    range: node.range,
  };
}
