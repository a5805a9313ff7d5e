import { elementsOf, entry, isNullLiteral, isObject, oneOrMany, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { CallContext, OrmCall } from '../orm';
import type { Asked } from '../support/model-call';
import { quoted, StatementText } from '../support/statement-text';
import { ormCall } from './call';
import { columnValues } from './column-values';
import { ConditionReader } from './conditions';
import { columnsIn, type MikroEntity, mikroEntityOf, type Prop, primaryColumns, propOf } from './entity';
import { libraryCall } from './program';
import { SelectQuery, tableText } from './select-query';

/** insert(data), insertMany(rows), nativeUpdate(where, data), nativeDelete(where), upsert(data), upsertMany(rows) */
export function readWrite(asked: Asked): OrmCall | undefined {
  const entity = mikroEntityOf(asked.model);
  if (entity === undefined) return undefined;
  const { link, arguments: given, context } = asked;
  const [first, second] = given;
  const notes = new Set(entity.notes);
  const text = new StatementText();
  const conditions = new ConditionReader(text, context, notes, undefined);
  const call = (operation: OrmCall['operation'], isMany: boolean, sql: readonly (string | undefined)[]) =>
    ormCall(link, asked.model, notes, {
      operation,
      isMany,
      statements: sql.flatMap((each) => (each === undefined || conditions.isUnknown ? [] : [text.write(each)])),
      ...(operation === 'update' || operation === 'delete'
        ? { equals: conditions.equals, isOnlyEquals: conditions.isOnlyEquals }
        : {}),
    });
  switch (link.name) {
    case 'insert':
    case 'insertMany':
    case 'nativeInsert': {
      const rows = oneOrMany(first);
      return call('insert', link.name === 'insertMany', [insertSql(entity, rows, text, context, notes)]);
    }
    case 'nativeUpdate': {
      const sets = second === undefined ? [] : setTexts(entity, second, text, context, notes);
      const where = writeWhere(entity, first, text, context, notes, conditions);
      return call('update', true, [
        sets.length === 0
          ? undefined
          : `update ${tableText(entity)} set ${sets.join(', ')}${where}${returnedRaw(entity, second, context)}`,
      ]);
    }
    case 'nativeDelete':
      return call('delete', true, [
        `delete from ${tableText(entity)}${writeWhere(entity, first, text, context, notes, conditions)}`,
      ]);
    default: {
      const rows = oneOrMany(first);
      return call('upsert', link.name === 'upsertMany', upsertSql(entity, rows, second, text, context, notes));
    }
  }
}

export function writeWhere(
  entity: MikroEntity,
  where: Value | undefined,
  text: StatementText,
  context: CallContext,
  notes: Set<string>,
  conditions: ConditionReader,
): string {
  const own = conditions.read(where, entity, '');
  if (!conditions.needsJoin) return own.length === 0 ? '' : ` where ${own.join(' and ')}`;
  const query = new SelectQuery(text, entity);
  query.wheres.push(...new ConditionReader(text, context, notes, query).read(where, entity, query.alias));
  query.fields = primaryColumns(entity).map((key) => query.column(query.alias, key));
  query.distinct = 'distinct ';
  const keys = primaryColumns(entity).map(quoted);
  const wanted = keys.length === 1 ? keys[0] : `(${keys.join(', ')})`;
  return ` where ${wanted} in (select ${query.fields.join(', ')} from (${query.sql()}) as ${quoted(query.alias)})`;
}

export function insertSql(
  entity: MikroEntity,
  rows: readonly Value[],
  text: StatementText,
  context: CallContext,
  notes: Set<string>,
): string | undefined {
  const values = valuesSql(entity, rows, text, context, notes);
  if (values === undefined) return undefined;
  const missing = entity.props.filter(
    (prop) => prop.isGenerated && !prop.isVirtual && !columnsIn(prop).some((column) => values.columns.includes(column)),
  );
  return values.sql + returning(missing);
}

function returning(props: readonly Prop[]): string {
  const columns = props.flatMap(columnsIn);
  return columns.length === 0 ? '' : ` returning ${columns.map(quoted).join(', ')}`;
}

function valuesSql(
  entity: MikroEntity,
  rows: readonly Value[],
  text: StatementText,
  context: CallContext,
  notes: Set<string>,
): { readonly sql: string; readonly columns: string[] } | undefined {
  if (rows.length === 0) return undefined;
  const given = rows.map((row) => new Map([...columnValues(row, entity)].map(({ column, value }) => [column, value])));
  const isKnown = rows.every((row) => isObject(row) && !row.open);
  if (!isKnown) notes.add('Which columns get a value is known at run time only.');
  let columns = [...new Set(given.flatMap((row) => [...row.keys()]))];
  if (columns.length === 0 && !isKnown) {
    columns = entity.props.filter((prop) => !prop.isVirtual && !prop.isGenerated).flatMap(columnsIn);
  }
  if (columns.length === 0) return { sql: `insert into ${tableText(entity)} default values`, columns };
  const lines = given.map((row, i) => {
    const values = columns.map((column) => {
      const value = row.get(column);
      if (value !== undefined) return valueText(value, text, context);
      return isKnown ? 'default' : text.parameter({ source: column, range: rows[i]?.range ?? { start: 0, end: 0 } });
    });
    return `(${values.join(', ')})`;
  });
  return {
    sql: `insert into ${tableText(entity)} (${columns.map(quoted).join(', ')}) values ${lines.join(', ')}`,
    columns,
  };
}

/** `raw('views + 1')` is SQL, anything else is bound. */
function valueText(value: Value, text: StatementText, context: CallContext): string {
  return rawSql(value, context) ?? (isNullLiteral(value) ? 'NULL' : text.value(value));
}

function rawSql(value: Value, context: CallContext): string | undefined {
  const call = value.kind === 'chain' ? libraryCall(context.trace(value), context.at) : undefined;
  return call?.name === 'raw' ? stringOf(call.arguments[0]) : undefined;
}

export function setTexts(
  entity: MikroEntity,
  data: Value,
  text: StatementText,
  context: CallContext,
  notes: Set<string>,
): string[] {
  if (!isObject(data)) notes.add('Which columns are set is known at run time only.');
  else if (data.open) notes.add('Columns that are set at run time are not included.');
  return [...columnValues(data, entity)].map(
    ({ column, value }) => `${quoted(column)} = ${valueText(value, text, context)}`,
  );
}

/** Values that the database computes are read back. */
export function returnedRaw(entity: MikroEntity, data: Value | undefined, context: CallContext): string {
  if (data === undefined) return '';
  const made = [...columnValues(data, entity)].filter(({ value }) => rawSql(value, context) !== undefined);
  return made.length === 0 ? '' : ` returning ${made.map(({ column }) => quoted(column)).join(', ')}`;
}

function upsertSql(
  entity: MikroEntity,
  rows: readonly Value[],
  options: Value | undefined,
  text: StatementText,
  context: CallContext,
  notes: Set<string>,
): string[] {
  const values = valuesSql(entity, rows, text, context, notes);
  const [row] = rows;
  if (values === undefined || row === undefined || !isObject(row)) return [];
  const names = (name: string) => elementsOf(entry(options, name))?.flatMap((each) => stringOf(each) ?? []);
  const keys = entity.props.filter((prop) => prop.isPrimary);
  const hasKey = keys.length > 0 && keys.every((key) => entry(row, key.name) !== undefined);
  const unique = entity.props.find((prop) => prop.isUnique && entry(row, prop.name) !== undefined);
  const fields =
    names('onConflictFields') ?? (hasKey ? keys.map((key) => key.name) : unique === undefined ? [] : [unique.name]);
  if (fields.length === 0) {
    notes.add('The columns that tell rows apart are not known.');
    return [];
  }
  const columns = (wanted: readonly string[]) =>
    wanted.flatMap((name) => columnsIn(propOf(entity, name.split('.')[0] ?? '') ?? noProp));
  const target = columns(fields).map(quoted).join(', ');
  const merged = names('onConflictMergeFields');
  const excluded = columns(names('onConflictExcludeFields') ?? []);
  const isIgnored = stringOf(entry(options, 'onConflictAction')) === 'ignore';
  const updated = (
    merged === undefined ? values.columns.filter((column) => !columns(fields).includes(column)) : columns(merged)
  ).filter((column) => !excluded.includes(column));
  const action =
    isIgnored || updated.length === 0
      ? 'do nothing'
      : `do update set ${updated.map((column) => `${quoted(column)} = excluded.${quoted(column)}`).join(', ')}`;
  const comparable = entity.props.filter(
    (prop) => !prop.isLazy && !prop.isVirtual && columnsIn(prop).length > 0 && !fields.includes(prop.name),
  );
  const returned = isIgnored
    ? comparable
    : comparable.filter((prop) =>
        merged === undefined
          ? !columnsIn(prop).some((column) => values.columns.includes(column))
          : !merged.includes(prop.name),
      );
  const statements = [`${values.sql} on conflict (${target}) ${action}${returning(returned)}`];
  if (isIgnored && rows.length === 1) {
    const query = new SelectQuery(text, entity);
    const wanted = [...entity.props.filter((prop) => prop.isPrimary && !returned.includes(prop)), ...returned];
    query.fields = wanted.flatMap(columnsIn).map((column) => query.column(query.alias, column));
    const conditions = new ConditionReader(text, context, notes, query);
    query.wheres = conditions.read(
      { ...row, entries: row.entries.filter(({ key }) => fields.includes(String(key))) },
      entity,
      query.alias,
    );
    query.limit = text.parameter({ source: '1', constant: 1, range: row.range });
    statements.push(query.sql());
  }
  return statements;
}

const noProp: Prop = { name: '', kind: 'scalar', columns: [], referenced: [], range: { start: 0, end: 0 } };
