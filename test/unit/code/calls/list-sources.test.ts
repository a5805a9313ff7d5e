import assert from 'node:assert/strict';
import type { Repetition } from '../../../../src/code/calls/repetition';
import { callFactsIn } from '../../../support/code-findings';

const models = `
import { DataTypes, Model, Sequelize } from 'sequelize';
const sequelize = new Sequelize('postgres://localhost/blog');
export class User extends Model {}
User.init({ name: DataTypes.TEXT }, { sequelize });
export class Post extends Model {}
Post.init({ title: DataTypes.TEXT }, { sequelize });
Post.belongsTo(User, { as: 'author', foreignKey: 'authorId' });
`;
const head = `import { Pool } from 'pg';\nimport _ from 'lodash';\nimport { Post, User } from './models';\nconst pool = new Pool();\n`;

async function repetitionIn(texts: string | Readonly<Record<string, string>>): Promise<Repetition> {
  const own = typeof texts === 'string' ? { '/app/src/list.ts': texts } : texts;
  const files = Object.fromEntries(Object.entries(own).map(([uri, text]) => [uri, head + text]));
  const { repetitions } = await callFactsIn({ '/app/src/models.ts': models, ...files });
  const [only, ...more] = repetitions;
  assert.ok(only, 'nothing was found');
  assert.deepEqual(more, []);
  return only;
}

const showAll = 'for (const post of posts) await post.getAuthor();';

/** In a function: what comes before the loop over `posts`, or the loop itself. */
const ways: Readonly<Record<string, string>> = {
  'a filter': 'const posts = (await Post.findAll()).filter((post) => post.title); LOOP',
  'an order': 'const all = await Post.findAll(); const posts = all.sort((a, b) => a.id - b.id); LOOP',
  'a slice': 'const posts = (await Post.findAll()).slice(0, 100); LOOP',
  'an empty list before it': 'const posts = [].concat(await Post.findAll()); LOOP',
  'a copy': 'const posts = [...(await Post.findAll())]; LOOP',
  'a default': 'const posts = (await Post.findAll()) ?? []; LOOP',
  'a list that is filled later':
    'let posts: Post[] = []; try { posts = await Post.findAll(); } catch (error) { report(error); } LOOP',
  'a list that rows are added to': 'const posts = []; posts.push(...(await Post.findAll())); LOOP',
  'rows by their keys': "const byId = _.keyBy(await Post.findAll(), 'id'); const posts = Object.values(byId); LOOP",
  'pairs of a key and a row':
    'const all = await Post.findAll(); for (const [index, post] of Object.entries(all)) await post.getAuthor();',
  'functions of lodash': "const posts = _.uniqBy(_.sortBy(await Post.findAll(), 'id'), 'title'); LOOP",
  'a chain of lodash': "const posts = _(await Post.findAll()).filter('title').sortBy('id').value(); LOOP",
  'groups of lodash':
    "const groups = _.groupBy(await Post.findAll(), 'authorId'); for (const posts of Object.values(groups)) { LOOP }",
  'a loop that counts':
    'const posts = await Post.findAll(); for (let i = 0; i < posts.length; i++) { const post = posts[i]; await post.getAuthor(); }',
  'a callback of then': 'return Post.findAll().then((posts) => Promise.all(posts.map((post) => post.getAuthor())));',
  'an object':
    'const page = { posts: await Post.findAll(), size: 10 }; for (const post of page.posts) await post.getAuthor();',
  'an object that is filled later':
    'const page: any = {}; page.posts = await Post.findAll(); for (const post of page.posts) await post.getAuthor();',
  'results that are asked for together':
    'const [posts, count] = await Promise.all([Post.findAll(), Post.count()]); LOOP',
};

describe('the query that gives the rows of a loop', () => {
  for (const [name, body] of Object.entries(ways)) {
    it(`is found through ${name}`, async () => {
      const { kind, loop } = await repetitionIn(`export async function list() { ${body.replace('LOOP', showAll)} }`);
      assert.equal(kind, 'lazy');
      assert.equal(loop.over?.query?.name, 'Post.findAll');
      assert.equal(loop.over.model?.name, 'Post');
      assert.equal(loop.over.isMixed, undefined);
    });
  }

  it('is found for the result of a driver under another name, and in its callback', async () => {
    const named = await repetitionIn(
      `export async function list() { const { rows: posts } = await pool.query('SELECT id, author_id FROM posts'); for (const post of posts) await User.findByPk(post.author_id); }`,
    );
    assert.equal(named.loop.over?.query?.name, 'SELECT FROM posts');
    const called = await repetitionIn(
      `export function list() { pool.query('SELECT id, author_id FROM posts', (error, result) => { result.rows.forEach((post) => { User.findByPk(post.author_id); }); }); }`,
    );
    assert.equal(called.loop.over?.query?.name, 'SELECT FROM posts');
  });

  it('is found for what each row gives, which is no row', async () => {
    for (const list of ['posts.map((post) => post.authorId)', '[...new Set(posts.map((post) => post.authorId))]']) {
      const { loop } = await repetitionIn(
        `export async function list() { const posts = await Post.findAll(); const ids = ${list}; for (const id of ids) await User.findByPk(id); }`,
      );
      assert.equal(loop.over?.query?.name, 'Post.findAll');
      assert.equal(loop.over.model, undefined);
    }
  });

  it('is found in a field that another method sets', async () => {
    for (const declaration of ['', 'private posts: Post[] = [];']) {
      const { loop } = await repetitionIn(`export class Feed { ${declaration}
        async load() { this.posts = await Post.findAll(); }
        async show() { for (const post of this.posts) await post.getAuthor(); } }`);
      assert.equal(loop.over?.query?.name, 'Post.findAll');
      assert.equal(loop.over.isMixed, undefined);
    }
  });

  it('is one of several where a field is set twice', async () => {
    const { loop } = await repetitionIn(`export class Feed {
      async load() { this.posts = await Post.findAll(); }
      async clear() { this.posts = drafts(); }
      async show() { for (const post of this.posts) await post.getAuthor(); } }`);
    assert.equal(loop.over?.query?.name, 'Post.findAll');
    assert.equal(loop.over.isMixed, true);
  });

  const branches: Readonly<Record<string, string>> = {
    'branches set the list':
      'let posts; if (all) { posts = await Post.findAll(); } else { posts = await Post.findOld(); }',
    'lists are put together': 'const posts = (await Post.findAll()).concat(await Post.findOld());',
    'lists are spread': 'const posts = [...(await Post.findAll()), ...(await Post.findOld())];',
    'a condition chooses': 'const posts = all ? await Post.findAll() : await Post.findOld();',
  };
  for (const [name, body] of Object.entries(branches)) {
    it(`is one of several where ${name}`, async () => {
      const { loop } = await repetitionIn(
        `export async function list(all) { ${body.replace('Post.findOld()', "Post.findAll({ where: { title: 'old' } })")} ${showAll} }`,
      );
      assert.equal(loop.over?.query?.name, 'Post.findAll');
      assert.equal(loop.over.otherQueries?.length, 1);
      assert.equal(loop.over.isMixed, true);
    });
  }

  const unseen: Readonly<Record<string, string>> = {
    'a callback adds to it': 'const posts = await Post.findAll(); drafts.forEach((draft) => { posts.push(draft); });',
    'a function gives one or the other':
      'const load = async () => { let found; if (all) { found = await Post.findAll(); } else { found = drafts(); } return found; }; const posts = await load();',
  };
  for (const [name, body] of Object.entries(unseen)) {
    it(`is not the only source where ${name}`, async () => {
      const { loop } = await repetitionIn(`export async function list(all, drafts) { ${body} ${showAll} }`);
      assert.equal(loop.over?.query?.name, 'Post.findAll');
      assert.equal(loop.over.isMixed, true);
    });
  }

  it('is not known for a wrapper of lodash, which has no elements yet', async () => {
    const { loop } = await repetitionIn(
      "export async function list() { const posts = _(await Post.findAll()).filter('title'); for (const post of posts) await User.findByPk(post.authorId); }",
    );
    assert.equal(loop.over?.query, undefined);
  });

  it('is that of the branch in which the loop stands', async () => {
    const { repetitions } = await callFactsIn({
      '/app/src/models.ts': models,
      '/app/src/list.ts': `${head}export async function list(all) {
        let posts;
        if (all) { posts = await Post.findAll(); ${showAll} }
        else { posts = await Post.findAll({ where: { title: 'old' } }); ${showAll} }
      }`,
    });
    const starts = repetitions.map(({ loop }) => loop.over?.query?.range.start ?? 0);
    assert.equal(new Set(starts).size, 2);
    assert.ok(repetitions.every(({ loop }) => loop.over?.isMixed === undefined));
  });
});

describe('the rows of a loop over a parameter', () => {
  const helper = (type: string) => `async function withAuthors(posts${type}) { ${showAll} }`;

  for (const type of ['', ': any[]', ': unknown[]', ': Post[]']) {
    it(`come from the caller's query${type === '' ? '' : `, though it says no more than ${type.slice(2)}`}`, async () => {
      const { loop, kind } = await repetitionIn(`${helper(type)}
        export async function list() { const posts = await Post.findAll(); await withAuthors(posts); return posts; }`);
      assert.equal(kind, 'lazy');
      assert.equal(loop.over?.query?.name, 'Post.findAll');
      assert.equal(loop.over.isMixed, undefined);
    });
  }

  it('come from the queries of all its callers', async () => {
    const { loop } = await repetitionIn(`${helper(': Post[]')}
      export async function list() { return withAuthors(await Post.findAll()); }
      export async function old() { return withAuthors(await Post.findAll({ where: { title: 'old' } })); }`);
    assert.equal(loop.over?.otherQueries?.length, 1);
    assert.equal(loop.over.isMixed, true);
  });

  it('may come from elsewhere where a caller passes what is not known', async () => {
    const { loop } = await repetitionIn(`${helper(': Post[]')}
      export async function list() { return withAuthors(await Post.findAll()); }
      export async function preview(request) { return withAuthors(request.body.posts); }`);
    assert.equal(loop.over?.query?.name, 'Post.findAll');
    assert.equal(loop.over.isMixed, true);
  });

  it('come from the caller of the caller, in an object, and in another file', async () => {
    const { loop } = await repetitionIn({
      '/app/src/presenter.ts': `export class Presenter {
        async all(posts: unknown[]) { return this.each({ posts }); }
        async each({ posts }: { posts: any }) { return Promise.all(posts.map(async (post) => ({ post, author: await User.findByPk(post.authorId) }))); }
      }`,
      '/app/src/posts.ts': `import { Presenter } from './presenter';
        export class Posts { constructor(private presenter: Presenter) {} async list() { const posts = await Post.findAll(); return this.presenter.all(posts); } }`,
    });
    assert.equal(loop.over?.query?.name, 'Post.findAll');
    assert.equal(loop.over.query.uri, '/app/src/posts.ts');
  });
});
