import { quoteIdentifier } from '../../sql/identifiers';
import { constantText, withoutTextCast } from './expression-text';
import { listOf, type Scope, stringOf, typed } from './scope';
import type { ColumnOf, ConstantCondition, MutableTableUse } from './table-use';

/** More states than these in one predicate are no state of their own. */
const mostValues = 5;

/**
 * A condition that is written out in the text, for the predicate of a partial index: `status = 'draft'`,
 * `status IN ('draft', 'review')`, `deleted_at IS NULL`, `NOT published`. None for a parameter: its next value is another.
 */
export function constantConditions(
  node: unknown,
  scope: Scope,
): { use: MutableTableUse; condition: ConstantCondition }[] {
  const said = (
    column: ColumnOf | undefined,
    sql: (name: string) => string,
    test: ConstantCondition['test'],
  ): { use: MutableTableUse; condition: ConstantCondition }[] =>
    column
      ? [
          {
            use: column.use,
            condition: { column: column.column, sql: sql(quoteIdentifier(column.column)), test },
          },
        ]
      : [];
  const flag = (column: ColumnOf | undefined, value: boolean) =>
    said(column, (name) => (value ? name : `NOT ${name}`), { kind: value ? 'true' : 'false' });

  const column = scope.resolve(node);
  if (column) return flag(column, true);
  const negation = typed(node, 'BoolExpr');
  if (negation?.boolop === 'NOT_EXPR') return flag(scope.resolve(listOf(negation.args)[0]), false);
  const test = typed(node, 'NullTest');
  if (test) {
    const isNull = test.nulltesttype === 'IS_NULL';
    return said(scope.resolve(test.arg), (name) => `${name} IS ${isNull ? '' : 'NOT '}NULL`, {
      kind: isNull ? 'null' : 'not null',
    });
  }
  const boolean = typed(node, 'BooleanTest');
  if (boolean?.booltesttype === 'IS_TRUE') return flag(scope.resolve(boolean.arg), true);
  if (boolean?.booltesttype === 'IS_FALSE') return flag(scope.resolve(boolean.arg), false);
  const expression = typed(node, 'A_Expr');
  if (!expression || listOf(expression.name).map(stringOf).at(-1) !== '=') return [];
  const left = scope.resolve(withoutTextCast(expression.lexpr, scope));
  if (!left) return [];
  if (expression.kind === 'AEXPR_OP') {
    const value = constantText(expression.rexpr, scope);
    if (value === 'true' || value === 'false') return flag(left, value === 'true');
    if (value === undefined || value === 'NULL') return [];
    return said(left, (name) => `${name} = ${value}`, { kind: 'equal', values: [bare(value)] });
  }
  if (expression.kind !== 'AEXPR_IN') return [];
  const list = listOf(typed(expression.rexpr, 'List')?.items ?? expression.rexpr);
  if (list.length > mostValues) return [];
  const values = list.map((one) => constantText(one, scope));
  if (values.length === 0 || values.some((value) => value === undefined || value === 'NULL')) return [];
  const texts = values as string[];
  return said(left, (name) => `${name} IN (${texts.join(', ')})`, { kind: 'equal', values: texts.map(bare) });
}

/** `'draft'` → draft, `('2024-01-01')::date` → 2024-01-01: as pg_stats prints a value. */
function bare(sql: string): string {
  const text = /^\(?'((?:[^']|'')*)'\)?(?:::.*)?$/.exec(sql)?.[1];
  return text === undefined ? sql : text.replaceAll("''", "'");
}
