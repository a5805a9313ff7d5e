import assert from 'node:assert/strict';
import { fixesOf, mended } from '../../support/fixes-of';

const helper = `async function withAuthors(posts) {
  for (const post of posts) {
    show(await post.getAuthor());
  }
}
`;

describe('Rows that a caller asks for', () => {
  it('are asked for with what the helper reads, where there is one caller', async () => {
    assert.equal(
      await mended(`${helper}export async function list() { await withAuthors(await Post.findAll()); }`),
      `${helper.replace('await post.getAuthor()', 'post.author')}export async function list() { await withAuthors(await Post.findAll({ include: ['author'] })); }`,
    );
  });

  const others: Readonly<Record<string, string>> = {
    'another caller asks for other rows': `${helper}export async function list() { await withAuthors(await Post.findAll()); }
      export async function old() { await withAuthors(await Post.findAll({ where: { title: 'old' } })); }`,
    'another caller passes what is not known': `${helper}export async function list() { await withAuthors(await Post.findAll()); }
      export async function preview(request) { await withAuthors(request.body.posts); }`,
    'a branch asks for other rows': `export async function list(all) {
      let posts;
      if (all) { posts = await Post.findAll(); } else { posts = await Post.findAll({ where: { title: 'old' } }); }
      for (const post of posts) { show(await post.getAuthor()); }
    }`,
    'lists are put together': `export async function list(all) {
      const posts = [...(await Post.findAll()), ...(await Post.findAll({ where: { title: 'old' } }))];
      for (const post of posts) { show(await post.getAuthor()); }
    }`,
  };
  for (const [name, code] of Object.entries(others)) {
    it(`are left alone where ${name}`, async () => {
      const { fixes } = await fixesOf(code);
      assert.deepEqual(fixes, []);
    });
  }
});
