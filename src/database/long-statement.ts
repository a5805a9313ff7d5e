import type { Session } from './gate';

/** In ms. */
const pollMs = 500;

/**
 * No end for the statements of a session, and so long for each lock, in ms. Behind a pooler settings would leak to its next
 * client: there the server's own hold.
 */
export async function waitForLocks({ query, isPooled }: Session, lockMs: number): Promise<void> {
  if (isPooled) return;
  await query(`SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', '${lockMs}ms', false)`);
}

/**
 * Asks every half second how far another connection's statement is, and tells what it hears, until that statement has ended.
 * @returns ends the asking; what is heard afterwards is not told
 */
export function whileItRuns(ask: () => Promise<(() => void) | undefined>): () => Promise<void> {
  let isOver = false;
  let wake: () => void = () => undefined;
  const asking = (async () => {
    while (!isOver) {
      try {
        const tell = await ask();
        if (!isOver) tell?.();
      } catch {
        // Progress is a comfort: the statement goes on without it.
      }
      if (isOver) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, pollMs).unref();
      });
    }
  })();
  return async () => {
    isOver = true;
    wake();
    await asking;
  };
}
