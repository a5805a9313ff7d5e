import assert from 'node:assert/strict';
import { ormCallsIn } from '../../../support/orm-calls';

const setup = `import knex from 'knex';
const db = knex({ client: 'pg' });
`;

/** What is sent in the fullest form, one text for each statement. */
async function sent(text: string, more: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const { calls } = await ormCallsIn({ '/app/a.ts': text, ...more });
  return calls.flatMap(({ sent: [first = []] }) => first.map(({ sql }) => sql));
}

async function notes(text: string): Promise<string[]> {
  const { calls } = await ormCallsIn({ '/app/a.ts': text });
  return calls.flatMap(({ variants: [first] }) => [...(first?.notes ?? [])]);
}

describe('Calls of knex', () => {
  describe('are found', () => {
    const found = ['select * from "posts" where "id" = $1'];
    const receivers: Readonly<Record<string, string>> = {
      'on an instance': `${setup}export const f = (id) => db('posts').where({ id });`,
      'on an instance by require': `const knex = require('knex')({});
        exports.f = (id) => knex('posts').where({ id });`,
      'on a typed parameter': `import { Knex } from 'knex';
        export const f = (conn: Knex, id: number) => conn('posts').where({ id });`,
      'on a field': `import { Knex } from 'knex';
        class A { constructor(private readonly pool: Knex) {} async f(id) { return this.pool('posts').where({ id }); } }`,
      'in a transaction': `${setup}export const f = (id) => db.transaction(async (t) => { await t('posts').where({ id }); });`,
      'on what a transaction promises': `${setup}export async function f(id) { const t = await db.transaction(); await t('posts').where({ id }); }`,
      'on what a function gives': `${setup}const get = () => db;
        export const f = (id) => get()('posts').where({ id });`,
      'on a parameter that is called knex': `import type { Knex } from 'knex';
        export default (knex, id) => knex('posts').where({ id });`,
      'on one of two': `${setup}export async function f(id, trx) { await (trx ?? db)('posts').where({ id }); }`,
      'with type arguments behind await': `${setup}export async function f(id) { return await db<Post>('posts').where({ id }); }`,
      'where a function begins the builder': `${setup}const posts = () => db('posts');
        export async function f(id) { return posts().where({ id }); }`,
      'where a getter begins it': `${setup}class Posts {
          get table() { return db('posts'); }
          async f(id) { return this.table.where({ id }); }
        }`,
      'on an instance that a package injects': `import { InjectKnex, Knex } from 'nestjs-knex';
        class A { constructor(@InjectKnex() private readonly pool: Knex) {} async f(id) { return this.pool('posts').where({ id }); } }`,
      'where a function goes on with it': `${setup}function of(query, id) { return query.where({ id }); }
        export async function f(id) { let query = db('posts').select('*'); query = of(query, id); return await query; }`,
      'where a function adds to it': `${setup}function add(query, id) { query.where({ id }); }
        export async function f(id) { const query = db('posts').select('*'); add(query, id); return query; }`,
    };
    for (const [name, text] of Object.entries(receivers)) {
      it(name, async () => assert.deepEqual([...new Set(await sent(text))], found));
    }

    it('with the names that the instance makes', async () => {
      const text = `import knex from 'knex';
        import { knexSnakeCaseMappers } from 'objection';
        const db = knex({ client: 'pg', ...knexSnakeCaseMappers() });
        export const f = () => db('blogPosts').where('authorId', 1);`;
      assert.deepEqual(await sent(text), ['select * from "blog_posts" where "author_id" = $1']);
    });
  });

  describe('are not', () => {
    const silent: Readonly<Record<string, string>> = {
      'methods of other things': `${setup}const cache = new Map();
        export const f = (rows) => [cache.get(1), rows.filter(Boolean).map((x) => x.first()), rows.select('a').where('b', 1)];`,
      'methods of the same name in a class of the program': `${setup}class Query { where(a, b) { return this; } first() { return this; } }
        export const f = () => new Query().where('a', 1).first();`,
      'calls of a function that is called db': `import knex from 'knex';
        const db = (name) => ({ where: () => name });
        export const f = () => db('posts').where('a', 1);`,
      'a builder that is printed': `${setup}export const f = () => db('posts').where('a', 1).toString();`,
      'a builder with an alias': `${setup}export const f = () => { const sub = db('posts').select('id').as('x'); return sub; };`,
      'a table without anything': `${setup}export const posts = () => db('posts');`,
      'raw SQL that is a part': `${setup}export const f = () => send({ at: db.raw('now()') });`,
      'a builder that a constant holds': `${setup}export const f = (g) => { const query = db('posts').where('a', 1); g(); };`,
      'what other functions go on with': `${setup}const active = () => db('users').where('active', true);
        export const f = async () => { await active().limit(1); };`,
    };
    for (const [name, text] of Object.entries(silent)) {
      it(name, async () => {
        const found = await sent(text);
        assert.deepEqual(name.startsWith('what other') ? found.length : found, name.startsWith('what other') ? 1 : []);
      });
    }
  });

  describe('say what is not known', () => {
    const unknown: Readonly<Record<string, readonly [string, string, readonly string[]]>> = {
      'conditions of the run time': [
        `db('posts').where(filters)`,
        'Conditions added at run time are not included.',
        ['select * from "posts"'],
      ],
      'a column of the run time': [
        `db('posts').where(column, 1)`,
        'Conditions added at run time are not included.',
        ['select * from "posts"'],
      ],
      'more conditions in an object': [
        `db('posts').where({ ...filters, id: 1 })`,
        'Conditions added at run time are not included.',
        ['select * from "posts" where "id" = $1'],
      ],
      'columns of the run time': [
        `db('posts').select('id', ...columns)`,
        'Columns that are chosen at run time are not included.',
        ['select "id" from "posts"'],
      ],
      'an order of the run time': [
        `db('posts').orderBy(sort)`,
        'An order that is chosen at run time is not included.',
        ['select * from "posts"'],
      ],
      'a direction of the run time': [
        `db('posts').orderBy('id', direction)`,
        'The direction of the order is known at run time only: taken for ascending.',
        ['select * from "posts" order by "id" asc'],
      ],
      'a table of the run time': [`db(table).where('id', 1)`, 'The table is known at run time only.', []],
      'rows of the run time': [`db('posts').insert(rows)`, 'The columns that are set are known at run time only.', []],
      'a method of a plugin': [
        `db('posts').where('id', 1).paginate(2)`,
        'What paginate() adds is not included.',
        ['select * from "posts" where "id" = $1'],
      ],
      'a clause of the run time': [
        'db.raw(`select * from posts where ${clause}`)',
        'A part of the SQL is known at run time only.',
        [],
      ],
    };
    for (const [name, [call, note, sql]] of Object.entries(unknown)) {
      it(name, async () => {
        const text = `${setup}export async function f(filters, column, columns, sort, direction, table, rows, clause) { await ${call}; }`;
        assert.deepEqual(await sent(text), sql);
        assert.ok((await notes(text)).includes(note), (await notes(text)).join('\n'));
      });
    }

    it('what a function adds under conditions', async () => {
      const text = `${setup}function filter(query, { status, tag }) {
          if (status) query.where('status', status);
          if (tag) query.where('tag', tag);
          else query.whereNull('tag');
          return query;
        }
        export const f = async (filters) => filter(db('posts').select('*'), filters).limit(3);`;
      assert.deepEqual(await sent(text), ['select * from "posts" where "status" = $1 and "tag" = $2 limit $3']);
      assert.deepEqual(await notes(text), ['What filter adds depends on conditions: the most is shown.']);
    });

    it('and takes columns from the type of a row', async () => {
      const text = `${setup}interface NewPost { title: string; body: string }
        export async function add(post: NewPost) { await db('posts').insert(post); }`;
      assert.deepEqual(await sent(text), ['insert into "posts" ("body", "title") values ($1, $2)']);
      assert.deepEqual(await notes(text), ['The columns that are set are those of the type NewPost.']);
    });

    it('and keeps parameters out of literals', async () => {
      const text = `${setup}export async function f(lang) { await db.raw(\`select to_tsvector('\${lang}', ?)\`, ['x']); }`;
      assert.deepEqual(await sent(text), ["select to_tsvector('lang', $1)"]);
    });
  });

  it('do not take rows for a sub-query', async () => {
    const text = `${setup}export async function f() {
      const ids = await db('a').pluck('id');
      await db('b').whereIn('id', ids);
    }`;
    assert.deepEqual(await sent(text), ['select "id" from "a"', 'select * from "b" where "id" in ($1)']);
  });

  it('tell conditions of equality, limits and how many rows there are', async () => {
    const { calls } = await ormCallsIn({
      '/app/a.ts': `${setup}export const f = (id) => db('posts').where({ id }).where('posts.kind', 'page').first();`,
    });
    const [call] = calls[0]?.variants ?? [];
    assert.deepEqual(
      call?.equals.map(({ property }) => property),
      ['id', 'kind'],
    );
    assert.equal(call?.isOnlyEquals, true);
    assert.equal(call?.operation, 'find one');
    assert.equal(call?.isMany, false);
    assert.equal(call?.hasLimit, true);
  });

  it('bind what the program gives, in the order of the text', async () => {
    const { calls } = await ormCallsIn({
      '/app/a.ts': `${setup}export const f = (id, n) => db('posts').where('a', 'x').where('id', id).limit(n);`,
    });
    const [statement] = calls[0]?.sent[0] ?? [];
    assert.deepEqual(
      statement?.parameters.map(({ source, constant }) => ({ source, constant })),
      [
        { source: "'x'", constant: 'x' },
        { source: 'id', constant: undefined },
        { source: 'n', constant: undefined },
      ],
    );
  });

  it('say where the document has their names and values', async () => {
    const text = `${setup}import { published } from './scopes';
      export const f = (by) => db('posts').where({ author_id: by }).modify(published);`;
    const scopes = `export const published = (query) => query.where('status', 'published');`;
    const { calls } = await ormCallsIn({ '/app/a.ts': text, '/app/scopes.ts': scopes });
    const [statement] = calls[0]?.sent[0] ?? [];
    const place = statement?.places?.get('author_id');
    assert.equal(text.slice(place?.start, place?.end), 'author_id');
    const [author, status] = statement?.parameters ?? [];
    assert.equal(text.slice(author?.range.start, author?.range.end), 'by');
    assert.deepEqual(status?.range, calls[0]?.chain.range, 'what stands in another file has the place of the call');
  });
});
