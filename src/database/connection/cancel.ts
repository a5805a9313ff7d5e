import net from 'node:net';
import type { Client } from 'pg';
import type { ConnectionProfile, Secret } from '../profile';
import { backendKey, connect, destroy } from './connect';
import { isSocketFolder } from './tls';

/** How long the server may take to answer a cancel before the connection is given up, in ms. */
export const cancelMs = 1_000;

/** Which transaction of which server process; `started` is its transaction_timestamp. */
export interface RunningTransaction {
  readonly pid: number;
  readonly started: string;
}

export interface CancelOptions {
  readonly client: Client;
  readonly profile: ConnectionProfile;
  readonly password: () => Promise<Secret | undefined>;
  readonly transaction: RunningTransaction | undefined;
}

/**
 * Cancels on the server: by the process that the transaction really runs in (a pooler hides it from the protocol),
 * and only while it is still that transaction; failing that, by the protocol's own cancel request.
 */
export async function cancelOnServer({ client, profile, password, transaction }: CancelOptions): Promise<void> {
  if (transaction) {
    try {
      const second = await connect({ profile, password, connectMs: cancelMs });
      try {
        await second.query('BEGIN READ ONLY');
        // Whatever the search_path leads to: PostgreSQL's own names.
        const { rows } = await second.query({
          text: `SELECT pg_catalog.pg_cancel_backend(a.pid) FROM pg_catalog.pg_stat_activity AS a
            WHERE a.pid OPERATOR(pg_catalog.=) CAST($1 AS pg_catalog.int4)
              AND a.xact_start OPERATOR(pg_catalog.=) CAST($2 AS pg_catalog.timestamptz)
              AND a.state OPERATOR(pg_catalog.=) CAST('active' AS pg_catalog.text)`,
          values: [transaction.pid, transaction.started],
        });
        if (rows.length > 0) return;
      } finally {
        destroy(second);
      }
    } catch {
      // No connection is free, or it is not permitted: the protocol's way is left.
    }
  }
  await sendCancelRequest(profile, backendKey(client));
}

/** https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-CANCELREQUEST */
async function sendCancelRequest(
  profile: ConnectionProfile,
  key: { processId: number; secretKey: number } | undefined,
): Promise<void> {
  if (key === undefined) return;
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(80877102, 4);
  message.writeInt32BE(key.processId, 8);
  message.writeInt32BE(key.secretKey, 12);
  const target = isSocketFolder(profile.host)
    ? { path: `${profile.host}/.s.PGSQL.${profile.port}` }
    : { host: profile.host, port: profile.port };
  await new Promise<void>((resolve) => {
    const socket = net.connect(target, () => socket.end(message));
    socket.setTimeout(cancelMs, () => socket.destroy());
    socket.on('error', () => undefined); // 'close' follows.
    socket.once('close', () => resolve());
  });
}
