import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { debianFiles } from '../../scripts/lib/debian.mjs';
import { freePort } from '../../scripts/lib/postgres.mjs';

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
  /** It takes connections and answers nothing, until resume(). */
  pause(): void;
  resume(): void;
}

export interface RedisProgram {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The machine's own, else Debian's in the cache; undefined where there is neither. */
export async function provideRedis(): Promise<RedisProgram | undefined> {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/local/bin', '/opt/homebrew/bin'];
  const own = folders.map((folder) => path.join(folder, 'redis-server')).find((file) => existsSync(file));
  if (own !== undefined) return { file: own, env: process.env };
  if (process.platform !== 'linux') return undefined;
  // The server is a link to a program of the tools.
  const folder = await debianFiles('redis-tools', /^lib(?:jemalloc|lzf|atomic)/);
  if (folder === undefined) return undefined;
  const libraries = readdirSync(path.join(folder, 'usr', 'lib')).map((name) => path.join(folder, 'usr', 'lib', name));
  const env = { ...process.env, LD_LIBRARY_PATH: libraries.join(path.delimiter) };
  return { file: path.join(folder, 'usr', 'bin', 'redis-check-rdb'), env };
}

/** In memory alone, on a free port or the given one. */
export async function startRedis(program: RedisProgram, given?: number): Promise<RedisServer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'planlight-redis-'));
  const port = given ?? (await freePort());
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const child = spawn(program.file, settings, {
    // By its name it knows what it is to be.
    argv0: 'redis-server',
    env: program.env,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => reject(new Error(`redis-server ended: ${log}`)));
    const listen = (text: string) => {
      log += text;
      if (/Ready to accept connections/i.test(log)) resolve();
    };
    child.stdout.setEncoding('utf8').on('data', listen);
    child.stderr.setEncoding('utf8').on('data', listen);
  });
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
