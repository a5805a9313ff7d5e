import type { Finding } from '../nouns/finding';
import type { Loop } from '../nouns/query-site';
import type { Statement } from '../nouns/statement';
import { type AstNode, isNode } from '../sql/ast';
import { ByteOffsets } from '../sql/byte-offsets';
import { asColumn } from './places';
import type { TextRule } from './rule';

const loopNames: Record<Loop['kind'], string> = { for: 'for loop', while: 'while loop', callback: 'callback' };

/**
 * One query per turn of a loop (N+1). Said only of statements that are looked up, changed or inserted by a key that
 * comes from outside: those are the ones that one statement for all keys can replace.
 */
export const queryInLoop: TextRule = {
  id: 'query-in-loop',
  title: 'A query is sent once for each turn of a loop (N+1)',
  reference: 'https://www.postgresql.org/docs/current/populate.html',
  check(site, statement) {
    if (site.loop === undefined || site.parameters.length === 0) return [];
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

function replacement(statement: Statement, loop: Loop): string | undefined {
  const { ast } = statement;
  if (isNode(ast.SelectStmt)) {
    // A while loop that reads with a LIMIT works through a queue or pages: that is not a query for each row.
    if (loop.kind === 'while' && ast.SelectStmt.limitCount !== undefined) return undefined;
    const key = keyColumn(ast.SelectStmt.whereClause, statement);
    return key === undefined ? undefined : `ask once for all of them: ${key} = ANY($1)`;
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
