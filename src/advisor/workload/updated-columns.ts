import { isNode } from '../../sql/ast';
import type { WorkloadQuery } from './workload';

/** `posts.title` for `UPDATE posts SET title = …`, by the table's bare name. */
export function updatedColumns(queries: readonly WorkloadQuery[]): Set<string> {
  const found = new Set<string>();
  for (const { statement } of queries) {
    const update = statement.ast.UpdateStmt;
    if (!isNode(update) || !isNode(update.relation) || !Array.isArray(update.targetList)) continue;
    for (const target of update.targetList) {
      const column = isNode(target) && isNode(target.ResTarget) ? target.ResTarget.name : undefined;
      if (typeof column === 'string') found.add(`${update.relation.relname}.${column}`);
    }
  }
  return found;
}
