import type { IndexFix } from '../../nouns/fix';
import { Problem } from '../../nouns/problem';
import { createIndexSql } from '../../sql/create-index';
import { quoteIdentifier } from '../../sql/identifiers';
import type { Gate, Session } from '../gate';
import { waitForLocks, whileItRuns } from '../long-statement';
import { type BuiltIndex, dropIndex, dropIndexSql } from './drop-index';
import { indexProgress } from './index-progress';

/** What has to run before, and the index. */
export type BuildableIndex = Pick<IndexFix, 'index' | 'needs'>;

export interface BuildOptions {
  /** `fraction` from 0 to 1, undefined while the server waits for other transactions. */
  readonly onProgress: (fraction: number | undefined, phase: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * How long the build may wait for a lock, in ms: CREATE INDEX CONCURRENTLY waits for transactions that began before it,
 * and blocks no reader or writer meanwhile. https://www.postgresql.org/docs/current/sql-createindex.html
 */
const lockMs = 300_000;
const mostTries = 3;

/**
 * CREATE INDEX CONCURRENTLY, outside a transaction as it must be. However it ends, no invalid index stays behind, or
 * the Problem says which one does. A name that somebody takes meanwhile gets a number.
 */
export async function buildIndex(gate: Gate, fix: BuildableIndex, options: BuildOptions): Promise<BuiltIndex> {
  for (let tries = 1; ; tries++) {
    try {
      const built = await tryToBuild(gate, fix, options);
      options.onProgress(1, 'done');
      return built;
    } catch (error) {
      if (!isTaken(error) || tries === mostTries) throw error;
    }
  }
}

async function tryToBuild(gate: Gate, fix: BuildableIndex, { onProgress, signal }: BuildOptions): Promise<BuiltIndex> {
  const { schema, table } = fix.index;
  const { relation, name } = await checkTable(gate, fix, signal);
  const index = { schema, name, relation };
  let hasBegun = false;
  try {
    return await gate.session(signal, async (session) => {
      await waitForLocks(session, lockMs);
      if (fix.needs !== undefined) await installExtension(session, fix.needs);
      const stop = whileItRuns(async () => {
        const progress = await indexProgress(gate, relation);
        return progress && (() => onProgress(progress.fraction, progress.phase));
      });
      hasBegun = true;
      try {
        await session.query(createIndexSql({ ...fix.index, name }, { concurrently: true }));
      } finally {
        await stop();
      }
      const [row] = await session.query<{ oid: string }>(
        `SELECT c.oid::text AS oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = $1 AND c.relname = $2`,
        [schema, name],
      );
      if (row === undefined) throw new Problem('missing-object', `Somebody dropped ${name} on ${table} again.`);
      return { ...index, oid: row.oid };
    });
  } catch (error) {
    // Where the name was taken, an index of that name is somebody else's.
    if (hasBegun && !isTaken(error)) await dropInvalid(gate, index, error, onProgress);
    throw error;
  }
}

/** 42P07 duplicate_table: the name of another relation of the schema. */
function isTaken(error: unknown): boolean {
  const cause = error instanceof Problem ? error.cause : undefined;
  return cause instanceof Error && (cause as { code?: string }).code === '42P07';
}

/** The table's oid, and a name that no other relation of its schema has. */
async function checkTable(
  gate: Gate,
  { index }: BuildableIndex,
  signal?: AbortSignal,
): Promise<{ relation: string; name: string }> {
  const { schema, table, name } = index;
  return gate.transaction({ access: 'read only', signal }, async ({ query }) => {
    const [row] = await query<{ oid: string; kind: string; resolves: boolean; owns: boolean; user: string }>(
      `SELECT c.oid::text AS oid, c.relkind AS kind, to_regclass(quote_ident($2))::oid = c.oid AS resolves,
         pg_has_role(c.relowner, 'USAGE') AND has_schema_privilege(n.oid, 'CREATE') AS owns, current_user::text AS user
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2`,
      [schema, table],
    );
    if (row === undefined)
      throw new Problem('missing-object', `There is no table ${schema}.${table} in ${gate.label}.`);
    if (row.kind === 'p') {
      throw new Problem('unsupported', `${table} is partitioned: PostgreSQL cannot build its index concurrently.`, {
        hint: 'Create the index on each partition, or in a migration without CONCURRENTLY.',
      });
    }
    if (row.kind !== 'r' && row.kind !== 'm') throw new Problem('unsupported', `${table} is not a table with indexes.`);
    if (!row.owns) {
      throw new Problem(
        'missing-privilege',
        `User ${row.user} may not create an index on ${table} in ${gate.label}: that takes the table's owner, who may create in its schema.`,
      );
    }
    // The statement that the person saw leaves out `public`.
    if (schema === 'public' && !row.resolves) {
      throw new Problem('unsupported', `In ${gate.label} the name ${table} does not mean public.${table}.`);
    }
    const taken = await query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = $1 AND starts_with(c.relname, left($2, 60))`,
      [schema, name],
    );
    return { relation: row.oid, name: freeName(name, new Set(taken.map((one) => one.name))) };
  });
}

/** `posts_author_id_idx`, `posts_author_id_idx1`, …, within PostgreSQL's 63 bytes. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 0; ; number++) {
    const suffix = number === 0 ? '' : String(number);
    const candidate = (number === 0 ? name : name.slice(0, 60)) + suffix;
    if (!taken.has(candidate)) return candidate;
  }
}

async function installExtension(session: Session, needs: string): Promise<void> {
  if (!/^CREATE EXTENSION IF NOT EXISTS (?:[a-z_][a-z0-9_]*|"[^"]+");?$/i.test(needs)) {
    throw new Problem('refused', `Planlight runs only CREATE EXTENSION before an index, not: ${needs}`);
  }
  await session.query(needs);
}

/** An index that was not there before, on our table, under our name, and invalid: what a broken build leaves. */
async function dropInvalid(
  gate: Gate,
  index: BuiltIndex,
  cause: unknown,
  onProgress: BuildOptions['onProgress'],
): Promise<void> {
  try {
    const mayBeWhole = cause instanceof Problem && cause.kind === 'cancelled';
    await dropIndex(gate, { ...index, mayBeWhole }, () => onProgress(undefined, 'removing the unfinished index'));
  } catch (error) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const full = `${quoteIdentifier(index.schema)}.${quoteIdentifier(index.name)}`;
    throw new Problem('server', `${why} The build may have left the invalid index ${full} behind.`, {
      hint: `Run: ${dropIndexSql(index)}`,
      cause: error,
    });
  }
}
