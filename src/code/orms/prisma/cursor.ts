import { type SqlText, sql } from '../support/sql-text';
import type { Argument } from './arguments';
import type { Scope } from './filter';
import { scalar } from './models';
import { columnOf, columnsOf, tableName } from './names';
import type { Ordering } from './order';
import { both, either, list, type Request } from './request';
import type { ScalarField, SchemaModel } from './schema';

/** The fields that `cursor: { id: 10 }` or `cursor: { authorId_slug: { … } }` names, with their values. */
export function cursorFields(
  request: Request,
  model: SchemaModel,
  cursor: Argument,
): { readonly field: ScalarField; readonly value: SqlText }[] {
  return request.reader.entries(cursor).flatMap(({ name, argument }) => {
    const field = scalar(model, name);
    if (field) return [{ field, value: request.value(argument, field) }];
    const key = model.uniques.find((unique) => unique.name === name);
    return (key?.fields ?? []).flatMap((part) => {
      const field = scalar(model, part);
      const given = request.reader.entry(argument, part);
      return field && given ? [{ field, value: request.value(given, field) }] : [];
    });
  });
}

/** The rows from the cursor's row on: `views < (…) OR views = (…) AND id >= (…)`. */
export function cursorCondition(
  request: Request,
  { model, qualifier }: Scope,
  cursor: Argument,
  orders: readonly Ordering[],
): SqlText | undefined {
  const key = cursorFields(request, model, cursor);
  if (key.length === 0) {
    request.note('Where the page begins is known at run time only.');
    return undefined;
  }
  const at = key.length === 1 ? (key[0]?.value ?? []) : sql`(${list(key.map(({ value }) => value))})`;
  const names = columnsOf(
    model.table,
    key.map(({ field }) => field),
  );
  const table = tableName(model);
  const columns = orders.flatMap(({ field, direction }) => (field ? [{ field, direction }] : []));
  if (columns.length < orders.length) request.note('A page cannot be continued in the order of another table.');
  const ofCursor = (field: ScalarField): SqlText =>
    sql`(SELECT ${columnOf(model.table, field)} FROM ${table} WHERE ${names} = ${at})`;
  const alternatives = columns.map((_, i) => {
    const length = columns.length - i;
    return both(
      columns.slice(0, length).map(({ field, direction }, position) => {
        const name = columnOf(qualifier, field);
        const isLast = position === length - 1;
        const sign = `${direction === 'ASC' ? '>' : '<'}${length === columns.length ? '=' : ''}`;
        const compared = sql`${name} ${isLast ? sign : '='} ${ofCursor(field)}`;
        if (!field.isOptional) return compared;
        const absent = sql`${ofCursor(field)} IS NULL`;
        const isNull: SqlText = [`${name} IS NULL`];
        return either(isLast ? [compared, isNull, absent] : [compared, absent, isNull]);
      }),
    );
  });
  return either(alternatives);
}
