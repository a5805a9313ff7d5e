import type { Statement } from '../nouns/statement';
import { isNode, walk } from '../sql/ast';
import { listOf } from './uses/scope';

/** The columns that one statement sets in rows that exist. */
export interface UpdatedColumns {
  readonly schema?: string;
  readonly table: string;
  readonly columns: readonly string[];
}

/** Every UPDATE, ON CONFLICT DO UPDATE and MERGE … UPDATE of the statement, those inside CTEs included. */
export function updatedColumns({ ast }: Pick<Statement, 'ast'>): UpdatedColumns[] {
  const found: UpdatedColumns[] = [];
  const note = (relation: unknown, targets: readonly unknown[]) => {
    if (!isNode(relation) || typeof relation.relname !== 'string') return;
    const columns = targets.flatMap((target) => nameOf(target) ?? []);
    const schema = typeof relation.schemaname === 'string' ? relation.schemaname : undefined;
    if (columns.length > 0) found.push({ ...(schema !== undefined && { schema }), table: relation.relname, columns });
  };
  walk(ast, (type, node) => {
    if (type === 'UpdateStmt') note(node.relation, listOf(node.targetList));
    if (type === 'InsertStmt' && isNode(node.onConflictClause)) {
      note(node.relation, listOf(node.onConflictClause.targetList));
    }
    if (type === 'MergeStmt') {
      const clauses = listOf(node.mergeWhenClauses).map((clause) => isNode(clause) && clause.MergeWhenClause);
      const updates = clauses.filter(isNode).filter(({ commandType }) => commandType === 'CMD_UPDATE');
      note(
        node.relation,
        updates.flatMap(({ targetList }) => listOf(targetList)),
      );
    }
    return undefined;
  });
  return found;
}

function nameOf(target: unknown): string | undefined {
  const inner = isNode(target) ? target.ResTarget : undefined;
  return isNode(inner) && typeof inner.name === 'string' ? inner.name : undefined;
}
