import assert from 'node:assert/strict';
import type { QueryNumbers } from '../../../src/rules/code-rule';
import { codeFindingsIn } from '../../support/code-findings';

const models = `
import { DataTypes, Model, Sequelize } from 'sequelize';
export const sequelize = new Sequelize('postgres://localhost/blog');
export class User extends Model {}
User.init({ name: DataTypes.STRING }, { sequelize, modelName: 'user' });
export class Post extends Model {
  async toCard() { return { title: this.title, author: (await this.getAuthor()).name }; }
}
Post.init({
  title: DataTypes.STRING, body: DataTypes.TEXT, status: DataTypes.STRING, slug: DataTypes.STRING, summary: DataTypes.TEXT,
  views: DataTypes.INTEGER, publishedAt: DataTypes.DATE, authorId: DataTypes.INTEGER,
}, { sequelize, modelName: 'post' });
export class Comment extends Model {}
Comment.init({ text: DataTypes.STRING, postId: DataTypes.INTEGER }, { sequelize, modelName: 'comment' });
export class Tag extends Model {}
Tag.init({ name: DataTypes.STRING }, { sequelize, modelName: 'tag' });
export class Upload extends Model {}
Upload.init({ path: DataTypes.STRING }, { sequelize, modelName: 'upload', hooks: { afterDestroy: removeFile } });
Post.belongsTo(User, { as: 'author', foreignKey: 'authorId' });
User.hasMany(Post, { as: 'posts', foreignKey: 'authorId' });
Post.hasMany(Comment, { as: 'comments', foreignKey: 'postId' });
Comment.belongsTo(Post, { as: 'post', foreignKey: 'postId' });
Post.belongsToMany(Tag, { as: 'tags', through: 'post_tags' });
`;
const imports = "import { Comment, Post, Tag, Upload, User, sequelize } from './models';\n";

async function judge(body: string, more: { numbers?: QueryNumbers; path?: string } = {}) {
  const path = more.path ?? '/app/src/posts.ts';
  const found = await codeFindingsIn(
    {
      '/app/src/models.ts': models,
      [path]: imports.replace('./models', path.includes('/test/') ? '../src/models' : './models') + body,
    },
    more,
  );
  return found.map(({ finding }) => finding);
}

const rules = async (body: string) => (await judge(body)).map(({ rule }) => rule);

const numbers: QueryNumbers = {
  rowsOf: (sql) => (/from "?posts"?/i.test(sql) ? 200 : 1),
  timeOf: () => 0.4,
  costOf: () => 8,
  rowsIn: () => 200,
};

describe('rules about calls', () => {
  describe('query-in-loop', () => {
    const loop = `export async function list() {
      const posts = await Post.findAll();
      for (const post of posts) { const author = await User.findByPk(post.authorId); show(post, author); }
    }`;

    it('tells what is sent for each of what, and how the library loads it at once', async () => {
      const [finding, ...others] = await judge(loop);
      assert.equal(
        finding?.message,
        'User.findByPk is sent once for each post of Post.findAll; load author together with the rows (include).',
      );
      assert.deepEqual([finding?.rule, finding?.severity, finding?.confidence], ['query-in-loop', 'warning', 'likely']);
      assert.deepEqual(
        finding?.related?.map(({ message }) => message),
        ['The loop.', 'Its rows come from Post.findAll.'],
      );
      assert.deepEqual(others, []);
    });

    it('carries numbers where plans and statistics are known', async () => {
      const [finding] = await judge(loop, { numbers });
      assert.match(finding?.message ?? '', /: ≈ 200 × 0\.4 ms, and 1 query instead of 201;/);
      assert.equal(finding?.severity, 'warning');
    });

    it('says little of a loop that takes a few ms, and nothing of two rows', async () => {
      const few = (rows: number) => ({ numbers: { ...numbers, rowsOf: () => rows, timeOf: () => 0.1 } });
      assert.deepEqual(
        (await judge(loop, few(5))).map(({ severity }) => severity),
        ['info'],
      );
      assert.deepEqual(await judge(loop, few(2)), []);
    });

    it('is information where each turn waits for something else, too', async () => {
      const [finding] = await judge(loop.replace('show(', 'await fetch(`https://example.com/${author.name}`); show('));
      assert.equal(finding?.severity, 'info');
      const [own] = await judge(
        `${loop.replace('show(', 'await show(')} async function show(post: Post, author: User) { console.log(post, author); }`,
      );
      assert.equal(own?.severity, 'warning');
    });

    it('is information where each turn asks by a list', async () => {
      const [finding] = await judge(
        'export async function list(groups: any[]) { for (const group of groups) show(await Post.findAll({ where: { id: group.id, status: group.status } })); }',
      );
      const [list] = await judge(
        "import { Op } from 'sequelize';\nexport async function list(groups: any[]) { for (const group of groups) show(await Post.findAll({ where: { id: { [Op.in]: group.ids }, status: group.status } })); }",
      );
      assert.deepEqual([finding?.severity, list?.severity], ['warning', 'info']);
    });

    it('is a hint in tests', async () => {
      assert.deepEqual(
        (await judge(loop, { path: '/app/test/posts.ts' })).map(({ severity }) => severity),
        ['hint'],
      );
    });

    it('is information where a comment says that it is meant', async () => {
      const [finding] = await judge(loop.replace('for (', '// one at a time: the service allows no more\n      for ('));
      assert.equal(finding?.severity, 'info');
      assert.match(finding?.message ?? '', /It may be meant: “.*one at a time/);
    });

    it('shows the way through helpers, also as related places', async () => {
      const [finding, ...others] = await judge(`
        async function author(id: number) { return User.findByPk(id); }
        async function card(post: Post) { return { title: post.title, author: await author(post.authorId) }; }
        export async function list() { const posts = await Post.findAll({ where: { status: 'new' } }); return Promise.all(posts.map(card)); }`);
      assert.match(
        finding?.message ?? '',
        /\(list → card → author → User\.findByPk, 2 calls deep\), all at the same time; load author/,
      );
      assert.deepEqual(
        finding?.related?.map(({ message }) => message),
        ['The loop.', 'Its rows come from Post.findAll.', 'Then author.', 'User.findByPk sends the query.'],
      );
      assert.deepEqual(others, []);
    });

    it('leaves SQL text in the loop itself to the text rule, unless that has nothing to say of it', async () => {
      const text = `import { Pool } from 'pg';\nconst pool = new Pool();
        export async function list(ids: number[]) { for (const id of ids) await pool.query('SELECT 1 FROM posts WHERE id IN (SELECT $1::int)', [id]); }`;
      assert.deepEqual(await codeFindingsIn({ '/app/src/a.ts': text }), []);
      const told = await codeFindingsIn({ '/app/src/a.ts': text }, { isTold: () => false });
      assert.deepEqual(
        told.map(({ finding }) => finding.rule),
        ['query-in-loop'],
      );
    });

    it('is one finding where three lists are shown by one helper', async () => {
      const found = await judge(`
        async function author(id: number) { return User.findByPk(id); }
        async function card(post: Post) { return { title: post.title, author: await author(post.authorId) }; }
        export async function a() { return Promise.all((await Post.findAll({ where: { status: 'a' } })).map((post) => card(post))); }
        export async function b() { return Promise.all((await Post.findAll({ where: { status: 'b' } })).map((post) => card(post))); }
        export async function c() { return Promise.all((await Post.findAll({ where: { status: 'c' } })).map((post) => card(post))); }`);
      assert.deepEqual(
        found.map(({ rule, evidence }) => [rule, evidence.otherLoops]),
        [['query-in-loop', 2]],
      );
    });
  });

  it('lazy-load-in-loop: an association that is fetched for each row, also in a method of the model', async () => {
    const [direct] = await judge(
      'export async function list() { for (const post of await Post.findAll()) show(await post.getAuthor()); }',
    );
    assert.equal(direct?.rule, 'lazy-load-in-loop');
    assert.match(
      direct?.message ?? '',
      /^post\.getAuthor is loaded once for each post of Post\.findAll; load author together with the rows \(include\)/,
    );
    const [method] = await judge(
      'export async function list() { const posts = await Post.findAll(); return Promise.all(posts.map((post) => post.toCard())); }',
    );
    assert.equal(method?.rule, 'lazy-load-in-loop');
    assert.match(method?.message ?? '', /list → toCard → this\.getAuthor, 1 call deep/);
  });

  it('count-in-loop: a count for each row', async () => {
    const [finding] = await judge(
      'export async function list() { const posts = await Post.findAll(); return Promise.all(posts.map(async (post) => ({ post, n: await Comment.count({ where: { postId: post.id } }) }))); }',
    );
    assert.equal(finding?.rule, 'count-in-loop');
    assert.match(finding?.message ?? '', /count once for all of them, grouped by postId\.$/);
  });

  describe('write-in-loop', () => {
    it('tells the way to write many rows of the library', async () => {
      const [finding] = await judge(
        'export async function add(names: string[]) { for (const name of names) await Tag.create({ name }); }',
      );
      assert.equal(finding?.rule, 'write-in-loop');
      assert.match(finding?.message ?? '', /write all rows with one statement \(bulkCreate\)\.$/);
    });

    it('is silent where each turn has its own transaction', async () => {
      assert.deepEqual(
        await rules(
          'export async function add(names: string[]) { for (const name of names) await sequelize.transaction(async (transaction) => { await Tag.create({ name }, { transaction }); }); }',
        ),
        [],
      );
    });

    it('is information where hooks must run for each row', async () => {
      const [finding] = await judge(
        'export async function clear(ids: number[]) { for (const id of ids) await Post.destroy({ where: { id }, individualHooks: true }); }',
      );
      assert.deepEqual([finding?.rule, finding?.severity], ['write-in-loop', 'info']);
      const [row] = await judge(
        'export async function clear() { for (const upload of await Upload.findAll()) await upload.destroy(); }',
      );
      assert.deepEqual([row?.rule, row?.severity], ['write-in-loop', 'info']);
      assert.match(row?.message ?? '', /It may be meant: “Upload has afterDestroy”\.$/i);
      const [other] = await judge(
        'export async function clear() { for (const tag of await Tag.findAll()) await tag.destroy(); }',
      );
      assert.deepEqual([other?.rule, other?.severity], ['write-in-loop', 'warning']);
    });
  });

  describe('what a loop writes', () => {
    const twoWrites =
      'export async function sort(posts: any[]) { for (const post of posts) { await Tag.destroy({ where: { id: post.tagId } }); await Comment.create({ postId: post.id }); } }';

    it('is one finding, whatever it writes', async () => {
      const found = (await judge(twoWrites)).filter(({ rule }) => rule === 'write-in-loop');
      assert.deepEqual(
        found.map(({ message }) => message),
        [
          'Tag.destroy and 1 more query are sent once for each post of the loop; delete all of them with one statement, by a list of id.',
        ],
      );
    });

    it('is right as it is once another service has answered, also through a function of the program', async () => {
      const upload = (call: string) =>
        `async function store(file: string) { await fetch('https://files.example/' + file); }
         export async function add(files: string[]) { for (const file of files) { await ${call}; await Upload.create({ path: file }); await Tag.create({ name: file }); } }`;
      assert.deepEqual(await rules(upload('fetch(file)')), []);
      assert.deepEqual(await rules(upload('store(file)')), []);
    });

    it('is information where each of a given list gets other values', async () => {
      const update = (rows: string) =>
        `export async function rename(posts: any[]) { for (const post of ${rows}) await Post.update({ title: post.title }, { where: { id: post.id } }); }`;
      assert.deepEqual(
        (await judge(update('posts'))).map(({ severity }) => severity),
        ['info'],
      );
      assert.deepEqual(
        (await judge(update('await Post.findAll()'))).map(({ severity }) => severity),
        ['warning'],
      );
    });

    it('names the keys of the row that an object takes to the query', async () => {
      const [finding] =
        await judge(`async function add({ userId, postId }: any) { return Comment.findAll({ where: { postId, userId } }); }
        export async function all(posts: any[], userId: number) { for (const post of posts) show(await add({ userId, postId: post.id })); }`);
      assert.match(finding?.message ?? '', /ask once for all of them before the loop, by a list of postId\.$/);
      const [other] =
        await judge(`async function find({ kind = 'a', id }: any) { return Comment.findAll({ where: { text: kind, id: nextId(id) } }); }
        export async function all(posts: any[]) { for (const post of posts) show(await find({ id: post.id })); }`);
      assert.match(other?.message ?? '', /by a list of id\.$/);
    });

    it('is known from SQL text that a library sends', async () => {
      const [located] = await codeFindingsIn({
        '/app/src/posts.ts': `import { type Kysely, sql } from 'kysely';
          export async function clear(db: Kysely<any>) { const rows = await db.selectFrom('posts').select('id').execute();
            for (const { id } of rows) await sql\`DELETE FROM likes WHERE post_id = \${id}\`.execute(db); }`,
      });
      assert.equal(located?.finding.rule, 'write-in-loop');
    });
  });

  it('are information in jobs, for which nobody waits', async () => {
    const show = 'export async function show(ids: number[]) { for (const id of ids) log(await User.findByPk(id)); }';
    assert.deepEqual(
      (await judge(show)).map(({ severity }) => severity),
      ['warning'],
    );
    assert.deepEqual(
      (await judge(show, { path: '/app/src/import.service.ts' })).map(({ severity }) => severity),
      ['info'],
    );
  });

  it('say little in tests, where only what is sent row by row is a hint', async () => {
    const stats =
      'export async function stats() { const a = await Post.count(); const b = await User.count(); const c = await Tag.count(); return [a, b, c]; }';
    assert.deepEqual(await judge(stats, { path: '/app/test/posts.ts' }), []);
  });

  describe('same-query-again', () => {
    it('is told of a query in a loop that does not depend on the turn', async () => {
      const [finding] = await judge(
        'export async function mail(users: any[], kind: string) { for (const user of users) { const post = await Post.findOne({ where: { slug: kind } }); send(user, post); } }',
      );
      assert.equal(finding?.rule, 'same-query-again');
      assert.match(finding?.message ?? '', /nothing in it depends on the turn: ask once before the loop/);
    });

    it('is silent where each turn writes what the next one reads', async () => {
      assert.deepEqual(
        await rules(`export async function number(posts: any[]) { for (const post of posts) {
          const views = await Post.max('views'); await Post.update({ views: views + 1 }, { where: { id: post.id } });
        } }`),
        ['write-in-loop'],
      );
    });

    it('tells a name in the loop from one of the same name outside', async () => {
      const [finding] = await judge(`export async function f(kinds: string[]) {
        const rows = await Post.findAll({ limit: 1 }); const [post] = rows;
        for (const kind of kinds) { const rows = await Comment.findAll({ where: { postId: post.id } }); show(kind, rows); }
      }`);
      assert.equal(finding?.rule, 'same-query-again');
    });

    it('is silent where each turn asks something else', async () => {
      assert.deepEqual(
        await rules(`export async function all(kinds: string[]) { for (const kind of kinds) {
          switch (kind) { case 'a': show(await Post.findAll()); break; case 'b': show(await User.findAll()); break; }
        } }`),
        [],
      );
    });

    const twice = (
      between: string,
      second = 'User.findByPk(id)',
    ) => `export async function show(id: number, other: number) {
      const a = await User.findByPk(id); ${between} const b = await ${second}; return [a, b]; }`;

    it('is told of the second of two', async () => {
      const [finding] = await judge(twice('log(a);'));
      assert.equal(finding?.rule, 'same-query-again');
    });

    it('is silent where something is written between, the value changes, or they are two ways', async () => {
      assert.deepEqual(await rules(twice("await a.update({ name: 'x' });")), []);
      assert.deepEqual(await rules(twice('await join(id);')), []);
      assert.deepEqual(
        await rules(
          'export async function show(id: number) { let a = await User.findByPk(id); if (!a) { a = await User.findByPk(id); } return a; }',
        ),
        [],
      );
      assert.deepEqual(await rules(twice("await User.update({ name: 'x' }, { where: { id } });")), []);
      assert.deepEqual(await rules(twice('id = other;')), []);
      assert.deepEqual(await rules(twice('', 'User.findByPk(other)')), []);
      assert.deepEqual(
        await rules(
          'export async function show(id: number, x: boolean) { if (x) { return await User.findByPk(id); } return await User.findByPk(id); }',
        ),
        [],
      );
    });
  });

  describe('joined-lists', () => {
    it('is told of two lists in one join', async () => {
      const [finding] = await judge("export const list = () => Post.findAll({ include: ['comments', 'tags'] });");
      assert.equal(finding?.rule, 'joined-lists');
      assert.match(finding?.message ?? '', /joins comments and tags: .*\(separate: true\)\.$/);
    });

    it('is silent for one list, for a list and an object, for a list of its own query', async () => {
      assert.deepEqual(await rules("export const list = () => Post.findAll({ include: ['comments', 'author'] });"), []);
      assert.deepEqual(
        await rules(
          "export const list = () => Post.findAll({ include: [{ association: 'comments', separate: true }, 'tags'] });",
        ),
        [],
      );
      assert.deepEqual(
        await rules(
          "export const list = () => User.findAll({ include: [{ association: 'posts', include: ['comments'] }] });",
        ),
        [],
      );
    });
  });

  describe('unused-include', () => {
    it('is told of a relation that nobody reads', async () => {
      const [finding] = await judge(
        "export async function titles() { const posts = await Post.findAll({ include: ['author', 'tags'], attributes: ['title'] }); return posts.map((post) => `${post.title} ${post.author.name}`); }",
      );
      assert.equal(finding?.rule, 'unused-include');
      assert.match(finding?.message ?? '', /loads tags, which this function never reads/);
    });

    it('is silent about what hangs on a list that is used as a whole', async () => {
      const names = 'post.comments.reduce((all, one) => { all[one.post.title] = one; return all; }, {})';
      assert.deepEqual(
        await rules(`export async function f() {
          const posts = await Post.findAll({ attributes: ['id'], include: [{ association: 'comments', include: ['post'] }] });
          return posts.map((post) => ${names});
        }`),
        [],
      );
    });

    it('is silent where the rows go elsewhere or the relation chooses them', async () => {
      assert.deepEqual(
        await rules(
          "export async function list(res: any) { const posts = await Post.findAll({ include: ['author'] }); res.json(posts); }",
        ),
        [],
      );
      assert.deepEqual(
        await rules(
          "export async function list() { const posts = await Post.findAll({ include: ['author'] }); return posts; }",
        ),
        [],
      );
      assert.deepEqual(
        await rules(
          "export async function list() { const posts = await Post.findAll({ include: ['author'], attributes: ['title'] }); return posts.map((post) => card(post)); }",
        ),
        [],
      );
      assert.deepEqual(
        await rules(
          "export async function list() { const posts = await Post.findAll({ include: [{ association: 'author', required: true }], attributes: ['title'] }); return posts.map((post) => post.title); }",
        ),
        [],
      );
    });
  });

  describe('unused-columns', () => {
    it('is told of a wide list of which one column is read', async () => {
      const [finding] = await judge(
        'export async function titles() { const posts = await Post.findAll(); return posts.map((post) => post.title); }',
      );
      assert.equal(finding?.rule, 'unused-columns');
      assert.match(finding?.message ?? '', /reads all \d+ columns of its rows, also body; only title is used here/);
    });

    it('is silent where the other columns are short', async () => {
      const texts = 'const posts = await Post.findAll(); return posts.map((post) => post.body + post.slug);';
      assert.deepEqual(await rules(`export async function texts() { ${texts} }`), []);
    });

    it('is silent where columns are named, or rows are passed on', async () => {
      assert.deepEqual(
        await rules(
          "export async function titles() { const posts = await Post.findAll({ attributes: ['title'] }); return posts.map((post) => post.title); }",
        ),
        [],
      );
      assert.deepEqual(
        await rules(
          'export async function titles() { const posts = await Post.findAll(); return posts.map((post) => ({ ...post })); }',
        ),
        [],
      );
      assert.deepEqual(
        await rules(
          'export async function titles() { const tags = await Tag.findAll(); return tags.map((tag) => tag.name); }',
        ),
        [],
      );
    });
  });

  describe('work-in-code', () => {
    const inCode: Record<string, RegExp> = {
      "export async function a() { return (await Tag.findAll()).filter((tag) => tag.name === 'x'); }":
        /keeps some of them; put the condition into the query/,
      'export async function a() { const tags = await Tag.findAll(); return tags.length; }': /only to count them/,
      "export async function a() { const tags = await Tag.findAll(); if (tags.some((tag) => tag.name === 'x')) go(); }":
        /whether one of them fits/,
      'export async function a(id: number) { const tags = await Tag.findAll(); return tags.find((tag) => tag.id === id); }':
        /looks for one of them/,
      'export async function a() { return (await Tag.findAll()).slice(0, 5); }': /give the query the limit/,
    };
    for (const [body, message] of Object.entries(inCode)) {
      it(`is told of ${body.slice(body.indexOf('{') + 2, -2)}`, async () => {
        const [finding] = await judge(body);
        assert.equal(finding?.rule, 'work-in-code');
        assert.match(finding?.message ?? '', message);
      });
    }

    it('is silent where the list is needed anyway, or the condition is beyond SQL', async () => {
      assert.deepEqual(
        await rules(
          'export async function a(res: any) { const tags = await Tag.findAll(); if (tags.length === 0) return; res.json(tags); }',
        ),
        [],
      );
      assert.deepEqual(
        await rules(
          'export async function a() { const tags = await Tag.findAll(); return tags.filter((tag) => isAllowed(tag)); }',
        ),
        [],
      );
      assert.deepEqual(
        await rules(
          "export async function a(res: any) { const tags = await Tag.findAll(); const x = tags.filter((tag) => tag.name === 'x'); res.json(tags, x); }",
        ),
        [],
      );
    });

    it('says nothing of a short list', async () => {
      const short = { numbers: { ...numbers, rowsOf: () => 20 } };
      assert.deepEqual(
        await judge(
          "export async function a() { return (await Tag.findAll()).filter((tag) => tag.name === 'x'); }",
          short,
        ),
        [],
      );
    });
  });

  it('unbounded-list: only what statistics call large', async () => {
    const body = 'export async function list(res: any) { const posts = await Post.findAll(); res.json(posts); }';
    const large = { numbers: { ...numbers, rowsOf: () => 250_000 } };
    assert.deepEqual(await judge(body), []);
    const [finding] = await judge(body, large);
    assert.equal(finding?.rule, 'unbounded-list');
    assert.match(finding?.message ?? '', /reads ≈ 250,000 rows/);
    assert.deepEqual(await judge(body.replace('findAll()', 'findAll({ limit: 10 })'), large), []);
  });

  describe('split-writes', () => {
    const order = (more: string) => `export async function add(items: any[]) { ${more}
      const post = await Post.create({ title: 'x' }${more ? ', { transaction }' : ''}); for (const item of items) { await Comment.create({ postId: post.id, text: item }${more ? ', { transaction }' : ''}); } }`;

    it('is told of a write and then a loop of writes', async () => {
      assert.deepEqual(await rules(order('')), ['write-in-loop', 'split-writes']);
    });

    it('is silent inside a transaction, and for one write', async () => {
      // Which is left open there.
      assert.deepEqual(await rules(order('const transaction = await sequelize.transaction();')), [
        'connection-leak',
        'write-in-loop',
      ]);
      assert.deepEqual(
        await rules(
          'export async function add(names: string[]) { for (const name of names) await Tag.create({ name }); }',
        ),
        ['write-in-loop'],
      );
    });
  });

  describe('independent-awaits', () => {
    it('is told of three reads in a row', async () => {
      const [finding] = await judge(
        'export async function stats() { const a = await Post.count(); const b = await User.count(); const c = await Tag.count(); return [a, b, c]; }',
      );
      assert.deepEqual([finding?.rule, finding?.severity], ['independent-awaits', 'hint']);
    });

    it('is silent where one needs the other, a check stands between, something is written, or in a transaction', async () => {
      assert.deepEqual(
        await rules(
          'export async function f(id: number) { const a = await Post.findByPk(id); const b = await User.findByPk(a.authorId); const c = await Comment.findAll({ where: { postId: a.id } }); return [a, b, c]; }',
        ),
        [],
      );
      assert.deepEqual(
        await rules(
          'export async function f(id: number) { const a = await Post.findByPk(id); if (!a) throw new Error(); const b = await User.count(); if (!b) return; const c = await Tag.count(); return [a, b, c]; }',
        ),
        [],
      );
      assert.deepEqual(
        await rules(
          "export async function f(id: number) { const a = await Post.count(); const b = await Tag.create({ name: 'x' }); const c = await Tag.count(); return [a, b, c]; }",
        ),
        [],
      );
      assert.deepEqual(
        await rules(
          'export const f = () => sequelize.transaction(async (transaction) => { const a = await Post.count(); const b = await User.count(); const c = await Tag.count(); return [a, b, c]; });',
        ),
        [],
      );
    });
  });
});
