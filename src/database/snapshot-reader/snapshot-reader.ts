import { Problem } from '../../nouns/problem';
import type { CatalogQuery } from '../gate';
import { leavesOf } from '../partitions';
import type { Snapshot, SnapshotIndex, SnapshotTable, TableActivity } from '../snapshot';
import { readActivity } from './activity';
import { createCollation } from './collations';
import * as sql from './queries';
import { columnStatistics, extendedStatistics, groupBy, nameKey, optional } from './statistics';

/**
 * Reads schema and statistics by plain SELECTs on the catalogs: a dozen queries however many tables there are.
 * PostgreSQL 13 to 18 and PGlite. Rejects with the query's own problem, or Problem 'cancelled'.
 */
export async function readSnapshot(query: CatalogQuery, signal?: AbortSignal): Promise<Snapshot> {
  const ask = async <Row>(text: string): Promise<Row[]> => {
    if (signal?.aborted) throw new Problem('cancelled', 'Reading the schema was cancelled.');
    return query<Row>(text);
  };
  const [server] = await ask<sql.ServerRow>(sql.server);
  if (!server) throw new Problem('not-understood', 'The server did not say which version it is.');
  const relations = await ask<sql.RelationRow>(sql.relations);
  const columns = groupBy(await ask<sql.ColumnRow>(sql.columns), (row) => row.relation);
  const constraints = groupBy(await ask<sql.ConstraintRow>(sql.constraints), (row) => row.relation);
  const indexes = groupBy(await ask<sql.IndexRow>(sql.indexes), (row) => row.relation);
  const statistics = groupBy(await ask<sql.StatisticsRow>(sql.statistics(server.version)), (row) =>
    nameKey(row.schema, row.relation),
  );
  const statisticsObjects = groupBy(
    await ask<sql.ExtendedStatisticsRow>(sql.extendedStatistics(server.version)),
    (row) => row.relation,
  );
  const statements = async (text: string): Promise<string[]> =>
    (await ask<sql.StatementRow>(text)).map((row) => row.statement);
  const prelude = [
    ...(await statements(sql.schemas)),
    ...(await statements(sql.extensionStatements)),
    ...(await ask<sql.CollationRow>(sql.collations)).flatMap(createCollation),
    ...(await statements(sql.typesAndFunctions)),
  ];
  const views = await ask<sql.StatementRow>(sql.views);
  const settings = await ask<sql.SettingRow>(sql.settings);
  const extensions = await ask<sql.ExtensionRow>(sql.extensions);
  const available = await ask<{ name: string }>(sql.availableExtensions);
  const activity = await readActivity(ask);

  const leftOut: string[] = [];
  const names = new Set(relations.map((relation) => nameKey(relation.schema, relation.name)));
  const tables = relations.map((relation): SnapshotTable => {
    const { schema, name, oid } = relation;
    const shown = schema === 'public' ? name : `${schema}.${name}`;
    const ofTable = statistics.get(nameKey(schema, name)) ?? [];
    const isWhole = relation.kind === 'p';
    const known = new Map(ofTable.filter((row) => row.isInherited === isWhole).map((row) => [row.column, row]));
    const ofChildren = new Map(ofTable.filter((row) => row.isInherited && !isWhole).map((row) => [row.column, row]));
    const pages = plannedPages(relation, server.version);
    const rows = estimatedRows(relation.rows, relation.pages, pages, columns.get(oid) ?? []);
    if (known.size === 0 && pages > leastPages && relation.kind !== 'p') {
      leftOut.push(
        `The statistics of table ${shown} cannot be read (or it was never analysed): its plans are guesses.`,
      );
    }
    const ownConstraints = constraints.get(oid) ?? [];
    const ofStatistics = statisticsObjects.get(oid);
    return {
      schema,
      name,
      kind: kinds[relation.kind] ?? 'table',
      columns: (columns.get(oid) ?? []).map((column) => ({
        name: column.name,
        type: column.type,
        notNull: column.notNull,
        ...optional('default', column.generated === '' ? column.expression : null),
        ...optional('generated', column.generated === '' ? null : column.expression),
        ...(column.generated === 'v' && { isVirtual: true }),
        ...optional('collation', column.collation),
        ...optional('statistics', columnStatistics(known.get(column.name))),
        ...optional('inheritedStatistics', columnStatistics(ofChildren.get(column.name))),
      })),
      constraints: ownConstraints.filter((row) => row.kind !== 'f').map((row) => row.statement),
      foreignKeys: ownConstraints.filter((row) => row.kind === 'f').map((row) => row.statement),
      indexes: (indexes.get(oid) ?? []).map((index) => ({
        ...snapshotIndex(index, rows, statistics.get(nameKey(schema, index.name))),
        ...activity.indexes.get(index.oid),
      })),
      pages,
      rows,
      allVisiblePages: Math.min(relation.allVisiblePages, pages),
      ...optional('partitionKey', relation.partitionKey),
      ...partitionOf(relation, names),
      ...optional(
        'inherits',
        relation.inherits?.filter((parent) => names.has(nameKey(parent.schema, parent.table))),
      ),
      ...(ofStatistics && {
        extendedStatistics: ofStatistics.map((row) => extendedStatistics(row, columns.get(oid) ?? [])),
      }),
      ...optional('activity', activity.tables.get(oid)),
    };
  });
  return {
    version: server.version,
    assumed: false,
    prelude,
    tables: withSums(tables),
    views: views.map((row) => row.statement),
    settings: Object.fromEntries(settings.map((row) => [row.name, row.value])),
    extensions: Object.fromEntries(extensions.map((row) => [row.name, row.version])),
    availableExtensions: available.map((row) => row.name),
    searchPath: server.searchPath,
    ...optional('collation', server.collation),
    leftOut,
    ...optional('counting', activity.counting),
  };
}

const kinds: Readonly<Record<string, SnapshotTable['kind']>> = {
  r: 'table',
  p: 'partitioned table',
  m: 'materialized view',
  f: 'foreign table',
};

function partitionOf(
  { bound, parentSchema, parentName }: sql.RelationRow,
  names: ReadonlySet<string>,
): Pick<SnapshotTable, 'partitionOf'> {
  if (bound === null || parentSchema === null || parentName === null) return {};
  // That of an extension is not among ours.
  if (!names.has(nameKey(parentSchema, parentName))) return {};
  return { partitionOf: { schema: parentSchema, table: parentName, bound } };
}

/** A partitioned table has no file: it is as large as its partitions together. */
function withSums(tables: readonly SnapshotTable[]): SnapshotTable[] {
  return tables.map((table) => {
    if (table.kind !== 'partitioned table') return table;
    const leaves = leavesOf(table, tables);
    const sum = (of: (leaf: SnapshotTable) => number): number => leaves.reduce((total, leaf) => total + of(leaf), 0);
    return {
      ...table,
      pages: sum(({ pages }) => pages),
      rows: sum(({ rows }) => rows),
      allVisiblePages: sum(({ allVisiblePages }) => allVisiblePages),
      ...optional('activity', sumOfActivity(leaves)),
    };
  });
}

function sumOfActivity(leaves: readonly SnapshotTable[]): TableActivity | undefined {
  const known = leaves.flatMap(({ activity }) => (activity ? [activity] : []));
  if (known.length === 0 || known.length < leaves.length) return undefined;
  const sum = (of: keyof TableActivity): number => known.reduce((total, one) => total + one[of], 0);
  return {
    inserts: sum('inserts'),
    updates: sum('updates'),
    hotUpdates: sum('hotUpdates'),
    deletes: sum('deletes'),
    scans: sum('scans'),
  };
}

const pageBytes = 8192;

/** The file's size where it was told, else what the last VACUUM or ANALYZE counted. */
function realPages(counted: number, bytes: number | null): number {
  return bytes === null ? counted : Math.ceil(bytes / pageBytes);
}

/** The planner takes a table that was never vacuumed for one of at least so many pages (estimate_rel_size). */
const leastPages = 10;

function plannedPages({ kind, rows, pages, bytes }: sql.RelationRow, version: number): number {
  const real = realPages(pages, bytes);
  // Before 14 an empty table that was vacuumed looks like one that never was.
  const isNew = kind === 'r' && (rows < 0 || (version < 140_000 && rows === 0 && pages === 0));
  return isNew ? Math.max(real, leastPages) : real;
}

/**
 * pg_class's rows, scaled to the pages of today as the planner does. Never analysed (-1): the planner's guess from
 * the width of the types (estimate_rel_size).
 */
function estimatedRows(
  rows: number,
  countedPages: number,
  pages: number,
  columns: readonly { readonly width: number }[],
): number {
  if (rows >= 0 && countedPages > 0) return Math.round((rows / countedPages) * pages);
  if (rows > 0) return rows;
  if (pages === 0) return 0;
  const rowBytes = 28 + columns.reduce((sum, column) => sum + column.width, 0);
  return Math.round((pages * (pageBytes - 24)) / rowBytes);
}

function snapshotIndex(
  row: sql.IndexRow,
  tableRows: number,
  statistics: readonly sql.StatisticsRow[] | undefined,
): SnapshotIndex {
  const pages = realPages(row.pages, row.bytes);
  return {
    name: row.name,
    definition: row.definition,
    isPrimary: row.isPrimary,
    isUnique: row.isUnique,
    isValid: row.isValid,
    method: row.method,
    columns: row.columns.map((column) => ({
      ...(column.name === null ? { expression: column.expression } : { name: column.name }),
      descending: column.descending,
    })),
    ...optional('predicate', row.predicate),
    pages,
    rows: row.rows >= 0 && row.pages > 0 ? row.rows : tableRows,
    ...(statistics && {
      statistics: Object.fromEntries(
        statistics.flatMap((one) => {
          const read = columnStatistics(one);
          return read ? [[one.column, read]] : [];
        }),
      ),
    }),
  };
}
