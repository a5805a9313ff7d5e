import { homedir } from 'node:os';
import type { Client } from 'pg';
import { Problem } from '../../nouns/problem';
import type { ConnectionProfile, Secret } from '../profile';
import { isTlsFailure, seconds } from '../server-errors';
import { type TlsAttempt, tlsAttempts } from './tls';

export interface ConnectOptions {
  readonly profile: ConnectionProfile;
  readonly password: () => Promise<Secret | undefined>;
  readonly connectMs: number;
}

/** What the types of `pg` leave out. */
interface Internals {
  readonly connection: {
    readonly stream: { readonly writable: boolean; destroy(error?: Error): void };
    attachListeners(stream: Stream): void;
  };
  readonly processID: number | null;
  readonly secretKey: number | null;
}
interface Stream {
  on(event: string, listener: (...parts: unknown[]) => void): unknown;
  destroy(error?: Error): void;
}

/** Opens one connection as `sslmode` says. Throws a Problem or the driver's error; never leaves a socket behind. */
export async function connect(options: ConnectOptions, signal?: AbortSignal): Promise<Client> {
  const attempts = await tlsAttempts(options.profile, homedir());
  for (const [index, ssl] of attempts.entries()) {
    try {
      return await attempt(options, ssl, signal);
    } catch (error) {
      if (index === attempts.length - 1 || !otherModeMayHelp(error)) throw error;
    }
  }
  throw new Problem('unreachable', `No way to connect to ${options.profile.name}.`);
}

/** For a cancel request, whose protocol names the backend by these two numbers. */
export function backendKey(client: Client): { processId: number; secretKey: number } | undefined {
  const { processID, secretKey } = client as unknown as Internals;
  return processID && secretKey ? { processId: processID, secretKey } : undefined;
}

/** Closes the socket at once, without a good-bye that a dead server would never read. */
export function destroy(client: Client): void {
  client.removeAllListeners('notice');
  (client as unknown as Internals).connection.stream.destroy();
}

/** False once the socket is closed or closing. */
export function isAlive(client: Client): boolean {
  return (client as unknown as Internals).connection.stream.writable;
}

async function attempt(options: ConnectOptions, ssl: TlsAttempt, signal?: AbortSignal): Promise<Client> {
  const { profile, connectMs } = options;
  // The driver is loaded when it is first needed.
  const { default: pg } = await import('pg');
  let timer: NodeJS.Timeout | undefined;
  let settled = false;
  let giveUp: (problem: Problem) => void = () => undefined;
  const interrupted = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  const at = `${profile.database}@${profile.host}:${profile.port}`;
  const startTimer = () => {
    timer = setTimeout(
      () => giveUp(new Problem('unreachable', `${at} did not answer within ${seconds(connectMs)}.`)),
      connectMs,
    );
  };
  const onAbort = () => giveUp(new Problem('cancelled', `Connecting to ${at} was cancelled.`));
  const client = new pg.Client({
    host: profile.host,
    port: profile.port,
    database: profile.database,
    user: profile.user,
    application_name: 'planlight',
    keepAlive: true,
    ssl,
    password: async () => {
      // A person may have to type it: that is not the server's time.
      clearTimeout(timer);
      const secret = await options.password();
      if (secret === undefined) throw new Problem('authentication', `${at} asks for a password.`);
      if (!settled) startTimer();
      return secret.reveal();
    },
  });
  client.on('error', () => undefined); // Told by the query that fails; without a listener Node would end the process.
  survivingGarbage(client);
  signal?.addEventListener('abort', onAbort, { once: true });
  startTimer();
  try {
    if (signal?.aborted) onAbort();
    const connected = client.connect();
    connected.catch(() => undefined); // Told below; it may also fail after we gave up waiting.
    await Promise.race([connected, interrupted]);
    return client;
  } catch (error) {
    destroy(client);
    throw error;
  } finally {
    settled = true;
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/**
 * The driver reads what comes inside the socket's data event, where an exception (a message that is cut short, a
 * length of nonsense) would end the process. Here it ends the connection.
 */
function survivingGarbage(client: Client): void {
  const { connection } = client as unknown as Internals;
  const attach = connection.attachListeners;
  connection.attachListeners = function attachGuarded(stream) {
    const guarded: Pick<Stream, 'on'> = {
      on: (event, listener) =>
        stream.on(event, (...parts) => {
          try {
            listener(...parts);
          } catch (error) {
            stream.destroy(error instanceof Error ? error : new Error(String(error)));
          }
        }),
    };
    attach.call(this, guarded as Stream);
  };
}

/** libpq tries the other of TLS and clear text when TLS itself failed, or when pg_hba.conf refuses this one. */
function otherModeMayHelp(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof Problem) return false;
  const { code } = error as { code?: string };
  return code === '28000' || /does not support SSL/.test(error.message) || isTlsFailure(code, error.message);
}
