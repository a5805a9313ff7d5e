import { type SqlText, sql } from '../support/sql-text';
import { isNull, isTrue } from './arguments';
import { dataOf, insertText, keyValues, type NestedWrite, type WriteData } from './data';
import { uniqueCondition } from './filter';
import { selectText } from './find';
import { filtered, first, found, lookUp, ofTable, pick, rest, uniques, withKey } from './lookups';
import { keyOf, type Relation } from './models';
import { bareColumn, columnOf, tableName } from './names';
import { both, either, type Request } from './request';
import type { ScalarField, SchemaModel } from './schema';
import { insertRow, manyRows, returning, updateRow, updateText } from './write';

/** What must be there before a row that holds its key. */
export function isBeforeRow(operation: string): boolean {
  return operation === 'connect' || operation === 'create' || operation === 'connectOrCreate';
}

/**
 * `author: { connect: { id: 1 } }`: the rows whose key this one holds are looked up or inserted first, the last one first.
 * Gives the columns that get their keys.
 */
export function beforeRow(request: Request, { nested }: WriteData): Map<ScalarField, SqlText> {
  const keys = new Map<ScalarField, SqlText>();
  for (const { relation, operation, argument } of nested.toReversed()) {
    if (relation.key === 'there' && !relation.field.isList && operation === 'connect') {
      lookUp(request, relation, argument);
      continue;
    }
    if (relation.key !== 'here' || !isBeforeRow(operation)) continue;
    const { to, own, other } = relation;
    if (operation === 'create') insertRow(request, to, dataOf(request, to, argument), new Map(), withKey(to, other));
    else if (operation === 'connect') lookUp(request, relation, argument);
    else {
      lookUp(request, relation, request.reader.entry(argument, 'where'));
      request.note('Where there is no such row yet, it is inserted.');
    }
    for (const [field, value] of keyValues(request, own, to, other)) keys.set(field, value);
  }
  return keys;
}

/** What is written in other tables once the row is there. */
export function afterRow(request: Request, model: SchemaModel, { nested }: WriteData, kind: 'create' | 'update'): void {
  for (const write of nested) {
    if (write.relation.joinTable) throughJoinTable(request, write);
    else if (write.relation.key === 'there') ofKey(request, write, kind);
    else if (!isBeforeRow(write.operation)) parentAfter(request, model, write);
  }
}

function childKeys(request: Request, { own, other, from }: Relation): Map<ScalarField, SqlText> {
  return keyValues(request, other, from, own);
}

/** Rows that hold this row's key: `comments: { create: … }`, `profile: { upsert: … }`. */
function ofKey(request: Request, write: NestedWrite, kind: 'create' | 'update'): void {
  const { relation, operation, argument } = write;
  const { to, field } = relation;
  const keys = childKeys(request, relation);
  const elements = request.reader.elements(argument) ?? [argument];
  switch (operation) {
    case 'create': {
      if (kind === 'update' && !field.isList) pick(request, relation, ['1 = 1']);
      insertAll(
        request,
        to,
        elements.map((each) => dataOf(request, to, each)),
        keys,
      );
      return;
    }
    case 'createMany': {
      const rows = manyRows(request, to, request.reader.entry(argument, 'data'));
      const skips = request.reader.entry(argument, 'skipDuplicates');
      const conflict = skips && isTrue(skips) ? ' ON CONFLICT DO NOTHING' : '';
      request.send(sql`${insertText(request, tableName(to), to, rows, keys)}${conflict}`);
      return;
    }
    case 'connect':
      if (field.isList) {
        link(request, relation, keys, either(uniques(request, to, argument)));
        return;
      }
      if (kind === 'update') {
        pick(request, relation, ['1 = 1']);
        pick(request, relation, ['1 = 1']);
      }
      link(request, relation, keys, found(request, to));
      return;
    case 'connectOrCreate':
      for (const each of elements) {
        const where = request.reader.entry(each, 'where');
        lookUp(request, relation, where);
        request.note('Where there is no such row yet, it is inserted.');
        link(request, relation, keys, uniqueCondition(request, ofTable(to), where));
      }
      return;
    case 'set': {
      pick(request, relation, ['1 = 1']);
      const wanted = uniques(request, to, argument);
      if (wanted.length > 0) {
        request.send(selectText(to, { fields: keyOf(to) }, [], [], sql` WHERE ${either(wanted)}${rest(request)}`));
        link(request, relation, keys, found(request, to));
      }
      unlink(request, relation, found(request, to));
      return;
    }
    case 'disconnect': {
      const asked = field.isList ? either(uniques(request, to, argument)) : (['1 = 1'] as SqlText);
      pick(request, relation, asked);
      unlink(request, relation, found(request, to, asked));
      return;
    }
    default:
      changePicked(request, write);
  }
}

/** One row is inserted with what belongs to it; several without are one statement. */
function insertAll(
  request: Request,
  model: SchemaModel,
  rows: readonly WriteData[],
  keys: ReadonlyMap<ScalarField, SqlText>,
): void {
  if (rows.length > 1 && rows.every(({ nested }) => nested.length === 0)) {
    request.send(insertText(request, tableName(model), model, rows, keys));
    return;
  }
  for (const row of rows) insertRow(request, model, row, keys, keyOf(model));
}

function link(request: Request, { to }: Relation, keys: ReadonlyMap<ScalarField, SqlText>, where: SqlText): void {
  setKeys(request, to, keys, where);
}

function unlink(request: Request, { to, other }: Relation, where: SqlText): void {
  setKeys(request, to, new Map(other.map((field) => [field, request.constant(null)])), where);
}

function setKeys(request: Request, model: SchemaModel, keys: ReadonlyMap<ScalarField, SqlText>, where: SqlText): void {
  const set = [...keys].flatMap(
    ([field, value], i): SqlText => [`${i === 0 ? '' : ', '}${bareColumn(field)} = `, ...value],
  );
  request.send(sql`UPDATE ${tableName(model)} SET ${set} WHERE ${where}`);
}

/** `update`, `updateMany`, `upsert`, `delete`, `deleteMany` of related rows: they are looked up first. */
function changePicked(request: Request, { relation, operation, argument }: NestedWrite): void {
  const { to, field } = relation;
  const { reader } = request;
  const isToOne = !field.isList;
  const elements = reader.elements(argument) ?? [argument];
  for (const each of elements) {
    switch (operation) {
      case 'update':
      case 'upsert': {
        const where = reader.entry(each, 'where');
        const asked = isToOne ? filtered(request, to, where) : uniqueCondition(request, ofTable(to), where);
        const given = operation === 'upsert' ? reader.entry(each, 'update') : (reader.entry(each, 'data') ?? each);
        pick(request, relation, asked);
        if (operation === 'upsert') request.note('Where there is no such row yet, it is inserted.');
        const condition = found(request, to, asked);
        updateRow(
          request,
          to,
          dataOf(request, to, given),
          condition,
          keyOf(to),
          sql` WHERE ${condition}${first(request)}`,
        );
        break;
      }
      case 'updateMany': {
        pick(request, relation, filtered(request, to, reader.entry(each, 'where')));
        const data = dataOf(request, to, reader.entry(each, 'data'));
        const text = updateText(request, to, data, new Map(), found(request, to));
        if (text) request.send(text);
        break;
      }
      case 'delete': {
        const asked = isToOne
          ? filtered(request, to, isTrue(each) ? undefined : each)
          : uniqueCondition(request, ofTable(to), each);
        pick(request, relation, asked);
        request.send(sql`DELETE FROM ${tableName(to)} WHERE ${found(request, to, asked)}`);
        break;
      }
      case 'deleteMany':
        pick(request, relation, filtered(request, to, each));
        request.send(sql`DELETE FROM ${tableName(to)} WHERE ${found(request, to)}`);
        break;
      default:
        request.note(`What “${operation}” writes is not shown.`);
    }
  }
}

/** `reviewer: { disconnect: true }`, `author: { update: { … } }`: the row that this one points to. */
function parentAfter(request: Request, model: SchemaModel, write: NestedWrite): void {
  if (write.operation !== 'disconnect') {
    changePicked(request, write);
    return;
  }
  const { relation, argument } = write;
  pick(request, relation, filtered(request, relation.to, isTrue(argument) || isNull(argument) ? undefined : argument));
  setKeys(request, model, new Map(relation.own.map((field) => [field, request.constant(null)])), found(request, model));
}

/** `tags: { connect: [{ id: 1 }] }` of an implicit many-to-many relation. */
function throughJoinTable(request: Request, write: NestedWrite): void {
  const { relation, operation, argument } = write;
  const { to, from, joinTable } = relation;
  if (joinTable === undefined) return;
  const table = tableName({ ...from, ...joinTable });
  const elements = request.reader.elements(argument) ?? [argument];
  const joinRows = (count: number): void => {
    const row = (): SqlText => sql`(${request.runtime(`id of ${from.name}`)}, ${request.runtime(`id of ${to.name}`)})`;
    const rows = Array.from({ length: count }, row).flatMap((each, i) => (i === 0 ? each : [', ', ...each]));
    request.send(
      sql`INSERT INTO ${table} ("${joinTable.own}", "${joinTable.other}") VALUES ${rows} ON CONFLICT DO NOTHING`,
    );
  };
  const removeRows = (): void => {
    const own = sql`${columnOf(joinTable.table, joinTable.own)} = ${request.runtime(`id of ${from.name}`)}`;
    const other = sql`${columnOf(joinTable.table, joinTable.other)} IN (${request.runtime(`ids of ${to.name}`)})`;
    request.send(sql`DELETE FROM ${table} WHERE ${both([own, other])}`);
  };
  const connect = (): void => {
    const wanted = uniques(request, to, argument);
    if (wanted.length === 0) return;
    request.send(selectText(to, { fields: keyOf(to) }, [], [], sql` WHERE ${either(wanted)}${rest(request)}`));
    joinRows(wanted.length);
  };
  switch (operation) {
    case 'connect':
      connect();
      return;
    case 'create': {
      const rows = elements.map((each) => dataOf(request, to, each));
      if (rows.every(({ nested }) => nested.length === 0)) {
        request.send(sql`${insertText(request, tableName(to), to, rows, new Map())}${returning(to, keyOf(to))}`);
        joinRows(rows.length);
        return;
      }
      for (const row of rows) {
        insertRow(request, to, row, new Map(), keyOf(to));
        joinRows(1);
      }
      return;
    }
    case 'connectOrCreate':
      for (const each of elements) {
        lookUp(request, relation, request.reader.entry(each, 'where'));
        request.note('Where there is no such row yet, it is inserted.');
        joinRows(1);
      }
      return;
    case 'set':
      pick(request, relation, ['1 = 1']);
      removeRows();
      connect();
      return;
    case 'disconnect':
      pick(request, relation, either(uniques(request, to, argument)));
      removeRows();
      return;
    default:
      changePicked(request, write);
  }
}
