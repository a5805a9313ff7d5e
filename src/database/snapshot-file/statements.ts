import type { SqlParser } from '../../sql/parser';
import type { Snapshot, SnapshotColumn, SnapshotIndex, SnapshotTable } from '../snapshot';
import { LeftOut, shown } from './sentences';
import { isName, type Objection, SnapshotSql } from './sql';

/** NAMEDATALEN - 1: the planner in memory would cut longer names, in bytes. */
const longestName = 63;

/** Partitions of partitions, and theirs. */
const deepest = 100;

/** The settings that snapshot-queries.ts asks for: "Query Tuning", and the memory of a node. */
const plannerSetting =
  /^(?:enable_\w+|\w+_cost|geqo\w*|jit|jit_\w+|(?:from|join)_collapse_limit|min_parallel_\w+|max_parallel_\w+|parallel_leader_participation|effective_cache_size|constraint_exclusion|cursor_tuple_fraction|default_statistics_target|recursive_worktable_factor|plan_cache_mode|debug_parallel_query|force_parallel_mode|work_mem|hash_mem_multiplier)$/;

/** The snapshot with only such SQL as belongs where it stands; what was left out is named in `leftOut`. */
export function withoutHostileText(snapshot: Snapshot, parser: SqlParser): Snapshot {
  const sql = new SnapshotSql(parser);
  const leftOut = new LeftOut();
  const keep = (what: string, text: string, objection: Objection): boolean => {
    if (objection === undefined) return true;
    leftOut.add(`${what} of the snapshot file is left out: it ${objection}: ${shown(text)}.`);
    return false;
  };
  const prelude = snapshot.prelude.filter((text) => keep('A definition', text, sql.definition(text)));
  const sound = snapshot.tables.flatMap((table) => readTable(table, sql, leftOut, keep) ?? []);
  const views = snapshot.views.filter((text) => keep('A view', text, sql.view(text)));
  const isExtension = (name: string): boolean => /^[\w-]+$/.test(name);
  const settings = Object.entries(snapshot.settings).filter(([name, value]) =>
    keep('A setting', `${name} = ${value}`, plannerSetting.test(name) ? undefined : 'is none of the planner'),
  );
  const extensions = Object.entries(snapshot.extensions).filter(([name]) =>
    keep('An extension', name, isExtension(name) ? undefined : 'has no name of an extension'),
  );
  return {
    ...snapshot,
    prelude,
    tables: withTheirWhole(sound, leftOut),
    views,
    settings: Object.fromEntries(settings),
    extensions: Object.fromEntries(extensions),
    availableExtensions: snapshot.availableExtensions.filter(isExtension),
    leftOut: [...snapshot.leftOut.map(oneLine), ...leftOut.sentences],
  };
}

type Keep = (what: string, text: string, objection: Objection) => boolean;

function readTable(table: SnapshotTable, sql: SnapshotSql, leftOut: LeftOut, keep: Keep): SnapshotTable | undefined {
  const what = `Table ${shown(`${table.schema}.${table.name}`)}`;
  const objection = tableObjection(table, sql);
  if (objection !== undefined) {
    leftOut.add(`${what} of the snapshot file is left out: ${objection}.`);
    return undefined;
  }
  const ofTable = (one: string): string => `${one} of table ${shown(`${table.schema}.${table.name}`)}`;
  return {
    ...table,
    columns: table.columns.map((column) => readColumn(column, sql, ofTable, keep)),
    constraints: table.constraints.filter((text) => keep(ofTable('A constraint'), text, sql.constraint(text, table))),
    foreignKeys: table.foreignKeys.filter((text) => keep(ofTable('A foreign key'), text, sql.constraint(text, table))),
    indexes: table.indexes.filter((index) =>
      keep(ofTable('An index'), index.definition, indexObjection(index, table, sql)),
    ),
    ...(table.extendedStatistics && {
      extendedStatistics: table.extendedStatistics.filter((one) =>
        keep(ofTable('A statistics object'), one.definition, sql.statistics(one.definition, table, one)),
      ),
    }),
  };
}

function tableObjection(table: SnapshotTable, sql: SnapshotSql): Objection {
  const names = [table.schema, table.name, ...table.columns.map(({ name }) => name)];
  for (const name of names) {
    const objection = nameObjection(name);
    if (objection !== undefined) return `the name ${shown(name)} ${objection}`;
  }
  for (const { name, type } of table.columns) {
    if (sql.type(type) !== undefined) return `column ${shown(name)} has ${shown(type)} for a type`;
  }
  const key = table.partitionKey === undefined ? undefined : sql.partitionKey(table.partitionKey);
  if (key !== undefined) return `its partition key ${key}: ${shown(table.partitionKey ?? '')}`;
  const { bound } = table.partitionOf ?? {};
  const ofBound = bound === undefined ? undefined : sql.partitionBound(bound);
  return ofBound === undefined ? undefined : `its bound ${ofBound}: ${shown(bound ?? '')}`;
}

function indexObjection(index: SnapshotIndex, table: SnapshotTable, sql: SnapshotSql): Objection {
  return nameObjection(index.name) ?? sql.index(index.definition, table, index.name);
}

function nameObjection(name: string): Objection {
  if (name === '') return 'is empty';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal would obey what a report prints.
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(name)) return 'has a control character';
  return Buffer.byteLength(name) > longestName ? `is longer than ${longestName} bytes` : undefined;
}

function readColumn(
  column: SnapshotColumn,
  sql: SnapshotSql,
  ofTable: (what: string) => string,
  keep: Keep,
): SnapshotColumn {
  const { default: value, generated, collation, ...rest } = column;
  const isFine = (what: string, text: string | undefined, judge: (text: string) => Objection): boolean =>
    text !== undefined && keep(ofTable(`${what} of column ${shown(column.name)}`), text, judge(text));
  return {
    ...rest,
    ...(isFine('The default', value, (text) => sql.expression(text)) && { default: value }),
    ...(isFine('The expression', generated, (text) => sql.expression(text)) && { generated }),
    ...(isFine('The collation', collation, (text) => (isName(text) ? undefined : 'is no name')) && { collation }),
  };
}

/** A partition whose whole is not there, or is its own part, cannot be loaded. */
function withTheirWhole(tables: readonly SnapshotTable[], leftOut: LeftOut): SnapshotTable[] {
  const key = (schema: string, name: string): string => JSON.stringify([schema, name]);
  const byName = new Map(tables.map((table) => [key(table.schema, table.name), table]));
  const sound = new Map<SnapshotTable, boolean>();
  const isSound = (table: SnapshotTable, depth = 0): boolean => {
    const known = sound.get(table);
    if (known !== undefined) return known;
    // What is met again while it is being looked at is part of itself.
    sound.set(table, false);
    const whole = table.partitionOf && byName.get(key(table.partitionOf.schema, table.partitionOf.table));
    const isPart = whole?.partitionKey !== undefined && depth < deepest && isSound(whole, depth + 1);
    sound.set(table, table.partitionOf === undefined || isPart);
    return table.partitionOf === undefined || isPart;
  };
  return tables.filter((table) => {
    if (isSound(table)) return true;
    const whole = `${table.partitionOf?.schema}.${table.partitionOf?.table}`;
    leftOut.add(
      `Table ${shown(`${table.schema}.${table.name}`)} of the snapshot file is left out: it is a partition of ${shown(whole)}, which is not there.`,
    );
    return false;
  });
}

/** Of the file: it is printed. */
const oneLine = (sentence: string): string => sentence.replace(/\p{Cc}+/gu, ' ').slice(0, 1_000);
