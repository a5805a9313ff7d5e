import assert from 'node:assert/strict';
import { readCallFacts } from '../../../../src/code/calls/call-facts';
import { pluralize, singularize } from '../../../../src/code/facts/ruby/inflections';
import { orms } from '../../../../src/code/orms/orms';
import { codeFixes } from '../../../../src/fixes/code-fixes';
import { ormCallsIn } from '../../../support/orm-calls';

const models = `class User < ApplicationRecord
  has_many :posts, foreign_key: :author_id
end

class Post < ApplicationRecord
  belongs_to :author, class_name: 'User'
  belongs_to :owner, polymorphic: true
  belongs_to :nowhere
  has_many :comments
  scope :published, -> { where(published: true) }

  def byline
    author.name
  end
end

class Comment < ApplicationRecord
  belongs_to :post
  belongs_to :user
end
`;

const inMethod = (body: string) => `class PostsController\n  def index(ids, words)\n    ${body}\n  end\nend\n`;

async function program(body: string) {
  const files: Readonly<Record<string, string>> = {
    '/app/models/models.rb': models,
    '/app/controllers/posts_controller.rb': inMethod(body),
  };
  return { files, ...(await ormCallsIn(files)) };
}

async function sent(body: string): Promise<string[]> {
  return (await program(body)).calls.flatMap(({ sent: [first = []] }) => first.map(({ sql }) => sql));
}

async function repetitions(body: string) {
  const { files, program: read } = await program(body);
  const calls = new Map([...read.files.keys()].map((uri) => [uri, read.callsOf(uri)]));
  const facts = readCallFacts({ tracer: read.tracer, models: read.models, orms, calls });
  return facts.repetitions.map((one) => ({ one, fixes: codeFixes({ repetition: one }, (uri) => files[uri]) }));
}

async function mended(body: string): Promise<string> {
  const [first] = await repetitions(body);
  const edits = first?.fixes[0]?.edits ?? [];
  return [...edits]
    .sort((a, b) => b.range.start - a.range.start)
    .reduce((text, { range, newText }) => text.slice(0, range.start) + newText + text.slice(range.end), inMethod(body));
}

describe('Calls of ActiveRecord', () => {
  describe('are none', () => {
    const silent: Readonly<Record<string, string>> = {
      'where nobody declares the class': 'cache.find(1)\n    Rails.cache.fetch(1)\n    Widget.where(a: 1)',
      'on lists': '[1, 2].map { |x| x.count }\n    ids.first',
      'for what is only made': 'Post.new(title: words)',
      'for none': 'Post.none.to_a',
      'where rows are only gone through again': 'Post.table_name',
    };
    for (const [why, body] of Object.entries(silent)) it(why, async () => assert.deepEqual(await sent(body), []));
  });

  it('leave out relations that are not known', async () => {
    const { program: read } = await program('');
    const post = read.models.of('activerecord').find(({ name }) => name === 'Post');
    assert.deepEqual(
      post?.associations.map(({ name }) => name),
      ['author', 'comments'],
    );
  });

  it('are asked where they are built upon, not at each step', async () => {
    assert.deepEqual(await sent('posts = Post.where(author_id: ids)\n    posts.order(:id).pluck(:title)'), [
      'SELECT "posts"."title" FROM "posts" WHERE "posts"."author_id" = $1 ORDER BY "posts"."id" ASC',
    ]);
  });

  it('say that conditions of the run time are not included', async () => {
    const { calls } = await program('Post.where(**words).to_a');
    assert.deepEqual(calls[0]?.variants[0]?.notes, ['Conditions added at run time are not included.']);
  });

  it('name tables as Rails does', () => {
    for (const [one, many] of [
      ['person', 'people'],
      ['category', 'categories'],
      ['status', 'statuses'],
      ['news', 'news'],
      ['child', 'children'],
      ['analysis', 'analyses'],
      ['box', 'boxes'],
      ['address', 'addresses'],
      ['post_tag', 'post_tags'],
    ] as const) {
      assert.equal(pluralize(one), many);
      assert.equal(singularize(many), one);
    }
  });
});

describe('Loops of Ruby', () => {
  const loops: Readonly<Record<string, readonly [body: string, kind: string]>> = {
    'load a relation of each row': ['Post.all.each { |post| puts post.author.name }', 'lazy'],
    'load it by its name': ['Post.published.map(&:author)', 'lazy'],
    'load it in a for': ['for post in Post.all\n      puts post.author.name\n    end', 'lazy'],
    'load what hangs on the rows of a row': [
      'post = Post.find(ids)\n    post.comments.each { |comment| puts comment.user.name }',
      'lazy',
    ],
    'load it in batches': ['Post.find_each { |post| puts post.author.name }', 'lazy'],
    'load another one than was asked for': [
      'Post.includes(:author).each { |post| post.comments.each { |c| puts c } }',
      'lazy',
    ],
    'load it in a method of the row': ['Post.all.each { |post| puts post.byline }', 'lazy'],
    'load it in a method that is named only': ['Post.all.map(&:byline)', 'lazy'],
    'count for each row': ['Post.all.map { |post| post.comments.count }', 'count'],
    'count although the rows are there': ['Post.includes(:comments).map { |post| post.comments.count }', 'count'],
    'ask for a row': ['Post.all.each { |post| puts User.find(post.author_id).name }', 'query'],
    'write each row': ["Post.all.each { |post| post.update!(title: 'x') }", 'write'],
  };
  for (const [what, [body, kind]] of Object.entries(loops)) {
    it(what, async () =>
      assert.deepEqual(
        (await repetitions(body)).map(({ one }) => one.kind),
        [kind],
      ),
    );
  }

  const silent: Readonly<Record<string, string>> = {
    'whose rows have it already': 'Post.includes(:author).each { |post| puts post.author.name }',
    'that take the size of what is loaded': 'Post.preload(:comments).each { |post| puts post.comments.size }',
    'that read a key': 'Post.all.each { |post| puts post.author_id }',
    'over what nobody knows': 'words.each { |word| puts word.author.name }',
    'whose rows came from the row that they ask for':
      'post = Post.find(ids)\n    post.comments.each { |comment| puts comment.post.body }',
    'that ask a list that is loaded':
      'posts = Post.order(:id)\n    posts.each { |post| puts post.title unless post == posts.last }',
    'that ask the same row again': 'post = Post.find(ids)\n    words.each { |word| puts word + post.author.name }',
    'that go in batches': 'Post.find_each { |post| puts post.title }',
  };
  for (const [what, body] of Object.entries(silent)) {
    it(`are right ${what}`, async () => assert.deepEqual(await repetitions(body), []));
  }

  const edits: Readonly<Record<string, readonly [before: string, after: string]>> = {
    'behind a condition': ['Post.where(a: 1).each', 'Post.where(a: 1).includes(:author).each'],
    'behind what has no parentheses': ['Post.all.each', 'Post.all.includes(:author).each'],
    'beside what is there': ['Post.includes(:comments).each', 'Post.includes(:comments, :author).each'],
    'before what is named': ['Post.includes(comments: :user).each', 'Post.includes(:author, comments: :user).each'],
    'in the layout of the file': [
      'Post\n      .where(a: 1)\n      .each',
      'Post\n      .where(a: 1)\n      .includes(:author)\n      .each',
    ],
  };
  for (const [where, [before, after]] of Object.entries(edits)) {
    it(`get includes ${where}`, async () => {
      const block = ' { |post| puts post.author.name }';
      assert.equal(await mended(before + block), inMethod(after + block));
    });
  }

  it('get no code of another language', async () => {
    for (const body of [
      'Post.all.map { |post| post.comments.count }',
      "Post.all.each { |post| post.update!(title: 'x') }",
      'Post.all.each { |post| puts User.find(post.author_id).name }',
    ]) {
      const texts = (await repetitions(body)).flatMap(({ fixes }) => fixes.flatMap(({ edits }) => edits));
      assert.ok(texts.every(({ newText }) => !/\b(?:await|const)\b|=>|;/.test(newText)));
    }
  });
});
