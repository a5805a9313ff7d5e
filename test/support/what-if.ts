import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { buildWhatIf } from '../../scripts/lib/prepare-what-if.mjs';
import type { Snapshot, SnapshotTable } from '../../src/database/snapshot';
import { readSnapshot } from '../../src/database/snapshot-reader/snapshot-reader';
import { type WhatIfOptions, WhatIfPlanner } from '../../src/database/what-if/planner';
import type { Plan } from '../../src/nouns/plan';
import { planNodes } from '../../src/plan/walk-plan';

/** The process as it is shipped: bundled, with a prepared data folder (kept between runs). */
export async function startWhatIf(options: Partial<WhatIfOptions> = {}): Promise<WhatIfPlanner> {
  const folder = join(tmpdir(), `planlight-what-if-${process.getuid?.() ?? 'test'}`);
  await buildWhatIf(folder, { minify: false });
  return new WhatIfPlanner({
    processFile: join(folder, 'what-if-process.js'),
    idleMs: 60_000,
    memoryMb: 2_000,
    onProblem: (message) => {
      throw new Error(message);
    },
    ...options,
  });
}

export function snapshotOf(client: pg.Client): Promise<Snapshot> {
  return readSnapshot(async (sql, values) => (await client.query(sql, values as unknown[])).rows);
}

/** `Limit > Index Scan (posts_author_id_idx)` */
export function shapeOf(plan: Plan): string {
  return planNodes(plan.root)
    .map((node) => (node.index === undefined ? node.type : `${node.type} (${node.index})`))
    .join(' > ');
}

/** A snapshot of tables that are given in short: `{ posts: { id: 'integer', title: 'text' } }`. */
export function snapshotWith(
  tables: Record<string, Record<string, string>>,
  more: Partial<SnapshotTable> = {},
  snapshot: Partial<Snapshot> = {},
): Snapshot {
  return {
    version: 180_000,
    assumed: false,
    prelude: [],
    tables: Object.entries(tables).map(([name, columns]) => ({
      schema: 'public',
      name,
      kind: 'table',
      columns: Object.entries(columns).map(([column, type]) => ({ name: column, type, notNull: false })),
      constraints: [],
      foreignKeys: [],
      indexes: [],
      pages: 10_000,
      rows: 1_000_000,
      allVisiblePages: 10_000,
      ...more,
    })),
    views: [],
    settings: {},
    extensions: {},
    availableExtensions: ['pg_trgm'],
    searchPath: ['public'],
    leftOut: [],
    ...snapshot,
  };
}
