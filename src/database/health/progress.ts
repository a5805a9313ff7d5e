import { qualifiedName } from '../../sql/identifiers';
import type { RunningTask } from './health';
import { hidden, type SectionReader, section, withoutNulls } from './reading';

/** What runs long on the server and says how far it is. */
export const readProgress: SectionReader<readonly RunningTask[]> = async (query, circumstances) => {
  const rows = await query<Row>(progress(circumstances.version));
  return section(
    rows.map(({ schema, name, ...task }) => ({
      ...withoutNulls(task),
      ...(schema !== null && name !== null && { table: qualifiedName(schema, name) }),
    })),
    rows.some(({ phase }) => phase === 'hidden') && hidden("Phase and table of other users' tasks", circumstances),
  );
};

interface Row {
  readonly pid: number;
  readonly kind: RunningTask['kind'];
  readonly schema: string | null;
  readonly name: string | null;
  readonly phase: string;
  readonly done: number | null;
  readonly total: number | null;
}

interface Kind {
  readonly kind: RunningTask['kind'];
  readonly view: string;
  readonly since?: number;
  readonly phase?: string;
  readonly done: string;
  readonly total: string;
}

const kinds = (version: number): readonly Kind[] => [
  {
    kind: 'vacuum',
    view: 'pg_stat_progress_vacuum',
    done: `CASE WHEN p.phase = 'vacuuming heap' THEN p.heap_blks_vacuumed
      WHEN p.phase LIKE '%indexes' THEN ${version >= 170000 ? 'p.indexes_processed' : 'NULL'} ELSE p.heap_blks_scanned END`,
    total: `CASE WHEN p.phase LIKE '%indexes' THEN ${version >= 170000 ? 'p.indexes_total' : 'NULL'} ELSE p.heap_blks_total END`,
  },
  {
    kind: 'analyze',
    view: 'pg_stat_progress_analyze',
    done: 'p.sample_blks_scanned',
    total: 'p.sample_blks_total',
  },
  {
    kind: 'create index',
    view: 'pg_stat_progress_create_index',
    // Locks are waited for before and after the table is read, and rows are counted after its blocks.
    done: `CASE WHEN p.phase LIKE 'waiting%' THEN p.lockers_done WHEN p.tuples_total > 0 THEN p.tuples_done ELSE p.blocks_done END`,
    total: `CASE WHEN p.phase LIKE 'waiting%' THEN p.lockers_total WHEN p.tuples_total > 0 THEN p.tuples_total
      ELSE p.blocks_total END`,
  },
  { kind: 'cluster', view: 'pg_stat_progress_cluster', done: 'p.heap_blks_scanned', total: 'p.heap_blks_total' },
  {
    kind: 'copy',
    view: 'pg_stat_progress_copy',
    since: 140000,
    phase: 'p.command',
    done: 'p.bytes_processed',
    total: 'nullif(p.bytes_total, 0)',
  },
];

const ofRelation = ({ kind, view, phase = 'p.phase', done, total }: Kind): string => `
  SELECT p.pid, '${kind}' AS kind, n.nspname::text AS schema, c.relname::text AS name, coalesce(${phase}, 'hidden') AS phase,
    (${done})::float8 AS done, (${total})::float8 AS total
  FROM ${view} p LEFT JOIN pg_class c ON c.oid = p.relid AND p.datname = current_database()
  LEFT JOIN pg_namespace n ON n.oid = c.relnamespace`;

const baseBackup = `
  SELECT p.pid, 'base backup', NULL, NULL, coalesce(p.phase, 'hidden'), p.backup_streamed::float8, p.backup_total::float8
  FROM pg_stat_progress_basebackup p`;

const progress = (version: number): string =>
  [
    ...kinds(version)
      .filter(({ since = 0 }) => version >= since)
      .map(ofRelation),
    baseBackup,
  ].join(' UNION ALL ');
