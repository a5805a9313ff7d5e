import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { freePort, type PostgresServer, unprivileged } from '../../scripts/lib/postgres.mjs';

export interface PgBouncer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Where the system's package puts it; undefined when this machine has none. */
export function findPgBouncer(): string | undefined {
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    '/opt/homebrew/bin',
  ];
  return folders.map((folder) => path.join(folder, 'pgbouncer')).find((file) => existsSync(file));
}

/** PgBouncer in transaction mode with one connection to the server: whoever leaves something behind is found out. */
export async function startPgBouncer(program: string, server: PostgresServer): Promise<PgBouncer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'planlight-pgbouncer-'));
  const ids = unprivileged();
  if (ids) await chown(folder, ids.uid, ids.gid);
  const port = await freePort();
  const file = path.join(folder, 'pgbouncer.ini');
  await writeFile(
    file,
    `[databases]
* = host=${server.host} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 1
reserve_pool_size = 0
`.replace('* = ', `* = user=${server.superuser} `),
    { mode: 0o644 },
  );
  const child = spawn(program, [file], { ...ids, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => reject(new Error(`pgbouncer ended: ${log}`)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (log.includes('process up')) resolve();
    });
  });
  return {
    port,
    async stop() {
      child.kill('SIGINT');
      const late = setTimeout(() => child.kill('SIGKILL'), 3000);
      await ended;
      clearTimeout(late);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
