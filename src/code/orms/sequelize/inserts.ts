import { joined, type SqlText, sql } from '../support/sql-text';
import {
  absent,
  constant,
  type Datum,
  type Dict,
  dict,
  isFalse,
  isTrue,
  list,
  member,
  type RunTime,
  textOf,
} from './datum';
import { fieldOf, isVirtual, primaryKey, primaryKeys, type SequelizeModel, type Sourced } from './declared';
import { nowhere } from './evaluate';
import type { Include } from './finder-types';
import type { Reading } from './sent';
import { boundValue, escaped, isTruthy } from './values';

/** The time at which the row is written. */
export function now(): RunTime {
  return { kind: 'run time', source: 'new Date()', range: nowhere };
}

/** What a new row holds, by attribute: the values given, the defaults, the timestamps, and NULL for a key that the database makes. */
export function rowValues(
  model: SequelizeModel,
  given: Datum,
  reading: Reading,
  fields?: readonly string[],
): Map<string, Datum> {
  const values = new Map<string, Datum>();
  const { createdAt, updatedAt } = model.options;
  const isUnknown = given.kind !== 'dict' || given.isOpen === true;
  if (isUnknown) reading.notes.add('Which columns are written is known at run time: all are shown.');
  for (const attribute of model.attributes.values()) {
    if (attribute.type.name === 'VIRTUAL') continue;
    const { name } = attribute;
    const own = fields && !fields.includes(name) ? undefined : member(given, name);
    if (own !== undefined) values.set(name, own);
    else if (attribute.default) values.set(name, defaultOf(attribute.default, reading));
    else if (name === createdAt || name === updatedAt) values.set(name, now());
    else if (attribute.isPrimaryKey) values.set(name, constant(null));
    else if (name === model.options.version) values.set(name, constant(0));
    else if (isUnknown && !attribute.isAdded)
      values.set(name, { kind: 'run time', source: name, range: sourceRange(given) });
  }
  return values;
}

function sourceRange(given: Datum): RunTime['range'] {
  return (given.kind === 'run time' || given.kind === 'dict' ? given.range : undefined) ?? nowhere;
}

function defaultOf(source: Sourced, reading: Reading): Datum {
  const datum = reading.evaluator.datum(source.value, source.at);
  return datum.kind === 'run time' || datum.kind === 'undefined'
    ? { kind: 'run time', source: 'default', range: nowhere }
    : datum;
}

/** `INSERT INTO "posts" ("id", "title") VALUES (DEFAULT, $1) RETURNING …` */
export function insertText(
  model: SequelizeModel,
  values: ReadonlyMap<string, Datum>,
  ending: SqlText,
  isBound = true,
): SqlText {
  const columns = [...values].filter(([name]) => !isVirtual(model, name));
  const table = tableText(model);
  if (columns.length === 0) return sql`INSERT INTO ${table} DEFAULT VALUES${ending}`;
  const names = columns.map(([name]) => `"${fieldOf(model, name)}"`).join(',');
  const texts = columns.map(([name, value]) => valueText(model, name, value, isBound));
  return sql`INSERT INTO ${table} (${names}) VALUES (${joined(texts, ',')})${ending}`;
}

function valueText(model: SequelizeModel, name: string, value: Datum, isBound: boolean): SqlText {
  const attribute = model.attributes.get(name);
  const isNothing = value.kind === 'constant' && value.value === null;
  if (attribute?.isAutoIncrement && isNothing) return ['DEFAULT'];
  return isBound ? boundValue(value, attribute) : escaped(value, attribute);
}

export function tableText(model: SequelizeModel): string {
  return model.schema === undefined ? `"${model.table}"` : `"${model.schema}"."${model.table}"`;
}

/** RETURNING with all columns, with those that are named, or none. */
export function returningText(model: SequelizeModel, returning: Datum | undefined): SqlText {
  if (returning === undefined || !isTruthy(returning)) return [];
  if (returning.kind === 'list')
    return [` RETURNING ${returning.items.map((each) => `"${textOf(each) ?? ''}"`).join(',')}`];
  const columns = [...model.attributes.values()].filter((each) => each.type.name !== 'VIRTUAL');
  return [` RETURNING ${columns.map((each) => `"${each.field}"`).join(',')}`];
}

/** The fields that are written where the program names them: `{ fields: ['title'] }`. */
export function fieldNames(options: Dict): string[] | undefined {
  const fields = member(options, 'fields');
  return fields?.kind === 'list' && !fields.isOpen ? fields.items.map((each) => textOf(each) ?? '') : undefined;
}

/** One new row. */
export function insertRow(model: SequelizeModel, given: Datum, options: Dict, reading: Reading): SqlText {
  const fields = fieldNames(options);
  const values = rowValues(model, given, reading, fields);
  const { createdAt, updatedAt, version } = model.options;
  const key = primaryKey(model);
  const keeps = (name: string): boolean =>
    fields === undefined ||
    fields.includes(name) ||
    name === createdAt ||
    name === updatedAt ||
    name === version ||
    (name === key && model.attributes.get(key)?.default !== undefined);
  const isSilent = isTrue(member(options, 'silent')) && member(given, updatedAt ?? '') === undefined;
  const written = new Map([...values].filter(([name]) => keeps(name) && !(isSilent && name === updatedAt)));
  const returning = member(options, 'returning') ?? constant(true);
  const ignored = isTrue(member(options, 'ignoreDuplicates')) ? ' ON CONFLICT DO NOTHING' : '';
  return insertText(model, written, sql`${ignored}${returningText(model, returning)}`);
}

/** A row with rows of other models in it: `Post.create({ title, Comments: [{ text }] }, { include: [Comment] })`. */
export function insertWithIncluded(
  model: SequelizeModel,
  given: Datum,
  options: Dict,
  includes: readonly Include[],
  reading: Reading,
): SqlText[] {
  const before: SqlText[] = [];
  const after: SqlText[] = [];
  const own = new Map(given.kind === 'dict' ? given.entries : []);
  for (const { association, as, model: target, include } of includes) {
    const nested = member(given, as);
    if (nested === undefined) continue;
    own.delete(as);
    const rows = nested.kind === 'list' ? nested.items : [nested];
    for (const row of rows) {
      if (association.kind === 'belongsTo') {
        before.push(...insertWithIncluded(target, row, dict([]), include, reading));
        own.set(association.foreignKey, keyOf(target, association.targetKey));
        continue;
      }
      const isMany = association.kind === 'belongsToMany';
      const key: [string, Datum] = [association.foreignKey, keyOf(model, association.sourceKey)];
      const linked = isMany ? row : withEntry(row, key);
      after.push(...insertWithIncluded(target, linked, dict([]), include, reading));
      if (association.through && isMany) {
        const link = dict([key, [association.otherKey, keyOf(target, association.targetKey)]]);
        after.push(insertRow(association.through.model, link, dict([]), reading));
      }
    }
  }
  const values: Datum = given.kind === 'dict' ? dict(own, given) : given;
  return [...before, insertRow(model, values, options, reading), ...after];
}

function withEntry(row: Datum, entry: [string, Datum]): Datum {
  return row.kind === 'dict' ? dict([...row.entries, entry], row) : dict([entry]);
}

/** `id of Post` */
export function keyOf(model: SequelizeModel, key: string): RunTime {
  return { kind: 'run time', source: `${key} of ${model.name}`, range: nowhere };
}

/** `Tag.bulkCreate(rows, { updateOnDuplicate: ['label'] })` */
export function bulkInsert(model: SequelizeModel, records: Datum, options: Dict, reading: Reading): SqlText {
  const rows = records.kind === 'list' ? records.items : [absent];
  if (records.kind === 'list' && records.isOpen) reading.notes.add('One row of many is shown.');
  const fields = fieldNames(options);
  const all = (rows.length > 0 ? rows : [absent]).map((row) => {
    const given: Datum =
      row.kind === 'undefined' ? { kind: 'run time', source: 'rows', range: sourceRange(records) } : row;
    const values = rowValues(model, given, reading);
    const { createdAt, updatedAt } = model.options;
    return new Map(
      [...values].filter(
        ([name]) => fields === undefined || fields.includes(name) || name === createdAt || name === updatedAt,
      ),
    );
  });
  const names = [...new Set(all.flatMap((values) => [...values.keys()]))];
  const tuples = all.map(
    (values) =>
      sql`(${joined(
        names.map((name) => valueText(model, name, values.get(name) ?? constant(null), false)),
        ',',
      )})`,
  );
  const columns = names.map((name) => `"${fieldOf(model, name)}"`).join(',');
  const returning = member(options, 'returning') ?? constant(true);
  const mapped =
    returning.kind === 'list'
      ? list(returning.items.map((each) => constant(fieldOf(model, textOf(each) ?? ''))))
      : returning;
  const ending = sql`${conflictText(model, options)}${returningText(model, isFalse(returning) ? undefined : mapped)}`;
  return sql`INSERT INTO ${tableText(model)} (${columns}) VALUES ${joined(tuples, ',')}${ending}`;
}

function conflictText(model: SequelizeModel, options: Dict): SqlText {
  const update = member(options, 'updateOnDuplicate');
  const ignored = isTrue(member(options, 'ignoreDuplicates')) ? ' ON CONFLICT DO NOTHING' : '';
  if (update?.kind !== 'list') return [ignored];
  const wanted = update.items.map((each) => textOf(each) ?? '');
  const names = [...model.attributes.keys()].filter(
    (name) => wanted.includes(name) && name !== model.options.createdAt && !isVirtual(model, name),
  );
  const given = member(options, 'conflictAttributes');
  const keys =
    given?.kind === 'list' ? given.items.map((each) => fieldOf(model, textOf(each) ?? '')) : upsertKeysOfBulk(model);
  return [
    onConflict(
      keys,
      names.map((name) => fieldOf(model, name)),
    ) + ignored,
  ];
}

export function onConflict(keys: readonly string[], updated: readonly string[]): string {
  const sets = updated.map((name) => `"${name}"=EXCLUDED."${name}"`).join(',');
  const action = sets === '' ? 'DO NOTHING' : `DO UPDATE SET ${sets}`;
  return ` ON CONFLICT (${keys.map((key) => `"${key}"`).join(',')}) ${action}`;
}

function upsertKeysOfBulk(model: SequelizeModel): string[] {
  const keys = model.uniqueIndexes.flat();
  const [constraint] = uniqueConstraints(model);
  if (constraint) keys.push(...constraint);
  return keys.length > 0 ? keys : primaryKeys(model).map((key) => fieldOf(model, key));
}

/** Columns of each unique constraint that attributes declare. */
export function uniqueConstraints(model: SequelizeModel): string[][] {
  const constraints = new Map<string, string[]>();
  for (const { unique, name, field } of model.attributes.values()) {
    if (unique === undefined) continue;
    const key = unique === true ? ` ${name}` : unique;
    constraints.set(key, [...(constraints.get(key) ?? []), field]);
  }
  return [...constraints.values()];
}

/** `User.upsert({ email, name })` */
export function upsertText(model: SequelizeModel, given: Datum, options: Dict, reading: Reading): SqlText {
  const values = rowValues(model, given, reading);
  const { updatedAt, createdAt } = model.options;
  const key = primaryKeys(model)[0];
  const hasKey =
    key !== undefined && (member(given, key) !== undefined || member(given, fieldOf(model, key)) !== undefined);
  if (key !== undefined && !hasKey && model.attributes.get(key)?.default === undefined) values.delete(key);
  const fields = fieldNames(options);
  const changed = [...values.keys()].filter((name) => {
    const own = member(given, name);
    if (own === undefined || name === createdAt) return own !== undefined;
    const attribute = model.attributes.get(name);
    const standard = attribute?.default ? defaultOf(attribute.default, reading) : undefined;
    const isDefault = standard?.kind === 'constant' && own.kind === 'constant' && standard.value === own.value;
    return !isDefault && (fields === undefined || fields.includes(name));
  });
  if (updatedAt !== undefined && !changed.includes(updatedAt)) changed.push(updatedAt);
  const updated = changed.filter((name) => !isVirtual(model, name)).map((name) => fieldOf(model, name));
  const chosen = member(options, 'conflictFields');
  const keys = chosen?.kind === 'list' ? chosen.items.map((each) => textOf(each) ?? '') : upsertKeys(model, updated);
  const returning = member(options, 'returning') ?? constant(true);
  return insertText(model, values, sql`${onConflict(keys, updated)}${returningText(model, returning)}`);
}

function upsertKeys(model: SequelizeModel, updated: readonly string[]): string[] {
  const primary = primaryKeys(model).map((key) => fieldOf(model, key));
  const unique = uniqueConstraints(model);
  for (const field of updated) {
    const found =
      unique.find((each) => each.includes(field)) ?? model.uniqueIndexes.find((each) => each.includes(field));
    if (found) return updated.some((each) => primary.includes(each)) ? primary : [...new Set(found)];
  }
  return primary;
}
