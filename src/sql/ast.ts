/** libpg-query's JSON: `{ SelectStmt: { targetList: [...] } }`. A node is an object with one key, its type. */
export type AstNode = Record<string, unknown>;

/** Calls `visit` for every typed node below `root`, parents first. Return false from `visit` to skip the node's children. */
export function walk(root: unknown, visit: (type: string, node: AstNode) => boolean | undefined): void {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) {
      for (let i = value.length - 1; i >= 0; i--) pending.push(value[i]);
      continue;
    }
    if (!isNode(value)) continue;
    const children: unknown[] = [];
    for (const [key, child] of Object.entries(value)) {
      const typed = /^[A-Z]/.test(key) && isNode(child);
      if (typed && visit(key, child) === false) continue;
      if (child !== null && typeof child === 'object') children.push(child);
    }
    for (let i = children.length - 1; i >= 0; i--) pending.push(children[i]);
  }
}

export function isNode(value: unknown): value is AstNode {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
