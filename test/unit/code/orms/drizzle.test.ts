import assert from 'node:assert/strict';
import { ormCallsIn } from '../../../support/orm-calls';

/** The SQL of every call of drizzle's in these files, the likeliest form. */
async function sqlOf(texts: Record<string, string>): Promise<string[]> {
  const { calls } = await ormCallsIn(texts);
  return calls
    .filter(({ variants }) => variants[0]?.library === 'drizzle')
    .flatMap(({ sent }) => sent[0]?.map(({ sql }) => sql) ?? []);
}

const schema = `
  import { relations } from 'drizzle-orm';
  import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core';
  export const users = pgTable('users', { id: serial('id').primaryKey(), email: text('email').notNull() });
  export const posts = pgTable('posts', {
    id: serial('id').primaryKey(),
    authorId: integer('author_id').notNull().references(() => users.id),
    title: text('title').notNull(),
  });
  export const usersRelations = relations(users, ({ many }) => ({ posts: many(posts) }));
  export const postsRelations = relations(posts, ({ one }) => ({
    author: one(users, { fields: [posts.authorId], references: [users.id] }),
  }));
`;
const database = `
  import { drizzle } from 'drizzle-orm/node-postgres';
  import * as schema from './schema';
  export const db = drizzle(process.env.DATABASE_URL!, { schema });
`;

describe('calls of drizzle', () => {
  it('are those that are awaited, returned or run', async () => {
    const sql = await sqlOf({
      '/src/schema.ts': schema,
      '/src/db.ts': database,
      '/src/posts.ts': `
        import { eq, inArray } from 'drizzle-orm';
        import { db } from './db';
        import { posts, users } from './schema';
        export async function list() {
          const mine = db.select({ id: users.id }).from(users);
          const text = db.select().from(users).toSQL();
          const rows = await db.select({ id: posts.id }).from(posts).where(inArray(posts.authorId, mine));
          const [first] = await Promise.all([db.select({ title: posts.title }).from(posts)]);
          return rows;
        }
        export const remove = (id: number) => db.delete(posts).where(eq(posts.id, id));
      `,
    });
    assert.deepEqual(sql, [
      'select "id" from "posts" where "posts"."author_id" in (select "id" from "users")',
      'select "title" from "posts"',
      'delete from "posts" where "posts"."id" = $1',
    ]);
  });

  it('are not those of other things with the same names', async () => {
    const sql = await sqlOf({
      '/src/schema.ts': schema,
      '/src/other.ts': `
        import { eq } from 'drizzle-orm';
        import { posts } from './schema';
        export async function other(cache: Map<string, string>, list: { select(): string[]; insert(x: number): void }) {
          cache.delete('posts');
          await list.select();
          list.insert(3);
          const found = [1, 2].find((n) => n > 1);
          await fetch('/posts').then((response) => response.json());
          return eq(posts.id, 1);
        }
      `,
    });
    assert.deepEqual(sql, []);
  });

  it('are not those of MySQL and SQLite', async () => {
    const sql = await sqlOf({
      '/src/schema.ts': `
        import { int, mysqlTable } from 'drizzle-orm/mysql-core';
        export const users = mysqlTable('users', { id: int('id') });
      `,
      '/src/users.ts': `
        import { drizzle } from 'drizzle-orm/mysql2';
        import { users } from './schema';
        const db = drizzle('');
        export const list = async () => db.select().from(users);
      `,
    });
    assert.deepEqual(sql, []);
  });

  it('know the model, its relations, what is loaded and what is compared', async () => {
    const { calls, program } = await ormCallsIn({
      '/src/schema.ts': schema,
      '/src/db.ts': database,
      '/src/posts.ts': `
        import { and, eq } from 'drizzle-orm';
        import { db } from './db';
        import { posts } from './schema';
        export const one = async (id: number, authorId: number) =>
          db.query.posts.findFirst({
            where: and(eq(posts.id, id), eq(posts.authorId, authorId)),
            columns: { title: true },
            with: { author: { columns: { email: true } } },
          });
      `,
    });
    const call = calls[0]?.variants[0];
    assert.equal(call?.model?.table, 'posts');
    assert.deepEqual(
      call?.equals.map(({ property }) => property),
      ['id', 'authorId'],
    );
    assert.deepEqual([call?.isOnlyEquals, call?.isMany, call?.operation], [true, false, 'find one']);
    assert.deepEqual(
      call?.loads.map(({ path, columns }) => ({ path, columns })),
      [{ path: 'author', columns: ['email'] }],
    );
    assert.deepEqual(call?.selects, ['title']);
    const [author] = call?.model?.associations ?? [];
    assert.deepEqual(
      { name: author?.name, kind: author?.kind, target: author?.target, key: author?.foreignKey },
      { name: 'author', kind: 'belongsTo', target: 'users', key: ['author_id'] },
    );
    assert.equal(program.files.size, 3);
  });

  it('say what only the run time knows', async () => {
    const { calls } = await ormCallsIn({
      '/src/schema.ts': schema,
      '/src/db.ts': database,
      '/src/posts.ts': `
        import { and, sql, type SQL } from 'drizzle-orm';
        import { db } from './db';
        import { posts } from './schema';
        export const search = async (conditions: SQL[], order: string) =>
          db.select({ id: posts.id }).from(posts).where(and(...conditions)).orderBy(sql.raw(order));
      `,
    });
    const call = calls[0]?.variants[0];
    assert.equal(call?.statements[0]?.sql, 'select "id" from "posts"');
    assert.ok(call?.notes.includes('Conditions added at run time are not included.'));
    assert.ok(call?.notes.includes('The text that order puts into the SQL is not known.'));
  });

  it('survive bad declarations', async () => {
    const sql = await sqlOf({
      '/src/schema.ts': `
        import { pgTable, text, relations } from 'drizzle-orm/pg-core';
        export const nameless = pgTable();
        export const circular = pgTable('circular', { ...circular, id: text('id') });
        export const odd = pgTable('odd', columns());
        export const empty = pgTable('empty', {});
        export const bad = relations(nothing, ({ one }) => ({ x: one(missing) }));
      `,
      '/src/db.ts': database,
      '/src/use.ts': `
        import { db } from './db';
        import { circular, empty, nameless, odd } from './schema';
        export const a = async () => db.select().from(nameless);
        export const b = async () => db.select().from(circular).where();
        export const c = async () => db.insert(empty).values({}).returning();
        export const d = async () => db.query.odd.findMany({ with: { nobody: true } });
        export const e = async () => db.update(odd).set({}).where(1, 2, 3);
        export const f = async () => db.select().from(circular
      `,
    });
    assert.ok(sql.includes('select "id" from "circular"'));
  });
});
