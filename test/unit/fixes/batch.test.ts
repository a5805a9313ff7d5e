import assert from 'node:assert/strict';
import { fixesOf, mended } from '../../support/fixes-of';

/** What one query for each post, or one count, becomes one before the loop for. */
const loop = (inner: string, rows = 'Post.findAll()', head = 'for (const post of posts) {') => `
export async function list(t) {
  const posts = await ${rows};
  ${head}
    ${inner}
  }
}
`;

const count = 'await Comment.count({ where: { postId: post.id } })';
const firstNote = `await Comment.findAll({ where: { postId: post.id }, order: [['id', 'ASC']] })`;

describe('One query before the loop is written', () => {
  it('for the counts of all rows', async () => {
    assert.equal(
      await mended(loop(`console.log(post.title, ${count});`)),
      `
export async function list(t) {
  const posts = await Post.findAll();
  const commentCounts = await Comment.count({ where: { postId: posts.map((post) => post.id) }, attributes: ['postId'], group: ['post_id'] });
  const commentCountByPostId = new Map(commentCounts.map((row) => [String(row.postId), row.count]));
  for (const post of posts) {
    console.log(post.title, commentCountByPostId.get(String(post.id)) ?? 0);
  }
}
`,
    );
  });

  it('for lists in an order, with names that the file does not have', async () => {
    assert.equal(
      await mended(loop(`const comments = ${firstNote};\n    console.log(comments[0]);`)),
      `
export async function list(t) {
  const posts = await Post.findAll();
  const allComments = await Comment.findAll({ where: { postId: posts.map((post) => post.id) }, order: [['id', 'ASC']] });
  const commentsByPostId = new Map();
  for (const comment of allComments) {
    const key = String(comment.postId);
    const list = commentsByPostId.get(key);
    if (list) list.push(comment);
    else commentsByPostId.set(key, [comment]);
  }
  for (const post of posts) {
    const comments = commentsByPostId.get(String(post.id)) ?? [];
    console.log(comments[0]);
  }
}
`,
    );
  });

  it('above the comment of the loop, with other queries in the turn that only ask', async () => {
    const inner = `const author = await User.findByPk(post.authorId, { attributes: ['name'] });\n    console.log(author, ${count});`;
    const text = await mended(loop(inner, 'Post.findAll()', '// The newest first.\n  for (const post of posts) {'));
    assert.match(text, /row\.count\]\)\);\n {2}\/\/ The newest first\.\n {2}for/);
  });

  it('in parentheses where the value is a part of more', async () => {
    assert.match(await mended(loop(`console.log(${count} + 1);`)), /\(commentCountByPostId\.get\(.*\) \?\? 0\) \+ 1/);
  });
});

const writes = (inner: string, head = 'for (const row of rows) {', options = '') => `
export async function save(rows${options}) {
  ${head}
    ${inner}
  }
}
`;

describe('One statement for all rows is written', () => {
  it('from anything that can be gone over', async () => {
    assert.equal(
      await mended(writes('await Comment.create({ body: row.text, postId: 1 });')),
      `
export async function save(rows) {
  await Comment.bulkCreate(Array.from(rows, (row) => ({ body: row.text, postId: 1 })), { validate: true });
}
`,
    );
  });

  it('in the transaction that the rows are written in', async () => {
    assert.match(
      await mended(writes('await Comment.create({ body: row }, { transaction: t });', undefined, ', t')),
      /\{ validate: true, transaction: t \}\);/,
    );
  });
});

describe('One statement for all rows is not written', () => {
  const refused: readonly (readonly [why: string, code: string])[] = [
    ['when the row that was written is used', writes('console.log(await Comment.create({ body: row }));')],
    ['when the turn does more', writes('console.log(row);\n    await Comment.create({ body: row });')],
    ['when some rows are not written', writes('if (row) await Comment.create({ body: row });')],
    ['when a comment would be lost', writes('// By hand.\n    await Comment.create({ body: row });')],
    ['when a value is waited for', writes('await Comment.create({ body: await row });')],
    ['when what is written is not known', writes('await Comment.create({ ...row });')],
    ['when rows of other tables come with it', writes('await Post.create({ title: row, comments: [] });')],
    ['with options of one row', writes(`await Comment.create({ body: row }, { fields: ['body'] });`)],
    ['for rows that are changed', writes('await Comment.update({ body: row }, { where: { id: row } });')],
    ['for rows that are taken apart', writes('await Comment.create({ body });', 'for (const { body } of rows) {')],
  ];
  for (const [why, code] of refused) {
    it(why, async () => assert.deepEqual((await fixesOf(code)).fixes, []));
  }
});

describe('One query before the loop is not written', () => {
  const refused: readonly (readonly [why: string, code: string])[] = [
    ['when a turn may leave before it', loop(`if (post.title === 'x') continue;\n    console.log(${count});`)],
    ['when it is sent on some turns', loop(`console.log(post.title ? ${count} : 0);`)],
    ['when the turn writes', loop(`console.log(${count});\n    await Comment.create({ postId: post.id, body: 'x' });`)],
    ['when the turn waits for something unknown', loop(`await notify(post);\n    console.log(${count});`)],
    ['when the list changes in it', loop(`console.log(${count});\n    posts.pop();`)],
    ['when the key changes in it', loop(`post.id += 1;\n    console.log(${count});`)],
    [
      'when more of the row is asked',
      loop('console.log(await Comment.count({ where: { postId: post.id, body: post.title } }));'),
    ],
    [
      'when something else of the turn is asked',
      loop(
        `const body = post.title + '!';\n    console.log(await Comment.count({ where: { postId: post.id, body } }));`,
      ),
    ],
    ['when the key may be null', loop('console.log(await Comment.count({ where: { authorId: post.authorId } }));')],
    [
      'for distinct values',
      loop(`console.log(await Comment.count({ where: { postId: post.id }, distinct: true, col: 'body' }));`),
    ],
    ['for an operator', loop('console.log(await Comment.count({ where: { postId: { [Op.gt]: post.id } } }));')],
    ['for the first of several', loop(`console.log(await Comment.findAll({ where: { postId: post.id }, limit: 3 }));`)],
    [
      'for one row by a column that others may share',
      loop(`console.log(await User.findOne({ where: { name: post.title, id: 1 } }));`),
    ],
    [
      'for columns without the key',
      loop(`console.log(await Comment.findAll({ where: { postId: post.id }, attributes: ['body'] }));`),
    ],
    ['when what is found is changed', loop(`const found = ${firstNote};\n    found.pop();\n    console.log(found);`)],
    [
      'when what is found is set again',
      loop(`let found = ${firstNote};\n    found = found.slice(1);\n    console.log(found);`),
    ],
    ['when its failure is caught', loop(`console.log(${count}.catch(() => 0));`)],
    ['when its failure is caught below', loop(`console.log(\n      ${count}\n        .catch(() => 0),\n    );`)],
    [
      'when a condition is another on each turn',
      loop(`console.log(await Comment.count({ where: { postId: post.id, body: names.shift() } }));`),
    ],
    ['when nothing waits', loop('Comment.count({ where: { postId: post.id } }).then(console.log);')],
    [
      'under a condition without braces',
      loop(`console.log(${count});`, 'Post.findAll()', 'if (t)\n  for (const post of posts) {'),
    ],
    [
      'for rows that are no list with a name',
      loop(`console.log(${count});`, 'Post.findAll()', 'for (const post of posts.filter(Boolean)) {'),
    ],
    [
      'for rows that are taken apart',
      loop(
        'console.log(await Comment.count({ where: { postId: id } }));',
        'Post.findAll()',
        'for (const { id } of posts) {',
      ),
    ],
    ['in a loop of the turn', loop(`for (const each of post.title) console.log(each, ${count});`)],
  ];
  for (const [why, code] of refused) {
    it(why, async () => {
      const { fixes } = await fixesOf(code);
      assert.deepEqual(
        fixes.filter(({ title }) => /before the loop/.test(title)),
        [],
      );
    });
  }

  it('for a list that nobody knows to be rows of the database', async () => {
    const { fixes } = await fixesOf(`export async function list(posts) {
  for (const post of posts) {
    console.log(${count});
  }
}`);
    assert.deepEqual(fixes, []);
  });
});
