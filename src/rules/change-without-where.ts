import type { Finding } from '../nouns/finding';
import type { QuerySite } from '../nouns/query-site';
import { type AstNode, isNode } from '../sql/ast';
import type { TextContext, TextRule } from './rule';

/** `UPDATE users SET active = false`: in a program nearly always a forgotten condition; in a script often meant. */
export const updateWithoutWhere: TextRule = {
  id: 'update-without-where',
  title: 'UPDATE without WHERE changes every row',
  reference: 'https://www.postgresql.org/docs/current/sql-update.html',
  check(site, { ast }, document) {
    if (isMeant(site, document)) return [];
    const update = isNode(ast.UpdateStmt) ? ast.UpdateStmt : undefined;
    if (update === undefined || update.whereClause !== undefined || update.fromClause !== undefined) return [];
    return [everyRow('update-without-where', 'Changes every row of', update, site)];
  },
};

export const deleteWithoutWhere: TextRule = {
  id: 'delete-without-where',
  title: 'DELETE without WHERE removes every row',
  reference: 'https://www.postgresql.org/docs/current/sql-delete.html',
  check(site, { ast }, document) {
    if (isMeant(site, document)) return [];
    const removal = isNode(ast.DeleteStmt) ? ast.DeleteStmt : undefined;
    if (removal === undefined || removal.whereClause !== undefined || removal.usingClause !== undefined) return [];
    return [
      everyRow('delete-without-where', 'Removes every row of', removal, site, '; if that is meant, TRUNCATE is faster'),
    ];
  },
};

/** Migrations rewrite tables, tests empty them. */
function isMeant({ runsOnce }: QuerySite, document: TextContext | undefined): boolean {
  return runsOnce === true || document?.isInTest === true;
}

function everyRow(rule: string, does: string, statement: AstNode, site: QuerySite, more = ''): Finding {
  const table = isNode(statement.relation) ? String(statement.relation.relname) : 'the table';
  return {
    rule,
    severity: site.library === 'sql' ? 'hint' : 'warning',
    confidence: 'likely',
    message: `${does} ${table}: there is no WHERE${more}.`,
    range: site.range,
    evidence: { table },
    fixes: [],
  };
}
