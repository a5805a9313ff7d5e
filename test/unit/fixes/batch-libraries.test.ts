import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EditFix } from '../../../src/nouns/fix';
import { fixesOfLoops } from '../../support/turn-fixes';

/** A library of `test/orms/apps/batch`: the loop over posts (or users) that is there, with another turn. */
interface Library {
  readonly imports: string;
  /** What gives the rows. */
  readonly rows: string;
  readonly refused: readonly (readonly [why: string, inner: string])[];
}

const libraries: Readonly<Record<string, Library>> = {
  drizzle: {
    imports:
      "import { and, count, countDistinct, eq, gt, not, or, sql } from 'drizzle-orm';\nimport { comments, db, posts, users } from './models';",
    rows: 'db.query.posts.findMany()',
    refused: [
      ['the first of several', 'log(await db.select().from(comments).where(eq(comments.postId, row.id)).limit(1));'],
      [
        'rows without the key',
        'log(await db.select({ body: comments.body }).from(comments).where(eq(comments.postId, row.id)));',
      ],
      [
        'one of two conditions',
        'log(await db.select().from(comments).where(or(eq(comments.postId, row.id), gt(comments.id, 5))));',
      ],
      [
        'a condition that is turned round',
        'log(await db.select().from(comments).where(not(eq(comments.postId, row.id))));',
      ],
      ['another comparison', 'log(await db.select().from(comments).where(gt(comments.postId, row.id)));'],
      [
        'rows of two tables',
        'log(await db.select().from(comments).innerJoin(users, eq(users.id, comments.authorId)).where(eq(comments.postId, row.id)));',
      ],
      ['a page', 'log(await db.query.comments.findMany({ where: eq(comments.postId, row.id), limit: 3 }));'],
      ['one of several rows', 'log(await db.query.comments.findFirst({ where: eq(comments.postId, row.id) }));'],
      [
        'columns without the key',
        'log(await db.query.comments.findMany({ columns: { body: true }, where: eq(comments.postId, row.id) }));',
      ],
      [
        'what is counted once',
        'log(await db.select({ n: countDistinct(comments.authorId) }).from(comments).where(eq(comments.postId, row.id)));',
      ],
      [
        'a count that is text',
        'log(await db.select({ n: sql<number>`count(*)` }).from(comments).where(eq(comments.postId, row.id)));',
      ],
      [
        'a count beside more',
        'log(await db.select({ n: count(), m: sql`max(id)` }).from(comments).where(eq(comments.postId, row.id)));',
      ],
      [
        'a list that is changed',
        'const found = await db.select().from(comments).where(eq(comments.postId, row.id));\n    found.pop();\n    log(found);',
      ],
    ],
  },
  'mikro-orm': {
    imports: "import { Comment, Post, User, orm } from './models';\nconst em = orm.em.fork();",
    rows: 'em.find(Post, {})',
    refused: [
      ['a row that must be there', 'log(await em.findOneOrFail(User, row.authorId));'],
      ['a page', 'log(await em.find(Comment, { authorId: row.id }, { limit: 3 }));'],
      ['some fields only', "log(await em.find(Comment, { authorId: row.id }, { fields: ['body'] }));"],
      ['one of several rows', 'log(await em.findOne(Comment, { authorId: row.id }));'],
      ['a list that may have no key', 'log(await em.find(Comment, { authorId: row.editorId }));'],
      ['an operator', 'log(await em.find(Comment, { authorId: { $gt: row.id } }));'],
      ['a count, which the manager cannot group', 'log(await em.count(Comment, { post: row.id }));'],
    ],
  },
  objection: {
    imports: "import { Comment, Post, User } from './models';",
    rows: 'Post.query()',
    refused: [
      ['a row that must be there', 'log(await User.query().findById(row.author_id).throwIfNotFound());'],
      ['a page', "log(await Comment.query().where('post_id', row.id).limit(3));"],
      ['one of several rows', "log(await Comment.query().where('post_id', row.id).first());"],
      ['rows with others', "log(await Comment.query().where('post_id', row.id).withGraphFetched('post'));"],
      ['columns without the key', "log(await Comment.query().select('body').where('post_id', row.id));"],
      ['a list that may have no key', "log(await Comment.query().where('author_id', row.editor_id));"],
      [
        'a count of what is different',
        "log(await Comment.query().distinct('body').where('post_id', row.id).resultSize());",
      ],
      ['a row by more than its key', 'log(await User.query().findOne({ id: row.author_id, name: "x" }));'],
    ],
  },
  kysely: {
    imports: "import { db } from './models';",
    rows: "db.selectFrom('posts').selectAll().execute()",
    refused: [
      [
        'a count that is said to be a number',
        "log(await db.selectFrom('comments').select(({ fn }) => fn.countAll<number>().as('n')).where('post_id', '=', row.id).executeTakeFirst());",
      ],
      [
        'a count of what is different',
        "log(await db.selectFrom('comments').select(({ fn }) => fn.count('author_id').distinct().as('n')).where('post_id', '=', row.id).executeTakeFirst());",
      ],
      [
        'a list of counts',
        "log(await db.selectFrom('comments').select(({ fn }) => fn.countAll().as('n')).where('post_id', '=', row.id).execute());",
      ],
      [
        'another comparison',
        "log(await db.selectFrom('comments').select(({ fn }) => fn.countAll().as('n')).where('post_id', '>', row.id).executeTakeFirst());",
      ],
    ],
  },
  bookshelf: {
    imports: "import { Comment, Post, User } from './models';",
    rows: 'Post.fetchAll()',
    refused: [
      ['a row that must be there', "log(await User.where('id', row.get('author_id')).fetch());"],
      ['a collection', "log(await Comment.where('post_id', row.id).fetchAll());"],
      ['one of several rows', "log(await Comment.where('post_id', row.id).fetch({ require: false }));"],
      [
        'some columns',
        "log(await User.where('id', row.get('author_id')).fetch({ require: false, columns: ['name'] }));",
      ],
    ],
  },
};

function fixesOfTurn(library: string, inner: string): Promise<readonly EditFix[]> {
  const models = readFileSync(join(import.meta.dirname, `../../orms/apps/batch/${library}/models.ts`), 'utf8');
  const { imports, rows } = libraries[library] ?? assert.fail(library);
  const loops = `${imports}
const log = console.log;
export async function list() {
  const all = await ${rows};
  for (const row of all) {
    ${inner}
  }
}
`;
  return fixesOfLoops(models, loops);
}

for (const [library, { refused }] of Object.entries(libraries)) {
  describe(`One query before the loop is not written with ${library} for`, () => {
    for (const [why, inner] of refused) {
      it(why, async () => assert.deepEqual(await fixesOfTurn(library, inner), []));
    }
  });
}

it('One query before the loop is not written for rows whose names the model changes itself', async () => {
  const models = `
import { Model } from 'objection';
export class Post extends Model { static tableName = 'posts'; }
export class Comment extends Model {
  static tableName = 'comments';
  static columnNameMappers = { parse: upper, format: lower };
}
`;
  const loops = `
import { Comment, Post } from './models';
export async function list() {
  const posts = await Post.query();
  for (const post of posts) console.log(await Comment.query().where('post_id', post.id));
}
`;
  assert.deepEqual(await fixesOfLoops(models, loops), []);
  const known = models.replace(/static columnNameMappers.*/, '');
  assert.equal((await fixesOfLoops(known, loops)).length, 1);
});

describe('One statement for all rows is not written', () => {
  const refused: readonly (readonly [library: string, why: string, inner: string])[] = [
    [
      'drizzle',
      'where rows are changed on a conflict',
      'await db.insert(comments).values({ body: row.title, postId: row.id, authorId: 1 }).onConflictDoUpdate({ target: comments.id, set: { body: row.title } });',
    ],
    [
      'drizzle',
      'where what was written is asked for',
      'await db.insert(comments).values({ body: row.title, postId: row.id, authorId: 1 }).returning();',
    ],
    ['drizzle', 'for what is not known', 'await db.insert(comments).values(row);'],
    [
      'kysely',
      'where rows are changed on a conflict',
      "await db.insertInto('comments').values({ body: row.title, post_id: row.id, author_id: 1 }).onConflict((oc) => oc.column('id').doUpdateSet({ body: row.title })).execute();",
    ],
    [
      'kysely',
      'where what was written is asked for',
      "await db.insertInto('comments').values({ body: row.title, post_id: row.id, author_id: 1 }).returning('id').execute();",
    ],
    [
      'mikro-orm',
      'for rows that are changed on a conflict',
      'await em.upsert(Comment, { id: row.id, body: row.title });',
    ],
    ['objection', 'for a graph', 'await Comment.query().insertGraph({ body: row.title, post_id: row.id });'],
    [
      'objection',
      'where the row is asked for',
      'await Comment.query().insertAndFetch({ body: row.title, post_id: row.id });',
    ],
    ['bookshelf', 'where the library has no such call', "await Comment.forge({ body: row.get('title') }).save();"],
  ];
  for (const [library, why, inner] of refused) {
    it(`with ${library} ${why}`, async () => {
      assert.deepEqual(await fixesOfTurn(library, inner), []);
    });
  }
});
