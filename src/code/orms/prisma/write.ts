import { sourceOf } from '../../facts/value-access';
import { type SqlText, sql } from '../support/sql-text';
import { type Argument, isUnknown } from './arguments';
import { assignments, dataOf, insertText, setText, type WriteData } from './data';
import { type Scope, uniqueCondition, whereCondition } from './filter';
import { findUnique, loadRelations, selectText } from './find';
import { isJoined, sendJoined } from './joined';
import { keyOf, scalar } from './models';
import { bareColumn, columnOf, columnsOf, selected, tableName } from './names';
import { afterRow, beforeRow, isBeforeRow } from './nested-write';
import { both, list, type Request } from './request';
import type { ScalarField, SchemaModel } from './schema';
import { countColumns, type Selection, selectionOf } from './selection';

export function returning(model: SchemaModel, fields: readonly ScalarField[]): SqlText {
  return sql` RETURNING ${list(fields.map((field) => [selected(model.table, field)]))}`;
}

/** The row with everything that is asked for, after it was written. */
export function readBack(request: Request, model: SchemaModel, args: Argument | undefined, selection: Selection): void {
  const isKey = ({ qualifier }: Pick<Scope, 'qualifier'>): SqlText =>
    both(
      keyOf(model).map(
        (field) => sql`${columnOf(qualifier, field)} = ${request.runtime(`${field.name} of ${model.name}`)}`,
      ),
    );
  if (isJoined(request, args)) {
    sendJoined(request, model, selection, { isFirst: true, condition: isKey });
    return;
  }
  const counts = countColumns(request, { model, qualifier: model.table }, selection);
  const tail = sql` WHERE ${isKey({ qualifier: model.table })} LIMIT ${request.constant(1)} OFFSET ${request.constant(0)}`;
  request.send(selectText(model, selection, counts.columns, counts.joins.flat(), tail), { isFollowUp: true });
  loadRelations(request, model, selection, true);
}

/** What RETURNING can give of it: its own columns, without those that only relations need. */
function ownFields(model: SchemaModel, selection: Selection): readonly ScalarField[] {
  const { asked } = selection;
  return asked === undefined
    ? selection.fields
    : [...new Set([...keyOf(model), ...asked.flatMap((name) => scalar(model, name) ?? [])])];
}

function isPlain({ relations, counts }: Selection): boolean {
  return relations.length === 0 && counts.length === 0;
}

export function create(request: Request, model: SchemaModel, args: Argument | undefined): void {
  const selection = selectionOf(request, model, args);
  const data = dataOf(request, model, request.reader.entry(args, 'data'));
  const isOne = data.nested.length === 0 && isPlain(selection);
  insertRow(request, model, data, new Map(), isOne ? selection.fields : keyOf(model));
  if (!isOne) readBack(request, model, args, selection);
}

/** One row with what is written before and behind it in other tables. */
export function insertRow(
  request: Request,
  model: SchemaModel,
  data: WriteData,
  given: ReadonlyMap<ScalarField, SqlText>,
  returned: readonly ScalarField[],
): void {
  const keys = new Map([...given, ...beforeRow(request, data)]);
  request.send(sql`${insertText(request, tableName(model), model, [data], keys)}${returning(model, returned)}`);
  afterRow(request, model, data, 'create');
}

/** createMany, and createManyAndReturn with `isReturned`. */
export function createMany(
  request: Request,
  model: SchemaModel,
  args: Argument | undefined,
  isReturned: boolean,
): void {
  const { reader } = request;
  const rows = manyRows(request, model, reader.entry(args, 'data'));
  const skips = reader.entry(args, 'skipDuplicates')?.value;
  const conflict = skips?.kind === 'literal' && skips.value === true ? ' ON CONFLICT DO NOTHING' : '';
  const selection = selectionOf(request, model, args);
  const back = isReturned ? returning(model, selection.fields) : '';
  request.send(sql`${insertText(request, tableName(model), model, rows, new Map())}${conflict}${back}`);
  if (isReturned) loadRelations(request, model, selection, false);
}

export function manyRows(request: Request, model: SchemaModel, data: Argument | undefined): WriteData[] {
  const elements = data && (request.reader.elements(data) ?? [data]);
  return (elements ?? []).map((each) => dataOf(request, model, each));
}

export function updateText(
  request: Request,
  model: SchemaModel,
  data: WriteData,
  keys: ReadonlyMap<ScalarField, SqlText>,
  where: SqlText,
): SqlText | undefined {
  const set = assignments(request, model, data, keys);
  return set.length === 0 ? undefined : sql`UPDATE ${tableName(model)} SET ${setText(set)} WHERE ${where}`;
}

export function update(request: Request, model: SchemaModel, args: Argument | undefined): void {
  const { reader } = request;
  const selection = selectionOf(request, model, args);
  const data = dataOf(request, model, reader.entry(args, 'data'));
  const where = uniqueCondition(request, { model, qualifier: model.table }, reader.entry(args, 'where'));
  updateRow(
    request,
    model,
    data,
    where,
    ownFields(model, selection),
    sql` WHERE ${where} LIMIT ${request.constant(1)} OFFSET ${request.constant(0)}`,
  );
  if (data.nested.length > 0 || !isPlain(selection)) readBack(request, model, args, selection);
}

/** One row, and what is written before and behind it. Without a column of its own to set it is only read. */
export function updateRow(
  request: Request,
  model: SchemaModel,
  data: WriteData,
  where: SqlText,
  returned: readonly ScalarField[],
  readTail: SqlText,
): void {
  const keys = beforeRow(request, data);
  // What is written behind needs the keys that this row holds.
  const links = data.nested
    .filter(({ relation, operation }) => relation.key === 'here' && !isBeforeRow(operation))
    .flatMap(({ relation }) => relation.own);
  const fields = [...new Set([...returned, ...links])];
  const text = updateText(request, model, data, keys, where);
  if (text) request.send(sql`${text}${returning(model, fields)}`);
  else request.send(selectText(model, { fields }, [], [], readTail));
  afterRow(request, model, data, 'update');
}

/** updateMany, deleteMany: `where` without joins, and `limit` by a list of keys. */
function manyCondition(request: Request, model: SchemaModel, args: Argument | undefined): SqlText {
  const { reader } = request;
  const limit = request.number(reader.entry(args, 'limit'));
  const given = reader.entry(args, 'where');
  if (limit === undefined) return whereCondition(request, { model, qualifier: model.table }, given) ?? ['1 = 1'];
  const joins: SqlText[] = [];
  const where = whereCondition(request, { model, qualifier: model.table, joins }, given) ?? ['1 = 1'];
  const key = keyOf(model);
  const names = key.map((field) => columnOf(model.table, field)).join(', ');
  return sql`${columnsOf(model.table, key)} IN (SELECT ${names} FROM ${tableName(model)}${joins.flat()} WHERE ${where} LIMIT ${limit.text})`;
}

/** A write of all rows is shown only where the program asks for it: not where its conditions are unknown. */
function isUnconditional(request: Request, args: Argument | undefined): boolean {
  const where = request.reader.entry(args, 'where') ?? (args && isUnknown(args) ? args : undefined);
  if (where === undefined) return false;
  const isKnown = !isUnknown(where) && !request.reader.isOpen(where);
  if (isKnown || request.reader.entries(where).length > 0) return false;
  request.note('The conditions are known at run time only; without them no statement is shown.');
  return true;
}

export function updateMany(
  request: Request,
  model: SchemaModel,
  args: Argument | undefined,
  isReturned: boolean,
): void {
  if (isUnconditional(request, args)) return;
  const data = dataOf(request, model, request.reader.entry(args, 'data'));
  const text = updateText(request, model, data, new Map(), manyCondition(request, model, args));
  const selection = selectionOf(request, model, args);
  if (text) request.send(isReturned ? sql`${text}${returning(model, selection.fields)}` : text);
  if (isReturned) loadRelations(request, model, selection, false);
}

export function deleteMany(request: Request, model: SchemaModel, args: Argument | undefined): void {
  if (isUnconditional(request, args)) return;
  request.send(sql`DELETE FROM ${tableName(model)} WHERE ${manyCondition(request, model, args)}`);
}

export function deleteOne(request: Request, model: SchemaModel, args: Argument | undefined): void {
  const selection = selectionOf(request, model, args);
  const given = request.reader.entry(args, 'where');
  const isOne = isPlain(selection);
  // Relations are read before the row is gone.
  if (!isOne) findUnique(request, model, args, selection);
  const where = uniqueCondition(request, { model, qualifier: model.table }, given);
  request.send(sql`DELETE FROM ${tableName(model)} WHERE ${where}${isOne ? returning(model, selection.fields) : ''}`);
}

export function upsert(request: Request, model: SchemaModel, args: Argument | undefined): void {
  const { reader } = request;
  const selection = selectionOf(request, model, args);
  const created = dataOf(request, model, reader.entry(args, 'create'));
  const updated = dataOf(request, model, reader.entry(args, 'update'));
  const given = reader.entry(args, 'where');
  const where = uniqueCondition(request, { model, qualifier: model.table }, given);
  const table = tableName(model);
  const key = conflictKey(request, model, given, created);
  const set = assignments(request, model, updated, new Map());
  const isWithout = created.nested.length === 0 && updated.nested.length === 0 && isPlain(selection);
  if (key && isWithout && set.length > 0) {
    const names = key.map((field) => bareColumn(field)).join(', ');
    const insert = insertText(request, table, model, [created], new Map());
    request.send(
      sql`${insert} ON CONFLICT (${names}) DO UPDATE SET ${setText(set)} WHERE ${where}${returning(model, selection.fields)}`,
    );
    return;
  }
  const keyNames = keyOf(model);
  request.send(selectText(model, { fields: keyNames }, [], [], sql` WHERE ${where} OFFSET ${request.constant(0)}`));
  request.note('Where there is no such row yet, an INSERT is sent in place of the UPDATE.');
  const found = both(
    keyNames.map(
      (field) => sql`${columnOf(model.table, field)} IN (${request.runtime(`${field.name} of ${model.name}`)})`,
    ),
  );
  const readTail = sql` WHERE ${both([where, found])} LIMIT ${request.constant(1)} OFFSET ${request.constant(0)}`;
  updateRow(request, model, updated, both([found, where]), ownFields(model, selection), readTail);
  readBack(request, model, args, selection);
}

/** The columns of ON CONFLICT, where Prisma can leave it to the database: the key is written with the same values. */
function conflictKey(
  request: Request,
  model: SchemaModel,
  where: Argument | undefined,
  created: WriteData,
): readonly ScalarField[] | undefined {
  const { reader } = request;
  const [only, more] = where ? reader.entries(where) : [];
  const unique = only && model.uniques.find(({ name }) => name === only.name);
  if (!unique || more) return undefined;
  const isSame = unique.fields.every((name) => {
    const asked = unique.fields.length === 1 && only ? only.argument : reader.entry(only?.argument, name);
    const field = scalar(model, name);
    const written = field && created.values.get(field);
    return asked !== undefined && written !== undefined && sourceOf(asked.value) === sourceOf(written.value);
  });
  return isSame ? unique.fields.flatMap((name) => scalar(model, name) ?? []) : undefined;
}
