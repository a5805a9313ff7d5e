import { deepEqual } from 'node:assert/strict';
import { probed } from '../../../support/origins';

/** What `probe(…)` in these files is given. */
async function assertProbed(texts: Readonly<Record<string, string>>, ...origins: readonly string[]): Promise<void> {
  deepEqual(await probed(texts), origins);
}

describe('Where a value comes from', () => {
  describe('names of packages', () => {
    it('is an import, and what is read of it', () =>
      assertProbed(
        {
          '/a.ts': `import { Op, Sequelize as S } from 'sequelize'; import pg from 'pg'; import * as d from 'drizzle-orm';
            probe(Op.in, S, pg.Pool, d.eq);`,
        },
        'sequelize:Op.in',
        'sequelize:Sequelize',
        'pg:default.Pool',
        'drizzle-orm:eq',
      ));

    it('is a require, destructured or not', () =>
      assertProbed(
        {
          '/a.js': `const { Pool } = require('pg'); const knex = require('knex')({ client: 'pg' }); const pg = require('pg');
            probe(new Pool(), knex, pg.Client);`,
        },
        'a pg:Pool',
        'knex:()',
        'pg:Client',
      ));

    it('is passed on by the workspace’s own files', () =>
      assertProbed(
        {
          '/lib/index.ts': `export * from './orm'; export { Pool as Db } from 'pg';`,
          '/lib/orm.ts': `export { Op } from 'sequelize'; export * from 'drizzle-orm/pg-core';`,
          '/a.ts': `import { Op, Db, pgTable } from './lib'; probe(Op.gt, Db, pgTable);`,
        },
        'sequelize:Op.gt',
        'pg:Pool',
        'drizzle-orm/pg-core:pgTable',
      ));

    it('is nothing where a local name hides it', () =>
      assertProbed(
        { '/a.ts': `import { Op } from 'sequelize'; function f(Op: unknown) { probe(Op); } { const q = 1; }` },
        'parameter 0 of f',
      ));
  });

  describe('files', () => {
    const post = { '/src/models/post.ts': `export class Post {} export default class Other {}` };

    it('are found by relative paths with every ending', () =>
      assertProbed(
        {
          ...post,
          '/src/models/index.ts': `export * from './post.js'; export { default as Last } from './post';`,
          '/src/a.ts': `import { Post } from './models/post'; import { Post as B } from './models/post.js';
            import { Post as C, Last } from './models'; import D from './models/post.ts'; import { Post as E } from './models/index';
            probe(Post, B, C, Last, D, E);`,
        },
        'class Post',
        'class Post',
        'class Post',
        'class Other',
        'class Other',
        'class Post',
      ));

    it('are found by the paths and the base of tsconfig.json, also of one that it extends', () =>
      assertProbed(
        {
          ...post,
          '/tsconfig.base.json': `{ // shared\n "compilerOptions": { "baseUrl": "./src", "paths": { "@models/*": ["models/*"], }, } }`,
          '/tsconfig.json': `{ "extends": "./tsconfig.base.json", "compilerOptions": { "strict": true } }`,
          '/src/deep/a.ts': `import { Post } from '@models/post'; import { Post as B } from 'models/post'; probe(Post, B);`,
        },
        'class Post',
        'class Post',
      ));

    it('are found by the nearest jsconfig.json', () =>
      assertProbed(
        {
          '/one/jsconfig.json': `{ "compilerOptions": { "paths": { "~/*": ["./lib/*"] } } }`,
          '/two/jsconfig.json': `{ "compilerOptions": { "paths": { "~/*": ["./lib/*"] } } }`,
          '/one/lib/db.js': `export class One {}`,
          '/two/lib/db.js': `export class Two {}`,
          '/one/a.js': `import { One } from '~/db'; probe(One);`,
          '/two/a.js': `import { Two } from '~/db'; probe(Two);`,
        },
        'class One',
        'class Two',
      ));

    it('are found by the names and the imports of package.json', () =>
      assertProbed(
        {
          '/packages/db/package.json': `{ "name": "@app/db", "exports": { ".": { "types": "./dist/index.d.ts", "default": "./dist/index.js" }, "./*": "./dist/*.js" } }`,
          '/packages/db/src/index.ts': `export class Db {}`,
          '/packages/db/src/schema.ts': `export class Schema {}`,
          '/packages/old/package.json': `{ "name": "old", "main": "lib/main.js" }`,
          '/packages/old/src/main.ts': `export class Old {}`,
          '/apps/web/package.json': `{ "name": "web", "imports": { "#db/*": "./src/db/*.js" } }`,
          '/apps/web/src/db/post.ts': `export class Post {}`,
          '/apps/web/src/a.ts': `import { Db } from '@app/db'; import { Schema } from '@app/db/schema'; import { Old } from 'old';
            import { Post } from '#db/post'; probe(Db, Schema, Old, Post);`,
        },
        'class Db',
        'class Schema',
        'class Old',
        'class Post',
      ));

    it('are modules of their own, with URIs and Windows’ paths too', () =>
      assertProbed(
        {
          'file:///w/schema.ts': `export const posts = pgTable('posts');`,
          'file:///w/a.ts': `import * as schema from './schema'; probe(schema, schema.posts);`,
          'C:\\w\\db.ts': `export class Db {}`,
          'C:\\w\\x\\a.ts': `import { Db } from '../db'; probe(Db);`,
        },
        'module file:///w/schema.ts',
        'pgTable()',
        'class Db',
      ));

    it('that import each other in a circle come to an end', () =>
      assertProbed(
        {
          '/a.ts': `export * from './b'; import { x } from './b'; probe(x);`,
          '/b.ts': `export * from './a'; export { x } from './a';`,
        },
        './b:x',
      ));

    it('that are not there stand for a package: a client that is generated', () =>
      assertProbed(
        { '/a.ts': `import { PrismaClient } from '../generated/prisma/client'; probe(new PrismaClient());` },
        'a ../generated/prisma/client:PrismaClient',
      ));
  });

  describe('CommonJS', () => {
    it('exports an object, a class, a function or single names', () =>
      assertProbed(
        {
          '/models.js': `class Post {} class User {} module.exports = { Post, Author: User };`,
          '/post.js': `class Post {} module.exports = Post;`,
          '/make.js': `module.exports = (db) => db.define('post');`,
          '/names.js': `exports.pool = new Pool(); module.exports.query = () => 1;`,
          '/a.js': `const { Post, Author: A } = require('./models'); const models = require('./models'); const P = require('./post');
            const make = require('./make'); const { pool } = require('./names'); const names = require('./names');
            probe(Post, A, models.Post, P, make(orm), pool, names.pool, require('./models').Author);`,
        },
        'class Post',
        'class User',
        'class Post',
        'class Post',
        'orm.define()',
        'a Pool',
        'a Pool',
        'class User',
      ));

    it('has a member for each file of a folder that is read at run time', () =>
      assertProbed(
        {
          '/models/index.js': `const fs = require('fs'); const path = require('path'); const Sequelize = require('sequelize');
            const db = {}; const sequelize = new Sequelize('postgres://');
            fs.readdirSync(__dirname).filter((file) => file !== 'index.js').forEach((file) => {
              const model = require(path.join(__dirname, file))(sequelize, Sequelize.DataTypes);
              db[model.name] = model;
            });
            db.sequelize = sequelize;
            module.exports = db;`,
          '/models/post.js': `const { Model } = require('sequelize');
            module.exports = (sequelize, DataTypes) => { class Post extends Model {} Post.init({}, { sequelize }); return Post; };`,
          '/models/user.js': `module.exports = (sequelize, DataTypes) => { const User = sequelize.define('User', {}); return User; };`,
          '/a.js': `const db = require('./models'); const { Post } = require('./models'); probe(Post, db.Post, db.User, db.sequelize, db.Nothing);`,
        },
        'class Post',
        'class Post',
        '(parameter 0.define of )()',
        'a sequelize:',
        '(the object).Nothing',
      ));
  });

  describe('objects of classes', () => {
    const service = {
      '/posts.service.ts': `import { Repository } from 'typeorm'; import { Post } from './post';
        export class PostsService {
          constructor(@InjectRepository(Post) private readonly posts: Repository<Post>) { }
          list() { return this.posts.find(); }
          static make() { return new PostsService(); }
          get repository() { return this.posts; }
        }`,
      '/post.ts': `export class Post { author: User; }  export class User {}`,
    };

    it('are injected by the type of a constructor’s parameter', () =>
      assertProbed(
        {
          ...service,
          '/a.ts': `import { PostsService } from './posts.service';
            class Controller { constructor(private service: PostsService) {} index() { probe(this.service, this.service.list(), this.service.repository); } }`,
        },
        'a class PostsService',
        '(a typeorm:Repository<class Post>).find()',
        'a typeorm:Repository<class Post>',
      ));

    it('are set in the constructor', () =>
      assertProbed(
        {
          ...service,
          '/a.ts': `import { PostsService } from './posts.service'; import { Pool } from 'pg';
            class A { private pool; constructor(service: PostsService) { this.service = service; this.pool = new Pool(); }
              f() { const { service } = this; const me = this; [1].map(() => probe(this.pool, service, me.pool)); } }`,
        },
        'a pg:Pool',
        'a class PostsService',
        'a pg:Pool',
      ));

    it('are injected into fields', () =>
      assertProbed(
        {
          ...service,
          '/a.ts': `import { Post } from './post'; import { PostsService } from './posts.service'; import { inject } from '@angular/core'; import { Repository } from 'typeorm';
            class A { @Inject() service: PostsService; @InjectRepository(Post) repo: Repository; other = inject(PostsService); @InjectModel(Post) model;
              f() { probe(this.service, this.repo, this.other, this.model); } }`,
        },
        'a class PostsService',
        'a typeorm:Repository<class Post>',
        'a class PostsService',
        'class Post',
      ));

    it('have what their base classes have, with the base’s type arguments', () =>
      assertProbed(
        {
          '/base.ts': `import { Repository } from 'typeorm';
            export abstract class BaseService<T> { constructor(protected repo: Repository<T>) {} all() { return this.repo.find(); } protected items: T[] }
            export class Middle<E> extends BaseService<E> {}`,
          '/post.ts': `export class Post {}`,
          '/a.ts': `import { Middle } from './base'; import { Post } from './post';
            class PostsService extends Middle<Post> { f() { probe(this.repo, this.all(), this.items[0]); for (const item of this.items) probe(item); } }`,
        },
        'a typeorm:Repository<class Post>',
        '(a typeorm:Repository<class Post>).find()',
        'a class Post',
        'a class Post',
      ));

    it('stand for an interface or an abstract class that they alone implement', () =>
      assertProbed(
        {
          '/a.ts': `interface Posts { list(): unknown } class SqlPosts implements Posts { list() { return db.query('x'); } }
            abstract class Users { abstract all(): unknown } class SqlUsers extends Users { all() { return db.query('y'); } }
            function f(posts: Posts, users: Users) { probe(posts.list(), users.all()); }`,
        },
        'db.query()',
        'db.query()',
      ));

    it('extend a package’s class', () =>
      assertProbed(
        {
          '/prisma.service.ts': `import { PrismaClient } from '@prisma/client'; export class PrismaService extends PrismaClient {}`,
          '/a.ts': `import { PrismaService } from './prisma.service'; class A { constructor(private prisma: PrismaService) {} f() { probe(this.prisma, this.prisma.post); } }`,
        },
        'a class PrismaService',
        '(a class PrismaService).post',
      ));
  });

  describe('functions', () => {
    it('give what they return', () =>
      assertProbed(
        {
          '/db.ts': `import { PrismaClient } from '@prisma/client'; import { drizzle } from 'drizzle-orm/node-postgres';
            let client: PrismaClient | undefined;
            export function getDb() { if (!client) client = new PrismaClient(); return client; }
            export const useDb = () => ({ prisma: getDb(), tables: 1 });
            export async function connect() { return drizzle(pool); }
            export const prisma = globalThis.prisma ?? new PrismaClient();
            export const extended = new PrismaClient().$extends({});`,
          '/a.ts': `import { getDb, useDb, connect, prisma, extended } from './db';
            async function f() { const { prisma: p } = useDb(); const db = await connect(); probe(getDb(), p, useDb().prisma, db, prisma, extended); }`,
        },
        'a @prisma/client:PrismaClient',
        'a @prisma/client:PrismaClient',
        'a @prisma/client:PrismaClient',
        'drizzle-orm/node-postgres:drizzle()',
        'a @prisma/client:PrismaClient',
        'a @prisma/client:PrismaClient',
      ));

    it('are read with what is passed to them', () =>
      assertProbed(
        {
          '/a.ts': `import { Pool } from 'pg'; const pool = new Pool();
            function same(x) { return x; } function pick({ db }) { return db; } const repo = (db) => ({ list: () => db.query('x') });
            probe(same(pool), pick({ db: pool }), repo(pool).list());`,
        },
        'a pg:Pool',
        'a pg:Pool',
        '(a pg:Pool).query()',
      ));

    it('give what their return type says where their body does not', () =>
      assertProbed(
        {
          '/a.ts': `import type { Knex } from 'knex'; declare function db(): Knex; function f(c: any): Knex { return c.knex; } async function g(c: any): Promise<Knex[]> { return c.all; }
            probe(f(1)); g(1).then((list) => { for (const k of list) probe(k); });`,
        },
        'a knex:Knex',
        'a knex:Knex',
      ));

    it('that are callbacks take what the call gives them', () =>
      assertProbed(
        {
          '/a.ts': `import { Pool } from 'pg'; const pool = new Pool();
            const withDb = async (work) => { const db = await pool.connect(); return work(db); };
            withDb(async (client) => probe(client)); prisma.$transaction(async (tx) => probe(tx));`,
        },
        '(a pg:Pool).connect()',
        'parameter 0 of ',
      ));

    it('have defaults for their parameters', () =>
      assertProbed(
        {
          '/a.ts': `import { PrismaClient } from '@prisma/client'; const prisma = new PrismaClient();
            async function create(data, tx = prisma, limit = 20) { probe(tx, limit); } async function list({ db } = { db: prisma }) { probe(db); }`,
        },
        'a @prisma/client:PrismaClient',
        'parameter 2 of create',
        'a @prisma/client:PrismaClient',
      ));

    it('are followed through the types that are made of them', () =>
      assertProbed(
        {
          '/a.ts': `import { drizzle } from 'drizzle-orm/node-postgres'; import * as schema from './schema'; import { Sequelize } from 'sequelize';
            const getDb = async () => drizzle(pool, { schema }); type Db = Awaited<ReturnType<typeof getDb>>; type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];
            function f(db: Db, made: ReturnType<typeof drizzle<typeof schema>>, s: InstanceType<typeof Sequelize>, n: NodePg<typeof schema>) { probe(db, made, s, n); }
            import { NodePg } from 'drizzle-orm';`,
          '/schema.ts': `export const posts = pgTable('posts');`,
        },
        'drizzle-orm/node-postgres:drizzle()',
        'drizzle-orm/node-postgres:drizzle()',
        'a sequelize:Sequelize',
        'a drizzle-orm:NodePg<module /schema.ts>',
      ));

    it('that are callbacks take what the type of the parameter says', () =>
      assertProbed(
        {
          '/a.ts': `import { Kysely, Transaction } from 'kysely'; import { DB } from './db';
            export async function withTx<T>(db: Kysely<DB>, n: number, work: (tx: Transaction<DB>, n?: number) => Promise<T>) { return helper(db, work); }
            withTx(db, 1, async (tx) => probe(tx)); prisma.use((x) => x); const run = (work) => client.$transaction(work);
            import { PrismaClient } from '@prisma/client'; const client = new PrismaClient(); run(async (tx) => probe(tx));`,
        },
        'a kysely:Transaction<./db:DB>',
        'a @prisma/client:PrismaClient',
      ));

    it('that call themselves come to an end', () =>
      assertProbed(
        {
          '/a.ts': `function g(n) { return h(n); } function h(n) { return g(n); } const f = (n) => f(n - 1); probe(g(1), f(1));`,
        },
        '(function h)()',
        '(the function)()',
      ));
  });

  describe('types', () => {
    it('are followed through interfaces, aliases and inline objects', () =>
      assertProbed(
        {
          '/types.ts': `import { Kysely } from 'kysely'; import { PrismaClient } from '@prisma/client';
            export interface Base { db: Kysely<Database> } export interface Context extends Base { prisma: PrismaClient; user?: { id: number } }
            export type Deps = { context: Context } & Other; type Other = { knex: Knex }; export type Db = Kysely<Database>;`,
          '/a.ts': `import { Context, Deps, Db } from './types'; import { Pool } from 'pg';
            const handler = (_: unknown, { db, prisma }: Context) => probe(db, prisma);
            function f(ctx: Context, deps: Deps, d: Db, inline: { pool: Pool; n: number }, t: typeof pool, u: Pool | undefined, m: Context['db']) {
              probe(ctx.db, deps.context.prisma, d, inline.pool, t, u, m); }
            const pool = new Pool();`,
        },
        'a kysely:Kysely<unknown>',
        'a @prisma/client:PrismaClient',
        'a kysely:Kysely<unknown>',
        'a @prisma/client:PrismaClient',
        'a kysely:Kysely<unknown>',
        'a pg:Pool',
        'a pg:Pool',
        'a pg:Pool',
        'a kysely:Kysely<unknown>',
      ));

    it('are followed through the members that are made of another’s', () =>
      assertProbed(
        {
          '/models.ts': `import post from './post'; import { Sequelize } from 'sequelize'; export const Factories = { Post: post };
            export type DB = { [K in keyof typeof Factories]: ReturnType<(typeof Factories)[K]> & Extra<ReturnType<(typeof Factories)[K]>>; } & { sequelize: Sequelize };`,
          '/post.ts': `export default (sequelize) => sequelize.define('Posts', {});`,
          '/a.ts': `import { DB } from './models'; declare const models: DB; function f(db: DB) { probe(db.Post, db.sequelize, db.Nothing); }`,
        },
        '(parameter 0.define of default)()',
        'a sequelize:Sequelize',
        '(a type ).Nothing',
      ));

    it('get members from module declarations', () =>
      assertProbed(
        {
          '/types.ts': `import { Knex } from 'knex'; declare module 'fastify' { interface FastifyInstance { knex: Knex } }
            declare global { namespace Express { interface Request { db: Knex } } }`,
          '/a.ts': `import { FastifyInstance } from 'fastify'; import { Request } from 'express';
            export default async function (app: FastifyInstance) { app.get('/', async (req: Request) => probe(app.knex, req.db)); }`,
        },
        'a knex:Knex',
        'a knex:Knex',
      ));
  });

  describe('names', () => {
    it('mean what the block around them says', () =>
      assertProbed(
        {
          '/a.ts': `import { Pool } from 'pg'; import { Kysely } from 'kysely';
            async function f(list) { { const db = new Pool(); probe(db); } for (const x of list) { const db = new Kysely(); probe(db); } if (list) { let db; db = new Pool(); probe(db); } }`,
        },
        'a pg:Pool',
        'a kysely:Kysely',
        'a pg:Pool',
      ));
  });

  describe('what other places put there', () => {
    it('is the member of a request, a server or the global object', () =>
      assertProbed(
        {
          '/server.js': `const knex = require('knex')({}); const { Pool } = require('pg'); const fastify = require('fastify')();
            app.use((req, res, next) => { req.db = knex; next(); });
            fastify.decorate('pool', new Pool()); app.locals.pool = new Pool(); global.store = new Pool();
            hono.use(async (c, next) => { c.set('knex', knex); await next(); });`,
          '/routes.js': `app.get('/', async (request, res) => probe(request.db, request.app.locals.pool, store, global.store));
            module.exports = async function (fastify) { fastify.get('/', () => probe(fastify.pool)); };
            hono.get('/', (c) => probe(c.get('knex'), c.var.knex));`,
        },
        'knex:()',
        'a pg:Pool',
        'a pg:Pool',
        'a pg:Pool',
        'knex:()',
        'knex:()',
        'a pg:Pool',
      ));

    it('is the context that a function makes for each request', () =>
      assertProbed(
        {
          '/context.ts': `import { PrismaClient } from '@prisma/client'; const prisma = new PrismaClient(); export const createContext = async ({ req }) => ({ prisma, req });`,
          '/router.ts': `export const posts = t.router({ list: t.procedure.query(({ ctx, input }) => probe(ctx.prisma)) });
            export const resolvers = { Query: { posts: (_, args, { prisma }) => probe(prisma), users: async (parent, args, context) => probe(context.prisma, context.nothing) } };`,
        },
        'a @prisma/client:PrismaClient',
        'a @prisma/client:PrismaClient',
        'a @prisma/client:PrismaClient',
        'parameter 2.nothing of resolvers.Query.users',
      ));

    it('is what all calls pass to a parameter', () =>
      assertProbed(
        {
          '/repo.js': `module.exports = (db) => ({ list: () => probe(db) }); function count(db, n) { probe(db, n); if (n) count(db, n - 1); } exports.x = count;`,
          '/posts.js': `exports.list = (db, id) => probe(db, id); exports.other = (db) => probe(db);`,
          '/a.js': `const { Pool } = require('pg'); const pool = new Pool(); const repo = require('./repo'); const posts = require('./posts');
            repo(pool); posts.list(pool, 7); posts.other(pool); posts.other(require('knex')());`,
        },
        'parameter 0 of count',
        'parameter 1 of count',
        'a pg:Pool',
        'a pg:Pool',
        'parameter 1 of list',
        'parameter 0 of other',
      ));

    it('is what makes an object, or is passed in an object', () =>
      assertProbed(
        {
          '/a.js': `class Posts { constructor(db, { cache }) { this.db = db; this.cache = cache; } list() { probe(this.db, this.cache); } }
            const repo = ({ db }) => ({ list: async () => probe(db) }); module.exports = { Posts, repo };`,
          '/b.js': `const { Posts, repo } = require('./a'); const { Pool } = require('pg'); const { Redis } = require('ioredis');
            const pool = new Pool(); new Posts(pool, { cache: new Redis() }); repo({ db: pool });`,
        },
        'a pg:Pool',
        'a ioredis:Redis',
        'a pg:Pool',
      ));

    it('is what a class or an object holds for all', () =>
      assertProbed(
        {
          '/db.ts': `import { Pool } from 'pg'; export class Database { static instance; pool = new Pool(); static shared = new Pool();
              static getInstance() { if (!Database.instance) Database.instance = new Database(); return Database.instance; } }
            export const service = { pool: new Pool(), list() { return probe(this.pool); } };`,
          '/a.ts': `import { Database, service } from './db'; probe(Database.shared, Database.getInstance().pool, service.pool, service.list);`,
        },
        'a pg:Pool',
        'a pg:Pool',
        'a pg:Pool',
        'a pg:Pool',
        'the function',
      ));

    it('is nothing where places differ', () =>
      assertProbed(
        {
          '/a.js': `const { Pool } = require('pg'); f((req) => { req.db = new Pool(); }); g((req) => { req.db = require('knex')(); }); h((req) => probe(req.db));`,
        },
        'parameter 0.db of ',
      ));
  });

  describe('elements of lists', () => {
    it('are what a loop or a callback takes', () =>
      assertProbed(
        {
          '/a.ts': `import { Post } from './post';
            async function f() { const posts = await Post.findAll(); for (const post of posts) probe(post); posts.map((post) => probe(post));
              posts.filter((p) => p.x).forEach(async ({ author }, i) => probe(author, i)); probe(posts[0], posts.find((p) => p.id === 1)); }
            function g(posts: Post[], more: Array<Post>, m: Map<string, Post>) { for (const p of posts) probe(p); more.reduce((sum, p) => probe(p), 0); }`,
          '/post.ts': `import { Model } from 'sequelize'; export class Post extends Model {}`,
        },
        'each of (class Post).findAll()',
        '(class Post).findAll().0',
        'each of (class Post).findAll()',
        'a class Post',
        'each of (class Post).findAll()',
        '(each of (class Post).findAll()).author',
        'parameter 1 of ',
        'a class Post',
      ));

    it('are what map makes of them', () =>
      assertProbed(
        {
          '/a.ts': `import { db } from 'db';
            async function f(ids: number[]) { const [a, b] = await Promise.all([db.one(), db.two()]); probe(a, b);
              const posts = await Promise.all(ids.map((id) => db.post(id))); for (const post of posts) probe(post); }`,
        },
        'db:db.one()',
        'db:db.two()',
        'db:db.post()',
      ));
  });
});
