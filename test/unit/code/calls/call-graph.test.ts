import assert from 'node:assert/strict';
import type { Repetition } from '../../../../src/code/calls/repetition';
import { callFactsIn } from '../../../support/code-findings';

const head = `import { Pool } from 'pg';\nconst pool = new Pool();\n`;
const query = "pool.query('SELECT * FROM users WHERE id = $1', [id])";

const way = ({ steps }: Repetition) => steps.map(({ name }) => name).join(' → ');
const keys = ({ keys: found }: Repetition) =>
  found.map(({ property, rowPath }) => `${property} = row.${(rowPath ?? ['?']).join('.')}`);

async function waysIn(texts: Record<string, string> | string): Promise<string[][]> {
  const { repetitions } = await callFactsIn(typeof texts === 'string' ? { '/app/src/a.ts': head + texts } : texts);
  return repetitions.map((one) => [way(one), ...keys(one)]);
}

describe('the way from a loop to its query', () => {
  it('goes through a method of an injected service', async () => {
    const found = await waysIn({
      '/app/src/users.service.ts': `${head}
        export class UsersService { async findOne(id: number) { return ${query}; } }`,
      '/app/src/posts.service.ts': `import { UsersService } from './users.service';
        export class PostsService {
          constructor(private readonly users: UsersService) {}
          async list(posts: any[]) { return Promise.all(posts.map(async (post) => ({ ...post, author: await this.users.findOne(post.authorId) }))); }
        }`,
    });
    assert.deepEqual(found, [['list → findOne → SELECT FROM users', 'id = row.authorId']]);
  });

  it('goes through a method of the same class and one that it inherits', async () => {
    const found = await waysIn(`
      abstract class Base { protected async author(id: number) { return ${query}; } }
      export class Posts extends Base {
        async list(posts: any[]) { for (const post of posts) await this.show(post); }
        private show(post: any) { return this.author(post.userId); }
      }`);
    assert.deepEqual(found, [['list → show → author → SELECT FROM users', 'id = row.userId']]);
  });

  it('goes to the classes that implement an abstract method', async () => {
    const found = await waysIn(`
      abstract class Importer {
        async run(rows: any[]) { for (const row of rows) await this.save(row.id); }
        abstract save(id: number): Promise<void>;
      }
      export class UserImporter extends Importer { async save(id: number) { await ${query}; } }`);
    assert.deepEqual(found, [['run → save → SELECT FROM users', 'id = row.id']]);
  });

  it('goes to the classes that implement an interface', async () => {
    const found = await waysIn({
      '/app/src/users.ts': 'export interface Users { byId(id: number): Promise<unknown>; }',
      '/app/src/pg-users.ts': `${head}import { Users } from './users';
        export class PgUsers implements Users { async byId(id: number) { return ${query}; } }`,
      '/app/src/list.ts': `import { Users } from './users';
        export class Lister { constructor(private users: Users) {} async list(ids: number[]) { for (const id of ids) await this.users.byId(id); } }`,
    });
    assert.deepEqual(found, [['list → byId → SELECT FROM users', 'id = row.']]);
  });

  it('goes through a function that is passed by name', async () => {
    const found = await waysIn(`
      async function toJSON(post: any) { return { ...post, author: await author(post) }; }
      function author(post: any) { const id = post.authorId; return ${query}; }
      export async function list(posts: any[]) { return Promise.all(posts.map(toJSON)); }`);
    assert.deepEqual(found, [['list → toJSON → author → SELECT FROM users', 'id = row.authorId']]);
  });

  it('goes through a method that is passed bound', async () => {
    const found = await waysIn(`
      export class Posts {
        async list(posts: any[]) { return Promise.all(posts.map(this.show.bind(this))); }
        async show(post: any) { const id = post.authorId; return ${query}; }
      }`);
    assert.deepEqual(found, [['list → show → SELECT FROM users', 'id = row.authorId']]);
  });

  it('goes through a wrapped function, an object of functions and a default export', async () => {
    const wrapped = await waysIn(`
      import { cache } from 'react';
      const getUser = cache(async (id: number) => ${query});
      export async function list(posts: any[]) { for (const post of posts) await getUser(post.userId); }`);
    assert.deepEqual(wrapped, [['list → getUser → SELECT FROM users', 'id = row.userId']]);
    const object = await waysIn({
      '/app/src/users.ts': `${head}export const UserService = { async one(id: number) { return ${query}; } };`,
      '/app/src/list.ts': `import { UserService } from './users';
        export async function list(posts: any[]) { for (const post of posts) await UserService.one(post.userId); }`,
    });
    assert.deepEqual(object, [['list → one → SELECT FROM users', 'id = row.userId']]);
    const exported = await waysIn({
      '/app/src/user.js':
        "const { Pool } = require('pg');\nconst pool = new Pool();\nmodule.exports = async function (id) { return " +
        query +
        '; };',
      '/app/src/list.js':
        "const load = require('./user');\nexports.list = async (posts) => { for (const post of posts) await load(post.userId); };",
    });
    assert.deepEqual(exported, [['list → load → SELECT FROM users', 'id = row.userId']]);
  });

  it('goes through a getter and an async generator', async () => {
    const getter = await waysIn(`
      export class Post {
        constructor(private authorId: number) {}
        get author() { const id = this.authorId; return ${query}; }
      }
      export async function list(posts: Post[]) { for (const post of posts) await post.author; }`);
    assert.deepEqual(
      getter.map(([path]) => path),
      ['list → author → SELECT FROM users'],
    );
    const generator = await waysIn(`
      async function* authors(ids: number[]) { for (const id of ids) yield await ${query}; }
      export async function list(ids: number[]) { for await (const author of authors(ids)) console.log(author); }`);
    assert.deepEqual(generator, [['authors → SELECT FROM users', 'id = row.']]);
  });

  it('goes round in a recursion over a tree', async () => {
    const found = await waysIn(`
      export async function loadTree(id: number) {
        const children = (await pool.query('SELECT * FROM nodes WHERE parent_id = $1', [id])).rows;
        for (const child of children) child.children = await loadTree(child.id);
        return children;
      }`);
    assert.deepEqual(found, [['loadTree → loadTree → SELECT FROM nodes', 'parent_id = row.id']]);
    const up = await callFactsIn({
      '/app/src/a.ts': `${head}
      export async function pathTo(id: number): Promise<any[]> {
        const node = (await pool.query('SELECT * FROM nodes WHERE id = $1', [id])).rows[0];
        return node.parentId ? [...(await pathTo(node.parentId)), node] : [node];
      }`,
    });
    assert.deepEqual(
      up.repetitions.map(({ loop }) => loop.kind),
      ['recursion'],
    );
  });

  it('begins at a callback that a function of the program calls for each element', async () => {
    const helpers = (body: string) => ({
      '/app/src/each.ts': body,
      '/app/src/a.ts': `${head}import { eachOne } from './each';
        export async function list(posts: any[]) { await eachOne(posts, async (post) => { const id = post.userId; await ${query}; }); }`,
    });
    const loop =
      'export async function eachOne(list: any[], work: (one: any) => Promise<void>) { for (const one of list) await work(one); }';
    assert.deepEqual(await waysIn(helpers(loop)), [['list → SELECT FROM users', 'id = row.userId']]);
    const map =
      'export const eachOne = (list: any[], work: (one: any) => Promise<void>) => Promise.all(list.map((one) => work(one)));';
    assert.deepEqual(await waysIn(helpers(map)), [['list → SELECT FROM users', 'id = row.userId']]);
    const once = 'export async function eachOne(list: any[], work: (one: any) => Promise<void>) { await work(list); }';
    assert.deepEqual(await waysIn(helpers(once)), []);
  });

  it('goes up a tree in a while loop, which is not a loop over pages', async () => {
    const up = await callFactsIn({
      '/app/src/a.ts': `${head}
      const find = async (id: number) => (await pool.query('SELECT * FROM nodes WHERE id = $1 LIMIT 1', [id])).rows[0];
      export async function pathTo(node: any) {
        const path = [node];
        while (node.parentId) { node = await find(node.parentId); path.unshift(node); }
        return path;
      }`,
    });
    assert.deepEqual(
      up.repetitions.map((one) => [one.loop.kind, one.isRecursive, way(one)]),
      [['while', true, 'pathTo → find → SELECT FROM nodes']],
    );
  });

  it('goes up a tree by a key that each turn sets', async () => {
    const up = await callFactsIn({
      '/app/src/a.ts': `${head}
      const find = async (id: number) => (await pool.query('SELECT * FROM nodes WHERE id = $1 LIMIT 1', [id])).rows[0];
      export async function root(start: number) {
        let current: number | null = start;
        while (current) { const node = await find(current); if (!node) break; current = node.parentId; }
      }`,
    });
    assert.deepEqual(
      up.repetitions.map((one) => [one.isRecursive, way(one)]),
      [[true, 'root → find → SELECT FROM nodes']],
    );
  });

  it('goes down five calls and no further', async () => {
    const calls = (count: number) =>
      Array.from(
        { length: count },
        (_, i) => `async function f${i}(id: number) { return ${i + 1 === count ? query : `f${i + 1}(id)`}; }`,
      ).join('\n');
    const loop = 'export async function list(ids: number[]) { for (const id of ids) await f0(id); }';
    assert.equal((await waysIn(calls(5) + loop)).length, 1);
    assert.equal((await waysIn(calls(6) + loop)).length, 0);
  });

  it('begins at field resolvers of types that come in lists', async () => {
    const nest = (list: string) => ({
      '/app/src/post.resolver.ts': `${head}
        import { Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
        @Resolver(() => Post)
        export class PostResolver {
          @Query(() => ${list}) posts() { return pool.query('SELECT * FROM posts'); }
          @ResolveField() async author(@Parent() post: Post) { const id = post.authorId; return ${query}; }
        }
        export class Post { authorId: number; }`,
    });
    const { repetitions } = await callFactsIn(nest('[Post]'));
    assert.deepEqual(
      repetitions.map((one) => [one.loop.kind, way(one), ...keys(one)]),
      [['field resolver', 'author → SELECT FROM users', 'id = row.authorId']],
    );
    assert.deepEqual(await waysIn(nest('Post')), []);
    const map = await waysIn(`
      export const resolvers = {
        Query: { posts: () => pool.query('SELECT * FROM posts'), user: (_: unknown, { id }: any) => ${query} },
        Post: { author: (post: any) => { const id = post.authorId; return ${query}; } },
      };`);
    assert.deepEqual(map, [['author → SELECT FROM users', 'id = row.authorId']]);
  });

  it('ends where functions and classes go in circles, and where the text is broken', async () => {
    const found = await waysIn(`
      class A extends B { async one(id: number) { return this.two([id]); } }
      class B extends A { async two(ids: number[]) { for (const id of ids) { await this.one(id); await ${query}; } } }
      async function f(ids: number[]) { for (const id of ids) await g([id]); }
      async function g(ids: number[]) { for (const id of ids) await f([id]); }
      const h = (x) => h(h(x).map((y) => h(y)));`);
    assert.deepEqual(found, [['two → SELECT FROM users', 'id = row.']]);
    assert.deepEqual(await waysIn('async function f(ids { for (const id of ids) { await pool.query(`SELECT'), []);
  });

  it('does not go on from a function that is only registered', async () => {
    const found = await waysIn(`
      async function show(id: number) { return ${query}; }
      export function routes(paths: string[]) { for (const path of paths) app.get(path, show); }`);
    assert.deepEqual(found, []);
  });

  it('is told once where an inner loop and an outer one run the same query', async () => {
    const found = await waysIn(`
      async function authors(posts: any[]) { for (const post of posts) { const id = post.userId; await ${query}; } }
      export async function all(blogs: any[]) { for (const blog of blogs) await authors(blog.posts); }`);
    assert.deepEqual(found, [['authors → SELECT FROM users', 'id = row.userId']]);
  });
});
