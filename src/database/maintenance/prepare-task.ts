import type { MaintenanceTask } from '../../nouns/check';
import { formatCounted } from '../../plan/format';
import type { Gate } from '../gate';
import { only } from '../health/reading';
import { leftOut, stepsOf } from './statements';
import { findSubject, type Subject } from './subject';

/** What a person reads before saying yes. */
export interface PreparedTask {
  /** What will be run, one after the other; without semicolons. */
  readonly statements: readonly string[];
  /** Of a drop: the statement that makes the index anew. */
  readonly undo?: string;
  /** What is left out, and what the server cannot know, a sentence each. */
  readonly notes: readonly string[];
}

/** Runs nothing. Rejects with the Problems of `findSubject`: what cannot or should not be done is refused before anybody is asked. */
export async function prepareTask(gate: Gate, task: MaintenanceTask, signal?: AbortSignal): Promise<PreparedTask> {
  const subject = await findSubject(gate, task, signal);
  const statements = stepsOf(task, subject).map(({ sql }) => sql);
  const notes = leftOut(task, subject);
  if (task.kind !== 'drop index') return { statements, notes };
  return { statements, ...(await beforeDrop(gate, subject, notes, signal)) };
}

/** https://www.prisma.io/docs/orm/prisma-migrate/workflows/troubleshooting#schema-drift: Prisma then asks to reset the database. */
const ifDeclared =
  'Where a model or a migration of the program declares the index, take it out there, too: its migrations would make it again, or call the database changed.';

/** Who else may use an index: a replica counts its own scans, and this server knows nothing of them. */
async function beforeDrop(
  gate: Gate,
  { indexes }: Subject,
  notes: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Pick<PreparedTask, 'undo' | 'notes'>> {
  const [index] = indexes;
  if (!index) return { notes };
  const { definition, replicas } = await gate.transaction({ access: 'read only', signal }, async ({ query }) =>
    only(
      await query<{ definition: string | null; replicas: number }>(
        `SELECT pg_get_indexdef($1::oid) AS definition, (SELECT count(*)::int FROM pg_stat_replication) AS replicas`,
        [index.oid],
      ),
    ),
  );
  const followed =
    replicas > 0
      ? [
          `${formatCounted(replicas, 'replica follows', 'replicas follow')} this server, and loses the index, too: its scans are counted there only. Look at pg_stat_user_indexes on it first.`,
        ]
      : [];
  return {
    ...(definition !== null && { undo: concurrently(definition) }),
    notes: [...notes, ...followed, ifDeclared],
  };
}

/** `CREATE UNIQUE INDEX x ON …` → `CREATE UNIQUE INDEX CONCURRENTLY x ON …` */
function concurrently(definition: string): string {
  return definition.replace(/^(CREATE (?:UNIQUE )?INDEX) /, '$1 CONCURRENTLY ');
}
