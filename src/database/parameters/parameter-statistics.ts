import type { RelationName } from '../../nouns/statement';
import type { CatalogQuery } from '../gate';
import type { ColumnStatistics, Snapshot, SnapshotTable } from '../snapshot';
import { relationText } from '../trust/planning-trust';

interface StatisticsRow {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly statistics: ColumnStatistics | null;
}

/** What chooseValues needs, for the tables of one statement only: a snapshot of everything would take too long here. */
export async function readParameterStatistics(
  query: CatalogQuery,
  relations: readonly RelationName[],
): Promise<Pick<Snapshot, 'tables' | 'searchPath'>> {
  const rows = await query<StatisticsRow>(
    `SELECT n.nspname AS schema, c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN s.attname IS NULL THEN NULL ELSE json_build_object(
         'nullFraction', s.null_frac, 'averageWidth', s.avg_width, 'distinct', s.n_distinct,
         'mostCommonValues', s.most_common_vals::text, 'mostCommonFrequencies', s.most_common_freqs::text,
         'histogramBounds', s.histogram_bounds::text, 'correlation', s.correlation) END AS statistics
     FROM (SELECT DISTINCT to_regclass(name)::oid AS oid FROM unnest($1::text[]) AS name) AS named
     JOIN pg_class c ON c.oid = named.oid
     JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     LEFT JOIN LATERAL (SELECT * FROM pg_stats WHERE schemaname = n.nspname AND tablename = c.relname
       AND attname = a.attname ORDER BY inherited DESC LIMIT 1) AS s ON true
     ORDER BY c.oid, a.attnum`,
    [relations.map(relationText)],
  );
  const [path] = await query<{ schemas: string[] }>('SELECT current_schemas(true)::text[] AS schemas');
  const tables = new Map<string, SnapshotTable & { columns: SnapshotTable['columns'][number][] }>();
  for (const row of rows) {
    const key = JSON.stringify([row.schema, row.table]);
    let table = tables.get(key);
    if (table === undefined) {
      table = { ...emptyTable, schema: row.schema, name: row.table, columns: [] };
      tables.set(key, table);
    }
    const statistics = row.statistics === null ? undefined : withoutNulls(row.statistics);
    table.columns.push({ name: row.name, type: row.type, notNull: false, statistics });
  }
  return { tables: [...tables.values()], searchPath: path?.schemas ?? ['public'] };
}

const emptyTable = {
  kind: 'table',
  constraints: [],
  foreignKeys: [],
  indexes: [],
  pages: 0,
  rows: 0,
  allVisiblePages: 0,
} as const;

function withoutNulls(statistics: ColumnStatistics): ColumnStatistics {
  return Object.fromEntries(
    Object.entries(statistics).filter(([, value]) => value !== null),
  ) as unknown as ColumnStatistics;
}
