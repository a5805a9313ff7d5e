import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import pg from 'pg';
import { findPools } from '../../../src/code/pools/find-pools';
import { withInsertions } from '../../../src/fixes/pool-insertion';
import { poolFixes } from '../../../src/guide/read-replicas/pool-fixes';
import type { GuideFix } from '../../../src/nouns/check';
import { eventually } from '../../support/eventually';
import { afterFix } from '../../support/fixes-of';
import { ormCallsIn } from '../../support/orm-calls';
import { connectTo } from '../../support/postgres-server';
import { type GeneratedPrisma, generatedPrisma } from '../../support/prisma-client';
import { replicaUsesIn } from '../../support/replica-uses';
import { type Replicated, startReplicated } from '../../support/replicated';
import { runModule } from '../../support/run-module';

const require = createRequire(path.join(import.meta.dirname, '../../orms/package.json'));

/** The fixes for the pools and clients of a file. */
async function fixesFor(code: string, file: string): Promise<readonly GuideFix[]> {
  const { program } = await ormCallsIn({ [file]: code });
  const pools = await withInsertions(findPools(program), async () => code);
  return poolFixes({ pools, replicaUses: await replicaUsesIn({ [file]: code }) });
}

async function fixFor(code: string, file: string): Promise<GuideFix | undefined> {
  return (await fixesFor(code, file))[0];
}

describe('programs that are told of a replica', function () {
  this.timeout(60_000);
  let servers: Replicated;
  let admin: pg.Client;
  let onReplica: pg.Client;
  let generated: GeneratedPrisma | undefined;

  before(async () => {
    const sql = `CREATE TABLE posts (id serial PRIMARY KEY, title text NOT NULL); INSERT INTO posts (title) VALUES ('one');
      CREATE VIEW here AS SELECT CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END AS server`;
    servers = await startReplicated({ sql });
    admin = await connectTo(servers.primary.connectionString());
    onReplica = await connectTo(servers.replica.connectionString());
  });
  after(async () => {
    await admin?.end();
    await onReplica?.end();
    await servers?.stop();
    await generated?.remove();
  });

  const replayed = (title: string) =>
    eventually('the replica to have it', async () => {
      const { rows } = await onReplica.query('SELECT 1 FROM posts WHERE title = $1', [title]);
      return rows.length > 0;
    });
  /** Which of the two servers answered: only one of them is in recovery. */
  const where =
    "SELECT id, title, CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END AS server FROM posts";

  interface SequelizeProgram {
    readonly sequelize: {
      query(sql: string, options?: object): Promise<{ server: string }[]>;
      transaction<T>(options: object, work: (transaction: object) => Promise<T>): Promise<T>;
      literal(sql: string): unknown;
      close(): Promise<void>;
    };
    readonly Post: {
      create(values: object, options: object): Promise<unknown>;
      findOne(options: object): Promise<{ server: string } | null>;
    };
  }

  for (const [layout, options] of [
    ['options', '{\n  logging: false,\n  pool: { max: 2 },\n}'],
    ['a connection string alone', undefined],
  ] as const) {
    it(`by Sequelize with ${layout} read there and write to the primary`, async () => {
      const code = `const { Sequelize, DataTypes } = require('sequelize');
const sequelize = new Sequelize(process.env.DATABASE_URL${options === undefined ? '' : `, ${options}`});
const Post = sequelize.define('Post', { title: DataTypes.TEXT }, { tableName: 'posts', timestamps: false });
module.exports = { sequelize, Post };
`;
      const fix = await fixFor(code, '/app/db.js');
      assert.equal(fix?.kind, 'edit');
      const mended = afterFix(fix, code);
      const env = {
        DATABASE_URL: servers.primary.connectionString(),
        DATABASE_READ_HOST: servers.replica.host,
        DATABASE_READ_PORT: String(servers.replica.port),
      };
      const asks = async (variables: Readonly<Record<string, string>>) => {
        const { sequelize, Post } = runModule<SequelizeProgram>(mended, { sequelize: require('sequelize') }, variables);
        const server = sequelize.literal("CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END");
        // Without options it writes each statement to the console.
        const logging = false;
        const find = { attributes: [[server, 'server']], raw: true, logging };
        const title = `by ${layout} ${Object.keys(variables).length}`;
        // A standby would refuse it.
        await Post.create({ title }, { logging });
        await replayed(title);
        const found = {
          finder: (await Post.findOne(find))?.server,
          master: (await Post.findOne({ ...find, useMaster: true }))?.server,
          transaction: await sequelize.transaction(
            { logging },
            async (transaction) => (await Post.findOne({ ...find, transaction }))?.server,
          ),
          select: (await sequelize.query(where, { type: 'SELECT', logging }))[0]?.server,
        };
        await sequelize.close();
        return found;
      };
      assert.deepEqual(await asks(env), {
        ...{ finder: 'replica', master: 'primary', transaction: 'primary', select: 'replica' },
      });
      const all = 'primary';
      assert.deepEqual(await asks({ DATABASE_URL: env.DATABASE_URL }), {
        ...{ finder: all, master: all, transaction: all, select: all },
      });
    });
  }

  it('by a module of two pools read there and write to the primary', async () => {
    const code = `import { Pool } from 'pg';
export const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 3 });
`;
    const fix = await fixFor(code, '/app/db.js');
    assert.equal(fix?.kind, 'file');
    const [file] = fix.files;
    assert.equal(file?.path, 'database-replicas.cjs');
    interface Pools {
      readonly reads: pg.Pool;
      readonly writes: pg.Pool;
    }
    const DATABASE_URL = servers.primary.connectionString();
    const env = { DATABASE_URL, DATABASE_READ_URL: servers.replica.connectionString() };
    const { reads, writes } = runModule<Pools>(file?.content ?? '', { pg }, env);
    await writes.query("INSERT INTO posts (title) VALUES ('by two pools')");
    await replayed('by two pools');
    assert.equal((await reads.query(where)).rows[0].server, 'replica');
    assert.equal((await writes.query(where)).rows[0].server, 'primary');
    assert.equal(reads.options.max, 3);
    await reads.end();
    await writes.end();
    const without = runModule<Pools>(file?.content ?? '', { pg }, { DATABASE_URL });
    assert.equal(without.reads, without.writes);
    await without.writes.end();
  });

  it('by TypeORM read there and write to the primary', async () => {
    const code = `const { DataSource } = require('typeorm');
const source = new DataSource({ type: 'postgres', url: process.env.DATABASE_URL });
module.exports = { source };
`;
    const fix = await fixFor(code, '/app/db.js');
    assert.equal(fix?.kind, 'edit');
    interface Source {
      readonly source: {
        initialize(): Promise<unknown>;
        destroy(): Promise<void>;
        query(sql: string): Promise<unknown>;
        createQueryBuilder(): {
          select(
            what: string,
            as: string,
          ): { from(table: string, as: string): { getRawOne(): Promise<{ server: string }> } };
        };
      };
    }
    const DATABASE_URL = servers.primary.connectionString();
    const situations: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
      [{ DATABASE_URL, DATABASE_READ_URL: servers.replica.connectionString() }, 'replica'],
      [{ DATABASE_URL }, 'primary'],
    ];
    for (const [env, expected] of situations) {
      const { source }: Source = runModule<Source>(afterFix(fix, code), { typeorm: require('typeorm') }, env);
      await source.initialize();
      await source.query("INSERT INTO posts (title) VALUES ('by TypeORM')");
      const builder = source.createQueryBuilder();
      const is = "CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END";
      assert.equal((await builder.select(is, 'server').from('posts', 'p').getRawOne()).server, expected);
      await source.destroy();
    }
  });

  it('by MikroORM read there and write to the primary', async () => {
    const code = `const { EntitySchema, MikroORM } = require('@mikro-orm/postgresql');
const Post = new EntitySchema({
  name: 'Post',
  tableName: 'posts',
  properties: {
    id: { type: 'number', primary: true },
    title: { type: 'string' },
    server: { type: 'string', formula: "CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END" },
  },
});
const orm = MikroORM.initSync({
  entities: [Post],
  clientUrl: process.env.DATABASE_URL,
});
module.exports = { orm, Post };
`;
    const fix = await fixFor(code, '/app/orm.js');
    assert.equal(fix?.kind, 'edit');
    interface Manager {
      insert(entity: unknown, row: object): Promise<unknown>;
      findOne(entity: unknown, where: object): Promise<{ server: string } | null>;
      transactional<T>(work: (em: Manager) => Promise<T>): Promise<T>;
      fork(): Manager;
    }
    interface MikroProgram {
      readonly orm: { readonly em: Manager; close(force: boolean): Promise<void> };
      readonly Post: unknown;
    }
    const DATABASE_URL = servers.primary.connectionString();
    const read = { DATABASE_URL, DATABASE_READ_URL: servers.replica.connectionString() };
    for (const [env, expected] of [[read, 'replica'] as const, [{ DATABASE_URL }, 'primary'] as const]) {
      const modules = { '@mikro-orm/postgresql': require('@mikro-orm/postgresql') };
      const { orm, Post }: MikroProgram = runModule<MikroProgram>(afterFix(fix, code), modules, env);
      const em = orm.em.fork();
      await em.insert(Post, { title: `by MikroORM, ${expected}` });
      assert.equal((await em.findOne(Post, { title: 'one' }))?.server, expected);
      const inside = await orm.em.fork().transactional((own) => own.findOne(Post, { title: 'one' }));
      assert.equal(inside?.server, 'primary');
      await orm.close(true);
    }
  });

  it('by a module of two instances of Knex read there and write to the primary', async () => {
    const code = `const { knex } = require('knex');
const db = knex({ client: 'pg', connection: process.env.DATABASE_URL, pool: { min: 0, max: 3 } });
module.exports = { db };
`;
    const fix = await fixFor(code, '/app/db.js');
    assert.equal(fix?.kind, 'file');
    const text = fix.files[0]?.content ?? '';
    interface Instance {
      (table: string): { first(): Promise<{ server: string }>; insert(row: object): Promise<unknown> };
      readonly client: { readonly pool: { readonly max: number } };
      destroy(): Promise<void>;
    }
    const DATABASE_URL = servers.primary.connectionString();
    const env = { DATABASE_URL, DATABASE_READ_URL: servers.replica.connectionString() };
    type Instances = Readonly<Record<'reads' | 'writes', Instance>>;
    const { reads, writes } = runModule<Instances>(text, { knex: require('knex') }, env);
    await writes('posts').insert({ title: 'by two instances' });
    await replayed('by two instances');
    assert.equal((await reads('here').first()).server, 'replica');
    assert.equal((await writes('here').first()).server, 'primary');
    assert.equal(reads.client.pool.max, 3);
    await reads.destroy();
    await writes.destroy();
    const without = runModule<Instances>(text, { knex: require('knex') }, { DATABASE_URL });
    assert.equal(without.reads, without.writes);
    await without.writes.destroy();
  });

  for (const [layout, made] of [
    [
      'a pool',
      'const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 2 });\nconst db = drizzle(pool);',
    ],
    [
      'options',
      'const pool = new Pool({ connectionString: process.env.DATABASE_URL });\nconst db = drizzle({ client: pool });',
    ],
    ['an address alone', 'const db = drizzle(process.env.DATABASE_URL);'],
  ] as const) {
    it(`by Drizzle with ${layout} read there and write to the primary`, async () => {
      const code = `const { Pool } = require('pg');
const { drizzle } = require('drizzle-orm/node-postgres');
const { pgTable, text } = require('drizzle-orm/pg-core');
const here = pgTable('here', { server: text() });
const posts = pgTable('posts', { title: text() });
${made}
module.exports = { db, here, posts };
`;
      const [fix, ...others] = await fixesFor(code, '/app/db.js');
      assert.equal(fix?.kind, 'edit');
      // The pool is told of by Drizzle.
      assert.deepEqual(others, []);
      interface Database {
        select(): { from(table: unknown): Promise<{ server: string }[]> };
        insert(table: unknown): { values(row: object): Promise<unknown> };
        transaction<T>(work: (tx: Database) => Promise<T>): Promise<T>;
        readonly $client: { end(): Promise<void> };
      }
      interface DrizzleProgram {
        readonly db: Database & { readonly $primary: Database; readonly $replicas: readonly Database[] };
        readonly here: unknown;
        readonly posts: unknown;
      }
      const DATABASE_URL = servers.primary.connectionString();
      const read = { DATABASE_URL, DATABASE_READ_URL: servers.replica.connectionString() };
      const modules = Object.fromEntries(
        ['pg', 'drizzle-orm/node-postgres', 'drizzle-orm/pg-core'].map((name) => [name, require(name)]),
      );
      for (const [env, expected] of [[read, 'replica'] as const, [{ DATABASE_URL }, 'primary'] as const]) {
        const { db, here, posts }: DrizzleProgram = runModule<DrizzleProgram>(afterFix(fix, code), modules, env);
        const asked = async (of: Database): Promise<string | undefined> => (await of.select().from(here))[0]?.server;
        await db.insert(posts).values({ title: `by Drizzle with ${layout}` });
        assert.deepEqual(
          [await asked(db), await asked(db.$primary), await db.transaction(asked)],
          [expected, 'primary', 'primary'],
        );
        for (const one of [db.$primary, ...db.$replicas]) await one.$client.end();
      }
    });
  }

  const prismaClient = async () => {
    generated ??= await generatedPrisma(`model Post {
  id    Int    @id @default(autoincrement())
  title String
  @@map("posts")
}

model Here {
  server String @id
  @@map("here")
}
`);
    return generated;
  };

  it('by Prisma’s extension read there and write to the primary', async () => {
    const { client } = await prismaClient();
    const code = `const { PrismaPg } = require('@prisma/adapter-pg');
const { PrismaClient } = require('./generated/client');
const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL, max: 2 });
const prisma = new PrismaClient({ adapter });
module.exports = { prisma };
`;
    const [install, fix] = await fixesFor(code, '/app/db.js');
    assert.equal(install?.kind === 'command' && install.command, 'npm install @prisma/extension-read-replicas');
    assert.equal(fix?.kind, 'edit');
    interface Client {
      readonly here: { findFirst(): Promise<{ server: string } | null> };
      readonly post: { create(row: object): Promise<unknown> };
      $primary(): Client;
      $transaction<T>(work: (tx: Client) => Promise<T>): Promise<T>;
      $disconnect(): Promise<void>;
    }
    const DATABASE_URL = servers.primary.connectionString();
    const read = { DATABASE_URL, DATABASE_READ_URL: servers.replica.connectionString() };
    const modules = {
      './generated/client': client,
      '@prisma/adapter-pg': require('@prisma/adapter-pg'),
      '@prisma/extension-read-replicas': require('@prisma/extension-read-replicas'),
    };
    for (const [env, expected] of [[read, 'replica'] as const, [{ DATABASE_URL }, 'primary'] as const]) {
      const { prisma }: { prisma: Client } = runModule<{ prisma: Client }>(afterFix(fix, code), modules, env);
      const asked = async (of: Client): Promise<string | undefined> => (await of.here.findFirst())?.server;
      await prisma.post.create({ data: { title: 'by Prisma' } });
      assert.deepEqual(
        [await asked(prisma), await asked(prisma.$primary()), await prisma.$transaction(asked)],
        [expected, 'primary', 'primary'],
      );
      await prisma.$disconnect();
    }
  });

  it('by Prisma’s extension keep their types', async () => {
    const { compile } = await prismaClient();
    const code = `import { PrismaPg } from '@prisma/adapter-pg';
import { type Prisma, PrismaClient } from './client/client';

const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL! });
const globalForPrisma = globalThis as unknown as { prisma: PrismaClient | undefined };
export const prisma = globalForPrisma.prisma ?? new PrismaClient({ adapter });
globalForPrisma.prisma = prisma;

export const count = (client: Prisma.TransactionClient) => client.post.count();
export const counts = async () => [await count(prisma), await prisma.$transaction((tx) => count(tx))];
`;
    const [, fix] = await fixesFor(code, '/app/db.ts');
    assert.equal(fix?.kind, 'edit');
    const mended = `${afterFix(fix, code)}export const latest = () => prisma.$primary().post.findMany();\n`;
    assert.equal(await compile('db.ts', mended), '');
    assert.notEqual(await compile('db.ts', mended.replace('findMany', 'findNone')), '');
  });
});
