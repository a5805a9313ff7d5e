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

  it('with the double quotes of a file that has them', async () => {
    const code = 'const a = "b", c = "d", e = "f", g = "h";';
    const text = await mended(code + loop('Post.findAll()', 'console.log(await post.getAuthor());'));
    assert.match(text, /include: \["author"\]/);
  });
});

describe('Eager loading is not written', () => {
  const refused: readonly (readonly [why: string, rows: string, inner: string])[] = [
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
  for (const [why, rows, inner] of refused) {
    it(why, async () => {
      const { fixes } = await fixesOf(loop(rows, inner));
      assert.deepEqual(
        fixes.filter(({ title }) => title.startsWith('Load ')),
        [],
      );
    });
  }

  it('when a helper asks, whom others call too', async () => {
    const { fixes } = await fixesOf(
      `const authorOf = async (post) => User.findByPk(post.authorId);\n${loop('Post.findAll()', 'console.log(await authorOf(post));')}`,
    );
    assert.deepEqual(fixes, []);
  });
});
