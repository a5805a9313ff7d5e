import { isNode } from '../sql/ast';
import { listOf, type Scope, stringOf, typed } from './scope';
import type { Alternative, ColumnOf } from './table-use';

/** Notes in the scope's table uses what a WHERE or ON clause asks of each column. */
export function noteConditions(condition: unknown, scope: Scope): void {
  const pending = [condition];
  while (pending.length > 0) {
    const node = pending.pop();
    const bool = typed(node, 'BoolExpr');
    if (bool?.boolop === 'AND_EXPR') pending.push(...listOf(bool.args));
    else if (bool?.boolop === 'OR_EXPR') noteAlternatives(listOf(bool.args), scope);
    else noteCondition(node, scope);
  }
}

function noteCondition(node: unknown, scope: Scope): void {
  for (const { column, kind } of readCondition(node, scope)) {
    const { use } = column;
    const set = { equal: use.equal, any: use.anyOf, range: use.ranges, join: use.joined, contains: use.contains }[kind];
    set.add(column.column);
  }
}

/** `a = 1 OR a = 2` is `a IN (1, 2)`; `a = 1 OR b = 2` needs an index for each. */
function noteAlternatives(branches: unknown[], scope: Scope): void {
  const read = branches.map((branch) => {
    const conditions =
      typed(branch, 'BoolExpr')?.boolop === 'AND_EXPR' ? listOf(typed(branch, 'BoolExpr')?.args) : [branch];
    return conditions.flatMap((condition) => readCondition(condition, scope)).find(({ kind }) => kind !== 'join');
  });
  const [first] = read;
  if (!first || read.some((one) => one?.column.use !== first.column.use)) return;
  const found = read as Condition[];
  const { use } = first.column;
  if (
    found.every(({ kind }) => kind === 'equal' || kind === 'any') &&
    new Set(found.map(({ column }) => column.column)).size === 1
  ) {
    use.anyOf.add(first.column.column);
    return;
  }
  use.alternatives.push(
    found.map(
      ({ column, kind }): Alternative => ({
        column: column.column,
        kind: kind === 'contains' || kind === 'range' ? kind : 'equal',
      }),
    ),
  );
}

interface Condition {
  readonly column: ColumnOf;
  readonly kind: 'equal' | 'any' | 'range' | 'join' | 'contains';
}

const mirrored: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=', '=': '=' };

function readCondition(node: unknown, scope: Scope): Condition[] {
  const column = scope.resolve(node);
  if (column) return [{ column, kind: 'equal' }];
  const bool = typed(node, 'BoolExpr');
  if (bool?.boolop === 'NOT_EXPR') {
    const negated = scope.resolve(listOf(bool.args)[0]);
    return negated ? [{ column: negated, kind: 'equal' }] : [];
  }
  const test = typed(node, 'NullTest');
  if (test) {
    const tested = scope.resolve(test.arg);
    return tested && test.nulltesttype === 'IS_NULL' ? [{ column: tested, kind: 'equal' }] : [];
  }
  const boolean = typed(node, 'BooleanTest');
  if (boolean) {
    const tested = scope.resolve(boolean.arg);
    return tested ? [{ column: tested, kind: 'equal' }] : [];
  }
  const link = typed(node, 'SubLink');
  if (link?.subLinkType === 'ANY_SUBLINK') {
    const tested = scope.resolve(link.testexpr);
    return tested ? [{ column: tested, kind: 'join' }] : [];
  }
  const expression = typed(node, 'A_Expr');
  return expression ? readExpression(expression, scope) : [];
}

function readExpression(expression: Record<string, unknown>, scope: Scope): Condition[] {
  const { kind, lexpr, rexpr } = expression;
  const operator = listOf(expression.name).map(stringOf).at(-1) ?? '';
  const left = scope.resolve(lexpr);
  if (kind === 'AEXPR_IN' || kind === 'AEXPR_OP_ANY') {
    return left && operator === '=' ? [{ column: left, kind: 'any' }] : [];
  }
  if (kind === 'AEXPR_BETWEEN' || kind === 'AEXPR_BETWEEN_SYM') return left ? [{ column: left, kind: 'range' }] : [];
  if (kind === 'AEXPR_LIKE' || kind === 'AEXPR_ILIKE') {
    return left && !operator.startsWith('!') && mayStartWithWildcard(rexpr) ? [{ column: left, kind: 'contains' }] : [];
  }
  if (kind !== 'AEXPR_OP' || !(operator in mirrored)) return [];
  const rowStart = scope.resolve(listOf(typed(lexpr, 'RowExpr')?.args)[0]);
  if (rowStart) return [{ column: rowStart, kind: operator === '=' ? 'equal' : 'range' }];
  const right = scope.resolve(rexpr);
  if (left && right) {
    if (left.use === right.use) return [];
    return operator === '='
      ? [
          { column: left, kind: 'join' },
          { column: right, kind: 'join' },
        ]
      : [];
  }
  const column = left ?? right;
  if (!column || mentions(left ? rexpr : lexpr, column, scope)) return [];
  return [{ column, kind: operator === '=' ? 'equal' : 'range' }];
}

/** Whether the other side uses the same relation: `a = b + 1` of one row is nothing that an index finds. */
function mentions(expression: unknown, column: ColumnOf, scope: Scope): boolean {
  const pending = [expression];
  while (pending.length > 0) {
    const node = pending.pop();
    if (Array.isArray(node)) pending.push(...node);
    if (!isNode(node) || 'SubLink' in node) continue;
    if (scope.resolve(node)?.use === column.use) return true;
    pending.push(...Object.values(node));
  }
  return false;
}

/** `'%x%'`, `'%' || $1 || '%'`, `concat('%', $1)`, `$1`: only a constant that starts with a letter surely does not. */
function mayStartWithWildcard(pattern: unknown): boolean {
  let node = pattern;
  for (;;) {
    const joined = typed(node, 'A_Expr');
    const cast = typed(node, 'TypeCast');
    if (joined) node = joined.lexpr;
    else if (cast) node = cast.arg;
    else break;
  }
  const text = typed(typed(node, 'A_Const')?.sval === undefined ? undefined : node, 'A_Const')?.sval;
  const constant = isNode(text) ? (text.sval ?? '') : undefined;
  return typeof constant === 'string' ? /^[%_]/.test(constant) : true;
}
