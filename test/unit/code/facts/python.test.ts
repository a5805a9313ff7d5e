import assert from 'node:assert/strict';
import { join } from 'node:path';
import { PythonFacts } from '../../../../src/code/facts/python/python-facts';
import { sourceOf } from '../../../../src/code/facts/value-access';

const grammarFolder = join(import.meta.dirname, '../../../../dist/grammars');

async function read(text: string) {
  return (await PythonFacts.load({ grammarFolder })).read({ uri: '/app/a.py', languageId: 'python', text });
}

/** The chains of the first function, with the loop that each stands in. */
async function uses(text: string): Promise<string[]> {
  const { functions } = await read(text);
  return (
    functions[0]?.uses.map(({ chain, loop }) => `${sourceOf(chain)}${loop === undefined ? '' : ` in ${loop}`}`) ?? []
  );
}

describe('Facts of Python', () => {
  it('know the loop of what stands in a for and in a comprehension', async () => {
    assert.deepEqual(await uses('for p in posts:\n    p.save()\n[q.id for q in posts]\n'), [
      'p.save() in 0',
      'q.id in 1',
    ]);
  });

  it('read what stands in an f-string', async () => {
    assert.deepEqual(await uses("f'{post.author.name}!'"), ['post.author.name']);
  });

  it('have named arguments as an object behind the others', async () => {
    const { functions } = await read("find(1, status='draft', **more)");
    const [first, named] = functions[0]?.uses[0]?.chain.links[0]?.arguments ?? [];
    assert.equal(first?.kind, 'literal');
    assert.ok(named?.kind === 'object' && named.open);
    assert.deepEqual(
      named.entries.map(({ key }) => key),
      ['status'],
    );
  });

  it('put a query together that is built in steps', async () => {
    const found = await uses('q = Post.objects.all()\nq = q.filter(a=1)\nq.count()\n');
    assert.equal(found.at(-1), 'Post.objects.all().filter({ … }).count()');
  });

  it('leave self out of the parameters, and call it this', async () => {
    const { functions, classes } = await read('class A:\n    def f(self, post: "Post"):\n        return self.x\n');
    assert.deepEqual(
      functions[1]?.parameters.map(({ name, type }) => `${name}: ${type}`),
      ['post: Post'],
    );
    assert.deepEqual(functions[1]?.returns.map(sourceOf), ['this.x']);
    assert.deepEqual(
      classes[0]?.methods.map(({ name }) => name),
      ['f'],
    );
  });

  it('read imports', async () => {
    const { imports } = await read('import app.models as m\nfrom .post import Post as P\nfrom . import tags\n');
    assert.deepEqual(
      imports.map(({ local, from, name }) => `${local} ${from} ${name}`),
      ['m app.models *', 'P .post Post', 'tags . tags'],
    );
  });

  it('read around what does not parse', async () => {
    assert.deepEqual(await uses('x = [\n\nposts.all()\n'), ['posts.all()']);
  });
});
