import assert from 'node:assert/strict';
import { mendedOfSequelize as mended } from '../../support/turn-fixes';

const program = (query: string, use: string) => `
export async function list(id) {
  const posts = await Post.${query};
  ${use}
}
`;

describe('What is done with a whole result is asked of the database', () => {
  const written: readonly (readonly [query: string, use: string, becomes: string, then: string])[] = [
    [
      'findAll()',
      'const open = posts.filter((post) => post.isOpen);\n  return open.map(show);',
      'findAll({ where: { isOpen: true } })',
      'const open = posts;\n  return open.map(show);',
    ],
    [
      'findAll({ where: { id } })',
      "return posts.filter((p) => p.status === 'x' && p.views === 3);",
      "findAll({ where: { id, status: 'x', views: 3 } })",
      'return posts;',
    ],
    [
      "findAll({ order: ['id'] })",
      'return posts.slice(0, 5);',
      "findAll({ order: ['id'], limit: 5 })",
      'return posts;',
    ],
  ];
  for (const [query, use, becomes, then] of written) {
    it(use, async () => assert.equal(await mended(program(query, use)), program(becomes, then)));
  }

  it('as a number with a name of its own', async () => {
    assert.equal(
      await mended(program('findAll({ where: { id } })', 'if (posts.length > 3) show(posts.length);')),
      `
export async function list(id) {
  const postCount = await Post.count({ where: { id } });
  if (postCount > 3) show(postCount);
}
`,
    );
  });
});

describe('What is done with a whole result stays', () => {
  const filtered = (condition: string, query = 'findAll()') =>
    program(query, `return posts.filter((post) => ${condition});`);
  const refused: readonly (readonly [why: string, code: string])[] = [
    ['for what null makes different', filtered("post.status !== 'x'")],
    ['for a negation', filtered('!post.isOpen')],
    ['for a value that may be null', filtered('post.views === id')],
    ['for an order of numbers, among which null is 0', filtered('post.views < 3')],
    ['for what is text in the program', filtered('post.score === 3')],
    ['for a number in the place of a text', filtered('post.status === 3')],
    ['for what is true in the program only', filtered('post.status')],
    ['for one of two conditions', filtered("post.isOpen || post.status === 'x'")],
    ['for == ', filtered("post.status == 'x'")],
    ['for a call', filtered("post.status.trim() === 'x'")],
    ['for a column of which rows have another value', filtered("post.kind === 'x'")],
    ['for no column', filtered("post.colour === 'x'")],
    ['for a column with a condition already', filtered("post.status === 'x'", 'findAll({ where: { status: id } })')],
    ['for a column that is not asked for', filtered("post.status === 'x'", "findAll({ attributes: ['title'] })")],
    ['for the index', program('findAll()', 'return posts.filter((post, i) => post.isOpen);')],
    ['for a text with an escape', filtered("post.status === 'it\\'s'")],
    ['behind a limit', filtered("post.status === 'x'", 'findAll({ limit: 10 })')],
    ['with options that are not known', filtered("post.status === 'x'", 'findAll({ ...id })')],
    [
      'when the list serves for more',
      program('findAll()', 'show(posts);\n  return posts.filter((post) => post.isOpen);'),
    ],
    [
      'when the list is looked through again and again',
      program('findAll()', 'return id.map((one) => posts.filter((post) => post.isOpen));'),
    ],
    ['for the rest of a list', program('findAll()', 'return posts.slice(3);')],
    ['for the last ones', program('findAll()', 'return posts.slice(0, -3);')],
    ['for a number that is not constant', program('findAll()', 'return posts.slice(0, id);')],
    ['for a page', program('findAll()', 'return posts.slice(3, 6);')],
    [
      'for sorting, which collations do in another way',
      program('findAll()', 'return posts.sort((a, b) => (a.title < b.title ? -1 : 1));'),
    ],
    ['when rows are counted and used', program('findAll()', 'if (posts.length > 3) return posts;')],
    [
      'when a name is counted that may be another list',
      program('findAll()', 'return posts.length;').replace('const', 'let'),
    ],
    [
      'when what is counted is in an order',
      program("findAll({ order: ['id'], group: ['id'] })", 'return posts.length;'),
    ],
    ['when what is counted has a limit', program('findAll({ limit: 3 })', 'return posts.length;')],
  ];
  for (const [why, code] of refused) {
    it(why, async () => assert.equal(await mended(code), undefined));
  }
});
