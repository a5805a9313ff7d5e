import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { ModuleKind } from '../../../src/code/caches/module-text';
import { cacheClass, cacheFiles, type GeneratedCache, programFolder, removeFolder } from '../../support/cache-module';
import { eventually } from '../../support/eventually';
import { provideRedis, type RedisProgram, type RedisServer, startRedis } from '../../support/redis';

for (const kind of ['commonjs', 'esm', 'typescript'] as const satisfies readonly ModuleKind[]) {
  describe(`the generated cache (${kind}) with a real Redis`, function () {
    this.timeout(60_000);
    let program: RedisProgram;
    let redis: RedisServer;
    let folder: string;
    let Cache: new (url?: string) => GeneratedCache;
    const open: GeneratedCache[] = [];
    let loads = 0;

    before(async function () {
      const found = await provideRedis();
      if (!found) return this.skip();
      program = found;
      folder = await programFolder(cacheFiles(kind), 'node_modules');
      Cache = await cacheClass(kind, folder);
      redis = await startRedis(program);
    });
    let count = 0;
    beforeEach(() => {
      loads = 0;
      count++;
    });
    afterEach(() => Promise.all(open.splice(0).map((cache) => cache.close())));
    after(async () => {
      await redis?.stop();
      if (folder) await removeFolder(folder);
    });

    /** One of a process of its own. */
    function newCache(url = redis.url): GeneratedCache {
      const cache = new Cache(url);
      open.push(cache);
      return cache;
    }

    const loaded =
      <T>(value: T) =>
      async (): Promise<T> => {
        loads++;
        return value;
      };
    const question = (more: { key?: unknown[]; tables?: string[]; seconds?: number } = {}) => ({
      key: [`query${count}`],
      tables: ['posts'],
      seconds: 60,
      ...more,
    });
    it('asks once, and keeps null and undefined too', async () => {
      const [one, other] = [newCache(), newCache()];
      for (const value of [{ id: 1 }, null, undefined]) {
        const asked = question({ key: ['values', String(value)] });
        assert.deepEqual(await one.read(asked, loaded(value)), value);
        assert.deepEqual(await one.read(asked, loaded('other')), value);
        assert.deepEqual(await other.read(asked, loaded('other')), value);
      }
      assert.equal(loads, 3);
    });

    it('reads its address from the environment when it is first asked, which may be filled after its import', async () => {
      const own = process.env.REDIS_URL;
      delete process.env.REDIS_URL;
      const cache = new Cache();
      open.push(cache);
      try {
        assert.equal(await cache.read(question(), loaded('no cache')), 'no cache');
        process.env.REDIS_URL = redis.url;
        assert.equal(await cache.read(question(), loaded('kept')), 'kept');
        assert.equal(await cache.read(question(), loaded('asked again')), 'kept');
      } finally {
        if (own === undefined) delete process.env.REDIS_URL;
        else process.env.REDIS_URL = own;
      }
    });

    it('asks again after the lifetime', async () => {
      const cache = newCache();
      await cache.read(question({ seconds: 0.05 }), loaded(1));
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal(await cache.read(question(), loaded(2)), 2);
    });

    it('tells keys apart by everything in them', async () => {
      const cache = newCache();
      const symbol = Symbol('gt');
      const keys = [
        [1],
        ['1'],
        [1n],
        [null],
        [undefined],
        [{ a: 1 }],
        [{ [symbol]: 1 }],
        [{ [symbol]: 2 }],
        [new Date(0)],
      ];
      for (const [i, key] of keys.entries()) {
        assert.equal(await cache.read(question({ key: ['keys', ...key] }), loaded(i)), i);
      }
      for (const [i, key] of keys.entries()) {
        assert.equal(await cache.read(question({ key: ['keys', ...key] }), loaded('no')), i);
      }
      // Of an object of a class nobody knows what decides.
      const said = await warnings(async () => {
        await cache.read(question({ key: ['keys', new Map()] }), loaded(1));
        assert.equal(await cache.read(question({ key: ['keys', new Map()] }), loaded(2)), 2);
      });
      assert.deepEqual(said, ['The cache does not keep keys: in what it depends on, there is an object of class Map']);
    });

    it('gives what was written to whoever asks after the write, in every process', async () => {
      const [one, other] = [newCache(), newCache()];
      let title = 'old';
      const read = (cache: GeneratedCache) => cache.read(question(), async () => title);
      assert.deepEqual([await read(one), await read(other)], ['old', 'old']);
      await one.changing(['posts'], async () => {
        title = 'new';
      });
      assert.deepEqual([await read(one), await read(other)], ['new', 'new']);
      await other.changing(['users'], loaded(0));
      assert.equal(await one.read(question(), loaded('again')), 'new');
    });

    it('is told of a write that failed, and passes the error on', async () => {
      const cache = newCache();
      await cache.read(question(), loaded('old'));
      await assert.rejects(
        cache.changing(['posts'], async () => {
          throw new Error('lost the connection');
        }),
        /lost the connection/,
      );
      assert.equal(await cache.read(question(), loaded('new')), 'new');
    });

    it('does not keep what was asked for before a write and answered after it', async () => {
      const cache = newCache();
      let answer = (_: string) => {};
      const slow = cache.read(question(), () => new Promise<string>((resolve) => (answer = resolve)));
      await new Promise((resolve) => setTimeout(resolve, 50));
      await cache.changing(['posts'], loaded(0));
      const fresh = cache.read(question(), loaded('new'));
      answer('old');
      assert.equal(await slow, 'old');
      assert.equal(await fresh, 'new');
      assert.equal(await cache.read(question(), loaded('other')), 'new');
    });

    it('sends one query for 50 callers at once, of one process and of several', async () => {
      const caches = [newCache(), newCache(), newCache()];
      const load = async () => {
        loads++;
        await new Promise((resolve) => setTimeout(resolve, 150));
        return { rows: [1] };
      };
      const answers = await Promise.all(
        Array.from({ length: 51 }, (_, i) => (caches[i % 3] as GeneratedCache).read(question(), load)),
      );
      assert.equal(loads, 1);
      assert.equal(new Set(answers).size, 51, 'each caller has rows of its own');
      assert.deepEqual(answers[50], { rows: [1] });
    });

    it('passes on what a query throws, and keeps nothing of it', async () => {
      const cache = newCache();
      const fails = async (): Promise<number> => {
        throw new Error('syntax error');
      };
      await assert.rejects(cache.read(question(), fails), /syntax error/);
      assert.equal(await cache.read(question(), loaded(1)), 1);
    });

    it('keeps what JSON loses', async () => {
      const cache = newCache();
      const value = {
        id: 9_007_199_254_740_993n,
        at: new Date('2026-01-02T03:04:05.678Z'),
        bytes: Buffer.from([0, 255]),
        small: new Uint8Array([1, 2]),
        no: undefined,
        nan: Number.NaN,
        most: Number.POSITIVE_INFINITY,
        inside: [{ $: 'date', v: 1 }, { '|': '«»' }],
      };
      const first = await cache.read(question(), loaded(value));
      const second = await cache.read(question(), loaded(value));
      assert.equal(loads, 1);
      assert.deepEqual(first, value);
      assert.deepEqual(second, value);
      const never = await cache.read(question({ key: ['never'] }), loaded(new Date(Number.NaN)));
      assert.ok(never instanceof Date && Number.isNaN(never.getTime()));
    });

    it('keeps nothing of a Map, a Set or a class, gives it as it is, and says so once', async () => {
      const cache = newCache();
      const said = await warnings(async () => {
        for (const value of [new Map([[1, 2]]), new Set([1]), new (class Post {})()]) {
          assert.equal(await cache.read(question(), loaded(value)), value);
          assert.equal(await cache.read(question(), loaded(value)), value);
        }
      });
      assert.equal(loads, 6);
      assert.deepEqual(said, [`The cache does not keep query${count}: there is an object of class Map`]);
    });

    it('lets nobody wait for an answer that cannot be kept', async () => {
      const caches = [newCache(), newCache()];
      let atOnce = 0;
      let most = 0;
      const load = async () => {
        most = Math.max(most, ++atOnce);
        await new Promise((resolve) => setTimeout(resolve, 100));
        atOnce--;
        return new Set([1]);
      };
      await warnings(async () => {
        await caches[0]?.read(question(), load);
        await Promise.all(caches.map((cache) => cache.read(question(), load)));
      });
      assert.equal(most, 2);
    });

    it('works without Redis, and when it goes and comes back', async () => {
      const own = await startRedis(program);
      const warned = await warnings(async () => {
        const [one, other] = [newCache(own.url), newCache(own.url)];
        let title = 'old';
        const read = (cache: GeneratedCache) => cache.read(question(), async () => title);
        assert.equal(await read(one), 'old');
        await own.stop();
        title = 'by hand';
        assert.equal(await read(one), 'by hand');
        await one.changing(['posts'], async () => {
          title = 'new';
        });
        assert.equal(await read(one), 'new');
        const again = await startRedis(program, own.port);
        try {
          title = 'newest';
          await eventually('answers are kept again', async () => {
            const before = loads;
            for (const cache of [one, other]) await cache.read(question({ key: ['probe'] }), loaded(0));
            return loads === before;
          });
          assert.equal(await read(one), 'newest');
          title = 'unseen';
          assert.equal(await read(other), 'newest');
        } finally {
          await again.stop();
        }
        assert.equal(await new Cache('').read(question(), loaded(5)), 5);
      });
      assert.ok(warned.length >= 1 && warned.length <= 4, 'it says so, not for each query');
    });
  });
}

/** What is said on the console meanwhile. */
async function warnings(work: () => Promise<void>): Promise<string[]> {
  const said: string[] = [];
  const { warn } = console;
  console.warn = (...words: unknown[]) => said.push(words.join(' '));
  try {
    await work();
  } finally {
    console.warn = warn;
  }
  return said;
}

describe('the generated cache in TypeScript', function () {
  this.timeout(60_000);

  it('has no type errors in a strict project', async () => {
    const user = `import { cache } from './cache.service.js';
export const titles: Promise<string[]> = cache.read({ key: ['titles', 1], tables: ['posts'], seconds: 60 }, async () => ['a']);
export const count: Promise<number> = cache.changing(['posts'], async () => 1);
// @ts-expect-error: not what the query gives
export const wrong: Promise<number> = cache.read({ key: ['titles'], tables: [], seconds: 1 }, async () => 'a');
`;
    const compilerOptions = {
      strict: true,
      noEmit: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      noUnusedLocals: true,
      skipLibCheck: true,
      types: ['node'],
      target: 'es2022',
      module: 'nodenext',
    };
    const folder = await programFolder(
      { ...cacheFiles('typescript'), 'user.ts': user, 'tsconfig.json': JSON.stringify({ compilerOptions }) },
      'node_modules',
    );
    try {
      const compiler = join(folder, 'node_modules/typescript/bin/tsc');
      const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
      assert.equal(stdout, '');
      assert.equal(status, 0);
    } finally {
      await removeFolder(folder);
    }
  });
});
