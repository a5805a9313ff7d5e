import assert from 'node:assert/strict';
import { Sequelize } from '../../../../src/code/orms/sequelize/sequelize';
import { ormCallsIn } from '../../../support/orm-calls';

const connection = `import { DataTypes, Model, Op, Sequelize } from 'sequelize';
const sequelize = new Sequelize('postgres://localhost/blog');
`;

const blog = `${connection}
class Post extends Model {}
Post.init({ title: DataTypes.STRING, views: DataTypes.INTEGER }, { sequelize, tableName: 'posts', timestamps: false });
class Comment extends Model {}
Comment.init({ text: DataTypes.STRING }, { sequelize, tableName: 'comments', timestamps: false });
Post.hasMany(Comment, { as: 'comments', foreignKey: 'postId' });
Comment.belongsTo(Post, { as: 'post', foreignKey: 'postId' });
`;

async function callsIn(code: string, before = blog) {
  const found = await ormCallsIn({ '/app/blog.ts': before + code });
  return found.calls;
}

async function sqlOf(code: string, before = blog): Promise<string[][]> {
  return (await callsIn(code, before)).map(({ sent }) => (sent[0] ?? []).map(({ sql }) => sql));
}

async function modelsOf(files: Readonly<Record<string, string>>) {
  return (await ormCallsIn(files)).program.models.of('sequelize');
}

async function columnsOf(code: string): Promise<Record<string, string[]>> {
  const models = await modelsOf({ '/app/models.ts': connection + code });
  return Object.fromEntries(models.map(({ table, columns }) => [table, columns.map(({ column }) => column)]));
}

describe('models of Sequelize', () => {
  it('have the plural of their name as table, an id and timestamps', async () => {
    assert.deepEqual(await columnsOf(`sequelize.define('Person', { firstName: DataTypes.STRING });`), {
      People: ['id', 'firstName', 'createdAt', 'updatedAt'],
    });
  });

  it('have underscored names where the model says so', async () => {
    const code = `sequelize.define('BlogEntry', { firstName: DataTypes.STRING }, { underscored: true, paranoid: true });`;
    assert.deepEqual(await columnsOf(code), {
      blog_entries: ['id', 'first_name', 'created_at', 'updated_at', 'deleted_at'],
    });
  });

  it('have the options that the connection gives to all', async () => {
    const [model] = await modelsOf({
      '/app/db.ts': `import { Sequelize } from 'sequelize';
        export const db = new Sequelize('x', { define: { underscored: true, timestamps: false, freezeTableName: true }, schema: 'blog' });`,
      '/app/post.ts': `import { DataTypes } from 'sequelize'; import { db } from './db';
        export const Post = db.define('Post', { wordCount: DataTypes.INTEGER });`,
    });
    assert.equal(`${model?.schema}.${model?.table}`, 'blog.Post');
    assert.deepEqual(
      model?.columns.map(({ column }) => column),
      ['id', 'word_count'],
    );
  });

  it('leave out virtual attributes, and take the names of columns and timestamps that are written', async () => {
    const code = `sequelize.define('post', {
      code: { type: DataTypes.STRING, primaryKey: true }, body: { type: DataTypes.TEXT, field: 'text' }, short: DataTypes.VIRTUAL,
    }, { tableName: 'texts', createdAt: 'made', updatedAt: false });`;
    assert.deepEqual(await columnsOf(code), { texts: ['code', 'text', 'made'] });
  });

  it('get the foreign keys of their associations, named as Sequelize names them', async () => {
    const code = `
      const User = sequelize.define('user', {}, { timestamps: false });
      const Post = sequelize.define('post', {}, { timestamps: false });
      const Tag = sequelize.define('tag', {}, { timestamps: false });
      Post.belongsTo(User); Post.belongsTo(User, { as: 'editor' }); User.hasOne(Post, { as: 'draft' });
      Post.belongsToMany(Tag, { through: 'post_tags', timestamps: false }); Tag.belongsToMany(Post, { through: 'post_tags' });`;
    assert.deepEqual(await columnsOf(code), {
      users: ['id'],
      posts: ['id', 'userId', 'editorId', 'draftId'],
      tags: ['id'],
      post_tags: ['postId', 'tagId'],
    });
  });

  it('are those of the nearest folder where two have the same name', async () => {
    const model = (table: string) => `const Sequelize = require('sequelize');
      module.exports = (sequelize, DataTypes) => sequelize.define('Post', { title: DataTypes.STRING }, { tableName: '${table}' });`;
    const service = `module.exports.list = (models) => models.Post.findAll();`;
    const found = await ormCallsIn({
      '/shop/models/post.js': model('shop_posts'),
      '/blog/models/post.js': model('blog_posts'),
      '/blog/services/posts.js': service,
      '/shop/services/posts.js': service,
    });
    const tables = found.calls.map(({ file, variants }) => [file.split('/')[0], variants[0]?.model?.table]).sort();
    assert.deepEqual(tables, [
      ['blog', 'blog_posts'],
      ['shop', 'shop_posts'],
    ]);
  });

  it('that are declared wrongly do not hinder the others', async () => {
    const code = `
      class Odd extends Model {} Odd.init(); Odd.hasMany(Missing); Odd.belongsToMany(Post);
      sequelize.define(name, {}); sequelize.define('Half', attributesOf(x)); Post.belongsTo();
      Post.findAll({ where: { title: 'a' } });
      Post.findAll({ where: `;
    const [first] = await sqlOf(code);
    assert.deepEqual(first, [`SELECT "id", "title", "views" FROM "posts" AS "Post" WHERE "Post"."title" = 'a'`]);
  });

  it('whose attributes stand elsewhere say that not all are known', async () => {
    const code = `const Half = sequelize.define('half', attributesOf('half')); Half.findAll();`;
    const [call] = await callsIn(code);
    assert.deepEqual(call?.variants[0]?.notes, ['Not all columns of half are known.']);
  });
});

describe('models of sequelize-typescript', () => {
  const imports = `import { BelongsTo, Column, CreatedAt, DataType, ForeignKey, HasMany, HasOne, Model, PrimaryKey, Table, BelongsToMany } from 'sequelize-typescript';
`;

  it('take types from annotations, and what their base classes declare', async () => {
    const models = await modelsOf({
      '/app/base.ts': `${imports} export abstract class Base extends Model { @PrimaryKey @Column(DataType.UUID) key: string; @CreatedAt @Column made: Date; }`,
      '/app/post.ts': `${imports} import { Base } from './base';
        @Table({ underscored: true, updatedAt: false })
        export class BlogPost extends Base { @Column title: string; @Column wordCount: number; @Column isOpen?: boolean; notAColumn: string;
          @Column set mood(value: string) { this.setDataValue('mood', value.trim()); } }`,
    });
    const [post] = models;
    assert.equal(models.length, 1);
    assert.equal(post?.table, 'blog_posts');
    assert.deepEqual(
      post?.columns.map(({ column, type }) => [column, type]),
      [
        ['key', 'uuid'],
        ['made', 'timestamptz'],
        ['title', 'varchar'],
        ['word_count', 'integer'],
        ['is_open', 'boolean'],
        ['mood', 'varchar'],
      ],
    );
  });

  it('find the key of an association where @ForeignKey is', async () => {
    const models = await modelsOf({
      '/app/models.ts': `${imports}
        @Table export class User extends Model { @HasMany(() => Post) posts: Post[]; @HasOne(() => Card, 'owner') card: Card; }
        @Table export class Card extends Model { @Column(DataType.INTEGER) owner: number; }
        @Table export class Post extends Model { @ForeignKey(() => User) @Column({ field: 'writer' }) userId: number; @BelongsTo(() => User) user: User;
          @BelongsToMany(() => User, () => Reader) readers: User[]; }
        @Table export class Reader extends Model { @ForeignKey(() => Post) @Column postId: number; @ForeignKey(() => User) @Column userId: number; }`,
    });
    const keys = models.flatMap(({ name, associations }) =>
      associations.map((each) =>
        `${name}.${each.name} ${each.kind} ${each.foreignKey} ${each.through?.otherKey ?? ''}`.trim(),
      ),
    );
    assert.deepEqual(keys.sort(), [
      'Post.readers belongsToMany postId userId',
      'Post.user belongsTo writer',
      'User.card hasOne owner',
      'User.posts hasMany writer',
    ]);
  });

  it('are injected by their class, with the options of the module', async () => {
    const { calls } = await ormCallsIn({
      '/app/post.ts': `${imports} @Table export class Post extends Model { @Column title: string; }`,
      '/app/app.module.ts': `import { SequelizeModule } from '@nestjs/sequelize';
        @Module({ imports: [SequelizeModule.forRoot({ define: { underscored: true, createdAt: 'made', updatedAt: false } })] }) export class AppModule {}`,
      '/app/posts.service.ts': `import { InjectModel } from '@nestjs/sequelize'; import { Post } from './post';
        export class PostsService {
          constructor(@InjectModel(Post) private readonly posts: typeof Post) {}
          list() { return this.posts.findAll(); }
          remove(id: number) { return this.posts.destroy({ where: { id } }); }
        }`,
    });
    assert.deepEqual(
      calls.map(({ sent }) => sent[0]?.[0]?.sql),
      ['SELECT "id", "title", "made" FROM "posts" AS "Post"', 'DELETE FROM "posts" WHERE "id" = $1'],
    );
  });
});

describe('calls that are no queries of Sequelize', () => {
  const silent: Readonly<Record<string, string>> = {
    'methods of maps, lists and dates': `const cache = new Map(); cache.get('a'); cache.set('b', 1); [1].find((x) => x); new Date().setDate(1);`,
    'a class of the program with the same methods': `class Store { findAll(o) {} create(o) {} count() {} } new Store().findAll({ where: { id: 1 } }); new Store().count();`,
    'a class of another package': `import { Post as Api } from 'some-api'; Api.findAll({ where: { id: 1 } });`,
    'a model of another library': `import mongoose from 'mongoose'; const Cat = mongoose.model('Post', {}); Cat.create({}); Cat.count();`,
    'a cache with the name of a model': `import { LRUCache } from 'lru-cache'; const posts = new LRUCache(); posts.find('a'); posts.create({});`,
    'the methods of a row that send nothing': `async function f(id: number) { const post = await Post.findByPk; } function g(post: Post) { post.get('title'); post.set({ title: 'a' }); post.toJSON(); post.setDataValue('title', 'b'); post.changed('title'); }`,
    "the program's own methods of a model": `class Book extends Model { getTitle() { return 1; } static countWords() { return 2; } } Book.init({}, { sequelize }); Book.countWords(); function h(book: Book) { return book.getTitle(); }`,
    'declarations and connections': `Post.build({ title: 'a' }); sequelize.sync(); Post.sync(); sequelize.authenticate(); sequelize.close();`,
  };
  for (const [what, code] of Object.entries(silent)) {
    it(`are ${what}`, async () => {
      assert.deepEqual(await sqlOf(code), []);
    });
  }

  it('are methods of the program that stand in the place of its own', async () => {
    const overridden = `class Page extends Post {
      static async findByPk(id, options = {}) { return this.scope(options.scope).findOne({ where: { id } }); }
      static async findAll(options) { return super.findAll({ ...options, limit: 5 }); }
    }
    Page.init({ title: DataTypes.STRING }, { sequelize, tableName: 'pages', timestamps: false });
    async function show() { await Page.findByPk(1); await Page.findAll(); await Page.count(); await Post.findByPk(1); }`;
    const calls = (await callsIn(overridden)).filter(({ name }) => name === 'show');
    assert.deepEqual(
      calls.map(({ variants }) => [variants[0]?.model?.table, variants[0]?.operation]),
      [
        ['pages', 'count'],
        ['posts', 'find one'],
      ],
    );
  });

  it('are its own SQL texts, which are read as such', async () => {
    assert.deepEqual(await sqlOf(`sequelize.query('SELECT 1', { replacements: [1] });`), []);
  });
});

describe('what is not known of a call of Sequelize', () => {
  async function notesOf(code: string): Promise<readonly string[]> {
    const [call] = await callsIn(`function f(w: any, o: any, key: string) { ${code} }`);
    return call?.variants[0]?.notes ?? ['no call'];
  }

  it('is said of conditions', async () => {
    const note = ['Conditions added at run time are not included.'];
    assert.deepEqual(await notesOf('return Post.findAll({ where: w });'), note);
    assert.deepEqual(await notesOf('return Post.findAll({ where: { ...w, title: 1 } });'), note);
    assert.deepEqual(await notesOf('return Post.count({ where: { [key]: 1 } });'), note);
  });

  it('is said of options, orders, columns and includes', async () => {
    assert.deepEqual(await notesOf('return Post.findAll(o);'), ['Options of the call are known at run time only.']);
    assert.deepEqual(await notesOf('return Post.findAll({ order: [[o.sort, o.direction]] });'), [
      'The order is chosen at run time.',
    ]);
    assert.deepEqual(await notesOf('return Post.findAll({ attributes: o.columns });'), [
      'The columns are chosen at run time: all are shown.',
    ]);
    assert.deepEqual(await notesOf('return Post.findAll({ include: o.include });'), [
      'Some includes are not known: they are left out.',
    ]);
  });

  it('never turns an UPDATE or a DELETE of some rows into one of all', async () => {
    assert.deepEqual(
      await sqlOf(
        `export const f = (o: any, where: any) => [Post.update({ title: 'a' }, o), Post.destroy({ where })];`,
      ),
      [['UPDATE "posts" SET "title" = $1 WHERE $2'], ['DELETE FROM "posts" WHERE $1']],
    );
  });

  it('is said of hooks that run with the call', async () => {
    const code = `Post.beforeFind(() => {}); Post.addHook('afterFind', () => {}); Post.beforeUpdate(() => {}); Post.beforeBulkUpdate(() => {});
      Post.findAll(); Post.update({ title: 'a' }, { where: { id: 1 } }); Post.destroy({ where: { id: 1 } });`;
    const calls = await callsIn(code);
    assert.deepEqual(
      calls.map(({ variants }) => variants[0]?.notes),
      [['Hooks of Post may change it: beforeFind, afterFind.'], ['Hooks of Post may change it: beforeBulkUpdate.'], []],
    );
  });

  it('does not go on for ever where default scopes include each other', async () => {
    const code = `
      const A = sequelize.define('a', {}, { defaultScope: { include: ['b', 'c'] } });
      const B = sequelize.define('b', {}, { defaultScope: { include: ['a', 'c'] } });
      const C = sequelize.define('c', {}, { defaultScope: { include: ['a', 'b'] } });
      for (const [x, y] of [[A, B], [A, C]]) {}
      A.belongsTo(B); A.belongsTo(C); B.belongsTo(A); B.belongsTo(C); C.belongsTo(A); C.belongsTo(B);
      A.findAll();`;
    const [call] = await callsIn(code);
    assert.ok(call?.variants[0]?.notes.includes('There are too many includes: only 100 are shown.'));
  });
});

describe('what the rules are told of a call of Sequelize', () => {
  it('is which associations it loads, where, and with which columns', async () => {
    const code = `Post.findAll({ include: [{ association: 'comments', attributes: ['text'], include: ['post'] }] });`;
    const [call] = await callsIn(code);
    const loads = call?.variants[0]?.loads ?? [];
    assert.deepEqual(
      loads.map(({ path, columns }) => [path, columns]),
      [
        ['comments', ['id', 'text']],
        ['comments.post', undefined],
      ],
    );
    const [first] = loads;
    const text = (blog + code).slice(first?.range.start, first?.range.end);
    assert.equal(text, `{ association: 'comments', attributes: ['text'], include: ['post'] }`);
  });

  it('is no place in the call for what a scope includes, and nothing for the join table of an accessor', async () => {
    const code = `
      const Tag = sequelize.define('tag', {}, { timestamps: false });
      Post.belongsToMany(Tag, { through: 'post_tags' });
      Tag.belongsToMany(Post, { through: 'post_tags' });
      Comment.addScope('defaultScope', { include: ['post'] });
      Comment.findAll();
      export const tagsOf = (post: Post) => post.getTags();`;
    const [comments, tags] = await callsIn(code);
    assert.deepEqual(comments?.variants[0]?.loads, [{ path: 'post', range: { start: 0, end: 0 } }]);
    assert.equal(comments?.variants[0]?.model?.associations.find(({ name }) => name === 'post')?.isEager, true);
    assert.deepEqual(tags?.variants[0]?.loads, []);
  });

  it('is the key that it asks for', async () => {
    const equals = async (code: string) => {
      const [call] = await callsIn(`export async function f(id: number, ids: number[]) { ${code} }`);
      const variant = call?.variants[0];
      return [
        variant?.equals.map(({ property }) => property),
        variant?.isOnlyEquals,
        variant?.isMany,
        variant?.hasLimit,
      ];
    };
    assert.deepEqual(await equals('return Post.findByPk(id);'), [['id'], true, false, false]);
    assert.deepEqual(await equals('return Comment.findAll({ where: { postId: id } });'), [
      ['postId'],
      true,
      true,
      false,
    ]);
    assert.deepEqual(await equals(`return Comment.findAll({ where: { postId: ids, text: 'a' }, limit: 3 });`), [
      ['text'],
      false,
      true,
      true,
    ]);
  });

  it('is what an accessor of a row sends, also where only the row is known', async () => {
    const found = await ormCallsIn({
      '/app/blog.ts': `${blog} export const g = (row: any) => row.getComments({ limit: 5 });`,
    });
    const { program } = found;
    const [file] = program.files.values();
    const model = program.models.of('sequelize').find(({ name }) => name === 'Post');
    const id = file?.functions.findIndex(({ name }) => name === 'g') ?? -1;
    const chain = file?.functions[id]?.uses.find(({ chain: { root } }) => root === 'row')?.chain;
    assert.ok(file && model && chain);
    const at = { file, function: id };
    const { tracer, models } = program;
    const trace = (value: Parameters<typeof tracer.trace>[0]) => tracer.trace(value, at);
    const call = new Sequelize().readRow({ model, chain, link: 0, loaded: [] }, { at, tracer, models, trace });
    assert.deepEqual(
      call?.statements.map(({ sql, parameters }) => [sql, parameters.map(({ source }) => source)]),
      [
        [
          'SELECT "id", "text", "postId" FROM "comments" AS "Comment" WHERE "Comment"."postId" = $1 LIMIT 5',
          ['row.id'],
        ],
      ],
    );
  });

  it('is no place of another file', async () => {
    const post = `${connection} export const Post = sequelize.define('post', { status: { type: DataTypes.STRING, defaultValue: 'new' } },
      { timestamps: false, defaultScope: { where: { status: process.env.STATUS } } });`;
    const list = `import { Post } from './post'; Post.findAll(); Post.create({});`;
    const { calls } = await ormCallsIn({ '/app/post.ts': post, '/app/list.ts': list });
    const statements = calls.flatMap(({ sent }) => sent.flat());
    assert.equal(statements.length, 2);
    for (const { parameters, places } of statements) {
      assert.equal(places, undefined);
      for (const { range } of parameters) assert.match(list.slice(range.start, range.end), /^(?:findAll|create)$/);
    }
  });

  it('is where the names of its conditions stand', async () => {
    const code = `Comment.findAll({ where: { postId: 1 } });`;
    const [call] = await callsIn(code);
    const place = call?.sent[0]?.[0]?.places?.get('postId');
    assert.equal((blog + code).slice(place?.start, place?.end), 'postId');
  });
});
