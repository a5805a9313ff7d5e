import type { Expression } from '../knex/expression';
import { rowExpression } from '../knex/rows';
import { setUpdates } from '../knex/writes';
import { joined, sql } from '../support/sql-text';
import { findById } from './find-steps';
import { addedByHooks } from './hooks';
import type { ObjectionQuery } from './query';
import { type Context, option, type Step } from './step';

export const insert: Step = (query, _given, { link, located }) => {
  query.method = 'insert';
  query.nameRange = link.range;
  query.insert = located[0] && rowExpression(query.reader, located[0]);
  query.addedColumns = addedByHooks(query, '$beforeInsert', link.range);
  query.returning ??= joined(
    query.details.idColumns.map((column) => [query.reader.quoted(column)]),
    ', ',
  );
};

export const patch: Step = (query, _given, { link, located }) => {
  query.nameRange = link.range;
  setUpdates(query, located.slice(0, 1));
  query.addedColumns = addedByHooks(query, '$beforeUpdate', link.range);
};

export const patchById: Step = (query, given, context) => {
  const { located } = context;
  patch(query, given.slice(1), { ...context, located: located.slice(1) });
  findById(query, given, { ...context, located });
  query.task = { kind: 'update and fetch', id: given[0] };
};

export const patchAndFetch: Step = (query, given, context) => {
  patch(query, given, context);
  query.task = { kind: 'update and fetch', id: undefined };
};

export const remove: Step = (query, _given, { link }) => {
  query.method = 'del';
  query.nameRange = link.range;
};

export const counter =
  (sign: '+' | '-'): Step =>
  (query, [column, amount], { link }) => {
    query.method = 'update';
    query.nameRange = link.range;
    const name = column?.kind === 'literal' ? query.columnOf(String(column.value)) : undefined;
    if (name === undefined || !amount) query.reader.unknown('The column that is counted is known at run time only.');
    else
      query.updates.push({
        column: name,
        value: sql`${query.reader.quoted(name)} ${sign} ${query.reader.parameter(amount)}`,
      });
  };

export function graphWrite(
  query: ObjectionQuery,
  given: readonly Expression[],
  context: Context,
  isUpsert: boolean,
): void {
  insert(query, given, context);
  const relate = option(query, given[1], 'relate');
  const isRelating = relate !== undefined && !(relate.kind === 'literal' && !relate.value);
  query.task = { kind: 'graph', isUpsert, isRelating, data: given[0] };
}
