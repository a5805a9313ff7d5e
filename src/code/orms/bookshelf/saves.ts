import type { Link } from '../../facts/values';
import type { Expression } from '../knex/expression';
import type { KnexQuery } from '../knex/query';
import type { Reader } from '../knex/reader';
import type { Located, Scope } from '../knex/scope';
import { type SqlText, sql } from '../support/sql-text';
import type { ModelFacts } from './models';
import { option } from './selects';
import type { Sending } from './sends';
import { attribute, type Subject } from './walk';

interface Context {
  readonly subject: Subject;
  readonly link: Link;
  readonly scope: Scope;
  readonly reader: Reader;
}

/** save(), save({ … }, { patch: true }), save('title', 'x', options): an INSERT where there is no key, else an UPDATE. */
export function saved(context: Context, foreign: ReadonlyMap<string, SqlText> = new Map()): Sending | undefined {
  const { subject, link, scope, reader } = context;
  const { model, query } = subject;
  const { changes, options } = argumentsOf(link, scope, reader);
  const method = option(reader, options, 'method');
  const hasKey = subject.row !== undefined || attribute(subject, model.idAttribute) !== undefined;
  const isPatch = isTrue(option(reader, options, 'patch'));
  const isInsert = method?.kind === 'literal' ? method.value === 'insert' : !hasKey && !isPatch;
  const values = new Map<string, SqlText>();
  const objects = isPatch && !isInsert ? [] : subject.attributes;
  for (const object of [...objects, ...changes]) addValues(values, object, reader);
  const isUnknown = (!isPatch && subject.hasUnknownAttributes) || changes.some((each) => each.kind !== 'object');
  for (const [name, value] of foreign) values.set(name, value);
  addTimestamps(values, model, isInsert, link);
  const refresh = option(reader, options, 'autoRefresh');
  if (!(refresh?.kind === 'literal' && refresh.value === false)) query.returning = ['*'];
  if (isUnknown) reader.note('Columns that are set at run time are not included.');
  if (isInsert) return insert(context, query, values);
  values.delete(model.idAttribute);
  addKey(context, query);
  query.method = 'update';
  query.updates = [...values].map(([column, value]) => ({ column, value }));
  return { operation: 'update', isMany: false, loads: [], query, statements: [{ sql: query.sql() }] };
}

function insert({ link, reader }: Context, query: KnexQuery, values: ReadonlyMap<string, SqlText>): Sending {
  query.method = 'insert';
  query.insert = { kind: 'object', entries: [], isOpen: false, source: '', range: link.range };
  query.addedColumns = values;
  if (values.size === 0) reader.note('The columns that are set are known at run time only.');
  return { operation: 'insert', isMany: false, loads: [], query, statements: [{ sql: query.sql() }] };
}

/** The key in WHERE is not prefixed with the table. */
export function addKey({ subject, reader, link }: Context, query: KnexQuery): void {
  const { model, row } = subject;
  const id = attribute(subject, model.idAttribute);
  const value: SqlText | undefined = id
    ? reader.parameter(reader.expression(id))
    : row === undefined
      ? undefined
      : [{ source: `${row}.${model.idAttribute}`, range: link.range }];
  if (value) query.wheres.push({ bool: 'and', sql: sql`${reader.quoted(model.idAttribute)} = ${value}` });
  if (id) query.equals.push({ property: model.idAttribute, value: id.value });
}

function argumentsOf(
  link: Link,
  scope: Scope,
  reader: Reader,
): { readonly changes: readonly Expression[]; readonly options: Expression | undefined } {
  const located = (link.arguments ?? []).map((value): Located => ({ value, scope }));
  const [first, second, third] = located.map((each) => reader.expression(each));
  if (first?.kind === 'literal' && typeof first.value === 'string' && located[1]) {
    const entry = { key: first.value, value: located[1] };
    const object: Expression = { kind: 'object', entries: [entry], isOpen: false, source: '', range: first.range };
    return { changes: [object], options: third };
  }
  const isNone = first === undefined || (first.kind === 'literal' && !first.value);
  return { changes: isNone ? [] : [first], options: second };
}

function addValues(values: Map<string, SqlText>, object: Expression, reader: Reader): void {
  if (object.kind !== 'object') return;
  for (const { key, value } of object.entries) {
    const expression = reader.expression(value);
    if (expression.kind !== 'literal' || expression.value !== undefined) values.set(key, reader.parameter(expression));
  }
  if (object.isOpen) reader.note('Columns that are set at run time are not included.');
}

function addTimestamps(values: Map<string, SqlText>, { timestamps }: ModelFacts, isInsert: boolean, link: Link): void {
  const now: SqlText = [{ source: 'new Date()', range: link.range }];
  if (timestamps?.updated !== undefined) values.set(timestamps.updated, now);
  if (isInsert && timestamps?.created !== undefined && !values.has(timestamps.created)) {
    values.set(timestamps.created, now);
  }
}

function isTrue(expression: Expression | undefined): boolean {
  return expression?.kind === 'literal' && expression.value === true;
}
