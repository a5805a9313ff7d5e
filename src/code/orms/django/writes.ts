import { elementsOf, entry, isTrue } from '../../facts/value-access';
import type { Link, Value } from '../../facts/values';
import type { OrmCall } from '../orm';
import { joined, type SqlText, sql, statementsOf } from '../support/sql-text';
import { detailsOf } from './details';
import { expression } from './expressions';
import { parameter, quote } from './lookups';
import { namesIn, type Query } from './query';
import { columnOf } from './tables';

interface Assigned {
  readonly column: string;
  readonly text: SqlText;
}

/** Values by column: `author=user` is author_id, `views=F('views') + 1` an expression. */
function assigned(query: Query, values: readonly Value[]): Assigned[] {
  return values.flatMap((value) => {
    if (value.kind !== 'object') return [];
    if (value.open) query.notes.push('Values added at run time are not included.');
    return value.entries.flatMap(({ key, value: given }) => {
      const column = columnNamed(query, String(key));
      if (column === undefined) query.unknown(`${String(key)} is no field of ${query.model.name} that is known.`);
      return column === undefined ? [] : [{ column, text: textOf(query, given) }];
    });
  });
}

function columnNamed({ model }: Query, name: string): string | undefined {
  const association = model.associations.find((one) => one.name === name && one.kind === 'belongsTo');
  return columnOf(model, name)?.column ?? association?.foreignKey[0];
}

function textOf(query: Query, given: Value): SqlText {
  if (given.kind === 'literal' && given.value === null) return ['NULL'];
  const isCall = given.kind === 'chain' && given.links.some((link) => link.arguments);
  const found = isCall ? expression(given, query) : undefined;
  const isExpression = isCall && (typeof given.root !== 'string' || /^(?:F|Case|Subquery|OuterRef)$/.test(given.root));
  if (!found && isExpression) query.unknown('What is set is decided by an expression.');
  return found?.text ?? parameter(given);
}

/** Every column but a generated key: models write all of a row. */
function written(query: Query) {
  return query.model.columns.filter((one) => !one.isGenerated);
}

function returning(query: Query): string {
  const key = columnOf(query.model, 'pk');
  return key?.isGenerated ? ` RETURNING ${query.alias}.${quote(key.column)}` : '';
}

function valuesOf(query: Query, given: readonly Assigned[], range: Link['range']): SqlText[] {
  return written(query).map(
    ({ column, property }) =>
      given.find((one) => one.column === column)?.text ?? [{ source: `default of ${property}`, range }],
  );
}

function rowText(query: Query, texts: readonly SqlText[]): SqlText {
  const names = written(query).map(({ column }) => quote(column));
  return sql`INSERT INTO ${query.alias} (${names.join(', ')}) VALUES (${joined(texts, ', ')})`;
}

export function insert(query: Query, { arguments: values = [], range }: Link): OrmCall {
  const text = sql`${rowText(query, valuesOf(query, assigned(query, values), range))}${returning(query)}`;
  return query.call({
    operation: 'insert',
    isMany: false,
    nameRange: range,
    statements: statementsOf([{ sql: text }]),
  });
}

/** `bulk_create([Tag(label='a'), …])`: one row as values, several as one array for each column. */
export function bulkInsert(query: Query, { arguments: values = [], range }: Link): OrmCall {
  const [list] = values;
  const options = values.findLast((one) => one.kind === 'object');
  const rows = list && elementsOf(query.followed(list));
  const [row] = rows ?? [];
  const isOne = rows?.length === 1 && list?.kind === 'array' && !list.open;
  const given = row?.kind === 'chain' ? assigned(query, row.links.at(-1)?.arguments ?? []) : [];
  const columns = written(query);
  const types = columns.map(({ type }) => type?.replace(/\(.*/, ''));
  if (!isOne && !types.every((type) => type !== undefined)) query.unknown('The type of a column is not known.');
  const arrays = columns.map(
    ({ property }, i): SqlText =>
      sql`(${[{ source: `${property} of the rows`, range, isArray: true as const }]})::${types[i] ?? 'text'}[]`,
  );
  const names = columns.map(({ column }) => quote(column)).join(', ');
  const many = sql`INSERT INTO ${query.alias} (${names}) SELECT * FROM UNNEST(${joined(arrays, ', ')})`;
  const text = isOne ? rowText(query, valuesOf(query, given, range)) : many;
  const ignored = isTrue(entry(options, 'ignore_conflicts'));
  const back = ignored ? '' : returning(query);
  const statement = sql`${text}${ignored ? ' ON CONFLICT DO NOTHING' : upsert(query, options)}${back}`;
  return query.call({
    operation: 'insert',
    isMany: true,
    nameRange: range,
    statements: statementsOf([{ sql: statement }]),
  });
}

function upsert(query: Query, options: Value | undefined): string {
  if (!isTrue(entry(options, 'update_conflicts'))) return '';
  const columns = (name: string) => {
    const names = namesIn(elementsOf(entry(options, name)) ?? []) ?? [];
    const found = names.map((one) => columnNamed(query, one));
    if (found.length === 0 || found.includes(undefined)) query.unknown(`The ${name} are not known.`);
    return found.map((one) => quote(one ?? ''));
  };
  const set = columns('update_fields').map((column) => `${column} = EXCLUDED.${column}`);
  return ` ON CONFLICT(${columns('unique_fields').join(', ')}) DO UPDATE SET ${set.join(', ')}`;
}

/** `bulk_update(posts, ['title'])`: a CASE with one WHEN for each row. */
export function bulkUpdate(query: Query, { arguments: values = [], range }: Link): OrmCall {
  const [, second] = values;
  const fields = entry(values.at(-1), 'fields') ?? second;
  const names = namesIn(elementsOf(fields) ?? []) ?? [];
  const columns = names.map((name) => query.model.columns.find((one) => one.column === columnNamed(query, name)));
  const key = columnOf(query.model, 'pk');
  if (names.length === 0 || !key || !columns.every((column) => column?.type !== undefined))
    query.unknown('The fields that are written are not known.');
  const own = `${query.alias}.${quote(key?.column ?? 'id')}`;
  const given = (source: string): SqlText => [{ source, range }];
  const set = columns.map(
    (column) =>
      sql`${quote(column?.column ?? '')} = (CASE WHEN (${own} = ${given('key of a row')}) THEN ${given(`${column?.property} of that row`)} ELSE NULL END)::${column?.type ?? ''}`,
  );
  const text = sql`UPDATE ${query.alias} SET ${joined(set, ', ')} WHERE ${own} IN (${given('keys of the rows')})`;
  query.notes.push('Each CASE has one WHEN for each row.');
  return query.call({ operation: 'update', isMany: true, nameRange: range, statements: statementsOf([{ sql: text }]) });
}

/** The row is looked for and locked; where it is found, what is given and what sets itself is written. */
export function updateOrCreate(query: Query, { arguments: values = [], range }: Link): OrmCall {
  query.order = [];
  query.lock = 'FOR UPDATE';
  const options = values.findLast((one) => one.kind === 'object');
  const defaults = entry(options, 'defaults');
  const given = defaults ? assigned(query, [defaults]) : [];
  const key = columnOf(query.model, 'pk');
  const also = query.model.columns
    .filter(({ property }) => detailsOf(query.model).setOnSave.includes(property))
    .filter(({ column }) => given.every((one) => one.column !== column))
    .map(({ column, property }) => ({ column, text: [{ source: `${property} of the row`, range }] as SqlText }));
  const set = [...given, ...also].map(({ column, text }) => sql`${quote(column)} = ${text}`);
  const own = `${query.alias}.${quote(key?.column ?? 'id')}`;
  const found: SqlText = [{ source: 'key of the row', range }];
  const change = sql`UPDATE ${query.alias} SET ${joined(set, ', ')} WHERE ${own} = ${found}`;
  query.notes.push('Where nothing is found, an INSERT follows instead.');
  const sent = [{ sql: query.rows(21) }, ...(set.length > 0 ? [{ sql: change, isFollowUp: true as const }] : [])];
  return query.call({ operation: 'upsert', isMany: false, nameRange: range, statements: statementsOf(sent) });
}

type Again = (prefix?: string) => Query;

/** Conditions on other tables find the keys of the rows. */
function conditions(query: Query, again: Again): SqlText {
  if (!query.tables.isJoined && query.limit === undefined && !query.group) return query.conditions();
  const inner = again('U');
  const key = columnOf(query.model, 'pk');
  if (inner.group || inner.limit !== undefined) query.unknown('A change of a part is not read.');
  inner.order = [];
  inner.only = key ? [key.property] : [];
  return sql` WHERE ${query.alias}.${quote(key?.column ?? 'id')} IN (${inner.rows()})`;
}

export function update(query: Query, { arguments: values = [], range }: Link, again: Again): OrmCall {
  const where = conditions(query, again);
  const set = assigned(query, values).map(({ column, text }) => sql`${quote(column)} = ${text}`);
  if (set.length === 0) query.unknown('What is set is decided at run time.');
  const text = sql`UPDATE ${query.alias} SET ${joined(set, ', ')}${where}`;
  return query.call({ operation: 'update', isMany: true, nameRange: range, statements: statementsOf([{ sql: text }]) });
}

export function remove(query: Query, { range }: Link, again: Again): OrmCall {
  const where = conditions(query, again);
  if (query.model.associations.some(({ kind }) => /^has|Many$/.test(kind)))
    query.notes.push('Rows that belong to the deleted ones are looked for and deleted by statements of their own.');
  const text = sql`DELETE FROM ${query.alias}${where}`;
  return query.call({ operation: 'delete', isMany: true, nameRange: range, statements: statementsOf([{ sql: text }]) });
}
