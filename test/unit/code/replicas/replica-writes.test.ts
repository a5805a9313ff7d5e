import assert from 'node:assert/strict';
import { refusedCommand } from '../../../../src/code/replicas/replica-writes';
import { SqlParser } from '../../../../src/sql/parser';
import { replicaUsesIn } from '../../../support/replica-uses';

const pools = `
import { Pool } from 'pg';
export const pool = new Pool({ connectionString: process.env.DATABASE_URL });
export const readPool = new Pool({ connectionString: process.env.DATABASE_READ_URL });
export const reports = new Pool({ host: 'blog.cluster-ro-c9akciq32.eu-west-1.rds.amazonaws.com' });
export const other = new Pool({ connectionString: process.env.DATABASE_REPLICA_URL });
export const second = new Pool({ connectionString: process.env.PG_SECONDARY });
`;

/** `UPDATE by DATABASE_READ_URL` */
async function writesIn(code: string, others: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const { writes } = await replicaUsesIn({ '/app/posts.js': code, ...others });
  return writes.map(({ command, because }) => `${command} by ${because.kind === 'pool' ? because.name : because.how}`);
}

const withPools = (body: string) =>
  writesIn(
    `import { other, pool, readPool, reports, second } from './db';\nexport async function f(id, replica, readStatus) {\n${body}\n}\n`,
    {
      '/app/db.js': pools,
    },
  );

describe('what a replica refuses', () => {
  it('is found where its pool is one by its variable, its host or its name', async () => {
    assert.deepEqual(
      await withPools(`
  await readPool.query('UPDATE posts SET views = views + 1 WHERE id = $1', [id]);
  await reports.query('DELETE FROM posts WHERE id = $1', [id]);
  await other.query('SELECT id FROM posts WHERE id = $1 FOR UPDATE', [id]);
  await replica.query("INSERT INTO posts (title) VALUES ('x')");
  await second.query('TRUNCATE posts');
  await readPool.query("SELECT nextval('posts_id_seq')");`),
      [
        'UPDATE by DATABASE_READ_URL',
        'DELETE by blog.cluster-ro-c9akciq32.eu-west-1.rds.amazonaws.com',
        'SELECT FOR UPDATE by DATABASE_REPLICA_URL',
        'INSERT by replica',
        'TRUNCATE TABLE by PG_SECONDARY',
        'nextval() by DATABASE_READ_URL',
      ],
    );
  });

  it('is none of reads there, of writes elsewhere, nor of names that say something else', async () => {
    assert.deepEqual(
      await withPools(`
  await readPool.query('SELECT id FROM posts');
  await pool.query('UPDATE posts SET views = 0');
  await readStatus.query('UPDATE posts SET views = 0');`),
      [],
    );
  });

  it('is none of a repository that is called by what it keeps', async () => {
    const code = `import { Column, Entity, PrimaryGeneratedColumn, Repository } from 'typeorm';
@Entity('reads')
export class Read {
  @PrimaryGeneratedColumn() id: number;
  @Column() post: number;
}
export class ReadService {
  constructor(private readonly readRepository: Repository<Read>) {}
  async add(post: number) { await this.readRepository.insert({ post }); }
}`;
    const { writes } = await replicaUsesIn({ '/app/reads.ts': code });
    assert.deepEqual(writes, []);
  });

  it('is found behind what is made of such a pool', async () => {
    const code = `import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable } from 'drizzle-orm/pg-core';
import { pool, readPool } from './db';
const posts = pgTable('posts', { id: integer().primaryKey() });
const one = drizzle(readPool);
const two = drizzle(pool);
export const f = async () => { await one.insert(posts).values({ id: 1 }); await two.insert(posts).values({ id: 1 }); };`;
    assert.deepEqual(await writesIn(code, { '/app/db.js': pools }), ['INSERT by DATABASE_READ_URL']);
  });

  it('is found in instances of Knex and postgres.js', async () => {
    const code = `import knex from 'knex';
import postgres from 'postgres';
const readDb = knex({ client: 'pg', connection: process.env.READ_URL });
const db = knex({ client: 'pg', connection: process.env.DATABASE_URL });
const sqlRead = postgres(process.env.STANDBY_URL);
export async function f(id) {
  await readDb('posts').where({ id }).update({ views: 1 });
  await db('posts').where({ id }).update({ views: 1 });
  await sqlRead\`DELETE FROM posts WHERE id = \${id}\`;
}`;
    assert.deepEqual(await writesIn(code), ['UPDATE by READ_URL', 'DELETE by STANDBY_URL']);
  });

  it('is found in whole instances of libraries that are connected to a replica', async () => {
    const code = `import { DataTypes, Sequelize } from 'sequelize';
import { DataSource } from 'typeorm';
const readSequelize = new Sequelize(process.env.DATABASE_READ_URL);
const sequelize = new Sequelize(process.env.DATABASE_URL);
const replicaSource = new DataSource({ type: 'postgres', url: process.env.DATABASE_READ_URL });
export async function f() {
  await readSequelize.query('UPDATE posts SET id = 1');
  await sequelize.query('UPDATE posts SET id = 2');
  await replicaSource.query('UPDATE posts SET id = 3');
}`;
    assert.deepEqual(await writesIn(code), ['UPDATE by DATABASE_READ_URL', 'UPDATE by DATABASE_READ_URL']);
  });

  it('is found where Sequelize sends it there by its type, or a lock outside of a transaction', async () => {
    const code = `import { DataTypes, QueryTypes, Sequelize } from 'sequelize';
const sequelize = new Sequelize('blog', 'me', '', { dialect: 'postgres', replication: { read: [{ host: 'b' }], write: {} } });
const Post = sequelize.define('Post', { title: DataTypes.TEXT }, { tableName: 'posts' });
export async function f(id, transaction) {
  await sequelize.query('UPDATE posts SET id = 1', { type: QueryTypes.SELECT });
  await sequelize.query('UPDATE posts SET id = 2', { type: QueryTypes.UPDATE });
  await sequelize.query('UPDATE posts SET id = 3');
  await sequelize.query('UPDATE posts SET id = 4', { type: QueryTypes.SELECT, useMaster: true });
}
export async function g(id) {
  await sequelize.query('UPDATE posts SET id = 5 RETURNING id', { type: QueryTypes.SELECT });
  await Post.findByPk(id, { lock: true });
}`;
    assert.deepEqual(await writesIn(code), [
      'UPDATE by Sequelize sends what has the type SELECT to a replica, whatever it is',
      'SELECT FOR UPDATE by Sequelize sends finders to a replica, also with a lock, unless they are in a transaction',
    ]);
  });

  it('is found behind $replica() of Prisma and the query runner of a slave of TypeORM', async () => {
    const schema = 'model Post {\n  id Int @id\n  @@map("posts")\n}';
    const code = `import { PrismaClient } from '@prisma/client';
import { readReplicas } from '@prisma/extension-read-replicas';
const prisma = new PrismaClient().$extends(readReplicas({ replicas: [new PrismaClient()] }));
export const f = async () => { await prisma.$replica().post.create({ data: { id: 1 } }); await prisma.post.create({ data: { id: 2 } }); };`;
    assert.deepEqual(await writesIn(code, { '/app/schema.prisma': schema }), [
      'INSERT by $replica() sends it to a replica',
    ]);
    const typeorm = `import { DataSource } from 'typeorm';
const source = new DataSource({ type: 'postgres', url: process.env.DATABASE_URL });
export async function f() {
  const runner = source.createQueryRunner('slave');
  await runner.query('UPDATE posts SET id = 1');
  const master = source.createQueryRunner('master');
  await master.query('UPDATE posts SET id = 1');
}`;
    assert.deepEqual(await writesIn(typeorm), ["UPDATE by createQueryRunner('slave') gives a connection to a replica"]);
  });

  it('is found behind with() of Drizzle, which withReplicas sends to a replica', async () => {
    const code = `import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, withReplicas } from 'drizzle-orm/pg-core';
const posts = pgTable('posts', { id: integer().primaryKey() });
const db = withReplicas(drizzle(process.env.DATABASE_URL), [drizzle(process.env.DATABASE_READ_URL)]);
export async function f() {
  const some = db.$with('some').as(db.select({ id: posts.id }).from(posts));
  await db.with(some).delete(posts);
  await db.select().from(posts).for('update');
  await db.insert(posts).values({ id: 1 });
}`;
    assert.deepEqual(await writesIn(code), [
      'DELETE by withReplicas sends what begins with with() to a replica',
      'SELECT FOR UPDATE by withReplicas sends each select to a replica, also with a lock',
    ]);
  });

  it('is found in Rails’ role for reading, not in that for writing inside of it', async () => {
    const others = {
      '/app/db/schema.rb':
        'ActiveRecord::Schema[7.0].define(version: 1) do\n  create_table "posts" do |t|\n    t.text "title"\n  end\nend\n',
      '/app/app/models/application_record.rb':
        'class ApplicationRecord < ActiveRecord::Base\n  self.abstract_class = true\n  connects_to database: { writing: :primary, reading: :primary_replica }\nend\n',
      '/app/app/models/post.rb': 'class Post < ApplicationRecord\nend\n',
    };
    const code = `class PostsController
  def create
    Post.create(title: 'a')
    ActiveRecord::Base.connected_to(role: :reading) do
      Post.first
      Post.create(title: 'b')
      ActiveRecord::Base.connected_to(role: :writing) { Post.create(title: 'c') }
    end
  end
end
`;
    const { writes, divisions } = await replicaUsesIn({ ...others, '/app/app/controllers/posts_controller.rb': code });
    assert.deepEqual(
      writes.map(({ range, because }) => [code.slice(range.start, range.end), because.kind]),
      [["Post.create(title: 'b')", 'library']],
    );
    assert.deepEqual(
      divisions.map(({ library }) => library),
      ['activerecord'],
    );
  });

  it('has the name that PostgreSQL gives it', async () => {
    const parser = await SqlParser.load();
    const commandOf = (sql: string) => {
      const parsed = parser.parse(sql);
      assert.ok(parsed.ok, sql);
      return refusedCommand(parsed.statement);
    };
    assert.equal(commandOf('SELECT 1'), undefined);
    assert.equal(commandOf('WITH x AS (DELETE FROM posts RETURNING id) SELECT id FROM x'), 'SELECT');
    assert.equal(commandOf('create temp table if not exists x (id int)'), 'CREATE TABLE');
    assert.equal(commandOf('TRUNCATE posts'), 'TRUNCATE TABLE');
  });
});
