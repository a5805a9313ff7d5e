import type { RelationName, Statement } from '../nouns/statement';
import { isNode, walk } from './ast';

/** The tables whose rows a statement inserts, changes or deletes, those of CTEs included; by their text, without triggers. */
export function writtenRelations({ ast }: Pick<Statement, 'ast'>): RelationName[] {
  const found: RelationName[] = [];
  const note = (relation: unknown) => {
    if (!isNode(relation) || typeof relation.relname !== 'string') return;
    const schema = typeof relation.schemaname === 'string' ? relation.schemaname : undefined;
    found.push({ ...(schema !== undefined && { schema }), name: relation.relname });
  };
  walk(ast, (type, node) => {
    if (/^(?:Insert|Update|Delete|Merge)Stmt$/.test(type)) note(node.relation);
    if (type === 'CopyStmt' && node.is_from === true) note(node.relation);
    if (type === 'TruncateStmt' && Array.isArray(node.relations))
      for (const one of node.relations) note(isNode(one) ? one.RangeVar : undefined);
    return undefined;
  });
  return found;
}
