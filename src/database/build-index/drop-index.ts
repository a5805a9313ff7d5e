import { Problem } from '../../nouns/problem';
import { quoteIdentifier } from '../../sql/identifiers';
import type { Gate } from '../gate';

/** An index that Planlight built, or began to build. */
export interface BuiltIndex {
  readonly schema: string;
  readonly name: string;
  /** The table's oid. */
  readonly relation: string;
  /** The index's own, once it stands: its name may be another index's later. */
  readonly oid?: string;
  /** Without an oid: the build may have come to its end before its cancellation did. */
  readonly mayBeWhole?: boolean;
}

/** How long it may wait for transactions that use the index, in ms. */
const dropMs = 30_000;
/** A server that restarts after a crash takes no connections for a second or two. */
const restartMs = 3_000;
const pauseMs = 250;

/** The statement for a person: `DROP INDEX CONCURRENTLY IF EXISTS public.posts_author_id_idx` */
export function dropIndexSql({ schema, name }: Pick<BuiltIndex, 'schema' | 'name'>): string {
  return `DROP INDEX CONCURRENTLY IF EXISTS ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/**
 * Drops what we built and nothing else: an index on that table, of that name, that is the very one (its oid) or, of
 * a build that did not end well, invalid or our own of a moment ago. Waits a moment for a server that restarts. Rejects with the Problem.
 */
export async function dropIndex(gate: Gate, index: BuiltIndex, onBegin: () => void): Promise<void> {
  const signal = AbortSignal.timeout(dropMs);
  await overRestart(gate, () =>
    gate.session(signal, async ({ query }) => {
      const rows = await query(
        `SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = $1 AND c.relname = $2 AND i.indrelid = $3::oid
           AND (i.indexrelid = $4::oid OR $4 IS NULL AND (NOT i.indisvalid OR $5))`,
        [index.schema, index.name, index.relation, index.oid ?? null, index.mayBeWhole ?? false],
      );
      if (rows.length === 0) return;
      onBegin();
      await query(dropIndexSql(index));
    }),
  );
}

/** Asks again, for some seconds, while the server cannot be reached: after the crash of one process all connections are lost. */
export async function overRestart<T>(gate: Gate, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + restartMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isAway = error instanceof Problem && error.kind === 'unreachable';
      if (!isAway || performance.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    gate.reset();
  }
}
