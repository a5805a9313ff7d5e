import { elementsOf, entry, isObject, isUndefinedLiteral, settledEntries, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import { quoted, quotedTable, type StatementText } from '../support/statement-text';
import { columnAt, columnsOf, columnWithRole, type Entity, type EntityColumn, relationAt } from './entity';
import type { Condition } from './select-query';
import { conditionsText, whereText } from './select-text';
import { replaceProperties } from './statement-text';

export interface InsertOptions {
  /** `into(Post, ['title'])` */
  readonly columns?: readonly string[];
  readonly isIgnoring?: boolean;
  readonly conflict?: {
    /** Columns, not properties; a name of a constraint as text. */
    readonly overwrite: readonly string[];
    readonly target: readonly string[] | string | undefined;
    readonly onlyChanged?: boolean;
    readonly predicate?: string;
  };
  readonly returning?: Value;
}

/** `INSERT INTO "tag"("id", "name") VALUES (DEFAULT, $1) RETURNING "id"`; undefined when no row is given. */
export function insertSql(
  entity: Entity,
  rows: readonly Value[],
  text: StatementText,
  notes: Set<string>,
  options: InsertOptions = {},
): string | undefined {
  if (rows.length === 0) return undefined;
  const columns = entity.columns.filter((column) =>
    options.columns === undefined
      ? column.isInserted && column.generated !== 'increment'
      : options.columns.includes(column.path),
  );
  const values = rows.map(
    (row) => `(${columns.map((column) => insertedValue(row, column, entity, text, notes)).join(', ')})`,
  );
  const given = columns.length === 0 ? '' : `(${columns.map(({ column }) => quoted(column)).join(', ')})`;
  const returned = insertReturning(entity, options.returning);
  return (
    `INSERT INTO ${quotedTable(entity)}${given} ${columns.length === 0 ? 'DEFAULT VALUES' : `VALUES ${values.join(', ')}`}` +
    conflictSql(entity, options) +
    (returned === '' ? '' : ` RETURNING ${returned}`)
  );
}

function insertReturning(entity: Entity, asked: Value | undefined): string {
  const own = stringOf(asked);
  if (own !== undefined) return own;
  const named = (elementsOf(asked) ?? []).flatMap((each) => columnsOf(entity, stringOf(each) ?? ''));
  const made = entity.columns.filter(
    ({ hasDefault, generated, role }) =>
      hasDefault || generated !== undefined || (role !== undefined && role !== 'discriminator'),
  );
  return [...new Set([...named, ...made])].map(({ column }) => quoted(column)).join(', ');
}

function conflictSql(entity: Entity, { isIgnoring, conflict }: InsertOptions): string {
  if (isIgnoring) return ' ON CONFLICT DO NOTHING';
  if (conflict === undefined) return '';
  const { overwrite, target, predicate, onlyChanged } = conflict;
  const on =
    typeof target === 'string'
      ? ` ON CONSTRAINT ${quoted(target)}`
      : target === undefined
        ? ''
        : ` (${target.map(quoted).join(', ')})${predicate === undefined ? '' : ` WHERE (${predicate})`}`;
  if (overwrite.length === 0) return ` ON CONFLICT${on} DO NOTHING`;
  const updated = columnWithRole(entity, 'update date');
  const sets = [
    ...overwrite.map((column) => `${quoted(column)} = EXCLUDED.${quoted(column)}`),
    ...(updated === undefined || overwrite.includes(updated.column) ? [] : [`${quoted(updated.column)} = DEFAULT`]),
  ];
  const table = quotedTable(entity);
  const changed = overwrite.map((column) => `${table}.${quoted(column)} IS DISTINCT FROM EXCLUDED.${quoted(column)}`);
  return ` ON CONFLICT${on} DO UPDATE SET ${sets.join(', ')}${onlyChanged ? ` WHERE (${changed.join(' OR ')})` : ''}`;
}

function insertedValue(
  row: Value,
  column: EntityColumn,
  entity: Entity,
  text: StatementText,
  notes: Set<string>,
): string {
  const value = givenFor(row, column, entity);
  if (column.role === 'discriminator') {
    const constant = entity.discriminator?.value ?? '';
    return text.parameter({ source: `'${constant}'`, constant, range: row.range });
  }
  if (value !== undefined) return writtenValue(value, text, notes);
  const isKnown = isObject(row) && !row.open;
  if (!isKnown) notes.add('Which columns get a value is known at run time only.');
  if (!isKnown && column.generated === undefined && column.role === undefined && !column.hasDefault) {
    return text.parameter({ source: column.path, range: row.range });
  }
  return column.role === 'version' ? '1' : 'DEFAULT';
}

/** A column's value in `{ title, address: { city }, author: { id } }`. */
export function givenFor(row: Value, column: EntityColumn, entity: Entity): Value | undefined {
  const path = column.isVirtual && column.relation !== undefined ? column.relation : column.path;
  const own = along(row, path);
  if (own !== undefined && column.isVirtual && isObject(own)) return along(own, column.referenced ?? 'id');
  if (own !== undefined || column.relation === undefined) return own;
  const related = along(row, relationAt(entity, column.relation)?.path ?? '');
  return related === undefined ? undefined : (along(related, column.referenced ?? 'id') ?? undefined);
}

function along(value: Value, path: string): Value | undefined {
  return path.split('.').reduce<Value | undefined>((at, name) => entry(at, name), value);
}

/** `() => 'view_count + 1'` is SQL, anything else is bound. */
function writtenValue(value: Value, text: StatementText, notes: Set<string>): string {
  if (value.kind !== 'function') return text.value(value);
  const result = value.body.find((step) => step.isReturned)?.value;
  const plain = stringOf(result);
  if (plain !== undefined) return plain;
  if (result?.kind === 'template') {
    notes.add('A value that is put into the SQL text at run time is shown as a parameter.');
    return result.strings
      .map((part, i) => part + (result.values[i] === undefined ? '' : text.value(result.values[i])))
      .join('');
  }
  notes.add('SQL that is made at run time is shown as a parameter.');
  return text.value(value);
}

/** The `SET` of an UPDATE; undefined when no column is known. */
export function updateSets(entity: Entity, set: Value, text: StatementText, notes: Set<string>): string[] | undefined {
  const updated: EntityColumn[] = [];
  const sets: string[] = [];
  if (!isObject(set)) {
    notes.add('Which columns are set is known at run time only.');
    return undefined;
  }
  if (set.open) notes.add('Columns that are set at run time are not included.');
  const add = (column: EntityColumn, value: Value) => {
    if (updated.includes(column) || !column.isUpdated) return;
    updated.push(column);
    sets.push(`${quoted(column.column)} = ${writtenValue(value, text, notes)}`);
  };
  const read = (value: Value, prefix: string): void => {
    if (!isObject(value)) return;
    for (const { key, value: given } of settledEntries(value)) {
      if (typeof key !== 'string') continue;
      const path = prefix + key;
      const column = columnAt(entity, path);
      if (column !== undefined) add(column, given);
      else if (entity.embeddeds.has(path)) read(given, `${path}.`);
      else {
        for (const own of columnsOf(entity, path)) {
          const inner = isObject(given) ? along(given, own.referenced ?? 'id') : given;
          if (inner !== undefined) add(own, inner);
        }
        if (columnsOf(entity, path).length === 0) notes.add(`${entity.name} has no property ${path} that is known.`);
      }
    }
  };
  read(set, '');
  if (sets.length === 0 && set.open) return undefined;
  return [...sets, ...touched(entity, updated)];
}

/** Columns that every UPDATE sets too: the version, the date of the last change. */
function touched(entity: Entity, updated: readonly EntityColumn[]): string[] {
  const version = columnWithRole(entity, 'version');
  const date = columnWithRole(entity, 'update date');
  return [
    ...(version && !updated.includes(version) ? [`${quoted(version.column)} = ${quoted(version.column)} + 1`] : []),
    ...(date && !updated.includes(date) ? [`${quoted(date.column)} = CURRENT_TIMESTAMP`] : []),
  ];
}

export function updateSql(
  entity: Entity,
  sets: readonly string[],
  wheres: readonly Condition[],
  returning?: Value,
): string {
  const returned = stringOf(returning) ?? returningColumns(entity, returning);
  return replaceProperties(
    `UPDATE ${quotedTable(entity)} SET ${sets.join(', ')}${writeWhere(entity, wheres)}${returned === '' ? '' : ` RETURNING ${returned}`}`,
    new Map([['', entity]]),
  );
}

function returningColumns(entity: Entity, returning: Value | undefined): string {
  const paths = (elementsOf(returning) ?? []).flatMap((each) => stringOf(each) ?? []);
  return paths.flatMap((path) => columnsOf(entity, path).map(({ column }) => quoted(column))).join(', ');
}

export function deleteSql(entity: Entity, wheres: readonly Condition[], returning?: Value): string {
  const returned = stringOf(returning) ?? returningColumns(entity, returning);
  return replaceProperties(
    `DELETE FROM ${quotedTable(entity)}${writeWhere(entity, wheres)}${returned === '' ? '' : ` RETURNING ${returned}`}`,
    new Map([['', entity]]),
  );
}

/** Marks rows as deleted, or takes the mark away again; undefined where the entity has no @DeleteDateColumn. */
export function softDeleteSql(entity: Entity, wheres: readonly Condition[], isRestored: boolean): string | undefined {
  const deleted = columnWithRole(entity, 'delete date');
  if (deleted === undefined) return undefined;
  const name = quoted(deleted.column);
  const sets = [`${name} = ${isRestored ? 'NULL' : 'CURRENT_TIMESTAMP'}`, ...touched(entity, [])];
  const all = [...wheres, { type: 'and' as const, text: `${name} IS ${isRestored ? 'NOT NULL' : 'NULL'}` }];
  return updateSql(entity, sets, all);
}

function writeWhere(entity: Entity, wheres: readonly Condition[]): string {
  const conditions = [conditionsText(wheres)].filter((text) => text !== '');
  const { discriminator } = entity;
  if (discriminator?.values !== undefined) {
    const values = discriminator.values.map((value) => `'${value.replaceAll("'", "''")}'`);
    conditions.push(`${discriminator.column} IN (${values.join(', ')})`);
  }
  return whereText(conditions);
}

/** What `upsert(rows, ['email'])` overwrites: every given column that may be updated and is not made by the database. */
export function upsertColumns(entity: Entity, rows: readonly Value[], target: readonly EntityColumn[]): EntityColumn[] {
  const isGiven = (column: EntityColumn) =>
    rows.some((row) => {
      const value = givenFor(row, column, entity);
      return value !== undefined && !isUndefinedLiteral(value);
    });
  const others = entity.columns.filter(
    (column) => !target.includes(column) && column.isUpdated && column.generated === undefined && isGiven(column),
  );
  return [...target, ...others];
}
