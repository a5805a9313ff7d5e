import assert from 'node:assert/strict';
import { isRefused } from '../../../src/code/caches/cache-aside';
import { cacheModuleText } from '../../../src/code/caches/module-text';
import { findCacheAside, type SentStatement } from '../../../src/fixes/cache-aside/find-cache-aside';
import { ormCallsIn } from '../../support/orm-calls';

const path = '/app/src/posts.ts';

/** What is said of each `READ` or `WRITE` call in a file: `«pool.query(…)»` is marked, with its library. */
async function asideOf(marked: string, library = 'pg', more: Readonly<Record<string, string>> = {}) {
  const statements: SentStatement[] = [];
  let text = '';
  for (const part of marked.split(/(«[rw]:[^»]*»)/)) {
    const [, kind, call] = /^«([rw]):([^»]*)»$/s.exec(part) ?? [];
    if (kind !== undefined && call !== undefined) {
      const range = { start: text.length, end: text.length + call.length };
      statements.push({ path, range, library, readsOnly: kind === 'r', writes: kind === 'w' ? ['posts'] : [] });
    }
    text += call ?? part;
  }
  const files: Readonly<Record<string, string>> = { [path]: text, ...more };
  const { program } = await ormCallsIn(files);
  const aside = findCacheAside(program, statements, (one) => files[one]);
  return { ...aside, text };
}

/** `key: …`, or why there is none. */
async function readOf(marked: string, library?: string): Promise<string> {
  const { wraps } = await asideOf(marked, library);
  const reads = wraps[0]?.reads;
  assert.ok(reads);
  return isRefused(reads) ? reads.refused : reads.key.join(', ');
}

async function writeOf(marked: string, library?: string): Promise<string> {
  const { wraps, text } = await asideOf(marked, library);
  const writes = wraps[0]?.writes;
  assert.ok(writes);
  return isRefused(writes) ? writes.refused : text.slice(writes.wrapped.start, writes.wrapped.end);
}

const pg = "import { pool } from './db';\n";
const prisma = "import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n";

describe('calls that can be put behind a cache', () => {
  it('have a key of the function and of everything that may differ', async () => {
    const key = await readOf(
      `${pg}let tenant = 1;\nexport async function list(req, limit) {\n  const page = req.query.page;\n  const { rows } = await «r:pool.query('SELECT $1 limit', [req.user.id, limit, \`\${page}x\`, ids.join(','), tenant, { limit: 5, 'page': 3 }])»;\n  return rows;\n}`,
    );
    assert.equal(key, "'/app/src/posts.list', req.user.id, limit, page, tenant");
  });

  it('have spread values in their key, and are left where a regular expression hides what follows', async () => {
    const one = (given: string) =>
      readOf(
        `${pg}export async function one(id, ...more) {\n  const { rows } = await «r:pool.query('SELECT 1', ${given})»;\n}`,
      );
    assert.equal(await one('[id, ...more]'), "'/app/src/posts.one', id, more");
    assert.equal(await one('[id ? more : 1, { id: 1, more }]'), "'/app/src/posts.one', id, more");
    assert.match(await one("[id.replace(/'/, '')]"), /^A regular expression/);
    // What an arrow function takes from around it.
    assert.equal(await one('more.map((one) => one.id + id)'), "'/app/src/posts.one', more, id");
    assert.match(await one('more.map(function () {})'), /^What it asks for is put together by a function/);
  });

  it('are not those that something decides which is not in the key', async () => {
    const one = (given: string) =>
      readOf(
        `import { tenant } from './context';\nimport { raw } from 'kysely';\n${pg}export async function one(id) {\n  const { rows } = await «r:pool.query('SELECT 1', [${given}])»;\n}`,
      );
    assert.match(await one('tenant()'), /^It asks tenant\(\) for what it depends on: put that into a variable first/);
    assert.match(await one('this.context.get("tenant")'), /^It asks this\.context\.get\(\)/);
    assert.match(await one('new Date()'), /^It asks for the time/);
    assert.match(await one('Date.now() - 1000'), /^It asks for the time/);
    assert.match(await one('Math.random()'), /^It asks Math\.random\(\)/);
    assert.match(await one('await tenantOf(id)'), /^It waits for what it asks for/);
    for (const given of [
      'new Date(id)',
      'Number(id)',
      'raw(id)',
      'pool.escape(id)',
      '(eb) => eb.val(id)',
      'Math.max(1, id)',
    ]) {
      assert.equal(await one(given), "'/app/src/posts.one', id", given);
    }
    assert.equal(await one('this.limit'), "'/app/src/posts.one', this.limit");
  });

  it('are not those of a write that gives back what it wrote, nor of what was begun elsewhere', async () => {
    const text = `${prisma}export async function add(id: number) {\n  return prisma.post.create({ data: { id } });\n}`;
    const start = text.indexOf('prisma.post');
    const range = { start, end: text.indexOf(';', start) };
    const { program } = await ormCallsIn({ [path]: text });
    const statement = { path, range, library: 'prisma' };
    const { wraps } = findCacheAside(
      program,
      [
        { ...statement, readsOnly: true, writes: [] },
        { ...statement, readsOnly: false, writes: ['posts'] },
      ],
      () => text,
    );
    assert.deepEqual(
      wraps.map(({ reads, writes }) => [reads, writes !== undefined]),
      [[undefined, true]],
    );
    const builder = `import { db } from './db';\nexport async function one(id) {\n  const query = db.selectFrom('posts').where('id', '=', id);\n  return «r:query.execute()»;\n}`;
    assert.match(await readOf(builder, 'kysely'), /^It is sent by what the function is given \(query\)/);
    const renamed = `import prisma from './db';\nexport async function one(id) {\n  const { rawQuery } = prisma;\n  return «r:rawQuery('SELECT 1', [id])»;\n}`;
    assert.equal(await readOf(renamed, 'prisma'), "'/app/src/posts.one', id");
    const client = `import db from './db';\nexport async function one(id) {\n  return «r:db.client.post.findMany({ where: { id }, cursor: { id } })»;\n}`;
    assert.equal(await readOf(client, 'prisma'), "'/app/src/posts.one', id");
  });

  it('are named by their file below the package, and apart from others of the function', async () => {
    const { wraps } = await asideOf(
      `${pg}export async function feed() {\n  const { rows } = await «r:pool.query('SELECT 1')»;\n  const { rows: more } = await «r:pool.query('SELECT 2')»;\n}`,
      'pg',
      { '/app/package.json': '{}' },
    );
    assert.deepEqual(
      wraps.map(({ reads }) => reads && !isRefused(reads) && reads.key[0]),
      ["'posts.feed'", "'posts.feed 2'"],
    );
  });

  it('of Prisma are kept as they are', async () => {
    const { wraps } = await asideOf(
      `${prisma}export async function list(authorId: number) {\n  return «r:prisma.post.findMany({ where: { authorId }, take: 20 })»;\n}`,
      'prisma',
    );
    assert.deepEqual(wraps[0]?.reads, {
      wrapped: wraps[0]?.range,
      key: ["'/app/src/posts.list'", 'authorId'],
      before: '',
      after: '',
    });
  });

  it('are not those of a transaction, of a connection that is handed in, or whose rows are more than rows', async () => {
    const within = (call: string, parameters = 'id') => `${pg}export async function one(${parameters}) {\n  ${call}\n}`;
    assert.match(
      await readOf(within("const { rows } = await «r:client.query('SELECT 1')»;", 'client, id')),
      /^It is sent in a transaction/,
    );
    assert.match(
      await readOf(within("const { rows } = await «r:db.query('SELECT 1')»;", 'db, id')),
      /^It is sent by what the function is given \(db\)/,
    );
    assert.match(
      await readOf(within("const { rows, fields } = await «r:pool.query('SELECT 1')»;")),
      /^More than the rows/,
    );
    assert.match(
      await readOf(within("const result = await «r:pool.query('SELECT 1')»;\n  return result;")),
      /^More than/,
    );
    assert.match(await readOf(within("«r:pool.query('SELECT 1')»;")), /^It is neither awaited nor returned/);
    assert.match(
      await readOf(within("const n = await «r:pool.query('SELECT 1')».then(count);")),
      /^More than the rows/,
    );
  });

  it('are those of Sequelize only where nobody asks its rows for more', async () => {
    const sequelize = (rest: string, options = '') =>
      `import { Post } from './models';\nexport async function one(id, res) {\n  const post = await «r:Post.findByPk(id${options})»;\n  ${rest}\n}`;
    assert.equal(await readOf(sequelize('res.json(post);'), 'sequelize'), "'/app/src/posts.one', id");
    assert.equal(await readOf(sequelize('return post.title;'), 'sequelize'), "'/app/src/posts.one', id");
    for (const rest of [
      'await post.save();',
      'return post;',
      "post.title = 'x';",
      'res.json(await post.getAuthor());',
    ]) {
      assert.match(await readOf(sequelize(rest), 'sequelize'), /^Its rows are models/, rest);
    }
    assert.equal(await readOf(sequelize('return post;', ', { raw: true }'), 'sequelize'), "'/app/src/posts.one', id");
  });

  it('of postgres.js are its tags, whose lists lose what is beside their rows', async () => {
    const tagged = (rest: string) =>
      readOf(
        `import { sql } from './db';\nexport async function one(id) {\n  const rows = await «r:sql\`SELECT \${id}\`»;\n  ${rest}\n}`,
        'postgres',
      );
    assert.equal(await tagged('return rows[0];'), "'/app/src/posts.one', id");
    assert.match(await tagged('return rows.count;'), /^More than the rows of its result is used: count/);
  });

  it('whose rows are instances are kept as the JSON that goes out, or as what is plain', async () => {
    const typeorm = (call: string, rest: string) =>
      readOf(
        `import { posts } from './db';\nexport async function one(id, res) {\n  const post = await «r:posts.${call}»;\n  ${rest}\n}`,
        'typeorm',
      );
    const key = "'/app/src/posts.one', id";
    for (const rest of [
      'if (!post) return res.sendStatus(404);\n  return res.json(post);',
      'res.json({ post, n: post.length });',
      'return res.status(200).json({ success: true, data: post });',
      'res.json({ post: post });',
    ]) {
      assert.equal(await typeorm('findOneBy({ id })', rest), key, rest);
    }
    for (const rest of [
      'return post;',
      'res.json({ ...post });',
      'res.json(shown(post));',
      'post.title = 1; res.json(post);',
    ]) {
      assert.match(await typeorm('findOneBy({ id })', rest), /^Its rows are entities/, rest);
    }
    assert.equal(await typeorm('countBy({ id })', 'return post;'), key);
    const objection = (rest: string) =>
      readOf(
        `import { Post } from './db';\nexport async function one(id, res) {\n  const post = await «r:Post.query().findById(id)»;\n  ${rest}\n}`,
        'objection',
      );
    assert.equal(await objection('if (!post) return res.sendStatus(404);\n  res.json(post);'), key);
    // No row is undefined, and JSON has none.
    assert.match(await objection('res.json(post);'), /^Its rows are models/);
  });
});

describe('writes that can tell a cache', () => {
  it('are wrapped where they stand, or with their whole transaction or list', async () => {
    assert.equal(
      await writeOf(`${pg}export async function add(id) {\n  await «w:pool.query('INSERT', [id])»;\n}`),
      "pool.query('INSERT', [id])",
    );
    const whole = 'prisma.$transaction(async (tx) => {\n    await tx.post.create({ data: { id } });\n  })';
    const marked = `${prisma}export async function add(id: number) {\n  await ${whole.replace('tx.post.create({ data: { id } })', '«w:tx.post.create({ data: { id } })»')};\n}`;
    assert.equal(await writeOf(marked, 'prisma'), whole);
    const list = 'prisma.$transaction([prisma.post.create({ data: { id } })])';
    const call = 'prisma.post.create({ data: { id } })';
    assert.equal(
      await writeOf(
        `${prisma}export async function add(id: number) {\n  await ${list.replace(call, `«w:${call}»`)};\n}`,
        'prisma',
      ),
      list,
    );
    // Prisma's calls wait until their list is sent.
    assert.equal(
      await writeOf(
        `${prisma}export async function add(id: number) {\n  const all = [«w:${call}»];\n  await prisma.$transaction(all);\n}`,
        'prisma',
      ),
      'prisma.$transaction(all)',
    );
  });

  it('are not those of a transaction whose end is not seen', async () => {
    assert.match(
      await writeOf(`${pg}export async function add(client, id) {\n  await «w:client.query('INSERT', [id])»;\n}`),
      /^it is in a transaction, and where that is committed is not seen/,
    );
  });

  it('say what the cache is told already', async () => {
    const { wraps, text } = await asideOf(
      `import { cache } from './cache.service';\n${pg}export async function add(id) {\n  await cache.changing(['posts', 'tags'], async () => «w:pool.query('INSERT', [id])»);\n}`,
    );
    const [wrap] = wraps;
    assert.ok(wrap?.writes && !isRefused(wrap.writes));
    assert.deepEqual(wrap.writes.told, ['posts', 'tags']);
    // Others are added to the list.
    assert.equal(text.slice(0, wrap.writes.listEnd).split('\n').at(-1), "  await cache.changing(['posts', 'tags'");
    const formatted = await asideOf(
      `import { cache } from './cache.service';\n${pg}export async function add(id) {\n  await cache.changing(\n    [\n      'posts',\n    ],\n    async () =>\n      «w:pool.query('INSERT', [id])»,\n  );\n}`,
    );
    const writes = formatted.wraps[0]?.writes;
    assert.ok(writes && !isRefused(writes));
    assert.equal(formatted.text.slice(0, writes.listEnd).split('\n').at(-1), "      'posts'");
  });
});

describe('the cache module of a project', () => {
  const read = "const { rows } = await «r:pool.query('SELECT 1')»;";

  it('is in the project’s kind of module, beside its other services', async () => {
    const { modules } = await asideOf(
      `import { pool } from './db.js';\nexport async function one() {\n  ${read}\n}`,
      'pg',
      {
        '/app/package.json': '{ "type": "module", "dependencies": { "redis": "^5.0.0" } }',
        '/app/src/services/users.js': 'export const a = 1;',
        '/app/src/a.js': '',
        '/app/src/b.js': '',
      },
    );
    const module = modules[path];
    assert.equal(module?.path, '/app/src/services/cache.service.js');
    assert.equal(module?.hasClient, true);
    assert.equal(module?.importing?.newText, "\nimport { cache } from './services/cache.service.js';");
    assert.equal(module?.kind, 'esm');
  });

  it('is required where a file requires', async () => {
    const { modules } = await asideOf(
      `'use strict';\nconst { pool } = require('./db');\nasync function one() {\n  ${read}\n}`,
      'pg',
      {
        '/app/package.json': '{}',
        '/app/a.js': "require('a');",
        '/app/b.js': "require('b');",
      },
    );
    assert.equal(modules[path]?.importing?.newText, "\nconst { cache } = require('./services/cache.service');");
    assert.equal(modules[path]?.kind, 'commonjs');
  });

  it('gets the class of decimal numbers where the program gets Prisma from', async () => {
    const { modules } = await asideOf(
      `import { PrismaClient } from '../generated/prisma/client';\nconst prisma = new PrismaClient();\nexport async function one() {\n  return «r:prisma.post.findMany()»;\n}`,
      'prisma',
      { '/app/package.json': '{}' },
    );
    const module = modules[path];
    assert.ok(module);
    assert.equal(module.prismaFrom, '../../generated/prisma/client');
    assert.ok(cacheModuleText(module).includes("import { Prisma } from '../../generated/prisma/client';"));
    assert.doesNotMatch(cacheModuleText({ kind: 'typescript' }), /Prisma|#/);
  });

  it('belongs to the package that uses it, in a folder of packages', async () => {
    const own = "import { pool } from '@acme/db';\nexport async function one() {\n  return pool.query('SELECT 1');\n}";
    const { modules, wraps } = await asideOf(`${pg}export async function one() {\n  ${read}\n}`, 'pg', {
      '/app/package.json': '{ "workspaces": ["*"], "packageManager": "npm@10.0.0" }',
      '/app/src/package.json': '{ "name": "@acme/api", "type": "module" }',
      '/app/src/tsconfig.json': '{}',
      '/app/src/a.ts': "import { b } from './b.js';",
      '/app/src/legacy1.js': '',
      '/app/src/legacy2.js': '',
      '/app/src/legacy3.js': '',
      '/app/worker/package.json': '{}',
      '/app/worker/one.js': own,
    });
    const module = modules[path];
    assert.ok(module);
    assert.equal(module.path, '/app/src/services/cache.service.ts');
    assert.equal(module.kind, 'typescript');
    assert.equal(module.packageFile, '/app/src/package.json');
    assert.equal(module.workspaceFile, '/app/package.json');
    // Two packages may share one Redis.
    assert.deepEqual(
      wraps.map(({ reads }) => reads && !isRefused(reads) && reads.key[0]),
      ["'src/posts.one'"],
    );
  });

  it('is named with an extension where other files of the package name theirs so', async () => {
    const { modules } = await asideOf(
      `import { pool } from '@acme/db';\nexport async function one() {\n  ${read}\n}`,
      'pg',
      { '/app/package.json': '{ "type": "module" }', '/app/src/a.ts': "import { b } from './b.js';" },
    );
    assert.equal(modules[path]?.importing?.newText, "\nimport { cache } from './services/cache.service.js';");
  });

  it('needs a client that gives promises', async () => {
    const { modules } = await asideOf(`${pg}export async function one() {\n  ${read}\n}`, 'pg', {
      '/app/package.json': '{ "dependencies": { "redis": "^3.1.2" } }',
    });
    assert.equal(modules[path]?.oldClient, '3');
  });

  it('has another name where the file has a cache of its own', async () => {
    const { modules } = await asideOf(`${pg}const cache = new Map();\nexport async function one() {\n  ${read}\n}`);
    assert.equal(modules[path]?.name, 'cache2');
    assert.match(modules[path]?.importing?.newText ?? '', /import \{ cache as cache2 \} from/);
  });

  it('has no types in JavaScript, and the quotes of the project', () => {
    assert.doesNotMatch(cacheModuleText({ kind: 'esm' }), /[«»]|: string|<T>/);
    const doubled = cacheModuleText({ kind: 'typescript', quote: '"' });
    assert.doesNotMatch(doubled, /[«»]/);
    assert.ok(doubled.includes('from "redis"') && doubled.includes("redis.call('get'"));
  });
});
