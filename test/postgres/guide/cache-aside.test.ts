import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { applyCacheAside, linkPackages } from '../../support/cache-aside';
import { programFolder, removeFolder } from '../../support/cache-module';
import { connectTo, createDatabase, sharedServer, type TestDatabase } from '../../support/postgres-server';
import { provideRedis, type RedisServer, startRedis } from '../../support/redis';

type Program = Readonly<Record<string, (...given: unknown[]) => Promise<unknown>>>;

async function call<T>(program: Program, name: string, ...given: unknown[]): Promise<T> {
  const called = program[name];
  assert.ok(called, `${name} is exported`);
  return (await called(...given)) as T;
}

const schema = `
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
CREATE TABLE users (id int PRIMARY KEY, username text, display_name text);
CREATE TABLE posts (id bigint PRIMARY KEY, author_id int, title text, slug text, status text, view_count int DEFAULT 0,
  created_at timestamptz DEFAULT '2026-01-01', updated_at timestamptz);
CREATE TABLE comments (id bigserial PRIMARY KEY, post_id bigint, author_id int, body text, created_at timestamptz DEFAULT now());
CREATE TABLE tags (id int PRIMARY KEY, name text, slug text);
CREATE TABLE post_tags (post_id bigint, tag_id int);
INSERT INTO users VALUES (1, 'ann', 'Ann');
INSERT INTO posts (id, author_id, title, slug, status) SELECT i, 1, 'Post ' || i, 'post-' || i, 'published' FROM generate_series(1, 20) i;
INSERT INTO comments (post_id, author_id, body) SELECT 1, 1, 'Comment ' || i FROM generate_series(1, 9) i;
`;

describe('cache-aside around calls, with a real Redis and PostgreSQL', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let redis: RedisServer;
  const folders: string[] = [];
  const closers: (() => Promise<unknown>)[] = [];
  const environment = { ...process.env };

  before(async function () {
    const program = await provideRedis();
    if (!program) return this.skip();
    database = await createDatabase(
      await sharedServer(18, { settings: { shared_preload_libraries: 'pg_stat_statements' } }),
      schema,
    );
    redis = await startRedis(program);
    process.env.DATABASE_URL = database.server.connectionString(database.name);
    process.env.REDIS_URL = redis.url;
  });
  after(async () => {
    for (const close of closers) await close();
    for (const name of ['DATABASE_URL', 'REDIS_URL']) {
      if (environment[name] === undefined) delete process.env[name];
      else process.env[name] = environment[name];
    }
    for (const folder of folders) await removeFolder(folder);
    await redis?.stop();
    await database?.drop();
  });

  /** How many statements the server ran whose text has these words. */
  async function sent(words: string): Promise<number> {
    const client = await connectTo(database.server.connectionString(database.name));
    try {
      const { rows } = await client.query(
        `SELECT coalesce(sum(calls), 0)::int AS calls FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
          WHERE d.datname = current_database() AND query LIKE $1 AND query NOT LIKE '%pg_stat%'`,
        [`%${words}%`],
      );
      return (rows[0] as { calls: number }).calls;
    } finally {
      await client.end();
    }
  }

  async function during(words: string, work: () => Promise<unknown>): Promise<number> {
    const before = await sent(words);
    await work();
    return (await sent(words)) - before;
  }

  async function programOf(files: Readonly<Record<string, string>>, packages: readonly string[]): Promise<string> {
    const folder = await programFolder(files);
    folders.push(folder);
    await linkPackages(folder, [...packages, 'redis', 'pg']);
    return folder;
  }

  const imported = async (path: string): Promise<Program> => (await import(pathToFileURL(path).href)) as Program;

  async function closing(folder: string, close: () => Promise<unknown>, path = 'services/cache.service.js') {
    closers.push(close, async () => {
      const loaded = (await import(pathToFileURL(join(folder, path)).href)) as {
        cache?: { close(): Promise<void> };
        default?: { cache: { close(): Promise<void> } };
      };
      await (loaded.cache ?? loaded.default?.cache)?.close();
    });
  }

  it('asks the sample for its comments once, until one is added', async () => {
    const folder = await mkdtemp(join(os.tmpdir(), 'planlight-cache-blog-'));
    folders.push(folder);
    await cp(join(import.meta.dirname, '../../../examples/blog'), folder, {
      recursive: true,
      filter: (source) => !source.includes('node_modules'),
    });
    await linkPackages(folder, ['pg', 'redis']);
    const path = join(folder, 'src/services/comments.js');

    const fixes = await applyCacheAside(folder, 'latestComments');
    assert.deepEqual(
      fixes.map(({ title }) => title),
      [
        'Write cache.service.js: one connection to Redis, one load at a time, and versions of tables',
        'Install the client of Redis, which adds it to package.json',
        'Keep what latestComments in comments.js asks for 60 s at most, and tell the cache at 2 places that write comments',
      ],
    );
    const text = await readFile(path, 'utf8');
    assert.ok(
      text.includes(
        "await cache.read({ key: ['services/comments.latestComments', postId, limit], tables: ['comments'], seconds: 60 }, async () => { const { rows } = await pool.query(",
      ),
      text,
    );
    const program = await imported(path);
    const { pool } = (await import(pathToFileURL(join(folder, 'src/db/pool.js')).href)) as {
      pool: { end(): Promise<void> };
    };
    await closing(folder, () => pool.end(), 'src/services/cache.service.js');
    const words = 'SELECT id, author_id, body, created_at FROM comments';
    const asked = await during(words, async () => {
      for (let i = 0; i < 20; i++) {
        const rows = await call<{ created_at: Date }[]>(program, 'latestComments', '1');
        assert.equal(rows.length, 5);
        assert.ok(rows[0]?.created_at instanceof Date);
      }
      await Promise.all(Array.from({ length: 50 }, () => call(program, 'latestComments', '2')));
    });
    assert.equal(asked, 2, 'one statement for each post, not 70');
    const again = await during(words, async () => {
      await call(program, 'addComment', '1', 1, 'the newest');
      const rows = await call<{ body: string }[]>(program, 'latestComments', '1');
      assert.equal(rows[0]?.body, 'the newest');
    });
    assert.equal(again, 1);
  });

  it('asks Sequelize of a CommonJS program once, until a transaction is committed', async () => {
    const folder = await programOf(
      {
        'package.json': '{ "name": "shop" }',
        'models.js': `const { DataTypes, Sequelize } = require('sequelize');
const sequelize = new Sequelize(process.env.DATABASE_URL, { logging: false });
const Post = sequelize.define('Post', { id: { type: DataTypes.BIGINT, primaryKey: true }, title: DataTypes.TEXT, status: DataTypes.TEXT }, { tableName: 'posts', timestamps: false });
module.exports = { Post, sequelize };
`,
        'routes.js': `'use strict';
const { Post, sequelize } = require('./models');

async function show(req, res) {
  const post = await Post.findOne({ where: { id: req.params.id } });
  if (!post) return res.json(null);
  return res.json(post);
}

async function rename(id, title) {
  await sequelize.transaction(async (transaction) => {
    await Post.update({ title }, { where: { id }, transaction });
  });
}

module.exports = { show, rename };
`,
      },
      ['sequelize'],
    );
    await applyCacheAside(folder, 'show');
    const text = await readFile(join(folder, 'routes.js'), 'utf8');
    assert.ok(text.includes("await cache.changing(['posts'], async () => sequelize.transaction("), text);
    const program = createRequire(join(folder, 'x.js'))('./routes.js') as Program;
    const { sequelize } = createRequire(join(folder, 'x.js'))('./models.js') as {
      sequelize: { close(): Promise<void> };
    };
    await closing(folder, () => sequelize.close());
    const show = async (id: string) => {
      const said: unknown[] = [];
      await call(
        program,
        'show',
        { params: { id } },
        { json: (value: unknown) => said.push(JSON.parse(JSON.stringify(value))) },
      );
      return said[0] as { title: string } | null;
    };
    const asked = await during('SELECT "id", "title", "status" FROM "posts"', async () => {
      for (let i = 0; i < 10; i++) assert.equal((await show('3'))?.title, 'Post 3');
      assert.equal(await show('999'), null);
      assert.equal(await show('999'), null);
      await call(program, 'rename', '3', 'renamed');
      assert.equal((await show('3'))?.title, 'renamed');
    });
    assert.equal(asked, 3);
  });

  it('asks Knex of a TypeScript program once, until a row is written', async () => {
    const folder = await programOf(
      {
        'package.json': '{ "name": "shop", "type": "module" }',
        'src/db.ts': `import knex from 'knex';
export const db = knex({ client: 'pg', connection: process.env.DATABASE_URL });
`,
        'src/posts.ts': `import { db } from './db';

export async function titles(status: string, limit = 3) {
  return db('posts').select('id', 'title', 'created_at').where({ status }).orderBy('id').limit(limit);
}

export async function retitle(id: string, title: string): Promise<number> {
  return db('posts').where('id', id).update({ title });
}
`,
      },
      ['knex'],
    );
    await applyCacheAside(folder, 'titles');
    const text = await readFile(join(folder, 'src/posts.ts'), 'utf8');
    assert.ok(text.includes("import { cache } from './services/cache.service';"), text);
    assert.ok(text.includes("cache.read({ key: ['posts.titles', status, limit], tables: ['posts']"), text);
    const program = await imported(join(folder, 'src/posts.ts'));
    const { db } = (await import(pathToFileURL(join(folder, 'src/db.ts')).href)) as {
      db: { destroy(): Promise<void> };
    };
    await closing(folder, () => db.destroy(), 'src/services/cache.service.ts');
    const titles = async () =>
      (await call<{ title: string; created_at: Date }[]>(program, 'titles', 'published')).map((row) => {
        assert.ok(row.created_at instanceof Date);
        return row.title;
      });
    const asked = await during('select "id", "title", "created_at" from "posts"', async () => {
      for (let i = 0; i < 10; i++) assert.equal((await titles())[0], 'Post 1');
      await call(program, 'retitle', '1', 'first');
      assert.equal((await titles())[0], 'first');
      assert.equal((await titles())[0], 'first');
    });
    assert.equal(asked, 2);
  });
});
