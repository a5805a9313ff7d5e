import type { MaintenanceTask } from '../../nouns/check';
import { Problem } from '../../nouns/problem';
import type { Gate } from '../gate';
import type { Subject } from './subject';

/** A rebuilt index has its old name and a new oid. */
const ofIndexes = `
  SELECT coalesce(sum(pg_relation_size(c.oid)), 0)::float8 AS bytes
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN unnest($1::text[], $2::text[]) AS one (schema, name) ON one.schema = n.nspname AND one.name = c.relname`;

const ofTables = `SELECT coalesce(sum(pg_relation_size(oid)), 0)::float8 AS bytes FROM unnest($1::oid[]) AS oid`;

/** Bytes of what a task is about; undefined where it cannot be asked: a size waits for an exclusive lock. */
export async function measured(gate: Gate, task: MaintenanceTask, subject: Subject): Promise<number | undefined> {
  const { indexes, relations } = subject;
  const isOfIndexes = task.kind === 'reindex' || task.kind === 'drop index';
  try {
    const [row] = await gate.transaction({ access: 'read only' }, ({ query }) =>
      isOfIndexes
        ? query<{ bytes: number }>(ofIndexes, [indexes.map(({ schema }) => schema), indexes.map(({ name }) => name)])
        : query<{ bytes: number }>(ofTables, [relations]),
    );
    return row?.bytes;
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
