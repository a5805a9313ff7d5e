import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { FileFacts } from '../../../../src/code/facts/facts';
import { RubyFacts } from '../../../../src/code/facts/ruby/ruby-facts';
import type { ChainValue } from '../../../../src/code/facts/values';

const grammarFolder = join(import.meta.dirname, '../../../../node_modules/@vscode/tree-sitter-wasm/wasm');

async function factsOf(text: string): Promise<FileFacts> {
  return (await RubyFacts.load({ grammarFolder })).read({ uri: '/a.rb', languageId: 'ruby', text });
}

function names({ root, links }: ChainValue): string {
  const texts = links.map((link) => (link.arguments ? `${link.name}(${link.arguments.length})` : link.name));
  return [typeof root === 'string' ? root : root.kind, ...texts].join('.');
}

async function usesIn(body: string): Promise<string[]> {
  const facts = await factsOf(`def f(post, posts)\n${body}\nend`);
  return (facts.functions[1]?.uses ?? []).map(({ chain }) => names(chain));
}

describe('Facts of Ruby', () => {
  const uses: Readonly<Record<string, readonly [body: string, ...uses: string[]]>> = {
    'read a name behind a row': ['post.author.name', 'post.author.name'],
    'read calls without parentheses': ['Post.find params[:id]', 'Post.find(1)', 'this.params(0).id'],
    'take what is called alone as a method of self': ['helper post', 'this.helper(1)', 'post'],
    'take a known name as a variable': ['x = post\nx.title', 'post', 'x.title'],
    'look into strings': ['"a #{post.title}"', 'post.title'],
    'know the safe way': ['post&.author&.name', 'post.author.name'],
    'read what Post.all gives as a call': ['Post.all', 'Post.all(0)'],
  };
  for (const [what, [body, ...expected]] of Object.entries(uses)) {
    it(what, async () => assert.deepEqual(await usesIn(body), expected));
  }

  it('have blocks as functions that are the first argument', async () => {
    const { functions } = await factsOf('posts.find_each(batch_size: 5) do |post|\n  post.title\nend');
    const [, block] = functions;
    assert.deepEqual(block?.callback, {
      use: functions[0]?.uses.findIndex(({ chain }) => names(chain).includes('find_each')),
      argument: 0,
    });
    assert.deepEqual(
      block?.parameters.map(({ name }) => name),
      ['post'],
    );
  });

  it('have &:author as a block', async () => {
    const { functions } = await factsOf('posts.map(&:author)');
    assert.deepEqual(
      functions[1]?.uses.map(({ chain }) => names(chain)),
      ['row.author'],
    );
  });

  it('return the last expression, of both ways', async () => {
    const { functions } = await factsOf('def f(a)\n  if a\n    1\n  else\n    2\n  end\nend');
    const [value] = functions[1]?.returns ?? [];
    assert.equal(value?.kind, 'choice');
  });

  it('have loops', async () => {
    const { functions } = await factsOf('for post in posts do\n  x\nend\nwhile a\n  b\nend');
    assert.deepEqual(
      functions[0]?.loops.map(({ kind }) => kind),
      ['for of', 'while'],
    );
  });

  it('tell what a class body calls as decorators of the class', async () => {
    const [one] = (
      await factsOf(
        "class Blog::Post < ApplicationRecord\n  self.table_name = 'a'\n  belongs_to :author\n  def self.x; end\nend",
      )
    ).classes;
    assert.equal(one?.name, 'Blog::Post');
    assert.deepEqual(one?.decorators.map(names), ['this.belongs_to(1)']);
    assert.deepEqual(
      one?.fields.map(({ name }) => name),
      ['table_name'],
    );
    assert.deepEqual(
      one?.methods.map(({ name, isStatic }) => [name, isStatic]),
      [['x', true]],
    );
  });

  it('read on behind what does not parse', async () => {
    const { functions } = await factsOf('def f(a\n  Post.where(\nend\n\ndef g\n  Post.count\nend');
    assert.ok(functions.some(({ uses: all }) => all.some(({ chain }) => names(chain) === 'Post.count(0)')));
  });

  it('end for code that is nested as deep as generated code is', async () => {
    const { functions } = await factsOf(`${'['.repeat(3000)}${']'.repeat(3000)}`);
    assert.equal(functions.length, 1);
  });
});
