import { Problem } from '../../nouns/problem';
import { quoteIdentifier } from '../../sql/identifiers';
import { type BuiltIndex, dropIndex, dropIndexSql, overRestart } from '../build-index/drop-index';
import type { Gate } from '../gate';
import type { Subject, SubjectIndex } from './subject';

/** How long a cancelled REINDEX may take to end, in ms. */
const endMs = 10_000;
const pauseMs = 250;

/**
 * REINDEX CONCURRENTLY that does not come to its end leaves `x_ccnew`, the index that was to be, or `x_ccold`, the old one in the
 * place of which the new one already stands. Ours are: the first, where no index of its oid was there before; the second, where
 * its oid is that of the index itself. https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY
 */
const ours = `
  SELECT n.nspname::text AS schema, x.relname::text AS name, i.indrelid::text AS relation, x.oid::text AS oid
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_namespace n ON n.oid = x.relnamespace
  WHERE i.indrelid = $1::oid AND NOT i.indisvalid
    AND (x.relname ~ '_ccnew[0-9]*$' AND starts_with(x.relname, left($4, 40)) AND x.oid <> ALL ($2::oid[])
      OR x.relname ~ '_ccold[0-9]*$' AND x.oid = $3::oid)
    AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = x.oid)`;

/** Drops what our REINDEX of that index left; the Problem says what could not be dropped, and how to. */
export async function dropLeftovers(
  gate: Gate,
  subject: Subject,
  index: SubjectIndex,
  cause: unknown,
  onBegin: () => void,
): Promise<void> {
  let left: readonly BuiltIndex[] | undefined;
  try {
    await overRestart(gate, () => waitForEnd(gate, index));
    left = await gate.transaction({ access: 'read only' }, ({ query }) =>
      query<BuiltIndex>(ours, [index.relation, subject.known, index.oid, index.name]),
    );
    for (const one of left) await dropIndex(gate, one, onBegin);
  } catch (error) {
    const name = quoteIdentifier(`${index.name}_ccnew`);
    const names = left?.map((one) => `${quoteIdentifier(one.schema)}.${quoteIdentifier(one.name)}`).join(', ') ?? name;
    const [first = { schema: index.schema, name: `${index.name}_ccnew` }] = left ?? [];
    throw new Problem('server', `${messageOf(cause)} It may have left the invalid index ${names} behind.`, {
      hint: `Run: ${dropIndexSql(first)}`,
      cause: error,
    });
  }
}

/** A connection that was given up leaves its statement at work until the server notices. */
async function waitForEnd(gate: Gate, { relation }: SubjectIndex): Promise<void> {
  const deadline = performance.now() + endMs;
  while (performance.now() < deadline) {
    const running = await gate.transaction({ access: 'read only' }, ({ query }) =>
      query('SELECT 1 FROM pg_stat_progress_create_index WHERE relid = $1::oid', [relation]),
    );
    if (running.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** DROP INDEX CONCURRENTLY first makes the index invalid, and then waits for everybody who uses it. */
export async function tellHalfDropped(gate: Gate, { oid, schema, name }: SubjectIndex, cause: unknown): Promise<void> {
  const [row] = await overRestart(gate, () =>
    gate.transaction({ access: 'read only' }, ({ query }) =>
      query<{ isValid: boolean }>('SELECT indisvalid AS "isValid" FROM pg_index WHERE indexrelid = $1::oid', [oid]),
    ),
  );
  if (!row || row.isValid) return;
  const full = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  throw new Problem(
    'server',
    `${messageOf(cause)} ${full} is invalid now: no query uses it, and writes still maintain it.`,
    {
      hint: `Drop it once more, or make it whole again: REINDEX INDEX CONCURRENTLY ${full}`,
      cause,
    },
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
