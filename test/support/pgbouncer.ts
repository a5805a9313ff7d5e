import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { chmod, chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { debianFiles } from '../../scripts/lib/debian.mjs';
import { freePort, type PostgresServer, unprivileged } from '../../scripts/lib/postgres.mjs';

export interface PgBouncer {
  readonly port: number;
  stop(): Promise<void>;
}

export interface PgBouncerProgram {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The machine's own, else Debian's in the cache; undefined where there is neither. */
export async function providePgBouncer(): Promise<PgBouncerProgram | undefined> {
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    '/opt/homebrew/bin',
  ];
  const own = folders.map((folder) => path.join(folder, 'pgbouncer')).find((file) => existsSync(file));
  if (own !== undefined) return { file: own, env: process.env };
  if (process.platform !== 'linux') return undefined;
  const files = await debianFiles('pgbouncer', /^lib(?:event|c-ares)/);
  if (files === undefined) return undefined;
  const folder = await readableByAll(files);
  const libraries = readdirSync(path.join(folder, 'usr', 'lib')).map((name) => path.join(folder, 'usr', 'lib', name));
  const env = { ...process.env, LD_LIBRARY_PATH: libraries.join(path.delimiter) };
  return { file: path.join(folder, 'usr', 'sbin', 'pgbouncer'), env };
}

/** PgBouncer does not run as root, and another user does not get into root's cache folder. */
async function readableByAll(files: string): Promise<string> {
  if (unprivileged() === undefined) return files;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'planlight-pgbouncer-program-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await cp(files, folder, { recursive: true, verbatimSymlinks: true });
  await chmod(folder, 0o755);
  return folder;
}

/** PgBouncer in transaction mode with one connection to the server: whoever leaves something behind is found out. `more`: a setting. */
export function startPgBouncer(
  program: PgBouncerProgram,
  server: PostgresServer,
  more = 'reserve_pool_size = 0',
): Promise<PgBouncer> {
  return runPgBouncer(program, ({ port }) => ({
    'pgbouncer.ini': `[databases]
* = user=${server.superuser} host=${server.host} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 1
${more}
`,
  }));
}

export interface PgBouncerPlace {
  /** Where its files will be. */
  readonly folder: string;
  /** One that is free. */
  readonly port: number;
}

/** Runs it with the files that are written for its place; `pgbouncer.ini` is one of them. */
export async function runPgBouncer(
  program: PgBouncerProgram,
  filesFor: (place: PgBouncerPlace) => Readonly<Record<string, string>>,
): Promise<PgBouncer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'planlight-pgbouncer-'));
  const ids = unprivileged();
  if (ids) await chown(folder, ids.uid, ids.gid);
  const port = await freePort();
  for (const [name, content] of Object.entries(filesFor({ folder, port }))) {
    await writeFile(path.join(folder, name), content, { mode: 0o644 });
  }
  const child = spawn(program.file, [path.join(folder, 'pgbouncer.ini')], {
    ...ids,
    env: program.env,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
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
