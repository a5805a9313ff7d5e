import { type SqlText, sql } from '../support/sql-text';
import { type Argument, isUnknown, parameterOf } from './arguments';
import { type Relation, relationOf, scalar, scalarsOf } from './models';
import { bareColumn, columnOf } from './names';
import type { Request } from './request';
import type { ScalarField, SchemaModel } from './schema';

/** `data` of a write: what its own columns get, and what is written in related tables. */
export interface WriteData {
  readonly values: ReadonlyMap<ScalarField, Argument>;
  /** In the order of the text. */
  readonly nested: readonly NestedWrite[];
}

export interface NestedWrite {
  readonly relation: Relation;
  /** `connect`, `create`, … */
  readonly operation: string;
  readonly argument: Argument;
}

export function dataOf(request: Request, model: SchemaModel, data: Argument | undefined): WriteData {
  const values = new Map<ScalarField, Argument>();
  const nested: NestedWrite[] = [];
  if (data === undefined) return { values, nested };
  if (isUnknown(data) || request.reader.isOpen(data)) {
    request.note('Which columns are written is known at run time only.');
    const declared = isUnknown(data) ? request.reader.typeMembers(data) : undefined;
    const fields = declared?.flatMap((name) => scalar(model, name) ?? []) ?? [];
    for (const field of fields.length > 0 ? fields : guessedFields(model)) values.set(field, data);
  }
  for (const { name, keyRange, argument } of request.reader.entries(data)) {
    const field = model.fields.get(name);
    if (field?.kind === 'scalar') {
      values.set(field, argument);
      request.named(field.column, keyRange);
    }
    if (field?.kind !== 'relation') continue;
    const relation = relationOf(field, model, request.schema.models);
    if (relation === undefined) continue;
    for (const { name: operation, argument: given } of request.reader.entries(argument)) {
      nested.push({ relation, operation, argument: given });
    }
  }
  return { values, nested };
}

/** What a whole object of the program most likely has: the columns that need a value. */
function guessedFields(model: SchemaModel): ScalarField[] {
  return scalarsOf(model).filter(
    (field) => !field.isOptional && field.default === undefined && !field.isUpdatedAt && !field.isList,
  );
}

/** A column of a row that is inserted; undefined where the database gives the value. */
function insertedValue(request: Request, field: ScalarField, given: Argument | undefined): SqlText | undefined {
  if (given) {
    const { reader } = request;
    const set = field.isList && given.value.kind === 'object' ? reader.entry(given, 'set') : undefined;
    const value = set ?? given;
    return field.isList ? request.text([{ ...parameterOf(value), isArray: true }], field) : request.value(value, field);
  }
  if (field.isUpdatedAt) return request.runtime('now()');
  if (field.default?.by !== 'client' || field.isList) return undefined;
  return request.text(defaultValue(request, field, field.default.text), field);
}

function defaultValue(request: Request, field: ScalarField, text: string): SqlText {
  if (text.endsWith('()')) return request.runtime(text);
  if (field.type === 'Boolean') return request.constant(text === 'true');
  return request.constant(/^(?:Int|BigInt|Float|Decimal)$/.test(field.type) ? Number(text) : text);
}

/** INSERT of one row or several; `keys` are columns that the statements before gave. */
export function insertText(
  request: Request,
  table: string,
  model: SchemaModel,
  rows: readonly WriteData[],
  keys: ReadonlyMap<ScalarField, SqlText>,
): SqlText {
  const written = rows.map(({ values }) => {
    const row = new Map<ScalarField, SqlText>();
    for (const field of scalarsOf(model)) {
      const value = keys.get(field) ?? insertedValue(request, field, values.get(field));
      if (value) row.set(field, value);
    }
    return row;
  });
  const fields = scalarsOf(model).filter((field) => written.some((row) => row.has(field)));
  if (fields.length === 0) return [`INSERT INTO ${table} DEFAULT VALUES`];
  const columns = fields.map((field) => bareColumn(field)).join(', ');
  const tuples = written.map((row) =>
    fields.flatMap(
      (field, i): SqlText => [i === 0 ? '' : ', ', ...(row.get(field) ?? [field.isOptional ? 'null' : 'DEFAULT'])],
    ),
  );
  return sql`INSERT INTO ${table} (${columns}) VALUES ${tuples.flatMap((tuple, i): SqlText => [i === 0 ? '(' : ', (', ...tuple, ')'])}`;
}

const arithmetic: Readonly<Record<string, string>> = { increment: '+', decrement: '-', multiply: '*', divide: '/' };

/** The assignments of an UPDATE, without those that another statement makes; empty when nothing is set. */
export function assignments(
  request: Request,
  model: SchemaModel,
  { values }: WriteData,
  keys: ReadonlyMap<ScalarField, SqlText>,
): { readonly column: string; readonly value: SqlText }[] {
  const set = scalarsOf(model).flatMap((field) => {
    const key = keys.get(field);
    const given = values.get(field);
    const column = bareColumn(field);
    if (key) return [{ column, value: key }];
    return given ? [{ column, value: assigned(request, model, field, given) }] : [];
  });
  if (set.length === 0) return [];
  const stamps = scalarsOf(model).filter((field) => field.isUpdatedAt && !values.has(field));
  const now = stamps.map((field) => ({ column: bareColumn(field), value: request.runtime('now()') }));
  return [...set, ...now];
}

function assigned(request: Request, model: SchemaModel, field: ScalarField, given: Argument): SqlText {
  const plain = (value: Argument): SqlText =>
    field.isList ? request.text([{ ...parameterOf(value), isArray: true }], field) : request.value(value, field);
  if (given.value.kind !== 'object' || field.type === 'Json') return plain(given);
  const [operation] = request.reader.entries(given);
  if (operation === undefined) return plain(given);
  const column = columnOf(model.table, field);
  const sign = arithmetic[operation.name];
  if (sign) return sql`(${column} ${sign} ${plain(operation.argument)})`;
  if (operation.name === 'push') return sql`${column} || ${plain(operation.argument)}`;
  return plain(operation.argument);
}

export function setText(set: readonly { readonly column: string; readonly value: SqlText }[]): SqlText {
  return set.flatMap(({ column, value }, i): SqlText => [`${i === 0 ? '' : ', '}${column} = `, ...value]);
}

/** `(field, value)` pairs of the columns that hold the key, known from a statement before. */
export function keyValues(
  request: Request,
  fields: readonly ScalarField[],
  of: SchemaModel,
  from: readonly ScalarField[],
): Map<ScalarField, SqlText> {
  return new Map(fields.map((field, i) => [field, request.runtime(`${from[i]?.name ?? 'id'} of ${of.name}`)]));
}
