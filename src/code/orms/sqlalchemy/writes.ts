import { elementsOf, pathOf } from '../../facts/value-access';
import type { ChainValue, Link, ObjectValue, Value } from '../../facts/values';
import type { Model } from '../../models/model';
import type { CallContext, OrmCall } from '../orm';
import { joined, type SqlText, sql, statementsOf } from '../support/sql-text';
import { bound, expression, quote } from './expressions';
import { modelNamed, Query } from './query';

/** `insert(Post).values(…)`, `update(Post).where(…).values(…)`, `delete(Post).where(…)`; undefined for anything else. */
export function readWrite(sender: Link, statement: ChainValue, context: CallContext): OrmCall | undefined {
  const [first, ...steps] = statement.links;
  const [named] = first?.arguments ?? [];
  const word = String(statement.root);
  const model = first?.name === '' && named ? modelNamed(named, context) : undefined;
  if (!model || !/^(?:insert|update|delete)$/.test(word)) return undefined;
  const query = new Query([model], context);
  const values: Value[] = [];
  let back: SqlText = [];
  for (const step of steps) {
    if (step.name === 'values') values.push(...(step.arguments ?? []));
    else if (step.name === 'returning') back = returning(query, step.arguments ?? []);
    else query.step(step);
  }
  if (statement.open) query.unknown('Conditions added at run time are not included.');
  if (word === 'insert') return insert(query, model, values, sender, back);
  if (word === 'delete') return changed(query, 'delete', sender, sql`DELETE ${query.source()}${back}`);
  return update(query, model, values, sender, back);
}

function returning(query: Query, values: readonly Value[]): SqlText {
  const texts = values.map((value) => expression(value, query));
  if (!texts.every((text) => text !== undefined)) query.unknown('What is given back is not read.');
  return sql` RETURNING ${joined(
    texts.filter((text) => text !== undefined),
    ', ',
  )}`;
}

function changed(query: Query, operation: 'insert' | 'update' | 'delete', sender: Link, text: SqlText): OrmCall {
  return {
    library: 'sqlalchemy',
    operation,
    isMany: operation !== 'insert',
    ...(query.model ? { model: query.model } : {}),
    loads: [],
    hasLimit: false,
    equals: query.equals,
    isOnlyEquals: query.isOnlyEquals,
    statements: query.isUnknown ? [] : statementsOf([{ sql: text }]),
    notes: [...new Set(query.notes)],
    nameRange: sender.range,
  };
}

interface Assigned {
  readonly column: string;
  readonly text: SqlText;
}

function assigned(query: Query, model: Model, { entries, open }: ObjectValue): Assigned[] {
  if (open) query.unknown('Values added at run time are not read.');
  return entries.flatMap(({ key, value }) => {
    const name = typeof key === 'string' ? key : (pathOf(key)?.at(-1) ?? '');
    const column = model.columns.find(({ property }) => property === name)?.column;
    if (column === undefined) query.unknown(`${name} is no column of ${model.name} that is known.`);
    return column === undefined ? [] : [{ column, text: expression(value, query) ?? bound(value) }];
  });
}

function keyOf(model: Model): string {
  const keys = model.columns.filter(({ isPrimaryKey }) => isPrimaryKey).map(({ column }) => quote(column));
  return keys.map((key) => `${quote(model.table)}.${key}`).join(', ');
}

function insertText(model: Model, rows: readonly (readonly Assigned[])[]): SqlText {
  const names = (rows[0] ?? []).map(({ column }) => quote(column)).join(', ');
  const lists = rows.map(
    (row): SqlText =>
      sql`(${joined(
        row.map(({ text }) => text),
        ', ',
      )})`,
  );
  return sql`INSERT INTO ${quote(model.table)} (${names}) VALUES ${joined(lists, ', ')}`;
}

function insert(query: Query, model: Model, values: readonly Value[], sender: Link, back: SqlText): OrmCall {
  const [, listed] = sender.arguments ?? [];
  const [only] = values;
  const given = only ?? listed;
  const rows = (given?.kind === 'array' ? (elementsOf(given) ?? []) : [given]).map((row) =>
    row?.kind === 'object' ? assigned(query, model, row) : [],
  );
  const isSame = rows.every((row) => row.length === rows[0]?.length);
  if (rows.length === 0 || !isSame || rows.some((row) => row.length === 0))
    query.unknown('The rows are given at run time.');
  const isOne = only?.kind === 'object';
  const end = back.length > 0 ? back : isOne ? [` RETURNING ${keyOf(model)}`] : [];
  const call = changed(query, 'insert', sender, sql`${insertText(model, rows)}${end}`);
  return { ...call, isMany: !isOne };
}

function update(query: Query, model: Model, values: readonly Value[], sender: Link, back: SqlText): OrmCall {
  const set = values.flatMap((value) => (value.kind === 'object' ? assigned(query, model, value) : []));
  return changed(query, 'update', sender, sql`${updateText(query, model, set)}${back}`);
}

function updateText(query: Query, model: Model, set: readonly Assigned[]): SqlText {
  if (set.length === 0) query.unknown('What is set is decided at run time.');
  const texts = set.map(({ column, text }) => sql`${quote(column)}=${text}`);
  const where = query.where.length === 0 ? [] : sql` WHERE ${joined(query.where, ' AND ')}`;
  return sql`UPDATE ${quote(model.table)} SET ${joined(texts, ', ')}${where}`;
}

/** `session.query(Post).filter(…).update({ 'status': 'x' })`, `.delete()` */
export function changeOf(query: Query, model: Model, link: Link): OrmCall {
  if (link.name === 'delete') return changed(query, 'delete', link, sql`DELETE ${query.source()}`);
  const [values] = link.arguments ?? [];
  const set = values?.kind === 'object' ? assigned(query, model, values) : [];
  return changed(query, 'update', link, updateText(query, model, set));
}

/** `session.add(Post(title='x'))`: written when the session is flushed, with what else was added. */
export function readAdd(link: Link, context: CallContext): OrmCall | undefined {
  const [row] = link.arguments ?? [];
  const made =
    row && link.name === 'add' ? [madeOf(row, context)] : (elementsOf(row) ?? []).map((one) => madeOf(one, context));
  const [first] = made;
  if (!first || made.some((one) => one?.model !== first.model)) return undefined;
  const { model, values } = first;
  const query = new Query([model], context);
  const given = values.flatMap((value) => (value.kind === 'object' ? assigned(query, model, value) : []));
  const columns = model.columns.filter(
    ({ column, isPrimaryKey }) => !isPrimaryKey || given.some((one) => one.column === column),
  );
  const written = columns.map(({ column, property }): Assigned => {
    const text = given.find((one) => one.column === column)?.text;
    return { column, text: text ?? [{ source: `default of ${property}`, range: link.range }] };
  });
  if (made.length > 1) query.unknown('How several rows are written at once is not read.');
  query.notes.push('It is written when the session is flushed, together with other rows of the same table.');
  const call = changed(query, 'insert', link, sql`${insertText(model, [written])} RETURNING ${keyOf(model)}`);
  return { ...call, isMany: made.length > 1, isBatched: true };
}

/** `Post(title='x')`, or a name that stands for it. */
function madeOf(
  value: Value,
  context: CallContext,
): { readonly model: Model; readonly values: readonly Value[] } | undefined {
  const origin = context.trace(value);
  if (origin.kind !== 'instance' || origin.of.kind !== 'class' || !origin.arguments) return undefined;
  const { class: of, file } = origin.of;
  const model = context.models
    .of('sqlalchemy')
    .find(({ uri, range }) => uri === file.uri && range.start === of.nameRange.start);
  return model && { model, values: origin.arguments };
}
