import type { Finding } from '../nouns/finding';
import type { Loop, QuerySite } from '../nouns/query-site';
import type { ParsedSql, Statement } from '../nouns/statement';
import { type AstNode, isNode, walk } from '../sql/ast';
import { ByteOffsets } from '../sql/byte-offsets';
import { asColumn } from './places';
import type { TextContext, TextRule } from './rule';

const loopNames: Record<Loop['kind'], string> = { for: 'for loop', while: 'while loop', callback: 'callback' };

/**
 * One query per turn of a loop (N+1). Said only of statements that are looked up, changed or inserted by a key that
 * comes from outside: those are the ones that one statement for all keys can replace.
 */
export const queryInLoop: TextRule = {
  id: 'query-in-loop',
  title: 'A query is sent once for each turn of a loop (N+1)',
  reference: 'https://www.postgresql.org/docs/current/populate.html',
  check(site, statement, document) {
    if (site.loop === undefined || site.parameters.length === 0) return [];
    // A transaction for each turn is meant: one statement for all would succeed or fail as a whole.
    if (document?.transactionLoops.has(site.loop.range.start)) return [];
    const instead = replacement(statement, site.loop);
    if (instead === undefined) return [];
    const finding: Finding = {
      rule: 'query-in-loop',
      severity: 'warning',
      confidence: 'likely',
      message: `Sent once for each turn of the ${loopNames[site.loop.kind]} around it, each time waiting for the server; ${instead}.`,
      range: site.range,
      evidence: { loop: site.loop.kind, loopStart: site.loop.range.start, loopEnd: site.loop.range.end },
      fixes: [],
    };
    return [finding];
  },
};

/** The loops of a document that send BEGIN, COMMIT or the like. */
export function transactionLoops(
  queries: readonly { readonly site: QuerySite; readonly parsed: ParsedSql }[],
): TextContext['transactionLoops'] {
  const starts = queries.flatMap(({ site, parsed }) =>
    site.loop !== undefined && parsed.ok && parsed.statement.kind === 'transaction' ? [site.loop.range.start] : [],
  );
  return new Set(starts);
}

function replacement(statement: Statement, loop: Loop): string | undefined {
  const { ast } = statement;
  if (isNode(ast.SelectStmt)) {
    // A while loop that reads with a LIMIT works through a queue or pages: that is not a query for each row.
    if (loop.kind === 'while' && ast.SelectStmt.limitCount !== undefined) return undefined;
    const key = keyColumn(ast.SelectStmt.whereClause, statement);
    return key === undefined ? undefined : `ask once for all of them: ${selectForAll(ast.SelectStmt, key)}`;
  }
  if (isNode(ast.UpdateStmt) || isNode(ast.DeleteStmt)) {
    const changed = (isNode(ast.UpdateStmt) ? ast.UpdateStmt : ast.DeleteStmt) as AstNode;
    const key = keyColumn(changed.whereClause, statement);
    if (key === undefined) return undefined;
    return isNode(ast.DeleteStmt)
      ? `delete all of them at once: ${key} = ANY($1)`
      : `change all of them at once: UPDATE … FROM unnest($1, $2) matched by ${key}`;
  }
  if (isNode(ast.InsertStmt) && insertsOneRow(ast.InsertStmt)) {
    return 'insert all rows at once: INSERT … SELECT * FROM unnest($1, $2), or VALUES with many rows';
  }
  return undefined;
}

/** What a statement for one key needs besides `= ANY($1)` to answer for each of many. */
function selectForAll(select: AstNode, key: string): string {
  const forAll = `${key} = ANY($1)`;
  if (select.groupClause === undefined && aggregates(select.targetList)) {
    return `SELECT ${key}, … WHERE ${forAll} GROUP BY ${key}`;
  }
  // The first five of each cannot be had with one LIMIT.
  const isFirstOfSeveral = select.limitCount !== undefined && select.sortClause !== undefined;
  return isFirstOfSeveral ? `unnest($1) joined with this query by LATERAL` : forAll;
}

/** Aggregates that people use; whatever else is a function of one row. */
const aggregateNames =
  /^(?:count|sum|avg|min|max|bool_and|bool_or|every|string_agg|(?:array|json|jsonb)_agg|(?:json|jsonb)_object_agg|percentile_(?:cont|disc)|mode|stddev|variance)$/;

function aggregates(targets: unknown): boolean {
  let found = false;
  walk(targets, (type, node) => {
    // A subquery counts for itself.
    if (type === 'SubLink' || type === 'SelectStmt') return false;
    if (type !== 'FuncCall') return undefined;
    const last = Array.isArray(node.funcname) ? node.funcname.at(-1) : undefined;
    const name = isNode(last) && isNode(last.String) ? String(last.String.sval) : '';
    if (node.over === undefined && aggregateNames.test(name)) found = true;
    return undefined;
  });
  return found;
}

/** The column of `column = $1`, as the statement writes it; conditions joined by AND are looked through. */
function keyColumn(where: unknown, statement: Statement): string | undefined {
  const offsets = new ByteOffsets(statement.text);
  const pending = [where];
  for (let node = pending.shift(); node !== undefined; node = pending.shift()) {
    if (!isNode(node)) continue;
    if (isNode(node.BoolExpr) && node.BoolExpr.boolop === 'AND_EXPR' && Array.isArray(node.BoolExpr.args)) {
      pending.push(...node.BoolExpr.args);
    }
    const column = isNode(node.A_Expr) ? comparedWithParameter(node.A_Expr, statement, offsets) : undefined;
    if (column !== undefined) return column;
  }
  return undefined;
}

function comparedWithParameter(expression: AstNode, statement: Statement, offsets: ByteOffsets): string | undefined {
  const [operator] = Array.isArray(expression.name) ? expression.name : [];
  const isEquality = isNode(operator) && isNode(operator.String) && operator.String.sval === '=';
  if (expression.kind !== 'AEXPR_OP' || !isEquality) return undefined;
  const column = asColumn(expression.lexpr, statement, offsets) ?? asColumn(expression.rexpr, statement, offsets);
  const isKey = isParameter(expression.rexpr) || isParameter(expression.lexpr);
  return column === undefined || !isKey ? undefined : statement.text.slice(column.start, column.end);
}

function isParameter(node: unknown): boolean {
  if (!isNode(node)) return false;
  return node.ParamRef !== undefined || (isNode(node.TypeCast) && isParameter(node.TypeCast.arg));
}

function insertsOneRow(insert: AstNode): boolean {
  const select =
    isNode(insert.selectStmt) && isNode(insert.selectStmt.SelectStmt) ? insert.selectStmt.SelectStmt : undefined;
  return Array.isArray(select?.valuesLists) && select.valuesLists.length === 1;
}
