import assert from 'node:assert/strict';
import { ormCallsIn } from '../../../support/orm-calls';

/** The SQL of every call of kysely's in these files, the likeliest form. */
async function sqlOf(texts: Record<string, string>): Promise<string[]> {
  const { calls } = await ormCallsIn(texts);
  return calls
    .filter(({ variants }) => variants[0]?.library === 'kysely')
    .flatMap(({ sent }) => sent[0]?.map(({ sql }) => sql) ?? []);
}

const database = `
  import { CamelCasePlugin, Generated, Kysely } from 'kysely';
  interface PostsTable { id: Generated<number>; authorId: number; title: string; body: string | null; createdAt: Generated<Date> }
  export interface Database { posts: PostsTable }
  export type Db = Kysely<Database>;
  export const db = new Kysely<Database>({ dialect, plugins: [new CamelCasePlugin()] });
`;

describe('calls of kysely', () => {
  it('are those that send a query', async () => {
    const sql = await sqlOf({
      '/src/database.ts': database,
      '/src/posts.ts': `
        import { db } from './database';
        export const list = () => db.selectFrom('posts').select('createdAt').execute();
        export const text = () => db.selectFrom('posts').selectAll().compile().sql;
        export const part = () => db.selectFrom('posts').selectAll();
        export const all = () => db.transaction().execute(async (trx) => trx.deleteFrom('posts').execute());
      `,
    });
    assert.deepEqual(sql, ['select "created_at" from "posts"', 'delete from "posts"']);
  });

  it('are not those of other things that execute', async () => {
    const sql = await sqlOf({
      '/src/commands.ts': `
        import { db } from './database';
        class Command { execute() { return 1; } }
        class Bus { selectFrom(list: string) { return new Command(); } }
        export async function run(bus: Bus, cache: Map<string, string>, tasks: { execute(): void }[]) {
          await new Command().execute();
          await bus.selectFrom('posts').execute();
          cache.get('posts');
          tasks.map((task) => task.execute());
          await Promise.all([1].map((n) => n));
        }
      `,
      '/src/database.ts': database,
    });
    assert.deepEqual(sql, []);
  });

  it('are read where Nest injects the database', async () => {
    const sql = await sqlOf({
      '/src/database.ts': database,
      '/src/posts.repo.ts': `
        import { Injectable } from '@nestjs/common';
        import { InjectKysely } from 'nestjs-kysely';
        import type { Db } from './database';
        @Injectable()
        export class PostRepo {
          constructor(@InjectKysely() private readonly db: Db) {}
          async find(authorId: number) {
            return this.db.selectFrom('posts').selectAll().where('authorId', '=', authorId).executeTakeFirst();
          }
        }
      `,
    });
    assert.deepEqual(sql, ['select * from "posts" where "author_id" = $1']);
  });

  it('know the model, what is compared and what is not known', async () => {
    const { calls } = await ormCallsIn({
      '/src/database.ts': database,
      '/src/posts.ts': `
        import type { Insertable, Updateable } from 'kysely';
        import { db, type PostsTable } from './database';
        export const byAuthor = (authorId: number) =>
          db.selectFrom('posts').selectAll().where('authorId', '=', authorId).limit(5).execute();
        export const add = (post: Insertable<PostsTable>) => db.insertInto('posts').values(post).execute();
        export const change = (id: number, post: Updateable<PostsTable>) =>
          db.updateTable('posts').set(post).where('id', '=', id).execute();
      `,
    });
    const [found, added, changed] = calls.map(({ variants }) => variants[0]);
    assert.equal(found?.model?.table, 'posts');
    assert.deepEqual(
      found?.equals.map(({ property }) => property),
      ['authorId'],
    );
    assert.ok(found?.isOnlyEquals && found.hasLimit && found.isMany);
    assert.equal(added?.statements[0]?.sql, 'insert into "posts" ("author_id", "title") values ($1, $2)');
    assert.equal(changed?.statements[0]?.sql, 'update "posts" set "author_id" = $1 where "id" = $2');
    const notes = ['Which columns are written is known at run time only; some are shown.'];
    assert.deepEqual([added?.notes, changed?.notes], [notes, notes]);
  });

  it('say which columns the rows have, and when it is a number', async () => {
    const { calls } = await ormCallsIn({
      '/src/database.ts': database,
      '/src/posts.ts': `
        import { db } from './database';
        export const a = () => db.selectFrom('posts').select(['id', 'posts.title as name']).execute();
        export const b = () => db.selectFrom('posts').selectAll().executeTakeFirst();
        export const c = () => db.selectFrom('posts').select((eb) => eb.fn.countAll().as('n')).executeTakeFirstOrThrow();
        export const d = () =>
          db.selectFrom('posts').select(['authorId', (eb) => eb.fn.count('id').as('n')]).groupBy('authorId').execute();
      `,
    });
    assert.deepEqual(
      calls.map(({ variants: [call] }) => [call?.operation, call?.isMany, call?.selects]),
      [
        ['find', true, ['id', 'name']],
        ['find one', false, undefined],
        ['count', false, ['n']],
        ['find', true, ['authorId', 'n']],
      ],
    );
  });

  it('say what only the run time knows', async () => {
    const { calls } = await ormCallsIn({
      '/src/database.ts': database,
      '/src/posts.ts': `
        import { sql } from 'kysely';
        import { db } from './database';
        export const search = (conditions: any[], column: string) =>
          db.selectFrom('posts').select('id').where((eb) => eb.and(conditions)).orderBy(sql\`\${sql.raw(column)}\`).execute();
      `,
    });
    assert.deepEqual(calls[0]?.variants[0]?.notes, [
      'Conditions added at run time are not included.',
      'The text that column puts into the SQL is not known.',
    ]);
  });

  it('survive what makes no sense', async () => {
    const sql = await sqlOf({
      '/src/database.ts': database,
      '/src/broken.ts': `
        import { db } from './database';
        export const a = () => db.selectFrom().selectAll().execute();
        export const b = () => db.selectFrom('posts').where().innerJoin().orderBy().execute();
        export const c = () => db.selectFrom(nothing).select(1, 2).execute();
        export const d = () => db.selectFrom('posts as').select((eb) => eb.nothing().at.all()).execute();
        const loop = () => loop();
        export const e = () => db.selectFrom('posts').where(loop()).execute(
      `,
    });
    assert.ok(sql.every((each) => each.startsWith('select')));
  });
});
