import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fixesIn } from '../../support/fixes-of';

const program = join(import.meta.dirname, '../../orms/recorded/ruby-fixes/program');

async function titles(body: string, more = ''): Promise<string[]> {
  const fixes = await fixesIn({
    '/app/db/schema.rb': await readFile(join(program, 'db/schema.rb'), 'utf8'),
    '/app/models/models.rb': `${await readFile(join(program, 'app/models/models.rb'), 'utf8')}${more}`,
    '/app/services/list.rb': `class List\n  def show(names, posts)\n    ${body.replaceAll('\n', '\n    ')}\n    nil\n  end\nend\n`,
  });
  return fixes.map(({ title }) => title);
}

describe('Batch fixes of ActiveRecord', () => {
  const find = 'puts User.find(post.author_id).name';

  it('are there for plain loops', async () => {
    assert.equal((await titles(`rows = Post.all\nrows.each { |post| ${find} }`)).length, 1);
    assert.equal((await titles('names.each { |name| Tag.create(name: name) }')).length, 1);
  });

  const refused: Readonly<Record<string, string>> = {
    'the rows come in batches': `Post.find_each { |post| ${find} }`,
    'the list is not known to be rows': `posts.each { |post| ${find} }`,
    'the row is changed first': `Post.all.each { |post| post.author_id = 1; ${find} }`,
    'the turn writes': `Post.all.each { |post| Comment.create!(post: post); puts post.comments.count }`,
    'what is found is changed': 'Post.all.each { |post| user = User.find(post.author_id); user.name = "x"; puts user }',
    'the loop stands behind a condition': `rows = Post.all\nrows.each { |post| ${find} } if rows`,
    'the rows have few columns': `rows = Post.select(:id)\nrows.each { |post| ${find} }`,
    'the call asks for more': 'Comment.all.each { |comment| puts Post.published.find(comment.post_id).title }',
    'the list stands in a call': `puts(\n  Post.all.map { |post| ${find} }\n)`,
    'a name is taken': `posts.first\nPost.all.each { |post| ${find} }`,
    'validations would be passed by': 'names.each { |name| Log.create(text: name) }',
    'the parent would not be looked for': 'names.each { |name| Comment.create(body: name, post_id: 1) }',
    'the rows that were made are of use': 'made = names.each { |name| Tag.create(name: name) }',
    'something is done with what the loop gives': 'names.each { |name| Tag.create(name: name) }.first',
    'rows to write from come in batches': 'Post.find_each { |post| Tag.create(name: post.title) }',
    'a turn does more': 'names.each { |name| puts name; Tag.create(name: name) }',
    'a column is not known': 'names.each { |name| Tag.create(label: name) }',
    'each row is written otherwise': 'Post.all.each { |post| post.update_columns(title: post.state) }',
    'rows are written in an order': 'Post.order(:id).each { |post| post.update_columns(views: 0) }',
    'rows of a list with a name are written': 'rows = Post.all\nrows.each { |post| post.update_columns(views: 0) }',
    'several columns are set beside the time': 'Post.all.each { |post| post.update!(state: "x", views: 0) }',
  };
  for (const [why, body] of Object.entries(refused))
    it(`are refused where ${why}`, async () => assert.deepEqual(await titles(body), []));

  const hooks: Readonly<Record<string, string>> = {
    'a callback': 'before_create :stamp',
    'an enumeration': 'enum name: { a: 0 }',
    'a validation': 'validates :name, presence: true',
    'a module of its own': 'include Searchable',
    'a setter of its own': 'def name=(value); super(value.strip); end',
    'a default scope': "default_scope { where(name: 'x') }",
  };
  for (const [what, line] of Object.entries(hooks))
    it(`are refused where the model has ${what}`, async () => {
      const more = `class Tag < ApplicationRecord\n  ${line}\nend\n`;
      assert.deepEqual(await titles('names.each { |name| Tag.create(name: name) }', more), []);
    });

  it('are refused where the base class has a callback', async () => {
    const more = 'class ApplicationRecord < ActiveRecord::Base\n  after_commit :publish\nend\n';
    assert.deepEqual(await titles('names.each { |name| Tag.create(name: name) }', more), []);
  });

  it('are refused where dependents would stay', async () => {
    const more = 'class Post < ApplicationRecord\n  has_many :comments, dependent: :destroy\nend\n';
    assert.deepEqual(await titles('Post.where(views: 0).each { |post| post.destroy }', more), []);
  });
});
