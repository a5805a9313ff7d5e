import assert from 'node:assert/strict';
import { databaseTables } from '../../../../src/code/orms/supabase/database-types';
import { logicParts, selectItems } from '../../../../src/code/orms/supabase/query-text';
import { ormCallsIn } from '../../../support/orm-calls';

async function sql(files: Readonly<Record<string, string>> | string): Promise<string[]> {
  const { calls } = await ormCallsIn(typeof files === 'string' ? { '/app/src/a.ts': files } : files);
  const ours = calls.filter(({ variants }) => variants.some(({ library }) => library === 'supabase'));
  return ours.flatMap(({ sent }) => (sent[0] ?? []).map((statement) => statement.sql));
}

const query = "from('posts').select('id').eq('id', id)";
const found = ['SELECT posts.id FROM posts WHERE posts.id = $1'];

describe('Calls of supabase-js', () => {
  const receivers: Readonly<Record<string, string>> = {
    'a client': `import { createClient } from '@supabase/supabase-js';
      const db = createClient(url, key);
      export const get = (id) => db.${query};`,
    'a client of a server component': `import { createServerClient } from '@supabase/ssr';
      async function client() { return createServerClient(url, key, { cookies }); }
      export async function get(id) { const db = await client(); return db.${query}; }`,
    'a typed parameter': `import { SupabaseClient } from '@supabase/supabase-js';
      export const get = (db: SupabaseClient, id: number) => db.${query};`,
    "what a framework hands over under the client's name": `import { isAuthError } from '@supabase/supabase-js';
      export async function load({ locals: { supabase }, id }) { return supabase.${query}; }`,
  };
  for (const [title, text] of Object.entries(receivers)) {
    it(`are found on ${title}`, async () => assert.deepEqual(await sql(text), found));
  }

  const silent: Readonly<Record<string, string>> = {
    'files of a bucket': `import { createClient } from '@supabase/supabase-js';
      createClient(url, key).storage.from('avatars').select('a');`,
    'lists and buffers': `Array.from('posts').select('id'); Buffer.from('posts');`,
    'another query builder': `import { knex } from './knex'; knex.from('posts').select('id');`,
    'a table that only the run time knows': `import { createClient } from '@supabase/supabase-js';
      export const all = (table) => createClient(url, key).from(table).select();`,
    channels: `import { createClient } from '@supabase/supabase-js';
      createClient(url, key).channel('room').on('postgres_changes', {}, () => {}).subscribe();`,
  };
  for (const [title, text] of Object.entries(silent)) {
    it(`are not seen in ${title}`, async () => assert.deepEqual(await sql(text), []));
  }

  it('that write to rows which nobody knows show no statement for all rows', async () => {
    const text = `import { createClient } from '@supabase/supabase-js';
      export const remove = (filter) => createClient(url, key).from('posts').delete().match(filter);`;
    assert.deepEqual(await sql(text), []);
  });

  it('say which foreign keys they do not know', async () => {
    const { calls } = await ormCallsIn({
      '/app/a.ts': `import { createClient } from '@supabase/supabase-js';
        export const list = () => createClient(url, key).from('posts').select('id, users(name)');`,
    });
    assert.deepEqual(calls[0]?.variants[0]?.notes, [
      'How “users” belongs to “posts” is not in the program (the types that Supabase generates say it); it is not included.',
    ]);
  });
});

describe("PostgREST's select", () => {
  it('has aliases, casts, paths and aggregates', () => {
    assert.deepEqual(
      selectItems('id, when:created_at::date, meta->a->>b, total:amount.sum()::text, count()').map(
        ({ alias, name, path, aggregate, cast }) => [alias, name, path.length, aggregate, cast],
      ),
      [
        [undefined, 'id', 0, undefined, undefined],
        ['when', 'created_at', 0, undefined, 'date'],
        [undefined, 'meta', 2, undefined, undefined],
        ['total', 'amount', 0, 'sum', 'text'],
        [undefined, '*', 0, 'count', undefined],
      ],
    );
  });

  it('embeds tables within tables', () => {
    const [author, spread] = selectItems('author:users!fk_author!inner(name, posts(id)), ...profile(bio)');
    assert.deepEqual(
      [author?.alias, author?.name, author?.embed?.hint, author?.embed?.isInner],
      ['author', 'users', 'fk_author', true],
    );
    assert.equal(author?.embed?.items[1]?.name, 'posts');
    assert.equal(spread?.embed?.isSpread, true);
  });

  it('that is half typed ends', () => {
    for (const text of ['', ',', 'a:', 'users(', 'users(id', '...', ')(', 'a!!b(c)'])
      assert.ok(Array.isArray(selectItems(text)));
    assert.ok(Array.isArray(selectItems('a('.repeat(5_000) + ')'.repeat(5_000))));
    for (const text of ['', 'a', 'a.eq', 'and(', 'not.and(a.eq.1', '"a.b".eq.1'])
      assert.ok(Array.isArray(logicParts(text)));
  });
});

describe('Types that Supabase generates', () => {
  it('that are cut off or written otherwise give what can be read', () => {
    assert.deepEqual(databaseTables('export type Database = {'), []);
    assert.deepEqual(databaseTables('export type Database = Other'), []);
    assert.deepEqual(databaseTables(`export type Database = {${'a: {'.repeat(20_000)}`), []);
    const [table] = databaseTables(
      'export interface Database { public: { Tables: { posts: { Row: { id: number; tags: string[] | null }; Relationships: [] } } } }',
    );
    assert.deepEqual(
      table?.columns.map(({ name, type }) => `${name} ${type}`),
      ['id number', 'tags string[]|null'],
    );
  });
});
