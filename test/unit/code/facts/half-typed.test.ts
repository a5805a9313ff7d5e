import assert from 'node:assert/strict';
import { factsOf, written } from './written-facts';

const around = (body: string) => `export class PostsService {
  constructor(private readonly posts: Repository<Post>) {}
  async before() {
    return this.posts.first({ a: 1 });
  }
  async half() {
${body}
  }
  async behind() {
    const rows = await this.posts.last({ b: 2 });
    return rows;
  }
}
export const list = async () => Post.all();
`;

describe('A half-typed line', () => {
  for (const half of [
    '    const x = await this.posts.find({ where: { id: ',
    '    const x = await this.posts.find({',
    '    const x = await this.posts.find({\n      where: {\n    });',
    '    await this.posts.\n    const y = 1;',
    '    const x = \n    const y = 1;',
    '    const x = await Promise.all([this.posts.count(), thi\n    return x;',
    "    await this.posts.query('select * from posts where id = ', [\n    return 1;",
    '    if (this.x && \n    return 1;',
    '    for (const post of posts) {\n      post.save(\n    }',
    '    posts.map((post) => {\n      return post.\n    });',
  ]) {
    it(`leaves what stands around it: ${JSON.stringify(half.trim())}`, async () => {
      const facts = await factsOf(around(half));
      const [service] = facts.classes;
      assert.deepEqual(
        service?.methods.map(({ name }) => name),
        ['constructor', 'before', 'half', 'behind'],
      );
      const chains = facts.functions.flatMap(({ name, uses }) => uses.map(({ chain }) => `${name}: ${written(chain)}`));
      assert.ok(chains.includes('PostsService.before: this.posts.first({ a: 1 })'), chains.join('\n'));
      assert.ok(chains.includes('PostsService.behind: this.posts.last({ b: 2 })'), chains.join('\n'));
      assert.ok(chains.includes('list: Post.all()'), chains.join('\n'));
    });
  }

  it('is read as far as it is written', async () => {
    const text = around('    const x = await this.posts.find({ where: { id, status: ');
    const half = (await factsOf(text)).functions.find(({ name }) => name === 'PostsService.half');
    assert.deepEqual(
      half?.uses.map(({ chain }) => written(chain)),
      ['this.posts.find({ where: { id: id, status: 0 } })'],
    );
  });

  it('keeps all offsets', async () => {
    const text = around('    const x = await this.posts.find({ where: {');
    for (const { uses } of (await factsOf(text)).functions) {
      for (const { chain } of uses) {
        for (const link of chain.links)
          if (link.name) assert.equal(text.slice(link.range.start, link.range.end), link.name);
      }
    }
  });
});

describe('What is no program', () => {
  for (const text of [
    '',
    '}{)(][',
    '<<<<<<< HEAD\nconst a = 1;\n=======\nconst a = 2;\n>>>>>>> b\n',
    'SELECT * FROM posts;',
    '\ufeff#!/usr/bin/env node\nfoo()',
    'a\0b',
    '"',
    '`${',
    '/*',
    '@',
    '# python\ndef f(x):\n  return x',
  ]) {
    it(`gives facts that say little: ${JSON.stringify(text)}`, async () => {
      const facts = await factsOf(text);
      assert.ok(facts.functions.length <= 2);
    });
  }

  it('may be nested without end', async () => {
    for (const [open, close] of [
      ['(', ')'],
      ['[', ']'],
      ['{a:', '}'],
      ['f(', ')'],
      ['f(() => ', ')'],
      ['`${', '}`'],
      ['!', ''],
      ['a ? b : ', 'c'],
    ] as const) {
      const facts = await factsOf(`x = ${open.repeat(2_000)}1${close.repeat(2_000)}; behind();`);
      assert.ok(facts.functions[0]?.uses.some(({ chain }) => chain.root === 'behind') || open === 'f(', open);
    }
  });

  it('may be as long as it likes', async () => {
    const sum = Array.from({ length: 20_000 }, (_, i) => `a${i}`).join(' + ');
    const chain = `a${'.b()'.repeat(5_000)}`;
    const cases = 'else if (a) b();\n'.repeat(3_000);
    const facts = await factsOf(`x = ${sum}; ${chain}; if (c) d(); ${cases} behind();`);
    assert.ok(facts.functions[0]?.uses.some(({ chain }) => chain.root === 'behind'));
  });

  it('may double itself without end', async () => {
    const spread = Array.from({ length: 60 }, (_, i) => `const a${i + 1} = [...a${i}, ...a${i}];`).join('\n');
    const nested = Array.from({ length: 60 }, (_, i) => `const b${i + 1} = [b${i}, b${i}];`).join('\n');
    const text = 's = s + s;\n'.repeat(60);
    const facts = await factsOf(
      `function f() { const a0 = [1]; ${spread} const b0 = [1]; ${nested} let s = 'a'; ${text} find(a60, b60, s); }`,
    );
    assert.ok(JSON.stringify(facts).length < 5_000_000);
  });
});
