import assert from 'node:assert/strict';
import { fixesOf, mended } from '../../support/fixes-of';

/** `rows` gives the posts, `inner` is what the loop does with each. */
const loop = (rows: string, inner: string) => `
export async function list(t) {
  const posts = await ${rows};
  for (const post of posts) {
    ${inner}
  }
}
`;

describe('Eager loading is written', () => {
  const cases: readonly (readonly [what: string, rows: string, mended: string])[] = [
    ['into a call without options', 'Post.findAll()', `Post.findAll({ include: ['author'] })`],
    ['into empty options', 'Post.findAll({})', `Post.findAll({ include: ['author'] })`],
    ['behind other options', 'Post.findAll({ limit: 5 })', `Post.findAll({ limit: 5, include: ['author'] })`],
    [
      'beside other includes',
      `Post.findAll({ include: ['comments'] })`,
      `Post.findAll({ include: ['comments', 'author'] })`,
    ],
    [
      'beside one include',
      `Post.findAll({ include: 'comments' })`,
      `Post.findAll({ include: ['comments', 'author'] })`,
    ],
    ['not again', `Post.findAll({ include: ['author'] })`, `Post.findAll({ include: ['author'] })`],
    [
      'in the layout of the file, its comments kept',
      'Post.findAll({\n    where: { title: null }, // none\n    limit: 5,\n  })',
      `Post.findAll({\n    where: { title: null }, // none\n    limit: 5,\n    include: ['author'],\n  })`,
    ],
  ];
  for (const [what, rows, changed] of cases) {
    it(what, async () => {
      const inner = 'console.log((await User.findByPk(post.authorId)).name);';
      assert.equal(await mended(loop(rows, inner)), loop(changed, 'console.log((post.author).name);'));
    });
  }

  it('where the rows of a list are worked on at once', async () => {
    const inner = 'console.log((await Comment.findAll({ where: { postId: post.id } })).map((c) => c.body));';
    assert.equal(
      await mended(loop('Post.findAll()', inner)),
      loop("Post.findAll({ include: ['comments'] })", 'console.log((post.comments).map((c) => c.body));'),
    );
  });

  it('where the row is written out with it under the same name', async () => {
    const inner = 'console.log({ ...post.toJSON(), author: await User.findByPk(post.authorId) });';
    assert.match(await mended(loop('Post.findAll()', inner)), /author: post\.author \}/);
  });

  it('in the place of a helper, which stays as it is', async () => {
    const helper = 'async function authorOf(post) {\n  return await User.findByPk(post.authorId);\n}\n';
    assert.equal(
      await mended(helper + loop('Post.findAll()', 'console.log(await authorOf(post));')),
      helper + loop("Post.findAll({ include: ['author'] })", 'console.log(post.author);'),
    );
    const byKey = 'const find = (id) => User.findOne({ where: { id } });\n';
    assert.equal(
      await mended(byKey + loop('Post.findAll()', 'console.log(await find(post.authorId));')),
      byKey + loop("Post.findAll({ include: ['author'] })", 'console.log(post.author);'),
    );
  });

  it('where only the row itself is written', async () => {
    const inner = 'const user = await User.findByPk(post.authorId);\n    await post.update({ title: user.name });';
    assert.match(await mended(loop('Post.findAll()', inner)), /const user = post\.author;/);
  });

  it('by a query of its own, where joined rows would be counted', async () => {
    const rows = 'Post.findAndCountAll({ limit: 5 })';
    const inner = 'console.log(await post.getComments());';
    const text = await mended(loop(rows, inner).replace('const posts', 'const { rows: posts }'));
    assert.match(text, /limit: 5, include: \[\{ association: 'comments', separate: true \}\]/);
  });

  it('below what is loaded already', async () => {
    const text = await mended(`
export async function list() {
  for (const post of await Post.findAll({ include: [{ model: Comment, as: 'comments' }] })) {
    for (const comment of post.comments) console.log(await User.findByPk(comment.userId));
  }
}
`);
    assert.match(text, /include: \[\{ model: Comment, as: 'comments', include: \['user'\] \}\]/);
    assert.match(text, /console\.log\(comment\.user\)/);
  });

  it('with the double quotes of a file that has them', async () => {
    const code = 'const a = "b", c = "d", e = "f", g = "h";';
    const text = await mended(code + loop('Post.findAll()', 'console.log(await post.getAuthor());'));
    assert.match(text, /include: \["author"\]/);
  });
});

describe('Eager loading is not written', () => {
  const refused: [why: string, rows: string, inner: string][] = [
    ['when the rows come flat', 'Post.findAll({ raw: true })', 'console.log(await User.findByPk(post.authorId));'],
    [
      'when the rows are grouped',
      `Post.findAll({ group: ['id'] })`,
      'console.log(await User.findByPk(post.authorId));',
    ],
    [
      'when a missing row is an error',
      'Post.findAll()',
      'console.log(await User.findByPk(post.authorId, { rejectOnEmpty: true }));',
    ],
    [
      'when only some columns are asked for',
      'Post.findAll()',
      `console.log(await User.findByPk(post.authorId, { attributes: ['id'] }));`,
    ],
    ['in a transaction', 'Post.findAll()', 'console.log(await User.findByPk(post.authorId, { transaction: t }));'],
    [
      'when there are more conditions',
      'Post.findAll()',
      `console.log(await Comment.findAll({ where: { postId: post.id, body: 'x' } }));`,
    ],
    [
      'when the order counts',
      'Post.findAll()',
      `console.log(await Comment.findAll({ where: { postId: post.id }, order: [['id', 'ASC']] }));`,
    ],
    ['for the first of many', 'Post.findAll()', 'console.log(await Comment.findOne({ where: { postId: post.id } }));'],
    ['for a count', 'Post.findAll()', 'console.log(await Comment.count({ where: { postId: post.id } }));'],
    ['for a scope of its own', 'Post.findAll()', `console.log(await User.unscoped().findByPk(post.authorId));`],
    [
      'when its failure is caught',
      'Post.findAll()',
      'console.log(await User.findByPk(post.authorId).catch(() => null));',
    ],
    ['when nothing waits for it', 'Post.findAll()', 'void User.findByPk(post.authorId).then(console.log);'],
    [
      'behind a comment that may hold a comma',
      'Post.findAll({\n    limit: 5 // five,\n  })',
      'console.log(await post.getAuthor());',
    ],
  ];
  const author = 'console.log(await User.findByPk(post.authorId));';
  refused.push(
    ['when SQL in the options names columns without their table', `Post.findAll({ order: [col('id')] })`, author],
    ['when the key is not asked for', `Post.findAll({ attributes: ['id'] })`, 'console.log(await post.getAuthor());'],
    ['when the key is left out', `Post.findAll({ attributes: { exclude: ['authorId'] } })`, author],
    ['into options that others may have, too', 'Post.findAll(options)', author],
    ['into a list that others may have, too', 'Post.findAll({ include: included })', author],
    ['when the included may be a list', 'Post.findAll({ include: includes() })', author],
    ['when the turn gives the row another key', 'Post.findAll()', `post.authorId = 1;\n    ${author}`],
    [
      'when what is found is changed',
      'Post.findAll()',
      'const author = await User.findByPk(post.authorId);\n    await author.increment({ posts: 1 });',
    ],
    [
      'when the table is written to',
      'Post.findAll()',
      `await User.update({ name: 'x' }, { where: {} });\n    ${author}`,
    ],
    [
      'when the key of what is loaded already is not asked for',
      `Post.findAll({ include: [{ association: 'comments', attributes: ['id'] }] })`,
      'for (const comment of post.comments) console.log(await comment.getUser());',
    ],
    ['when a chain writes', 'Post.findAll()', `await users().where('id', 1).update({ name: 'x' });\n    ${author}`],
    [
      'when the turn links another row',
      'Post.findAll()',
      'await post.addComment(t);\n    console.log(await post.getComments());',
    ],
    [
      'when the rows are shown whole',
      'Post.findAll()',
      'const user = await User.findByPk(post.authorId);\n    console.log({ ...post.toJSON(), by: user.name });',
    ],
    ['when the list is given back', 'Post.findAll()', `${author}\n  }\n  if (posts.length) {\n    return posts;`],
  );
  for (const [why, rows, inner] of refused) {
    it(why, async () => {
      const { fixes } = await fixesOf(
        `import { col } from 'sequelize';\nconst included = [];\nconst options = {};\n${loop(rows, inner)}`,
      );
      assert.deepEqual(
        fixes.filter(({ title }) => title.startsWith('Load ')),
        [],
      );
    });
  }

  it('when a helper does more than to ask', async () => {
    const helpers = [
      'const authorOf = async (post) => { console.log(post.id); return User.findByPk(post.authorId); };',
      'const authorOf = async (post) => post.authorId ? User.findByPk(post.authorId) : null;',
      'const authorOf = async (post) => { const user = await User.findByPk(post.authorId); return user.name; };',
    ];
    for (const helper of helpers) {
      const { fixes } = await fixesOf(`${helper}\n${loop('Post.findAll()', 'console.log(await authorOf(post));')}`);
      assert.deepEqual(fixes, []);
    }
  });

  it('when nothing waits for the helper, or more is done with what it gives', async () => {
    for (const inner of ['authorOf(post).then(console.log);', 'console.log(await authorOf(post).catch(() => null));']) {
      const { fixes } = await fixesOf(
        `const authorOf = async (post) => User.findByPk(post.authorId);\n${loop('Post.findAll()', inner)}`,
      );
      assert.deepEqual(fixes, []);
    }
  });
});
