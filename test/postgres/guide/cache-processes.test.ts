import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cacheFiles, programFolder, removeFolder } from '../../support/cache-module';
import { eventually } from '../../support/eventually';
import { createDatabase, sharedServer, type TestDatabase } from '../../support/postgres-server';
import { provideRedis, type RedisProgram, type RedisServer, startRedis } from '../../support/redis';

interface Told {
  readonly id?: number;
  readonly value?: unknown;
  readonly error?: string;
  readonly sends?: string;
  readonly sent?: readonly [number, number];
  readonly unhandled?: string;
  readonly warned?: string;
}

/** One process of the program. */
class Worker {
  readonly sends: string[] = [];
  /** From when to when it waited for the database, in ms. */
  readonly sent: (readonly [number, number])[] = [];
  readonly unhandled: string[] = [];
  readonly warned: string[] = [];
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (told: Told) => void>();
  #count = 0;

  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#child = fork(join(import.meta.dirname, '../../support/cache-worker.mjs'), [folder], { env, execArgv: [] });
    this.#child.on('message', (told: Told) => {
      if (told.id !== undefined) this.#waiting.get(told.id)?.(told);
      if (told.sends !== undefined) this.sends.push(told.sends);
      if (told.sent) this.sent.push(told.sent);
      if (told.unhandled !== undefined) this.unhandled.push(told.unhandled);
      if (told.warned !== undefined) this.warned.push(told.warned);
    });
  }

  async ready(): Promise<this> {
    await once(this.#child, 'message');
    return this;
  }

  async #ask(work: string, given: object): Promise<unknown> {
    const id = this.#count++;
    const told = new Promise<Told>((resolve) => this.#waiting.set(id, resolve));
    this.#child.send({ id, work, ...given });
    const { value, error } = await told;
    if (error !== undefined) throw new Error(error);
    return value;
  }

  read(key: string, sql: string, seconds = 60): Promise<unknown> {
    return this.#ask('read', { key: [key], sql, seconds });
  }

  async write(sql: string): Promise<void> {
    await this.#ask('write', { sql });
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

const slowly = (seconds: number) => `SELECT title FROM posts, pg_sleep(${seconds}) WHERE id = 1`;

describe('the generated cache in several processes, with a real Redis and PostgreSQL', function () {
  this.timeout(60_000);
  let program: RedisProgram;
  let redis: RedisServer;
  let database: TestDatabase;
  let folder: string;
  let workers: Worker[] = [];

  before(async function () {
    const found = await provideRedis();
    if (!found) return this.skip();
    program = found;
    database = await createDatabase(
      await sharedServer(),
      `CREATE TABLE posts (id int PRIMARY KEY, title text); INSERT INTO posts VALUES (1, 'old')`,
    );
    folder = await programFolder(cacheFiles('commonjs'), 'node_modules');
  });
  beforeEach(async () => {
    redis = await startRedis(program);
    const url = database.server.connectionString(database.name);
    const env = { ...process.env, REDIS_URL: redis.url, DATABASE_URL: url };
    workers = await Promise.all([1, 2, 3].map(() => new Worker(folder, env).ready()));
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
    await redis?.stop();
  });
  after(async () => {
    if (folder) await removeFolder(folder);
    await database?.drop();
  });

  const three = (): [Worker, Worker, Worker] => workers as [Worker, Worker, Worker];
  const asked = () => workers.flatMap(({ sends }) => sends);

  it('has one of them ask the database each time an entry expires', async () => {
    const sql = slowly(0.1);
    // Each process has ten callers, who ask again as soon as they are answered.
    const until = Date.now() + 2_000;
    const caller = async (worker: Worker) => {
      while (Date.now() < until) assert.deepEqual(await worker.read('front', sql, 0.2), [{ title: 'old' }]);
    };
    await Promise.all(workers.flatMap((worker) => Array.from({ length: 10 }, () => caller(worker))));
    const loads = workers.flatMap(({ sent }) => sent).sort(([a], [b]) => a - b);
    assert.ok(loads.length >= 3, 'it expired several times');
    for (const [i, [start]] of loads.entries()) {
      const [, end] = loads[i - 1] ?? [0, 0];
      assert.ok(start >= end, `one was sent at ${start}, while another ran until ${end}`);
    }
  });

  it('has one of them ask, also when the query takes longer than a lock is given for', async () => {
    const sql = slowly(3);
    await Promise.all(workers.map((worker) => worker.read('slow', sql)));
    assert.deepEqual(asked(), [sql]);
  });

  it('has another ask where the one that asked has died', async () => {
    const [one, other] = three();
    void one.read('lost', slowly(20)).catch(() => undefined);
    await eventually('the first asks', async () => one.sends.length === 1);
    const answer = other.read('lost', slowly(0));
    await one.kill();
    assert.deepEqual(await answer, [{ title: 'old' }]);
    assert.equal(other.sends.length, 1);
  });

  it('does not keep what was asked for before another process wrote, and answered after it', async () => {
    const [one, other, third] = three();
    const slow = one.read('race', slowly(0.5));
    await eventually('the first asks', async () => one.sends.length === 1);
    await other.write("UPDATE posts SET title = 'new'");
    assert.deepEqual(await slow, [{ title: 'old' }], 'as it was when it was asked for');
    for (const worker of [one, other, third])
      assert.deepEqual(await worker.read('race', slowly(0)), [{ title: 'new' }]);
    await other.write("UPDATE posts SET title = 'old'");
  });

  it('answers from the database while Redis is silent, and keeps answers again when it speaks', async () => {
    const [one, other, third] = three();
    const sql = slowly(0);
    for (const worker of workers) await worker.read('silent', sql);
    redis.pause();
    for (let i = 0; i < 20; i++) assert.deepEqual(await one.read('silent', sql), [{ title: 'old' }]);
    await other.write("UPDATE posts SET title = 'newer'");
    assert.deepEqual(await other.read('silent', sql), [{ title: 'newer' }], 'who wrote trusts nothing that is kept');
    redis.resume();
    await eventually('what was written is told', async () => {
      await other.read('silent', sql);
      const [answer] = (await third.read('silent', sql)) as { title: string }[];
      return answer?.title === 'newer';
    });
    const before = asked().length;
    await eventually('it is kept again', async () => {
      const count = asked().length;
      await one.read('silent', sql);
      return asked().length === count;
    });
    assert.ok(asked().length >= before);
    await other.write("UPDATE posts SET title = 'old'");
    assert.deepEqual(
      workers.flatMap(({ unhandled }) => unhandled),
      [],
    );
    assert.match(one.warned.join('\n'), /^The cache cannot be reached[^\n]*no answer within 250 ms$/);
  });

  it('answers from the database while Redis is gone, and tells what was written when it is back', async () => {
    const [one, other, third] = three();
    const sql = slowly(0);
    for (const worker of workers) await worker.read('gone', sql);
    await redis.stop();
    for (let i = 0; i < 20; i++) assert.deepEqual(await one.read('gone', sql), [{ title: 'old' }]);
    await other.write("UPDATE posts SET title = 'newest'");
    assert.deepEqual(await other.read('gone', sql), [{ title: 'newest' }]);
    redis = await startRedis(program, redis.port);
    await eventually('all see it', async () => {
      const [answer] = (await third.read('gone', sql)) as { title: string }[];
      return answer?.title === 'newest';
    });
    await other.write("UPDATE posts SET title = 'old'");
    assert.deepEqual(
      workers.flatMap(({ unhandled }) => unhandled),
      [],
    );
  });
});
