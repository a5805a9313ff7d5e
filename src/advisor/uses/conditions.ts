import { constantConditions } from './constant-conditions';
import { keyOf } from './key-of';
import { type Condition, readCondition } from './read-condition';
import { listOf, type Scope, stringOf, typed } from './scope';
import type { Alternative, ColumnOf } from './table-use';

/** Notes in the scope's table uses what a WHERE or ON clause asks of each key. */
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
  for (const condition of readCondition(node, scope)) note(condition);
  const row = rowOrder(node, scope);
  const [first] = row;
  if (first) first.use.orders.push(row.map(({ column }) => ({ name: column, descending: false })));
  for (const { use, condition } of constantConditions(node, scope)) {
    if (!use.constants.some(({ sql }) => sql === condition.sql)) use.constants.push(condition);
  }
}

/** `(created_at, id) < ($1, $2)`: one range of an index on both. */
function rowOrder(node: unknown, scope: Scope): ColumnOf[] {
  const comparison = typed(node, 'A_Expr');
  const operator = listOf(comparison?.name).map(stringOf).at(-1) ?? '';
  if (!comparison || !/^[<>]=?$/.test(operator)) return [];
  const columns = listOf(typed(comparison.lexpr, 'RowExpr')?.args).map((one) => keyOf(one, scope));
  return columns.every((one) => one && one.use === columns[0]?.use) ? (columns as ColumnOf[]) : [];
}

function note({ column, kind, operator }: Condition): void {
  const { use, column: key } = column;
  if (kind === 'operator') {
    if (operator && !use.operators.some((one) => one.key === key && one.operator === operator)) {
      use.operators.push({ key, operator });
    }
    return;
  }
  const sets = {
    equal: use.equal,
    any: use.anyOf,
    range: use.ranges,
    join: use.joined,
    contains: use.contains,
    prefix: use.prefixes,
    'not null': use.notNull,
  };
  sets[kind].add(key);
}

/** `a = 1 OR a = 2` is `a IN (1, 2)`; `a = 1 OR b = 2` needs an index for each. */
function noteAlternatives(branches: unknown[], scope: Scope): void {
  const read = branches.map((branch) => {
    const conditions =
      typed(branch, 'BoolExpr')?.boolop === 'AND_EXPR' ? listOf(typed(branch, 'BoolExpr')?.args) : [branch];
    return conditions.flatMap((condition) => readCondition(condition, scope)).find(({ kind }) => servesAlone.has(kind));
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

const servesAlone: ReadonlySet<Condition['kind']> = new Set(['equal', 'any', 'range', 'contains']);
