import assert from 'node:assert/strict';
import { ormCallsIn } from '../../../support/orm-calls';

const models = `import { Model } from 'objection';
export class User extends Model { static tableName = 'users'; }
export class Post extends Model {
  static tableName = 'posts';
  static relationMappings = {
    author: { relation: Model.BelongsToOneRelation, modelClass: User, join: { from: 'posts.author_id', to: 'users.id' } },
    broken: { relation: Model.HasManyRelation, modelClass: Nowhere, join: { from: 'posts.id', to: 'x.post_id' } },
    unfinished: { relation: Model.HasManyRelation },
  };
}
`;

async function calls(text: string) {
  return (await ormCallsIn({ '/app/models.ts': models, '/app/a.ts': text })).calls;
}

async function sent(text: string): Promise<string[]> {
  return (await calls(text)).flatMap(({ sent: [first = []] }) => first.map(({ sql }) => sql));
}

const imported = "import { Post, User } from './models';\n";

describe('Calls of objection', () => {
  describe('are found', () => {
    const found = ['select "posts".* from "posts" where "id" = $1'];
    const receivers: Readonly<Record<string, string>> = {
      'on a class': `${imported}export const f = (id) => Post.query().where({ id });`,
      'with a transaction': `${imported}export const f = (id, trx) => Post.query(trx).where({ id });`,
      'on a namespace': `import * as m from './models'; export const f = (id) => m.Post.query().where({ id });`,
      'on a bound class': `${imported}export const f = (id, knex) => Post.bindKnex(knex).query().where({ id });`,
      'on a class in a place that nothing explains': `export const f = (id) => app.models.posts.query().where({ id });`,
      'where a function begins it': `${imported}const all = () => Post.query();
        export const f = async (id) => { await all().where({ id }); };`,
    };
    for (const [name, text] of Object.entries(receivers)) {
      it(name, async () => assert.deepEqual(await sent(text), found));
    }
  });

  describe('are not', () => {
    const silent: Readonly<Record<string, string>> = {
      'queries of something else': `${imported}export const f = (pool) => pool.query('select 1');`,
      'queries of another class': `class Post { static query() { return []; } }
        export const f = () => Post.query().filter(Boolean);`,
      'sub-queries of rows': `${imported}export const f = () => Post.relatedQuery('author').where('id', 1);`,
    };
    for (const [name, text] of Object.entries(silent)) {
      it(name, async () => assert.deepEqual(await sent(text), []));
    }
  });

  it('leave out relations that are declared badly, and say so', async () => {
    const [call] = await calls(`${imported}export const f = () => Post.query().withGraphFetched('[author, broken]');`);
    assert.deepEqual(
      call?.sent[0]?.map(({ sql }) => sql),
      ['select "posts".* from "posts"', 'select "users".* from "users" where "users"."id" in ($1)'],
    );
    assert.deepEqual(call?.variants[0]?.notes, ['The relation broken of Post is not known.']);
  });

  it('tell what comes with the rows', async () => {
    const [call] = await calls(
      `${imported}export const f = () => Post.query().withGraphFetched('author').select('id', 'title');`,
    );
    const [variant] = call?.variants ?? [];
    assert.deepEqual(
      variant?.loads.map(({ path }) => path),
      ['author'],
    );
    assert.deepEqual(variant?.selects, ['id', 'title']);
    assert.equal(variant?.model?.name, 'Post');
  });

  it('end models that refer to each other in a circle', async () => {
    const text = `import { Model } from 'objection';
      class A extends B { static tableName = 'a'; }
      class B extends A {}
      export const f = () => A.query();`;
    assert.deepEqual(await sent(text), []);
  });

  it('have columns that hooks set', async () => {
    const text = `import { Model } from 'objection';
      class Timed extends Model { $beforeInsert() { this.created_at = new Date(); } }
      class Note extends Timed { static tableName = 'notes'; }
      export const f = () => Note.query().insert({ text: 'a' });`;
    assert.deepEqual(await sent(text), ['insert into "notes" ("created_at", "text") values ($1, $2) returning "id"']);
  });

  it('write a graph in the order of its foreign keys', async () => {
    const text = `${imported}export const f = () => Post.query().insertGraph({ title: 'a', author: { name: 'b' } });`;
    assert.deepEqual(await sent(text), [
      'insert into "users" ("name") values ($1) returning "id"',
      'insert into "posts" ("author_id", "title") values ($1, $2) returning "id"',
    ]);
  });

  it('follow methods of a builder of the program', async () => {
    const text = `import { Model, QueryBuilder } from 'objection';
      class Notes extends QueryBuilder {
        of(user) { return this.where('user_id', user); }
        async twice(data) { await this.findOne(data); await this.insert(data); }
      }
      class Note extends Model { static tableName = 'notes'; static QueryBuilder = Notes; }
      export const f = (user) => Note.query().of(user).limit(1);
      export const g = (data) => Note.query().twice(data);`;
    const found = await calls(text);
    assert.deepEqual(
      found.map(({ sent: [first = []] }) => first.map(({ sql }) => sql)),
      [['select "notes".* from "notes" where "user_id" = $1 limit $2'], []],
    );
    assert.ok(found[1]?.variants[0]?.notes.includes('What twice() does is not known.'));
  });

  it('resolve names of tables that are put together', async () => {
    const text = `import { Model } from 'objection';
      class Tag extends Model { static get tableName() { return 'Tags'.toLowerCase(); } }
      class Note extends Model {
        static tableName = 'notes';
        static get relationMappings() {
          return { tag: { relation: Model.BelongsToOneRelation, modelClass: Tag,
            join: { from: \`\${this.tableName}.tag_id\`, to: \`\${Tag.tableName}.id\` } } };
        }
      }
      export const f = () => Note.query().joinRelated('tag').where('tag.name', 'x');`;
    assert.deepEqual(await sent(text), [
      'select "notes".* from "notes" inner join "tags" as "tag" on "tag"."id" = "notes"."tag_id" where "tag"."name" = $1',
    ]);
  });

  it('take modifiers of a base class', async () => {
    const text = `import { Model, type Modifiers } from 'objection';
      class Base extends Model { static modifiers: Modifiers = { recent(query) { query.orderBy('created_at', 'desc'); } }; }
      class Note extends Base { static tableName = 'notes'; static modifiers: Modifiers = { ...Base.modifiers, short: (query) => query.select('id') }; }
      export const f = () => Note.query().modify(['recent', 'short']);`;
    assert.deepEqual(await sent(text), ['select "id" from "notes" order by "created_at" desc']);
  });

  it('relate rows that were read before by a key that only the run time knows', async () => {
    const tagged = `import { Model } from 'objection';
      import _ from 'lodash';
      class Tag extends Model { static tableName = 'tags'; }
      class Page extends Model {
        static tableName = 'pages';
        static relationMappings = { tags: { relation: Model.ManyToManyRelation, modelClass: Tag, join: { from: 'pages.id', through: { from: 'page_tags.page_id', to: 'page_tags.tag_id' }, to: 'tags.id' } } };
      }
      export async function f(page: Page, known) {
        const all = await Tag.query();
        await page.$relatedQuery('tags').relate(_.differenceBy(all, known, 'id'));
        await page.$relatedQuery('tags').relate(all);
      }`;
    const insert = 'insert into "page_tags" ("page_id", "tag_id") values ($1, $2) returning "tag_id"';
    assert.deepEqual((await sent(tagged)).slice(1), [insert, insert]);
  });

  it('do not insert rows of a graph that are there already', async () => {
    const text = `${imported}export const f = (id) => Post.query().insertGraph({ title: 'a', author: { id } }, { relate: true });`;
    assert.deepEqual(await sent(text), ['insert into "posts" ("author_id", "title") values ($1, $2) returning "id"']);
  });
});
