import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { bundledProgram } from '../../support/bundled-program';
import { applyCacheAside, codeOf, linkPackages, refusals } from '../../support/cache-aside';
import { removeFolder } from '../../support/cache-module';
import { generatePrismaClient } from '../../support/fix-proof';
import { createDatabase, sharedServer, type TestDatabase } from '../../support/postgres-server';
import { provideRedis, type RedisServer, startRedis } from '../../support/redis';

const apps = join(import.meta.dirname, '../../orms/apps/cache');

interface Library {
  readonly packages: readonly string[];
  /** Functions of queries.ts whose answers are kept. */
  readonly kept: readonly string[];
  /** Those that are left as they are, with the reason. */
  readonly refused?: Readonly<Record<string, RegExp>>;
  /** What is kept has the types of what was asked for. */
  readonly isTyped?: true;
  /** They answer a request. */
  readonly answer?: readonly string[];
}

const libraries: Readonly<Record<string, Library>> = {
  prisma: {
    isTyped: true,
    packages: ['@prisma/client', '@prisma/adapter-pg'],
    kept: ['posts', 'authors', 'first', 'none', 'count', 'sum', 'groups', 'raw'],
  },
  drizzle: { isTyped: true, packages: ['drizzle-orm'], kept: ['posts', 'related', 'one', 'none', 'count', 'raw'] },
  kysely: { isTyped: true, packages: ['kysely'], kept: ['posts', 'joined', 'one', 'count', 'raw'] },
  postgres: {
    isTyped: true,
    packages: ['postgres'],
    kept: ['posts', 'one', 'all'],
    refused: { counted: /^More than the rows of its result is used: count/ },
  },
  typeorm: {
    packages: ['typeorm', 'reflect-metadata'],
    kept: ['list', 'show', 'count', 'raw', 'sent'],
    answer: ['list', 'show'],
    refused: { entities: /^Its rows are entities, which have methods/ },
  },
  'mikro-orm': {
    packages: ['@mikro-orm/core', '@mikro-orm/postgresql', '@mikro-orm/knex'],
    kept: ['list', 'show', 'count'],
    answer: ['list', 'show'],
    refused: { entities: /^Its rows are entities, which the EntityManager knows/ },
  },
  objection: {
    packages: ['objection', 'knex'],
    kept: ['list', 'show', 'count'],
    answer: ['list', 'show'],
    refused: { models: /^Its rows are models, which have methods/ },
  },
  bookshelf: {
    packages: ['bookshelf', 'knex'],
    kept: ['list', 'show', 'count'],
    answer: ['list', 'show'],
    refused: { models: /^Its rows are models, which are read by get/ },
  },
};

const compilerOptions = {
  target: 'ES2022',
  module: 'ESNext',
  moduleResolution: 'bundler',
  experimentalDecorators: true,
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
};

interface Program {
  readonly queries: Readonly<Record<string, (...given: unknown[]) => Promise<unknown>>>;
  readonly models: { open?(): Promise<unknown>; close(): Promise<unknown> };
  readonly cache?: { close(): Promise<unknown> };
}

describe('cache-aside around the calls of each library, with a real Redis and PostgreSQL', function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let redis: RedisServer;
  const folders: string[] = [];
  const environment = { BLOG_DATABASE_URL: process.env.BLOG_DATABASE_URL, REDIS_URL: process.env.REDIS_URL };

  before(async function () {
    const program = await provideRedis();
    if (!program) return this.skip();
    const server = await sharedServer(18, { settings: { shared_preload_libraries: 'pg_stat_statements' } });
    database = await createDatabase(
      server,
      `CREATE EXTENSION pg_stat_statements; ${await readFile(join(apps, 'schema.sql'), 'utf8')}`,
    );
    redis = await startRedis(program);
    process.env.BLOG_DATABASE_URL = server.connectionString(database.name);
    process.env.REDIS_URL = redis.url;
  });
  after(async () => {
    for (const [name, value] of Object.entries(environment)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    for (const folder of folders) await removeFolder(folder);
    await redis?.stop();
    await database?.drop();
  });

  /** How many SELECTs of the tables the server ran. */
  async function asked(): Promise<number> {
    const { rows } = await database.admin.query<{ calls: number }>(
      `SELECT coalesce(sum(calls), 0)::int AS calls FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
        WHERE d.datname = current_database() AND query ~* '^\\s*select.*(posts|users)' AND query !~ 'pg_'`,
    );
    return rows[0]?.calls ?? 0;
  }

  async function copyOf(library: string, packages: readonly string[]): Promise<string> {
    const folder = await mkdtemp(join(os.tmpdir(), 'planlight-cache-'));
    folders.push(folder);
    await cp(join(apps, library), folder, { recursive: true });
    await linkPackages(folder, [...packages, 'redis', 'pg']);
    return folder;
  }

  for (const [library, { packages, kept, answer = [], refused = {}, isTyped }] of Object.entries(libraries)) {
    describe(`of ${library}`, () => {
      let plain: Program;

      before(async () => {
        if (library === 'prisma') await generatePrismaClient(join(apps, library));
        plain = await started(await copyOf(library, packages));
      });
      after(() => plain?.models.close());

      for (const name of kept) {
        it(`gives what ${name}() gave, asked once until a write and a transaction`, async () => {
          const folder = await copyOf(library, packages);
          await applyCacheAside(folder, name);
          const programs = [await started(folder), await started(folder)];
          const [one, other] = programs as [Program, Program];
          const ask = (program: Program) =>
            answer.includes(name) ? answered(program, name) : program.queries[name]?.();
          try {
            const before = await asked();
            const expected = await ask(plain);
            const each = (await asked()) - before;
            assert.ok(each > 0);
            const same = async () => {
              const right = await ask(plain);
              const start = await asked();
              for (const program of [one, other, one]) assert.deepEqual(listed(await ask(program)), listed(right));
              assert.equal((await asked()) - start, each, 'one of three asks the database');
            };
            await same();
            assert.deepEqual(listed(await ask(other)), listed(expected));
            for (const change of ['change', 'changeBoth']) {
              if (!one.queries[change]) continue;
              await one.queries[change](`Post ${randomUUID()}`);
              await same();
            }
          } finally {
            for (const { cache, models } of programs) {
              await cache?.close();
              await models.close();
            }
          }
        });
      }

      it('are kept one after the other in one program, which has no type errors and is told of a write once', async () => {
        const folder = await copyOf(library, packages);
        await linkPackages(folder, ['@types/node', '@types/pg', 'typescript']);
        await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
        for (const name of kept) await applyCacheAside(folder, name);
        const text = await readFile(join(folder, 'queries.ts'), 'utf8');
        assert.equal(text.match(/cache\.read\(/g)?.length, kept.length);
        assert.doesNotMatch(text, /changing\([^;]*changing\(/);
        if (isTyped) {
          const compiler = join(folder, 'node_modules/typescript/bin/tsc');
          const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
          assert.equal(stdout, '');
        }
        const program = await started(folder);
        try {
          for (const name of kept) {
            const ask = (one: Program) => (answer.includes(name) ? answered(one, name) : one.queries[name]?.());
            const right = await ask(plain);
            assert.deepEqual(listed(await ask(program)), listed(right), name);
          }
          await program.queries.change?.(`Post ${randomUUID()}`);
          await program.queries.changeBoth?.(`Post ${randomUUID()}`);
          for (const name of kept) {
            const ask = (one: Program) => (answer.includes(name) ? answered(one, name) : one.queries[name]?.());
            assert.deepEqual(listed(await ask(program)), listed(await ask(plain)), name);
          }
        } finally {
          await program.cache?.close();
          await program.models.close();
        }
      });

      if (Object.keys(refused).length > 0) {
        it(`leaves ${Object.keys(refused).join(', ')} as it is`, async () => {
          const workspace = await codeOf(await copyOf(library, packages));
          for (const [name, why] of Object.entries(refused)) assert.match(refusals(workspace, name).join(' '), why);
        });
      }
    });
  }
});

/** A list of postgres.js has names beside its rows. */
const listed = (value: unknown): unknown => (Array.isArray(value) ? [...value] : value);

/** What goes out to the one who asked. */
async function answered({ queries }: Program, name: string): Promise<unknown> {
  const said: unknown[] = [];
  const response = {
    json: (value: unknown) => said.push(JSON.parse(JSON.stringify(value))),
    status: (code: number) => {
      said.push(code);
      return response;
    },
  };
  await queries[name]?.(response);
  return said;
}

async function started(folder: string): Promise<Program> {
  const hasCache = (await readFile(join(folder, 'queries.ts'), 'utf8')).includes('cache.service');
  const text = `export * as models from './models'; export * as queries from './queries';${hasCache ? "export { cache } from './services/cache.service';" : ''}`;
  const program = (await bundledProgram(text, folder, join(folder, `${randomUUID()}.cjs`))) as Program;
  await program.models.open?.();
  return program;
}
