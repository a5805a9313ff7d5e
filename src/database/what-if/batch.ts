import type { MemoryPostgres } from './pglite';

/** Each statement holds its locks until the batch ends, and the planner in memory has room for some thousands. */
const batchSize = 100;

/**
 * Does the work on all items, many at a time. When a batch fails, its halves are tried, so that one bad item costs
 * some retries and nothing else; `onFailure` gets it with what the database said.
 */
export async function inBatches<Item>(
  items: readonly Item[],
  work: (batch: readonly Item[]) => Promise<void>,
  onFailure: (item: Item, reason: string) => void,
): Promise<void> {
  for (let from = 0; from < items.length; from += batchSize) {
    await attempt(items.slice(from, from + batchSize), work, onFailure);
  }
}

async function attempt<Item>(
  batch: readonly Item[],
  work: (batch: readonly Item[]) => Promise<void>,
  onFailure: (item: Item, reason: string) => void,
): Promise<void> {
  try {
    await work(batch);
  } catch (error) {
    const [first] = batch;
    if (batch.length === 1 && first !== undefined) return onFailure(first, reason(error));
    const half = batch.length >> 1;
    await attempt(batch.slice(0, half), work, onFailure);
    await attempt(batch.slice(half), work, onFailure);
  }
}

export interface Step {
  readonly sql: string;
  /** For people: `Index posts_title` */
  readonly what: string;
}

/** Runs the statements in order; one that fails is not there, and the others are. Statements of a batch are one transaction. */
export async function runSteps<One extends Step>(
  db: MemoryPostgres,
  steps: readonly One[],
  onFailure: (step: One, reason: string) => void,
): Promise<void> {
  await inBatches(steps, (batch) => db.run(batch.map(({ sql }) => sql).join(';\n')), onFailure);
}

export function reason(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}

export async function silently(db: MemoryPostgres, sql: string): Promise<boolean> {
  try {
    await db.run(sql);
    return true;
  } catch {
    return false;
  }
}
