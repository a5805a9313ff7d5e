import assert from 'node:assert/strict';
import type { Repetition } from '../../../../src/code/calls/repetition';
import { callFactsIn } from '../../../support/code-findings';

const head = `import { Pool } from 'pg';\nconst pool = new Pool();\n`;

/** \`findAuthor\` is one query by key; \`allPosts\` a list. */
const library = `${head}
export async function allPosts() {
  const { rows } = await pool.query('SELECT id, author_id FROM posts');
  return rows;
}
export async function findAuthor(id: number) {
  const { rows } = await pool.query('SELECT * FROM users WHERE id = $1', [id]);
  return rows[0];
}`;

async function repetitionsIn(texts: Record<string, string> | string): Promise<readonly Repetition[]> {
  const { repetitions } = await callFactsIn(typeof texts === 'string' ? { '/app/src/a.ts': head + texts } : texts);
  return repetitions;
}

const way = ({ steps }: Repetition) => steps.map(({ name }) => name).join(' → ');

describe('queries that are sent once for each turn', () => {
  const inLoops: Record<string, string> = {
    'for of': "for (const post of posts) { await pool.query('SELECT * FROM users WHERE id = $1', [post.author_id]); }",
    for: "for (let i = 0; i < posts.length; i++) { await pool.query('SELECT * FROM users WHERE id = $1', [posts[i].author_id]); }",
    'for await':
      "for await (const post of posts) { await pool.query('SELECT * FROM users WHERE id = $1', [post.author_id]); }",
    'while that takes one after the other':
      "while (posts.length > 0) { const post = posts.pop(); await pool.query('SELECT * FROM users WHERE id = $1', [post.author_id]); }",
    map: "return posts.map(async (post) => (await pool.query('SELECT * FROM users WHERE id = $1', [post.author_id])).rows);",
    'Promise.all over map':
      "return Promise.all(posts.map(async ({ author_id }) => pool.query('SELECT * FROM users WHERE id = $1', [author_id])));",
    forEach:
      "posts.forEach(async (post) => { post.author = await pool.query('SELECT * FROM users WHERE id = $1', [post.author_id]); });",
    reduce:
      "return posts.reduce(async (done, post) => { await done; await pool.query('SELECT * FROM users WHERE id = $1', [post.author_id]); }, Promise.resolve());",
    'bluebird map':
      "return Promise.map(posts, (post) => pool.query('SELECT * FROM users WHERE id = $1', [post.author_id]));",
    'lodash map': "return _.map(posts, (post) => pool.query('SELECT * FROM users WHERE id = $1', [post.author_id]));",
    'p-map':
      "return pMap(posts, async (post) => pool.query('SELECT * FROM users WHERE id = $1', [post.author_id]), { concurrency: 4 });",
    'async.eachLimit':
      "return async.eachLimit(posts, 5, async (post) => { await pool.query('SELECT * FROM users WHERE id = $1', [post.author_id]); });",
    'a limit inside map':
      "return Promise.all(posts.map((post) => limit(() => pool.query('SELECT * FROM users WHERE id = $1', [post.author_id]))));",
    'then chains':
      "return load().then((posts) => Promise.all(posts.map((post) => pool.query('SELECT * FROM users WHERE id = $1', [post.author_id]))));",
  };
  for (const [name, body] of Object.entries(inLoops)) {
    it(`are found in ${name}, with the key that the row gives`, async () => {
      const [found, ...others] = await repetitionsIn(`export async function list(posts: any[]) { ${body} }`);
      assert.ok(found, 'nothing was found');
      assert.deepEqual(others, []);
      assert.equal(found.kind, 'query');
      assert.equal(found.depth, 0);
      assert.deepEqual(
        found.keys.map(({ property, rowPath }) => [property, rowPath]),
        name.startsWith('while') ? [['id', undefined]] : [['id', ['author_id']]],
      );
    });
  }

  it('are found for pages of a book, which are rows', async () => {
    const found = await repetitionsIn(`export async function list(pages: any[]) {
      for (const page of pages) { await pool.query('SELECT * FROM users WHERE id = $1', [page.authorId]); }
      await Promise.all(pages.map(async ({ id: pageId }) => pool.query('SELECT * FROM comments WHERE page_id = $1', [pageId])));
    }`);
    assert.deepEqual(
      found.map(({ inner }) => inner.name),
      ['SELECT FROM users', 'SELECT FROM comments'],
    );
  });

  it('wait for each other in a for loop, go together in Promise.all, and nobody waits for those of forEach', async () => {
    const pace = async (body: string) =>
      (await repetitionsIn(`async function list(posts: any[]) { ${body} }`))[0]?.pace;
    assert.equal(await pace(String(inLoops['for of'])), 'one by one');
    assert.equal(await pace(String(inLoops['Promise.all over map'])), 'in parallel');
    assert.equal(await pace(String(inLoops.forEach)), 'not awaited');
    assert.equal(await pace(String(inLoops.reduce)), 'one by one');
  });

  it('are followed through functions of other files, and the outer query is known', async () => {
    const [found, ...others] = await repetitionsIn({
      '/app/src/library.ts': library,
      '/app/src/show.ts': `import { findAuthor as load } from './library';
        export const show = async (post: any) => ({ title: post.title, author: await load(post.author_id) });`,
      '/app/src/list.ts': `import { allPosts } from './library';
        import { show } from './show';
        export async function list() { const posts = await allPosts(); return Promise.all(posts.map((post) => show(post))); }`,
    });
    assert.ok(found);
    assert.deepEqual(others, []);
    assert.equal(way(found), 'list → show → load → SELECT FROM users');
    assert.equal(found.depth, 2);
    assert.deepEqual(
      found.keys.map(({ property, rowPath }) => [property, rowPath]),
      [['id', ['author_id']]],
    );
    assert.equal(found.loop.over?.query?.sql[0], 'SELECT id, author_id FROM posts');
  });
});
