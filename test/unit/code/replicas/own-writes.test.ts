import assert from 'node:assert/strict';
import type { OwnWrite } from '../../../../src/code/replicas/replica-use';
import { replicaUsesIn } from '../../../support/replica-uses';

const models = `
import { DataTypes, Sequelize } from 'sequelize';
export const sequelize = new Sequelize(process.env.DATABASE_URL);
export const Post = sequelize.define('Post', { title: DataTypes.TEXT }, { tableName: 'posts' });
export const Comment = sequelize.define('Comment', { body: DataTypes.TEXT }, { tableName: 'comments' });
`;

async function ownWritesIn(code: string, others: Readonly<Record<string, string>> = {}): Promise<readonly OwnWrite[]> {
  const text = `import { Comment, Post, sequelize } from './models';\n${code}`;
  const { ownWrites } = await replicaUsesIn({ '/app/models.js': models, '/app/posts.js': text, ...others });
  return ownWrites;
}

const inFunction = (body: string) =>
  ownWritesIn(`export async function change(id, title, other, options) {\n${body}\n}\n`);

/** `Post.update → Post.findByPk` */
const pairs = (found: readonly OwnWrite[]) => found.map(({ write, name }) => `${write.name} → ${name}`);

describe('a function that reads what it has just written', () => {
  it('is found with both places and the table', async () => {
    const [one, ...others] = await inFunction(
      'await Post.update({ title }, { where: { id } });\nreturn Post.findByPk(id);',
    );
    assert.deepEqual(others, []);
    assert.deepEqual(
      [one?.write.name, one?.name, one?.tables, one?.inFunction, one?.sentTo],
      ['Post.update', 'Post.findByPk', ['posts'], 'change', 'divided'],
    );
  });

  it('also by the key of the row that it has made', async () => {
    const found = await inFunction('const post = await Post.create({ title });\nreturn Post.findByPk(post.id);');
    assert.deepEqual(pairs(found), ['Post.create → Post.findByPk']);
  });

  it('also in a chain of promises, after a list of writes, and after a transaction is over', async () => {
    const bodies = [
      'return Post.update({ title }, { where: { id } }).then(() => Post.findByPk(id));',
      'await Promise.all(other.map((one) => Post.create({ title: one })));\nreturn Post.findAll();',
      'for (const one of other) await Post.create({ title: one });\nreturn Post.findAll();',
      'await sequelize.transaction(async (transaction) => { await Post.create({ title }, { transaction }); });\nreturn Post.findAll();',
      'if (title) { await Post.update({ title }, { where: { id } }); }\nreturn Post.findByPk(id);',
      'try { await Post.create({ title }); } catch (error) { console.error(error); }\nreturn Post.findAll();',
    ];
    for (const body of bodies) assert.equal((await inFunction(body)).length, 1, body);
  });

  it('also one call deep, on either side', async () => {
    const code = `
class Posts {
  async get(id) { return Post.findByPk(id); }
  async rename(id, title) { await Post.update({ title }, { where: { id } }); return this.get(id); }
}
const posts = new Posts();
export async function handler(req, res) { await posts.rename(1, 'x'); res.json(await posts.get(1)); }
`;
    const found = await ownWritesIn(code);
    assert.deepEqual(pairs(found), ['Post.update → get', 'rename → get']);
    const [own] = found;
    assert.equal(own?.readAt?.path, '/app/posts.js');
  });

  const silent: Readonly<Record<string, string>> = {
    'in a transaction':
      'return sequelize.transaction(async (transaction) => { await Post.create({ title }, { transaction }); return Post.findAll({ transaction }); });',
    'asked of the primary': 'await Post.create({ title });\nreturn Post.findAll({ useMaster: true });',
    'of another table': 'await Comment.create({ body: title });\nreturn Post.findAll();',
    'in the other arm of an if': 'if (id) { await Post.create({ title }); } else { return Post.findAll(); }',
    'after an arm that leaves': 'if (id) { await Post.create({ title }); return id; }\nreturn Post.findAll();',
    'in another case':
      "switch (other) { case 'a': await Post.create({ title }); break; case 'b': return Post.findAll(); }",
    'where the write has failed':
      'try { await Post.create({ title }); } catch { return Post.findOne({ where: { title } }); }',
    'before the write': 'const post = await Post.findByPk(id);\nawait post.update({ title });\nreturn post;',
    'that nobody waits for': 'Post.create({ title });\nreturn Post.findAll();',
    'beside the write': 'return Promise.all([Post.create({ title }), Post.findAll()]);',
    'in a job that runs later':
      'await Post.create({ title });\nsetTimeout(async () => { await Post.findAll(); }, 1000);\nqueue.process(async () => { await Post.findAll(); });',
    'in what the options of callers decide': 'await Post.create({ title });\nreturn Post.findAll(options);',
    'by SQL without a type': "await Post.create({ title });\nreturn sequelize.query('SELECT id FROM posts');",
  };
  for (const [where, body] of Object.entries(silent)) {
    it(`is silent about a read ${where}`, async () => assert.deepEqual(pairs(await inFunction(body)), []));
  }

  it('is silent about tests and seeds', async () => {
    const code = `import { Post } from '../models';
export async function change(id) { await Post.create({ title: 'x' }); return Post.findAll(); }`;
    for (const path of ['/app/test/posts.js', '/app/seeds/posts.js', '/app/posts.spec.js'])
      assert.deepEqual((await replicaUsesIn({ '/app/models.js': models, [path]: code })).ownWrites, []);
  });

  it('is silent about a block of Django that is one transaction', async () => {
    const model = 'from django.db import models\nclass Post(models.Model):\n    title = models.TextField()\n';
    const view = (block: string) => `from django.db import transaction
from blog.models import Post
def change(request, title):
    ${block}
        Post.objects.create(title=title)
        return Post.objects.filter(title=title).first()
`;
    const found = async (block: string) =>
      pairs((await replicaUsesIn({ '/app/blog/models.py': model, '/app/blog/views.py': view(block) })).ownWrites);
    assert.deepEqual(await found('with transaction.atomic():'), []);
    assert.equal((await found('with suppress(ValueError):')).length, 1);
  });
});

describe('where a read of what was just written is sent', () => {
  const sentTo = async (files: Readonly<Record<string, string>>) =>
    (await replicaUsesIn(files)).ownWrites.map((one) => one.sentTo);

  it('is the pool’s own question with pg', async () => {
    const db = `import { Pool } from 'pg';
export const pool = new Pool({ connectionString: process.env.DATABASE_URL });
export const readPool = new Pool({ connectionString: process.env.DATABASE_READ_URL });
`;
    const code = (from: string) => `import { pool, readPool } from './db';
export async function rename(id, title) {
  await pool.query('UPDATE posts SET title = $2 WHERE id = $1', [id, title]);
  const { rows } = await ${from}.query('SELECT id, title FROM posts WHERE id = $1', [id]);
  return rows[0];
}`;
    assert.deepEqual(await sentTo({ '/app/db.js': db, '/app/posts.js': code('readPool') }), ['replica']);
    assert.deepEqual(await sentTo({ '/app/db.js': db, '/app/posts.js': code('pool') }), ['open']);
  });

  it('is decided by TypeORM for finders and builders, and is the primary for query()', async () => {
    const code = (read: string) => `import { Column, DataSource, Entity, PrimaryGeneratedColumn } from 'typeorm';
@Entity('posts')
export class Post {
  @PrimaryGeneratedColumn() id: number;
  @Column() title: string;
}
export const source = new DataSource({ type: 'postgres', url: process.env.DATABASE_URL, entities: [Post] });
const posts = source.getRepository(Post);
export async function rename(id: number, title: string) {
  await posts.update(id, { title });
  return ${read};
}`;
    assert.deepEqual(await sentTo({ '/app/posts.ts': code('posts.findOneBy({ id })') }), ['divided']);
    assert.deepEqual(await sentTo({ '/app/posts.ts': code("posts.createQueryBuilder('p').getMany()") }), ['divided']);
    assert.deepEqual(await sentTo({ '/app/posts.ts': code("source.query('SELECT id FROM posts')") }), []);
  });

  it('is decided by MikroORM, but for rows by their key, which it may have', async () => {
    const code = (read: string) => `import { Entity, MikroORM, PrimaryKey, Property } from '@mikro-orm/postgresql';
@Entity({ tableName: 'posts' })
export class Post {
  @PrimaryKey() id!: number;
  @Property() title!: string;
}
const orm = await MikroORM.init({ entities: [Post], clientUrl: process.env.DATABASE_URL });
export async function rename(id: number, title: string) {
  const em = orm.em.fork();
  await em.nativeUpdate(Post, { id }, { title });
  return ${read};
}`;
    assert.deepEqual(await sentTo({ '/app/posts.ts': code('em.find(Post, { title })') }), ['divided']);
    assert.deepEqual(await sentTo({ '/app/posts.ts': code('em.findOne(Post, { id })') }), []);
    const primary = "em.find(Post, { title }, { connectionType: 'write' })";
    assert.deepEqual(await sentTo({ '/app/posts.ts': code(primary) }), []);
  });

  it('is the instance’s own question with Knex', async () => {
    const code = (from: string) => `import knex from 'knex';
const db = knex({ client: 'pg', connection: process.env.DATABASE_URL });
const replica = knex({ client: 'pg', connection: process.env.READ_URL });
export async function rename(id, title) {
  await db('posts').where({ id }).update({ title });
  return ${from}('posts').where({ id }).first();
}`;
    assert.deepEqual(await sentTo({ '/app/posts.js': code('replica') }), ['replica']);
    assert.deepEqual(await sentTo({ '/app/posts.js': code('db') }), ['open']);
  });
});

describe('a read is sent to the primary by an edit', () => {
  async function edited(code: string, others: Readonly<Record<string, string>>): Promise<string[]> {
    const { ownWrites } = await replicaUsesIn({ '/app/posts.js': code, ...others });
    assert.ok(ownWrites.length > 0, 'it is found');
    return ownWrites.map(({ toPrimary }) => {
      assert.ok(toPrimary, 'it has an edit');
      const { range, newText } = toPrimary;
      const text = code.slice(0, range.start) + newText + code.slice(range.end);
      const line = text.slice(0, range.start).split('\n').length - 1;
      return (text.split('\n')[line] ?? '').trim();
    });
  }

  it('of Sequelize with useMaster, whatever arguments there are', async () => {
    const code = `import { Post, sequelize } from './models';
export async function change(id, title) {
  const post = await Post.create({ title });
  await Post.findByPk(id);
  await Post.findAll();
  await Post.findAll({ where: { title } });
  await Post.count({});
  await post.reload();
  await sequelize.query('SELECT id FROM posts', { type: sequelize.QueryTypes.SELECT });
}`;
    assert.deepEqual(await edited(code, { '/app/models.js': models }), [
      'await Post.findByPk(id, { useMaster: true });',
      'await Post.findAll({ useMaster: true });',
      'await Post.findAll({ where: { title }, useMaster: true });',
      'await Post.count({ useMaster: true });',
      'await post.reload({ useMaster: true });',
      "await sequelize.query('SELECT id FROM posts', { type: sequelize.QueryTypes.SELECT, useMaster: true });",
    ]);
  });

  it('of Prisma with $primary()', async () => {
    const schema = `model Post {
  id Int @id
  title String
  @@map("posts")
}`;
    const code = `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
export async function change(id, title) {
  await prisma.post.update({ where: { id }, data: { title } });
  return prisma.post.findUnique({ where: { id } });
}`;
    assert.deepEqual(await edited(code, { '/app/schema.prisma': schema }), [
      'return prisma.$primary().post.findUnique({ where: { id } });',
    ]);
    const mended = code.replace('prisma.post.findUnique', 'prisma.$primary().post.findUnique');
    const after = await replicaUsesIn({ '/app/schema.prisma': schema, '/app/posts.js': mended });
    assert.deepEqual(after.ownWrites, []);
  });

  it('of Drizzle with $primary', async () => {
    const code = `import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
const posts = pgTable('posts', { id: integer().primaryKey(), title: text() });
const db = drizzle(process.env.DATABASE_URL);
export async function change(id, title) {
  await db.update(posts).set({ title }).where(eq(posts.id, id));
  return db.select().from(posts).where(eq(posts.id, id));
}`;
    assert.deepEqual(await edited(code, {}), ['return db.$primary.select().from(posts).where(eq(posts.id, id));']);
  });

  it('of Django with using', async () => {
    const code = `from blog.models import Post
def change(request, title):
    Post.objects.create(title=title)
    return Post.objects.filter(title=title).first()
`;
    const model = `from django.db import models
class Post(models.Model):
    title = models.TextField()
    class Meta:
        db_table = 'posts'
`;
    assert.deepEqual(
      (await replicaUsesIn({ '/app/blog/models.py': model, '/app/blog/views.py': code })).ownWrites.map(
        ({ toPrimary }) => toPrimary?.newText,
      ),
      [".using('default')"],
    );
  });
});
