import assert from 'node:assert/strict';
import { mendedOfSequelize as mended } from '../../support/turn-fixes';

const ask = 'const admin = await User.findOne({ where: { name: role } });';

const inLoop = (turn: string, head = 'for (const post of posts) {') => `
export async function list(role) {
  const posts = await Post.findAll();
  // The newest first.
  ${head}
    ${turn}
  }
}
`;

describe('A query that is the same on each turn', () => {
  it('moves above the loop and its comment', async () => {
    assert.equal(
      await mended(inLoop(`${ask}\n    console.log(post.title, admin.name);`)),
      `
export async function list(role) {
  const posts = await Post.findAll();
  ${ask}
  // The newest first.
  for (const post of posts) {
    console.log(post.title, admin.name);
  }
}
`,
    );
  });

  it('moves with all its lines, also from behind other statements', async () => {
    const turn =
      'const title = post.title;\n    const { rows, count } = await User.findAndCountAll({\n      limit: 3,\n    });\n    console.log(title, rows, count);';
    assert.match(
      (await mended(inLoop(turn, 'for (let i = 0; i < posts.length; i++) {\n    const post = posts[i];'))) ?? '',
      /\n {2}const \{ rows, count \} = await User\.findAndCountAll\(\{\n {4}limit: 3,\n {2}\}\);\n {2}\/\/ The newest first\./,
    );
  });

  const stays: readonly (readonly [why: string, turn: string, head?: string])[] = [
    ['a turn may leave before it', `if (!post.title) continue;\n    ${ask}\n    console.log(admin);`],
    ['the turn writes', `${ask}\n    console.log(admin);\n    await User.create({ name: post.title });`],
    ['the turn waits for something unknown', `${ask}\n    await notify(admin);`],
    ['what is found is changed', `${ask}\n    admin.name = post.title;\n    console.log(admin);`],
    [
      'it is another on each turn',
      'const some = await User.findOne({ where: { age: Math.random() } });\n    console.log(some);',
    ],
    ['a comment stands above it', `// Who may see it.\n    ${ask}\n    console.log(admin);`],
    ['it is a part of more', 'console.log(post, (await User.findOne({ where: { name: role } })).name);'],
    [
      'the name is there already',
      `${ask}\n    console.log(admin);\n  }\n  for (const admin of posts) {\n    console.log(admin.title);`,
    ],
    ['another turn may wait for it to change', `${ask}\n    if (admin) break;`, 'while (role) {'],
    [
      'it is not declared there',
      'let admin;\n    admin = await User.findOne({ where: { name: role } });\n    console.log(admin);',
    ],
  ];
  for (const [why, turn, head] of stays) {
    it(`stays when ${why}`, async () => assert.equal(await mended(inLoop(turn, head)), undefined));
  }
});

const both = (first: string, between: string, again: string, use = 'return [one, two];') => `
export async function pair(id) {
  ${first}
  ${between}
  ${again}
  ${use}
}
`;
const one = 'const one = await User.findByPk(id);';
const two = 'const two = await User.findByPk(id);';

describe('A query that was sent before with the same values', () => {
  it('is answered by the first one', async () => {
    assert.equal(await mended(both(one, 'console.log(one);', two)), both(one, 'console.log(one);', 'const two = one;'));
  });

  it('is answered by the first one in a larger expression', async () => {
    const again = 'const two = (await User.findByPk(id)).name;';
    assert.equal(
      await mended(both(one, 'console.log(one);', again)),
      both(one, 'console.log(one);', 'const two = (one).name;'),
    );
  });

  const stays: readonly (readonly [why: string, code: string])[] = [
    ['something is done to the first', both(one, "one.name = 'x';", two)],
    ['something is done to the second', both(one, '', two, "two.name = 'x';\n  return [one, two];")],
    ['the first has no name', both('console.log(await User.findByPk(id));', '', two, 'return two;')],
    [
      'the first name is not known there',
      both(`try {\n    ${one}\n    console.log(one);\n  } catch {}`, '', two, 'return two;'),
    ],
    ['the first name holds something else', both('const one = (await User.findByPk(id)).name;', '', two)],
    ['the name may be another by then', both(one.replace('const', 'let'), '', two)],
    ['there is a write between them', both(one, "await User.update({ name: 'x' }, { where: { id } });", two)],
  ];
  for (const [why, code] of stays) {
    it(`stays when ${why}`, async () => assert.equal(await mended(code), undefined));
  }
});
