import assert from 'node:assert/strict';
import { ormCallsIn } from '../../../support/orm-calls';

const models = `const knex = require('knex')({ client: 'pg' });
const bookshelf = require('bookshelf')(knex);
const User = bookshelf.model('User', { tableName: 'users' });
const Post = bookshelf.model('Post', {
  tableName: 'posts',
  author() { return this.belongsTo('User'); },
  broken() { return this.hasMany('Nowhere'); },
});
module.exports = { bookshelf, User, Post };
`;

async function calls(text: string) {
  return (await ormCallsIn({ '/app/models.js': models, '/app/a.js': text })).calls;
}

async function sent(text: string): Promise<string[]> {
  return (await calls(text)).flatMap(({ sent: [first = []] }) => first.map(({ sql }) => sql));
}

const imported = "const { bookshelf, Post, User } = require('./models');\n";

describe('Calls of bookshelf', () => {
  describe('are found', () => {
    const found = ['select "posts".* from "posts" where "posts"."id" = $1 limit $2'];
    const receivers: Readonly<Record<string, string>> = {
      'on a new object': `${imported}exports.f = (id) => new Post({ id }).fetch();`,
      'on a forged one': `${imported}exports.f = (id) => Post.forge({ id }).fetch();`,
      'by the registered name': `${imported}exports.f = (id) => bookshelf.model('Post').forge({ id }).fetch();`,
      'on a namespace': `const models = require('./models'); exports.f = (id) => new models.Post({ id }).fetch();`,
    };
    for (const [name, text] of Object.entries(receivers)) {
      it(name, async () => assert.deepEqual(await sent(text), found));
    }
  });

  describe('are not', () => {
    const silent: Readonly<Record<string, string>> = {
      'requests of a browser': `${imported}exports.f = () => fetch('/posts');`,
      'methods of another class': `class Post { fetch() {} save() {} } exports.f = () => new Post().fetch();`,
      'canvases and files': `${imported}exports.f = (context, file) => { context.save(); file.save(); file.load('a'); };`,
    };
    for (const [name, text] of Object.entries(silent)) {
      it(name, async () => assert.deepEqual(await sent(text), []));
    }
  });

  it('leave out relations that are declared badly, and say so', async () => {
    const [call] = await calls(`${imported}exports.f = () => Post.fetchAll({ withRelated: ['author', 'broken'] });`);
    assert.deepEqual(
      call?.sent[0]?.map(({ sql }) => sql),
      ['select "posts".* from "posts"', 'select distinct "users".* from "users" where "users"."id" in ($1)'],
    );
    assert.deepEqual(call?.variants[0]?.notes, ['The relation broken of Post is not known.']);
  });

  it('say that attributes of the run time are conditions too', async () => {
    const [call] = await calls(`${imported}exports.f = (attributes) => new Post(attributes).fetch();`);
    assert.deepEqual(call?.variants[0]?.notes, ['Conditions added at run time are not included.']);
  });

  it("go on as knex's builder behind query()", async () => {
    const text = `${imported}exports.f = () => Post.query().where('kind', 'page').select('id');`;
    assert.deepEqual(await sent(text), ['select "id" from "posts" where "kind" = $1']);
  });

  it('know their model in functions of its own', async () => {
    const found = await ormCallsIn({
      '/app/models.js': `const bookshelf = require('bookshelf')(require('knex')({}));
        module.exports = bookshelf.Model.extend(
          { tableName: 'notes', publish() { return this.save({ published: true }, { patch: true }); } },
          { recent(n) { return this.query((qb) => qb.limit(n)).fetchAll(); } },
        );`,
    });
    assert.deepEqual(
      found.calls.flatMap(({ sent: [first = []] }) => first.map(({ sql }) => sql)),
      ['update "notes" set "published" = $1 where "id" = $2 returning *', 'select "notes".* from "notes" limit $1'],
    );
  });
});
