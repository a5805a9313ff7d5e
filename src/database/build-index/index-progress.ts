import type { Gate } from '../gate';

export interface IndexProgress {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

/**
 * Where each phase of CREATE INDEX CONCURRENTLY begins and ends in the whole, as shares. Two scans of the table and a
 * sort; waiting for other transactions has no length.
 * https://www.postgresql.org/docs/current/progress-reporting.html#CREATE-INDEX-PHASES
 */
const shares: readonly [phase: string, from: number, to: number][] = [
  ['initializing', 0, 0],
  ['building index: scanning table', 0, 0.5],
  ['building index: sorting live tuples', 0.5, 0.55],
  ['building index: loading tuples in tree', 0.55, 0.7],
  ['building index', 0, 0.7],
  ['index validation: scanning index', 0.7, 0.75],
  ['index validation: sorting tuples', 0.75, 0.8],
  ['index validation: scanning table', 0.8, 1],
];

/** What pg_stat_progress_create_index says of the build on that table (its oid); undefined when there is none. */
export async function indexProgress(
  gate: Gate,
  relation: string,
): Promise<{ fraction: number | undefined; phase: string } | undefined> {
  const [row] = await gate.transaction({ access: 'read only' }, ({ query }) =>
    query<IndexProgress>(
      `SELECT phase, CASE WHEN blocks_total > 0 THEN blocks_done ELSE tuples_done END::float8 AS done,
         CASE WHEN blocks_total > 0 THEN blocks_total ELSE tuples_total END::float8 AS total
       FROM pg_stat_progress_create_index WHERE relid = $1::oid`,
      [relation],
    ),
  );
  return row && { fraction: indexFraction(row), phase: row.phase };
}

/** From 0 to 1; undefined in a phase that waits. */
export function indexFraction({ phase, done, total }: IndexProgress): number | undefined {
  const share = shares.find(([name]) => phase === name) ?? shares.find(([name]) => phase.startsWith(name));
  if (share === undefined) return undefined;
  const [, from, to] = share;
  return from + (to - from) * (total > 0 ? Math.min(1, done / total) : 0);
}
