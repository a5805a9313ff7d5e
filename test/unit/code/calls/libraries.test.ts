import assert from 'node:assert/strict';
import type { Repetition } from '../../../../src/code/calls/repetition';
import { callFactsIn } from '../../../support/code-findings';

const told = ({ kind, steps, keys, association, loop }: Repetition) => [
  kind,
  steps.map(({ name }) => name).join(' → '),
  keys.map(({ property, rowPath }) => `${property} = ${rowPath?.join('.') ?? '?'}`).join(),
  association?.association.name ?? '',
  loop.over?.query?.name ?? '',
];

describe('repeated queries of libraries', () => {
  describe('prisma', () => {
    const schema = `
      datasource db { provider = "postgresql" }
      model User { id Int @id @default(autoincrement())
        name String
        posts Post[] }
      model Post { id Int @id @default(autoincrement())
        title String
        authorId Int
        author User @relation(fields: [authorId], references: [id])
        comments Comment[] }
      model Comment { id Int @id @default(autoincrement())
        text String
        postId Int
        post Post @relation(fields: [postId], references: [id]) }`;
    const found = async (body: string) => {
      const { repetitions } = await callFactsIn({
        '/app/prisma/schema.prisma': schema,
        '/app/src/a.ts': `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n${body}`,
      });
      return repetitions.map(told);
    };

    it('sends findUnique of one tick as one statement', async () => {
      const all = 'return Promise.all(posts.map((post) => prisma.user.findUnique({ where: { id: post.authorId } })));';
      assert.deepEqual(
        await found(`export async function list() { const posts = await prisma.post.findMany(); ${all} }`),
        [],
      );
    });

    it('does so where a loop only collects them', async () => {
      const all =
        'const sent = []; for (const post of posts) { sent.push(prisma.user.findUnique({ where: { id: post.authorId } })); } return Promise.all(sent);';
      assert.deepEqual(
        await found(`export async function list() { const posts = await prisma.post.findMany(); ${all} }`),
        [],
      );
    });

    it('sends findFirst of one tick, and findUnique one after the other, row by row', async () => {
      const list = (body: string) =>
        found(`export async function list() { const posts = await prisma.post.findMany(); ${body} }`);
      assert.deepEqual(
        await list('return Promise.all(posts.map((post) => prisma.user.findFirst({ where: { id: post.authorId } })));'),
        [['query', 'list → user.findFirst', 'id = authorId', 'author', 'post.findMany']],
      );
      assert.deepEqual(
        await list(
          'for (const post of posts) { show(await prisma.user.findUnique({ where: { id: post.authorId } })); }',
        ),
        [['query', 'list → user.findUnique', 'id = authorId', 'author', 'post.findMany']],
      );
    });

    it('counts for each row, and lists within lists within lists', async () => {
      assert.deepEqual(
        await found(`export async function list() {
          const posts = await prisma.post.findMany();
          return Promise.all(posts.map(async (post) => ({ ...post, n: await prisma.comment.count({ where: { postId: post.id } }) })));
        }`),
        [['count', 'list → comment.count', 'postId = id', 'comments', 'post.findMany']],
      );
      assert.deepEqual(
        await found(`export async function deep(ids: number[]) {
          return Promise.all(ids.map(async (id) => {
            const posts = await prisma.post.findMany({ where: { authorId: id } });
            return Promise.all(posts.map(async (post) => {
              const comments = await prisma.comment.findMany({ where: { postId: post.id } });
              return Promise.all(comments.map((comment) => prisma.comment.update({ where: { id: comment.id }, data: { text: '' } })));
            }));
          }));
        }`),
        [
          ['query', 'deep → post.findMany', 'authorId = ', '', ''],
          ['query', 'deep → comment.findMany', 'postId = id', 'comments', 'post.findMany'],
          ['write', 'deep → comment.update', 'id = id', '', 'comment.findMany'],
        ],
      );
    });
  });

  describe('typeorm', () => {
    const entities = `
      import { Column, Entity, ManyToOne, OneToMany, PrimaryGeneratedColumn } from 'typeorm';
      @Entity('users') export class User {
        @PrimaryGeneratedColumn() id: number;
        @Column() name: string;
        @OneToMany(() => Post, (post) => post.author) posts: Promise<Post[]>;
      }
      @Entity('posts') export class Post {
        @PrimaryGeneratedColumn() id: number;
        @Column() title: string;
        @ManyToOne(() => User, (user) => user.posts) author: Promise<User>;
      }`;
    const found = async (body: string, more: Record<string, string> = {}) => {
      const { repetitions } = await callFactsIn({
        '/app/src/entities.ts': entities,
        '/app/src/posts.service.ts': `import { Injectable } from '@nestjs/common';
          import { InjectRepository } from '@nestjs/typeorm';
          import { Repository } from 'typeorm';
          import { Post, User } from './entities';
          import { card } from './card';
          @Injectable() export class PostsService {
            constructor(@InjectRepository(Post) private readonly posts: Repository<Post>, @InjectRepository(User) private readonly users: Repository<User>) {}
            ${body}
          }`,
        '/app/src/card.ts':
          'export const card = async (post: any) => ({ title: post.title, author: (await post.author).name });',
        ...more,
      });
      return repetitions.map(told);
    };

    it('loads a lazy relation when it is touched', async () => {
      assert.deepEqual(
        await found('async list() { for (const post of await this.posts.find()) show((await post.author).name); }'),
        [['lazy', 'list → author.name', '', 'author', 'posts.find']],
      );
    });

    it('does so in a presenter of another file, which knows nothing of the rows', async () => {
      assert.deepEqual(
        await found(
          'async list() { const posts = await this.posts.find(); return Promise.all(posts.map((post) => card(post))); }',
        ),
        [['lazy', 'list → card → author.name', '', 'author', 'posts.find']],
      );
      assert.deepEqual(
        await found('async list() { const posts = await this.posts.find(); return Promise.all(posts.map(card)); }'),
        [['lazy', 'list → card → author.name', '', 'author', 'posts.find']],
      );
    });

    it('does not where the query has loaded it', async () => {
      assert.deepEqual(
        await found(
          'async list() { const posts = await this.posts.find({ relations: { author: true } }); return Promise.all(posts.map(card)); }',
        ),
        [],
      );
    });

    it('goes through a repository for each row', async () => {
      assert.deepEqual(
        await found('async list(ids: number[]) { return Promise.all(ids.map((id) => this.users.findOneBy({ id }))); }'),
        [['query', 'list → users.findOneBy', 'id = ', '', '']],
      );
    });
  });

  it('objection loads relations of a row by name', async () => {
    const { repetitions } = await callFactsIn({
      '/app/src/a.js': `const { Model } = require('objection');
        class User extends Model { static get tableName() { return 'users'; } }
        class Post extends Model {
          static get tableName() { return 'posts'; }
          static get relationMappings() {
            return { author: { relation: Model.BelongsToOneRelation, modelClass: User, join: { from: 'posts.authorId', to: 'users.id' } } };
          }
        }
        exports.list = async () => { for (const post of await Post.query()) show(await post.$relatedQuery('author')); };`,
    });
    assert.deepEqual(
      repetitions.map((one) => [one.kind, one.association?.association.name]),
      [['lazy', 'author']],
    );
  });

  it('knex and kysely ask a table by key', async () => {
    const knex = await callFactsIn({
      '/app/src/a.js': `const knex = require('knex')({ client: 'pg' });
        exports.list = async () => {
          const posts = await knex('posts').select('id', 'author_id');
          for (const post of posts) post.author = await knex('users').where({ id: post.author_id }).first();
        };`,
    });
    assert.deepEqual(knex.repetitions.map(told), [
      ['query', 'list → SELECT FROM users', 'id = author_id', '', 'SELECT FROM posts'],
    ]);
    const kysely = await callFactsIn({
      '/app/src/a.ts': `import { Kysely } from 'kysely';
        export class Posts {
          constructor(private db: Kysely<any>) {}
          author(id: number) { return this.db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst(); }
          async list() {
            const posts = await this.db.selectFrom('posts').selectAll().execute();
            return Promise.all(posts.map((post) => this.author(post.author_id)));
          }
        }`,
    });
    assert.deepEqual(kysely.repetitions.map(told), [
      ['query', 'list → author → SELECT FROM users', 'id = author_id', '', 'SELECT FROM posts'],
    ]);
  });
});
