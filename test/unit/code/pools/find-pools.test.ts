import assert from 'node:assert/strict';
import { findPools } from '../../../../src/code/pools/find-pools';
import type { PoolUse } from '../../../../src/code/pools/pool-use';
import { ormCallsIn } from '../../../support/orm-calls';

async function poolsIn(files: Readonly<Record<string, string>>): Promise<PoolUse[]> {
  return findPools((await ormCallsIn(files)).program);
}

async function poolIn(text: string, more: Readonly<Record<string, string>> = {}): Promise<PoolUse> {
  const found = await poolsIn({ '/app/src/db.ts': text, ...more });
  assert.equal(found.length, 1, 'one pool is found');
  return found[0] as PoolUse;
}

/** What decides: connections, the wait and the idle time in ms. */
const numbers = ({ library, max, waitMs, idleMs }: PoolUse) => [library, max.value, waitMs.value, idleMs.value];

describe('pools in code', () => {
  describe('of pg', () => {
    it('have 10 connections and wait for ever without options', async () => {
      const pool = await poolIn("import { Pool } from 'pg';\nexport const pool = new Pool();");
      assert.deepEqual(numbers(pool), ['pg', 10, 0, 10_000]);
      assert.equal(pool.max.isDefault, true);
      assert.equal(pool.name, 'pool');
    });

    it('are read with their places', async () => {
      const text = `import pg from 'pg';
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 50, idleTimeoutMillis: 30000, connectionTimeoutMillis: 2000, statement_timeout: 5_000, application_name: 'blog' });`;
      const pool = await poolIn(text);
      assert.deepEqual(numbers(pool), ['pg', 50, 2000, 30_000]);
      assert.equal(text.slice(pool.max.range?.start, pool.max.range?.end), '50');
      assert.equal(text.slice(pool.range.start, pool.range.end), 'new pg.Pool');
      assert.equal(pool.statementMs?.value, 5000);
      assert.equal(pool.application, 'blog');
      assert.deepEqual(pool.connectsTo, { variable: 'DATABASE_URL' });
    });

    it('take options from a constant, a spread and another module', async () => {
      const config = "export const base = { max: 20, host: 'db' };";
      const pool = await poolIn(
        "import { Pool } from 'pg';\nimport { base } from './config';\nconst pool = new Pool({ ...base, connectionTimeoutMillis: 1000 });",
        { '/app/src/config.ts': config },
      );
      assert.deepEqual(numbers(pool), ['pg', 20, 1000, 10_000]);
      assert.equal(pool.max.path, '/app/src/config.ts');
      assert.equal(config.slice(pool.max.range?.start, pool.max.range?.end), '20');
      assert.deepEqual(pool.connectsTo, { host: 'db' });
    });

    it('say the variable that gives a number, and what is taken without it', async () => {
      for (const written of ['Number(process.env.POOL_MAX || 20)', "parseInt(process.env.POOL_MAX ?? '20', 10)"]) {
        const { max } = await poolIn(`import { Pool } from 'pg';\nconst pool = new Pool({ max: ${written} });`);
        assert.deepEqual([max.value, max.variable, max.isDefault], [20, 'POOL_MAX', false], written);
      }
      const { max } = await poolIn(
        "import { Pool } from 'pg';\nconst pool = new Pool({ max: Number(process.env.M_X) });",
      );
      assert.deepEqual([max.value, max.variable], [undefined, 'M_X']);
    });

    it('are followed into a function of the program that gives the number', async () => {
      const { max } = await poolIn(
        `import { Pool } from 'pg';
class Environment { getMaxPool(): number { return parseInt(this.config.get('DATABASE_MAX_POOL', '12'), 10); } }
const environment = new Environment();
export const pool = new Pool({ max: environment.getMaxPool() });`,
      );
      assert.deepEqual([max.value, max.variable], [12, 'DATABASE_MAX_POOL']);
    });

    it('are not known where a function gives the options', async () => {
      const { max } = await poolIn(
        "import { Pool } from 'pg';\nconst pool = new Pool(options());\ndeclare function options(): any;",
      );
      assert.deepEqual([max.value, max.isDefault], [undefined, false]);
    });

    it('are not known either where another library is given them by a function', async () => {
      const { max } = await poolIn(
        "import knex from 'knex';\nexport const db = knex(settings());\ndeclare function settings(): any;",
      );
      assert.deepEqual([max.value, max.isDefault], [undefined, false]);
    });

    it('never keep a password', async () => {
      const pool = await poolIn(
        "import { Pool } from 'pg';\nconst pool = new Pool({ connectionString: 'postgres://blog:geheim@db:5433/blog' });",
      );
      assert.deepEqual(pool.connectsTo, { host: 'db', port: 5433, database: 'blog' });
      assert.ok(!JSON.stringify(pool).includes('geheim'));
    });

    it('go to a replica where their name says so', async () => {
      const pools = await poolsIn({
        '/app/db.ts': `import { Pool } from 'pg';
export const pool = new Pool({ connectionString: process.env.DATABASE_URL });
export const readPool = new Pool({ connectionString: process.env.READ_URL });
export const threads = new Pool({ connectionString: process.env.THREADS_URL });`,
      });
      assert.deepEqual(
        pools.map(({ role }) => role),
        ['primary', 'replica', 'primary'],
      );
    });

    it('stand in fields of classes', async () => {
      const pool = await poolIn("import { Pool } from 'pg';\nclass Database { private pool = new Pool({ max: 7 }); }");
      assert.deepEqual([pool.name, pool.max.value], ['Database.pool', 7]);
    });
  });

  it('of postgres.js have seconds', async () => {
    const pool = await poolIn(
      "import postgres from 'postgres';\nexport const sql = postgres(process.env.DATABASE_URL!, { max: 4, idle_timeout: 20 });",
    );
    assert.deepEqual(numbers(pool), ['postgres', 4, 0, 20_000]);
    assert.deepEqual(pool.connectsTo, { variable: 'DATABASE_URL' });
  });

  it('of Sequelize have 5 connections, and one more pool for replicas', async () => {
    const made = (options: string) =>
      poolIn(
        `import { Sequelize } from 'sequelize';\nexport const sequelize = new Sequelize('blog', 'u', 'p', { dialect: 'postgres'${options} });`,
      );
    assert.deepEqual(numbers(await made('')), ['sequelize', 5, 60_000, 10_000]);
    const given = await made(', pool: { max: 50, acquire: 1000 }, replication: { read: [], write: {} }');
    assert.deepEqual(numbers(given), ['sequelize', 50, 1000, 10_000]);
    assert.equal(given.role, 'both');
    assert.deepEqual(given.connectsTo, { database: 'blog' });
  });

  it('of Sequelize take the options of production from its configuration', async () => {
    const pool = await poolIn(
      `const { Sequelize } = require('sequelize');
const config = require('./config')[process.env.NODE_ENV || 'development'];
module.exports = new Sequelize(config.database, config.username, config.password, config);`,
      {
        '/app/src/config.ts':
          "module.exports = { development: { dialect: 'postgres' }, production: { dialect: 'postgres', pool: { max: 30 } } };",
      },
    );
    assert.equal(pool.max.value, 30);
  });

  it('of other databases are none', async () => {
    assert.deepEqual(
      await poolsIn({
        '/app/a.ts': "import { Sequelize } from 'sequelize';\nnew Sequelize('mysql://localhost/blog');",
        '/app/b.ts':
          "import { Sequelize } from 'sequelize';\nnew Sequelize({ dialect: 'sqlite', storage: ':memory:' });",
        '/app/c.ts': "import knex from 'knex';\nknex({ client: 'mysql2' });",
        '/app/d.ts': "import { Pool } from 'generic-pool';\nnew Pool({ max: 3 });",
      }),
      [],
    );
  });

  it('of Knex have 2 to 10 connections', async () => {
    const pool = await poolIn(
      "const db = require('knex')({ client: 'pg', connection: process.env.DATABASE_URL, pool: { max: 20 } });",
    );
    assert.deepEqual([...numbers(pool), pool.min?.value], ['knex', 20, 60_000, 30_000, 2]);
    assert.deepEqual(pool.connectsTo, { variable: 'DATABASE_URL' });
  });

  it('of a knexfile are those of production', async () => {
    const pool = await poolIn(
      "import knex from 'knex';\nimport config from './knexfile';\nexport const db = knex(config[process.env.NODE_ENV ?? 'development']);",
      {
        '/app/src/knexfile.ts':
          "export default { development: { client: 'pg' }, production: { client: 'pg', pool: { min: 2, max: 30 } } };",
      },
    );
    assert.equal(pool.max.value, 30);
  });

  it('of TypeORM are those of pg, with one pool for a configuration that is used twice', async () => {
    const pools = await poolsIn({
      '/app/options.ts':
        "export const options = { type: 'postgres', url: process.env.DATABASE_URL, extra: { max: 25 } } as const;",
      '/app/source.ts':
        "import { DataSource } from 'typeorm';\nimport { options } from './options';\nexport default new DataSource(options);",
      '/app/module.ts':
        "import { TypeOrmModule } from '@nestjs/typeorm';\nimport { options } from './options';\nexport const parts = [TypeOrmModule.forRoot(options)];",
    });
    assert.deepEqual(pools.map(numbers), [['typeorm', 25, 0, 10_000]]);
    const [later] = await poolsIn({
      '/app/module.ts':
        "import { TypeOrmModule } from '@nestjs/typeorm';\nexport const parts = [TypeOrmModule.forRootAsync({ useFactory: (config) => ({ type: 'postgres', host: config.get('DB_HOST'), poolSize: 15 }) })];",
    });
    assert.deepEqual([later?.max.value, later?.connectsTo], [15, { variable: 'DB_HOST' }]);
  });

  it('of Prisma’s engine are told by its schema, those of an adapter by the adapter', async () => {
    const schema = 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n';
    const engine = await poolIn(
      "import { PrismaClient } from '@prisma/client';\nexport const prisma = new PrismaClient();",
      {
        '/app/schema.prisma': schema,
      },
    );
    assert.deepEqual([engine.max.value, engine.max.source, engine.waitMs.value], [undefined, 'cores × 2 + 1', 10_000]);
    const adapter = await poolIn(
      "import { PrismaPg } from '@prisma/adapter-pg';\nconst adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL, max: 12 });\nexport const prisma = new PrismaClient({ adapter });",
      { '/app/schema.prisma': schema },
    );
    assert.deepEqual([adapter.library, adapter.max.value], ['prisma', 12]);
  });

  it('of Drizzle are its own only where it makes them', async () => {
    const own = await poolIn(
      "import { drizzle } from 'drizzle-orm/node-postgres';\nexport const db = drizzle(process.env.DATABASE_URL!);",
    );
    assert.deepEqual([own.library, own.max.value, own.connectsTo], ['drizzle', 10, { variable: 'DATABASE_URL' }]);
    const given = await poolIn(
      "import { drizzle } from 'drizzle-orm/node-postgres';\nimport { Pool } from 'pg';\nconst pool = new Pool({ max: 3 });\nexport const db = drizzle(pool);\nexport const again = drizzle({ client: pool });",
    );
    assert.deepEqual([given.library, given.max.value], ['pg', 3]);
  });

  it('of Kysely and of a PrismaPg that is given one are those of pg', async () => {
    const pool = await poolIn(
      "import { Kysely, PostgresDialect } from 'kysely';\nimport { Pool } from 'pg';\nexport const db = new Kysely({ dialect: new PostgresDialect({ pool: new Pool({ max: 8 }) }) });",
    );
    assert.deepEqual([pool.library, pool.max.value], ['pg', 8]);
    const shared = await poolIn(
      "import { PrismaPg } from '@prisma/adapter-pg';\nimport { Pool } from 'pg';\nconst pool = new Pool({ max: 9 });\nconst adapter = new PrismaPg(pool);",
    );
    assert.deepEqual([shared.library, shared.max.value], ['pg', 9]);
  });

  it('of MikroORM, slonik and pg-promise have their own words', async () => {
    const mikro = await poolIn(
      "import { MikroORM } from '@mikro-orm/postgresql';\nimport config from './config';\nexport const orm = await MikroORM.init(config);",
      {
        '/app/src/config.ts':
          "import { defineConfig } from '@mikro-orm/postgresql';\nexport default defineConfig({ dbName: 'blog', pool: { min: 1, max: 6 } });",
      },
    );
    assert.deepEqual([mikro.library, mikro.max.value, mikro.connectsTo], ['mikro-orm', 6, { database: 'blog' }]);
    const slonik = await poolIn(
      "import { createPool } from 'slonik';\nconst pool = await createPool(process.env.DATABASE_URL!, { maximumPoolSize: 6 });",
    );
    assert.deepEqual([...numbers(slonik), slonik.statementMs?.value], ['slonik', 6, 5000, 5000, 60_000]);
    const promise = await poolIn(
      "import pgPromise from 'pg-promise';\nconst pgp = pgPromise();\nexport const db = pgp({ host: 'db', max: 30 });",
    );
    assert.deepEqual(numbers(promise), ['pg-promise', 30, 0, 10_000]);
  });

  it('of SQLAlchemy count what is opened beyond them', async () => {
    const engine = await poolsIn({
      '/app/db.py':
        'from sqlalchemy import create_engine\nengine = create_engine(DATABASE_URL, pool_size=10, max_overflow=5, pool_timeout=3)\n',
    });
    assert.deepEqual(engine.map(numbers), [['sqlalchemy', 15, 3000, 0]]);
  });

  it('of Django are one connection for each thread, or psycopg’s pool', async () => {
    const settings = (options: string) =>
      `import os\nDATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'blog', 'CONN_MAX_AGE': 60, ${options}}}\n`;
    const [threads] = await poolsIn({ '/app/settings.py': settings('') });
    assert.deepEqual(
      [threads?.max.value, threads?.max.source, threads?.idleMs.value],
      [undefined, 'one for each thread', 60_000],
    );
    const [pool] = await poolsIn({ '/app/settings.py': settings("'OPTIONS': {'pool': {'max_size': 12}}") });
    assert.deepEqual([pool?.max.value, pool?.waitMs.value], [12, 30_000]);
  });

  it('of a helper that makes them count once, with what its callers give', async () => {
    const pools = await poolsIn({
      '/app/db.ts':
        "import pgPromise from 'pg-promise';\nconst pgp = pgPromise();\nexport const createPool = (options) => pgp(options);",
      '/app/one.ts': "import { createPool } from './db';\nexport const one = createPool({ max: 3 });",
      '/app/two.ts': "import { createPool } from './db';\nexport const two = createPool({ max: 4 });",
    });
    assert.deepEqual(
      pools.map(({ name, max }) => [name, max.value]),
      [
        ['one', 3],
        ['two', 4],
      ],
    );
    const wrapped = await poolsIn({
      '/app/db.ts': "import { Pool } from 'pg';\nexport function createPool() { return new Pool({ max: 6 }); }",
      '/app/one.ts': "import { createPool } from './db';\nexport const pool = createPool();",
    });
    assert.deepEqual(
      wrapped.map(({ path, max }) => [path, max.value]),
      [['/app/db.ts', 6]],
    );
  });

  it('of two branches that make the same are one, that of which more is known', async () => {
    const pools = await poolsIn({
      '/app/db.js': `const { Sequelize } = require('sequelize');
const { settings } = require('./settings');
let db = null;
if (process.env.URL) { db = new Sequelize(process.env.URL, settings()); } else { db = new Sequelize('blog', 'u', 'p', { dialect: 'postgres', pool: { max: 7 } }); }`,
    });
    assert.deepEqual(
      pools.map(({ max }) => max.value),
      [7],
    );
  });

  it('of tests and scripts are left out', async () => {
    const text = "import { Pool } from 'pg';\nconst pool = new Pool();";
    assert.deepEqual(await poolsIn({ '/app/test/db.ts': text, '/app/scripts/load.ts': text }), []);
  });

  it('of a program that runs once are left out, those of one that serves and is shut down are not', async () => {
    const made = "import { Pool } from 'pg';\nconst pool = new Pool({ max: 3 });\n";
    const once = 'async function main() { await pool.query("SELECT 1"); await pool.end(); }\nmain();';
    const serves = 'app.listen(3000);\nprocess.on("SIGTERM", () => pool.end());';
    assert.deepEqual(await poolsIn({ '/app/check-schema.ts': made + once }), []);
    assert.equal((await poolsIn({ '/app/server.ts': made + serves })).length, 1);
    const work = (rest: string) =>
      `import { Pool } from 'pg';\nexport async function work() { const pool = new Pool(); await pool.query('SELECT 1'); ${rest} }`;
    assert.deepEqual(await poolsIn({ '/app/work.ts': work('await pool.end();') }), []);
    assert.equal((await poolsIn({ '/app/work.ts': work("process.on('SIGTERM', () => pool.end());") })).length, 1);
    assert.equal((await poolsIn({ '/app/work.ts': work('app.listen(3000); await pool.end();') })).length, 1);
  });

  it('take the number of production', async () => {
    for (const written of [
      'isProduction ? 40 : 6',
      "process.env.NODE_ENV === 'production' ? 40 : 6",
      'isDevelopment ? 8 : 40',
    ]) {
      const { max } = await poolIn(`import { Pool } from 'pg';\nexport const pool = new Pool({ max: ${written} });`);
      assert.equal(max.value, 40, written);
    }
  });

  describe('that are made for each request', () => {
    const why = async (text: string) =>
      (await poolsIn({ '/app/src/db.ts': `import { Pool } from 'pg';\n${text}` })).map(
        ({ perRequest }) => perRequest?.why,
      );

    it('are told with the handler', async () => {
      const [direct] = await poolsIn({
        '/app/src/db.ts':
          "import { Pool } from 'pg';\napp.get('/posts', async (req, res) => { const pool = new Pool(); res.json(await pool.query('SELECT 1')); });",
      });
      const { inFunction, why } = direct?.perRequest ?? {};
      assert.deepEqual([inFunction, why], ["app.get('/posts')", 'it answers a request (req, res)']);
    });

    it('are told where the handler calls what makes them', async () => {
      assert.deepEqual(
        await why(
          "function connect() { return new Pool(); }\napp.get('/posts', async (req, res) => { const pool = connect(); });",
        ),
        ["app.get('/posts') calls it, and it answers a request (req, res)"],
      );
    });

    it('are told of cloud functions', async () => {
      const [pool] = await poolsIn({
        '/app/src/db.ts':
          "import { Pool } from 'pg';\nexport const handler = async (event) => { const pool = new Pool(); };",
      });
      assert.equal(pool?.perRequest?.why, 'it runs for each event of a cloud function');
      assert.equal(pool?.isServerless, true);
    });

    it('are none of Neon, whose connections end with the request', async () => {
      const [pool] = await poolsIn({
        '/app/src/db.ts':
          "import { Pool } from '@neondatabase/serverless';\nexport default async (req, res) => { const pool = new Pool(); };",
      });
      assert.equal(pool?.perRequest, undefined);
    });

    it('are none where the pool is kept', async () => {
      assert.deepEqual(
        await why(`let pool;
function connect() { if (!pool) pool = new Pool(); return pool; }
app.get('/posts', async (req, res) => { connect(); });`),
        [undefined],
      );
      assert.deepEqual(await why("app.get('/posts', (req, res) => { globalThis.pool ??= new Pool(); });"), [undefined]);
      assert.deepEqual(
        await why(
          "const pools = new Map();\napp.get('/posts', (req, res) => { const pool = new Pool(); pools.set(req.tenant, pool); });",
        ),
        [undefined],
      );
      assert.deepEqual(await why('export function createPool() { return new Pool(); }\nconst pool = createPool();'), [
        undefined,
      ]);
    });
  });
});
