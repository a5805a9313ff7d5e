import assert from 'node:assert/strict';
import { StringSites } from '../../../support/string-sites';

describe('SQL in Ruby', () => {
  let ruby: StringSites;
  before(async () => {
    ruby = await StringSites.load('ruby');
  });

  it('is found in strings and heredocs, through constants', () => {
    const text = `
require 'pg'
class Posts
  FIND = <<~SQL.squish
    SELECT * FROM posts
    WHERE id = $1
  SQL

  def find(id)
    @connection.exec_params(FIND, [id])
    @connection.exec_params('SELECT \\'a\\' FROM posts WHERE author_id = $1 ' \\
      "AND title = 'it''s'", [id])
    @connection.exec <<~'SQL'
      SELECT '#{id}' FROM tags
    SQL
    @connection.exec(%q(SELECT * FROM users))
    first(<<~ONE, 1, @connection.exec(<<~TWO))
      not this
    ONE
      SELECT 2 FROM a
    TWO
  end
end
`;
    assert.deepEqual(ruby.sql(text), [
      'SELECT * FROM posts WHERE id = $1',
      "SELECT 'a' FROM posts WHERE author_id = $1 AND title = 'it''s'",
      "SELECT '#{id}' FROM tags",
      'SELECT * FROM users',
      'SELECT 2 FROM a',
    ]);
    assert.ok(ruby.find(text).every(({ library }) => library === 'pg'));
    assert.equal(ruby.placeOf(text, 'author_id'), 'author_id');
    assert.equal(ruby.placeOf(text, 'tags'), 'tags');
  });

  it('is found with ActiveRecord and Sequel', () => {
    const text = `
Post.find_by_sql(["SELECT * FROM posts WHERE author_id = ? AND b = :b", id])
Post.find_by_sql [<<-SQL, { id: id }]
  SELECT * FROM comments WHERE post_id = :id
  SQL
ActiveRecord::Base.connection.select_all("SELECT * FROM tags")
DB["SELECT * FROM users WHERE id = ?", 1].all
`;
    assert.deepEqual(ruby.sql(text), [
      'SELECT * FROM posts WHERE author_id = $1 AND b = $2',
      'SELECT * FROM comments WHERE post_id = $1',
      'SELECT * FROM tags',
      'SELECT * FROM users WHERE id = $1',
    ]);
    assert.equal(ruby.find(text)[0]?.library, 'activerecord');
  });

  it('has values and clauses for what is interpolated, and more text from << and +=', () => {
    const text = `
def find(id, column)
  connection.execute <<~SQL
    UPDATE posts SET title = '#{title}' WHERE id = #{id}
  SQL
  sql = +"SELECT * FROM users WHERE 1 = 1"
  sql << " AND id = 1" if id
  sql += " ORDER BY id"
  connection.exec_query(sql)
end
`;
    assert.deepEqual(ruby.sql(text), [
      'UPDATE posts SET title = $1 WHERE id = $2',
      'SELECT * FROM users WHERE 1 = 1 ORDER BY id',
    ]);
  });

  it('is in the loop of a block, also within a transaction of each turn', () => {
    const query = "connection.exec_params('SELECT 1 FROM a WHERE b = $1', [post])";
    assert.deepEqual(ruby.loops(`posts.each do |post|\n  ${query}\nend`), ['callback: posts.each do |post|']);
    assert.deepEqual(ruby.loops(`posts.map { |post| Post.transaction { ${query} } }`), [
      'callback: posts.map { |post|',
    ]);
    assert.deepEqual(ruby.loops(`for post in posts do\n  ${query}\nend`), ['for: for post in posts']);
    assert.deepEqual(ruby.loops(`posts.each_slice(100) { |batch| ${query} }`), ['']);
    assert.deepEqual(ruby.loops(`%w[a b].each { |post| ${query} }`), ['']);
    assert.deepEqual(ruby.loops(`3.times { ${query} }`), ['']);
    assert.deepEqual(ruby.loops(`Post.transaction { ${query} }`), ['']);
  });

  it('is not in what only looks like it, nor in what goes to other databases', () => {
    for (const text of [
      'params.fetch(:select)',
      'hash.delete("select")',
      'Post.where("id IN (SELECT post_id FROM comments)")',
      'puts "select from the list"',
      "require 'sqlite3'\ndb.execute('SELECT * FROM posts')",
    ]) {
      assert.deepEqual(ruby.sql(text), [], text);
    }
  });
});
