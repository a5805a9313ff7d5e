import assert from 'node:assert/strict';
import { packed, unpacked } from '../../../../src/code/facts/packed-facts';
import { factsOf } from './written-facts';

const text = `const where = { a: 1 };
  export async function list(x) {
    const options = { where: { ...where, x }, limit: 10 };
    const posts = await Post.findAll(options);
    if (x) await Post.count({ where: options.where });
    return posts.map((post) => ({ ...post, n: count({ where: { id: post.id } }) }));
  }`;

describe('Packed facts', () => {
  it('are the same when they are unpacked', async () => {
    const facts = await factsOf(text);
    assert.deepEqual(unpacked(packed(facts)), JSON.parse(JSON.stringify(facts)));
  });

  it('have one object for what is one object', async () => {
    const facts = unpacked(packed(await factsOf(text))) as Awaited<ReturnType<typeof factsOf>>;
    const list = facts.functions.find(({ name }) => name === 'list');
    const use = list?.uses.find(({ binding }) => binding !== undefined);
    assert.ok(use?.binding !== undefined);
    assert.equal(list?.bindings[use.binding]?.value, use.chain);
  });

  it('are shorter than plain JSON', async () => {
    const facts = await factsOf(text);
    assert.ok(packed(facts).length < JSON.stringify(facts).length);
  });

  it('are told from other JSON', () => {
    for (const other of ['null', '{}', '[1, 2]', '[[]]']) assert.throws(() => unpacked(other), TypeError, other);
    assert.throws(() => unpacked('{'), SyntaxError);
  });
});
