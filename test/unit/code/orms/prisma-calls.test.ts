import assert from 'node:assert/strict';
import { ormCallsIn } from '../../../support/orm-calls';

const schema = `datasource db {
  provider = "postgresql"
}
model User {
  id    Int    @id
  email String @unique
  posts Post[]
}
model Post {
  id       Int    @id
  title    String
  authorId Int    @map("author_id")
  author   User   @relation(fields: [authorId], references: [id])
  @@map("posts")
}`;

async function calls(files: Readonly<Record<string, string>> | string) {
  const texts = typeof files === 'string' ? { '/app/src/a.ts': files } : files;
  const found = await ormCallsIn({ '/app/prisma/schema.prisma': schema, ...texts });
  return found.calls.filter(({ variants }) => variants.some(({ library }) => library === 'prisma'));
}

async function statements(files: Readonly<Record<string, string>> | string): Promise<string[][]> {
  return (await calls(files)).map(({ sent }) => (sent[0] ?? []).map(({ sql }) => sql));
}

const found = 'SELECT posts.id FROM posts WHERE 1 = 1 OFFSET $1';
const query = 'post.findMany({ select: { id: true } })';

describe('Calls of Prisma', () => {
  const receivers: Readonly<Record<string, string>> = {
    'a client of @prisma/client': `import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient();
      export const list = () => prisma.${query};`,
    'a client by require': `const { PrismaClient } = require('@prisma/client');
      const db = new PrismaClient();
      exports.list = () => db.${query};`,
    'a client that is kept on globalThis': `import { PrismaClient } from '@prisma/client';
      const client = globalThis.prisma ?? new PrismaClient();
      export const list = () => client.${query};`,
    'an injected service': `import { PrismaClient } from '@prisma/client';
      class PrismaService extends PrismaClient {}
      export class Posts { constructor(private readonly data: PrismaService) {} list() { return this.data.${query}; } }`,
    'a generated client outside of the workspace': `import { PrismaClient } from '../generated/prisma/client';
      const orm = new PrismaClient();
      export const list = () => orm.${query};`,
    'a client that a helper remembers': `import { PrismaClient } from '@prisma/client';
      function remember<T>(name: string, make: () => T): T { globalThis.made ??= new Map(); globalThis.made.set(name, make()); return globalThis.made.get(name); }
      const db = remember('prisma', () => new PrismaClient());
      const replicas = remember('replicas', () => db.$extends({ name: 'replicas' }));
      export const list = () => replicas.${query};`,
    'an extended client': `import { PrismaClient } from '@prisma/client';
      const db = new PrismaClient().$extends({ name: 'soft delete' });
      export const list = () => db.${query};`,
    'a transaction': `import { PrismaClient } from '@prisma/client';
      const db = new PrismaClient();
      export const list = () => db.$transaction(async (t) => { await t.${query}; });`,
    'a typed transaction': `import { Prisma } from '@prisma/client';
      export const list = (t: Prisma.TransactionClient) => t.${query};`,
    'a context without a type': `export const resolvers = { Query: { posts: (_, args, ctx) => ctx.prisma.${query} } };`,
    'a model in a variable': `import { PrismaClient } from '@prisma/client';
      const { post } = new PrismaClient();
      export const list = () => ${query};`,
  };
  for (const [title, text] of Object.entries(receivers)) {
    it(`are found on ${title}`, async () => {
      assert.deepEqual(await statements(text), [[found]]);
    });
  }

  const silent: Readonly<Record<string, string>> = {
    'a cache with the same methods': `const cache = new Map(); cache.post.findMany({ where: { id: 1 } });`,
    'another class': `class Store { post = { findMany() { return []; } }; list() { return this.post.findMany(); } }
      export const list = () => new Store().post.findMany();`,
    'a model that the schema does not have': `import { PrismaClient } from '@prisma/client';
      new PrismaClient().invoice.findMany();`,
    'an array': `const post = [1, 2]; post.map((x) => x); post.update();`,
    "a mock that a test calls prisma's": `const prisma = { post: { findMany: () => [] } }; prisma.post.findMany();`,
    'methods of the client itself': `import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient(); prisma.$connect(); prisma.$disconnect();`,
  };
  for (const [title, text] of Object.entries(silent)) {
    it(`are not seen in ${title}`, async () => {
      assert.deepEqual(await statements(text), []);
    });
  }

  const imports = `import { PrismaClient } from '@prisma/client'; const prisma = new PrismaClient();`;

  it('say what is not known of them', async () => {
    const [call] = await calls(`${imports}
      export const list = (where, orderBy) => prisma.post.findMany({ where: { title: 'x', ...where }, orderBy });`);
    assert.deepEqual(call?.variants[0]?.notes, [
      'What the rows are sorted by is known at run time only.',
      'Conditions added at run time are not included.',
    ]);
  });

  it('that write to rows which nobody knows show no statement for all rows', async () => {
    const found = await calls(`${imports}
      export const remove = (where) => prisma.post.deleteMany({ where });
      export const removeAll = () => prisma.post.deleteMany();`);
    assert.deepEqual(
      found.map(({ sent }) => (sent[0] ?? []).map(({ sql }) => sql)),
      [[], ['DELETE FROM posts WHERE 1 = 1']],
    );
  });

  it('have the conditions that each branch adds', async () => {
    const [call] = await calls(`${imports}
      export function list(title?: string) {
        const where: any = { authorId: 1 };
        if (title) where.title = { contains: title };
        return prisma.post.findMany({ where, select: { id: true } });
      }`);
    assert.deepEqual(
      call?.sent.map(([first]) => first?.sql.replace(/.* WHERE (.*) OFFSET.*/, '$1')),
      ["posts.author_id = $1 AND posts.title::text LIKE ('%' || $2 || '%')", 'posts.author_id = $1'],
    );
  });

  it('tell what comes with the rows, and which of several sends are one', async () => {
    const found = await calls(`${imports}
      export const one = (id: number) => prisma.user.findUnique({ where: { id }, include: { posts: { select: { title: true } } } });
      export const first = (email: string) => prisma.user.findFirst({ where: { email } });`);
    const [one, first] = found.map(({ variants }) => variants[0]);
    assert.deepEqual(
      one?.loads.map(({ path, columns }) => ({ path, columns })),
      [{ path: 'posts', columns: ['title'] }],
    );
    assert.equal(one?.isBatched, true);
    assert.deepEqual(
      one?.equals.map(({ property }) => property),
      ['id'],
    );
    assert.equal(first?.isBatched, undefined);
    assert.equal(first?.operation, 'find one');
  });

  it('write a row of what a list is mapped to, and the columns of a declared type', async () => {
    const sent = await statements(`${imports}
      class CreatePost { title: string; authorId: number; captcha: string; }
      export const many = (titles: string[]) => prisma.post.createMany({ data: titles.map((title, id) => ({ id, title, authorId: 1 })) });
      export const one = (post: CreatePost) => prisma.post.create({ data: post, select: { id: true } });`);
    assert.deepEqual(sent, [
      ['INSERT INTO posts (id, title, author_id) VALUES ($1, $2, $3)'],
      ['INSERT INTO posts (title, author_id) VALUES ($1, $2) RETURNING posts.id'],
    ]);
  });

  it('know the place of its name in the program for each column that is asked about', async () => {
    const text = `${imports}
      export const list = () => prisma.post.findMany({ where: { authorId: 1 }, orderBy: { title: 'asc' } });`;
    const [call] = await calls(text);
    const places = [...(call?.sent[0]?.[0]?.places ?? [])];
    assert.deepEqual(
      places.map(([column, { start, end }]) => [column, text.slice(start, end)]),
      [
        ['title', 'title'],
        ['author_id', 'authorId'],
      ],
    );
  });

  it('know the constants that they bind', async () => {
    const [call] = await calls(`${imports}
      const PAGE = 20;
      export const list = (page: number) => prisma.post.findMany({ take: PAGE, skip: page * PAGE });`);
    assert.deepEqual(
      call?.sent[0]?.[0]?.parameters.map(({ source, constant }) => constant ?? source),
      [20, 'page * PAGE'],
    );
  });
});
