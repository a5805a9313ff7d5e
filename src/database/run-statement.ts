import type { Gate } from './gate';

/** Long enough for a moment's wait; whoever waits longer holds up those behind. In ms. */
const lockMs = 5_000;

/**
 * Runs one statement that a person has read and agreed to, outside a transaction (as ALTER SYSTEM must be), and keeps what it
 * does. The server itself refuses a second statement in the same text. Rejects with a Problem.
 */
export async function runStatement(gate: Gate, sql: string, signal?: AbortSignal): Promise<void> {
  await gate.session(signal, async ({ query, isPooled }) => {
    // Behind a pooler a setting would leak to its next client.
    if (!isPooled) await query(`SELECT set_config('lock_timeout', '${lockMs}ms', false)`);
    await query(sql);
  });
}
