import type { Statement } from '../nouns/statement';
import { type AstNode, isNode, walk } from '../sql/ast';
import { ByteOffsets } from '../sql/byte-offsets';
import { asColumn, expressionEnd } from './places';
import type { PlanRule } from './rule';

/**
 * `id NOT IN (SELECT parent_id …)` is never true once the subquery gives a NULL. Said only where the catalog shows
 * that the column can be NULL and the subquery does not exclude it.
 */
export const notInNullableSubquery: PlanRule = {
  id: 'not-in-nullable-subquery',
  title: 'NOT IN over a column that can be NULL',
  reference: 'https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_NOT_IN',
  check({ site, statement, snapshot }) {
    if (snapshot === undefined || snapshot.assumed) return [];
    return notInSubqueries(statement).flatMap(({ table, column, start }) => {
      const known = snapshot.tables.find(({ name }) => name === table)?.columns.find(({ name }) => name === column);
      if (known === undefined || known.notNull) return [];
      const nulls = known.statistics?.nullFraction;
      return [
        {
          rule: 'not-in-nullable-subquery',
          severity: nulls !== undefined && nulls > 0 ? ('warning' as const) : ('hint' as const),
          confidence: 'likely' as const,
          message: `NOT IN gives no row as soon as ${table}.${column} is NULL once${nulls ? ` (${Math.round(nulls * 1000) / 10} % of its rows are)` : ''}, and it cannot be planned as an anti-join; NOT EXISTS has neither problem.`,
          range: site.sourceMap.rangeToDocument({ start, end: notInEnd(statement.text, start) }),
          evidence: { table, column, ...(nulls !== undefined && { nullFraction: nulls }) },
          fixes: [],
        },
      ];
    });
  },
};

function notInSubqueries(statement: Statement): { table: string; column: string; start: number }[] {
  const offsets = new ByteOffsets(statement.text);
  const found: { table: string; column: string; start: number }[] = [];
  walk(statement.ast, (type, node) => {
    if (type !== 'BoolExpr' || node.boolop !== 'NOT_EXPR') return undefined;
    const [argument] = Array.isArray(node.args) ? node.args : [];
    const link = isNode(argument) && isNode(argument.SubLink) ? argument.SubLink : undefined;
    if (link?.subLinkType !== 'ANY_SUBLINK' || link.operName !== undefined) return undefined;
    const source = nullableSource(link.subselect, statement, offsets);
    const outer = asColumn(link.testexpr, statement, offsets);
    if (source !== undefined) {
      const location = typeof link.location === 'number' ? offsets.fromByte(link.location) : 0;
      found.push({ ...source, start: outer?.start ?? location });
    }
    return undefined;
  });
  return found;
}

/** `SELECT parent_id FROM categories` without a WHERE that could exclude NULL. */
function nullableSource(
  subselect: unknown,
  statement: Statement,
  offsets: ByteOffsets,
): { table: string; column: string } | undefined {
  const select = isNode(subselect) && isNode(subselect.SelectStmt) ? subselect.SelectStmt : undefined;
  if (select === undefined || select.whereClause !== undefined) return undefined;
  const [target, another] = list(select.targetList);
  const [from, second] = list(select.fromClause);
  if (another !== undefined || second !== undefined || !isNode(target?.ResTarget) || !isNode(from?.RangeVar))
    return undefined;
  const column = asColumn(target.ResTarget.val, statement, offsets)?.name;
  const table = from.RangeVar.relname;
  return column === undefined || typeof table !== 'string' ? undefined : { table, column };
}

function list(value: unknown): (AstNode | undefined)[] {
  return Array.isArray(value) ? value.map((entry) => (isNode(entry) ? entry : undefined)) : [];
}

function notInEnd(text: string, start: number): number {
  const open = text.indexOf('(', start);
  return open < 0 ? text.length : expressionEnd(text, open);
}
