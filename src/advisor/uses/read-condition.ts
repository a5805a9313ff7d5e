import { isNode } from '../../sql/ast';
import { keyOf } from './key-of';
import { patternStart } from './like-pattern';
import { listOf, type Scope, stringOf, typed } from './scope';
import type { ColumnOf } from './table-use';

export interface Condition {
  readonly column: ColumnOf;
  readonly kind: 'equal' | 'any' | 'range' | 'join' | 'contains' | 'prefix' | 'not null' | 'operator';
  /** Of an 'operator'. */
  readonly operator?: string;
}

const comparisons: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=', '=': '=' };

/** Operators of GIN and GiST, each with the one that means the same the other way round, where there is one. */
const otherOperators: Readonly<Record<string, string | undefined>> = {
  '@>': '<@',
  '<@': '@>',
  '&&': '&&',
  '@@': '@@',
  '@?': undefined,
  '?': undefined,
  '?|': undefined,
  '?&': undefined,
  '-|-': '-|-',
  '<<': '>>',
  '>>': '<<',
  '<<=': '>>=',
  '>>=': '<<=',
  '%': '%',
};

/** What one condition without AND and OR asks of the keys that it compares; nothing for what no index finds. */
export function readCondition(node: unknown, scope: Scope): Condition[] {
  const column = scope.resolve(node);
  if (column) return [{ column, kind: 'equal' }];
  const bool = typed(node, 'BoolExpr');
  if (bool?.boolop === 'NOT_EXPR') {
    const negated = scope.resolve(listOf(bool.args)[0]);
    return negated ? [{ column: negated, kind: 'equal' }] : [];
  }
  const test = typed(node, 'NullTest');
  if (test) {
    const tested = keyOf(test.arg, scope);
    return tested ? [{ column: tested, kind: test.nulltesttype === 'IS_NULL' ? 'equal' : 'not null' }] : [];
  }
  const boolean = typed(node, 'BooleanTest');
  if (boolean) {
    const tested = scope.resolve(boolean.arg);
    return tested ? [{ column: tested, kind: 'equal' }] : [];
  }
  const link = typed(node, 'SubLink');
  if (link?.subLinkType === 'ANY_SUBLINK') {
    const tested = keyOf(link.testexpr, scope);
    return tested ? [{ column: tested, kind: 'join' }] : [];
  }
  const call = typed(node, 'FuncCall');
  if (call && listOf(call.funcname).map(stringOf).at(-1) === 'starts_with') {
    const tested = keyOf(listOf(call.args)[0], scope);
    return tested ? [{ column: tested, kind: 'prefix' }] : [];
  }
  const expression = typed(node, 'A_Expr');
  return expression ? readExpression(expression, scope) : [];
}

function readExpression(expression: Record<string, unknown>, scope: Scope): Condition[] {
  const { kind, lexpr, rexpr } = expression;
  const operator = listOf(expression.name).map(stringOf).at(-1) ?? '';
  if (kind === 'AEXPR_IN' || kind === 'AEXPR_OP_ANY') return operator === '=' ? readAny(lexpr, scope) : [];
  if (kind === 'AEXPR_BETWEEN' || kind === 'AEXPR_BETWEEN_SYM') {
    const between = keyOf(lexpr, scope);
    return between ? [{ column: between, kind: 'range' }] : [];
  }
  const isLike = kind === 'AEXPR_LIKE' || kind === 'AEXPR_ILIKE' || /^~~?\*?$/.test(operator) || operator === '^@';
  if (isLike) return readPattern(operator, lexpr, rexpr, scope);
  if (kind !== 'AEXPR_OP') return [];
  if (operator in comparisons) return readComparison(operator, lexpr, rexpr, scope);
  return operator in otherOperators ? readOperator(operator, lexpr, rexpr, scope) : [];
}

/** `a IN (…)`, `(a, b) IN ((1, 2), (3, 4))` */
function readAny(left: unknown, scope: Scope): Condition[] {
  const row = typed(left, 'RowExpr');
  return (row ? listOf(row.args) : [left]).flatMap((one): Condition[] => {
    const column = keyOf(one, scope);
    return column ? [{ column, kind: 'any' }] : [];
  });
}

function readPattern(operator: string, left: unknown, right: unknown, scope: Scope): Condition[] {
  const column = keyOf(left, scope);
  if (!column || operator.startsWith('!')) return [];
  const start = operator === '^@' ? 'letters' : patternStart(right, operator.startsWith('~~') ? 'like' : 'regex');
  // ILIKE finds `Abc` by `abc%`: no order of the letters' codes serves that.
  const isPrefix = start === 'letters' && !operator.endsWith('*');
  return [{ column, kind: isPrefix ? 'prefix' : 'contains' }];
}

function readComparison(operator: string, lexpr: unknown, rexpr: unknown, scope: Scope): Condition[] {
  const rows = [typed(lexpr, 'RowExpr'), typed(rexpr, 'RowExpr')].map((row) => listOf(row?.args));
  const [lefts = [], rights = []] = rows;
  if (lefts.length > 0 && operator === '=') {
    return lefts.flatMap((left, i) => readComparison('=', left, rights[i], scope));
  }
  // `(created_at, id) < ($1, $2)` is a range of the first column; the order of both is noted with the others.
  const left = keyOf(lefts[0] ?? lexpr, scope);
  const right = keyOf(rights[0] ?? rexpr, scope);
  const kind = operator === '=' ? 'equal' : 'range';
  if (left && right) {
    if (left.use === right.use) return [];
    const between = operator === '=' ? 'join' : 'range';
    return [
      { column: left, kind: between },
      { column: right, kind: between },
    ];
  }
  const column = left ?? right;
  return !column || mentions(left ? rexpr : lexpr, column, scope) ? [] : [{ column, kind }];
}

function readOperator(operator: string, lexpr: unknown, rexpr: unknown, scope: Scope): Condition[] {
  const left = keyOf(lexpr, scope);
  const right = keyOf(rexpr, scope);
  if (left && right && left.use === right.use) return [];
  const mirrored = otherOperators[operator];
  return [
    ...(left ? [{ column: left, kind: 'operator', operator } as const] : []),
    ...(right && mirrored ? [{ column: right, kind: 'operator', operator: mirrored } as const] : []),
  ];
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
