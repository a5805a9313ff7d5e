import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Snapshot, SnapshotTable } from '../../src/database/snapshot';
import type { WhatIfPlanner } from '../../src/database/what-if/planner';

/** stats.json: pg_class and pg_stats of a TPC-H database, as read from its server. */
interface TpchStatistics {
  readonly tables: readonly {
    readonly table: string;
    readonly relpages: number;
    readonly reltuples: number;
    readonly relallvisible: number;
  }[];
  readonly indexes: readonly { readonly index: string; readonly relpages: number; readonly reltuples: number }[];
  readonly pg_stats: readonly {
    readonly tablename: string;
    readonly attname: string;
    readonly null_frac: number;
    readonly avg_width: number;
    readonly n_distinct: number;
    readonly most_common_vals: string | null;
    readonly most_common_freqs: string | null;
    readonly histogram_bounds: string | null;
    readonly correlation: number | null;
  }[];
}

/** The schema of schema.sql with the statistics of stats.json. */
export async function tpchSnapshot(folder: string, whatIf: WhatIfPlanner): Promise<Snapshot> {
  const schema = { name: 'schema.sql', text: readFileSync(join(folder, 'schema.sql'), 'utf8') };
  const statistics: TpchStatistics = JSON.parse(readFileSync(join(folder, 'stats.json'), 'utf8'));
  const snapshot = await whatIf.snapshotOfScripts([schema], { assumedRows: 1_000 });
  return {
    ...snapshot,
    version: 150_018,
    assumed: false,
    collation: 'C',
    tables: snapshot.tables.map((table) => withStatistics(table, statistics)),
  };
}

function withStatistics(table: SnapshotTable, statistics: TpchStatistics): SnapshotTable {
  const size = statistics.tables.find((one) => one.table === table.name);
  if (!size) throw new Error(`stats.json has no table ${table.name}`);
  return {
    ...table,
    pages: size.relpages,
    rows: size.reltuples,
    allVisiblePages: size.relallvisible,
    columns: table.columns.map((column) => {
      const row = statistics.pg_stats.find((one) => one.tablename === table.name && one.attname === column.name);
      if (!row) throw new Error(`stats.json has no column ${table.name}.${column.name}`);
      return {
        ...column,
        statistics: {
          nullFraction: row.null_frac,
          averageWidth: row.avg_width,
          distinct: row.n_distinct,
          ...(row.most_common_vals !== null && { mostCommonValues: row.most_common_vals }),
          ...(row.most_common_freqs !== null && { mostCommonFrequencies: row.most_common_freqs }),
          ...(row.histogram_bounds !== null && { histogramBounds: row.histogram_bounds }),
          ...(row.correlation !== null && { correlation: row.correlation }),
        },
      };
    }),
    indexes: table.indexes.map((index) => {
      const known = statistics.indexes.find((one) => one.index === index.name);
      return known ? { ...index, pages: known.relpages, rows: known.reltuples } : index;
    }),
  };
}
