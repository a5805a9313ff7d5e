import assert from 'node:assert/strict';
import type { Expr } from 'pgsql-ast-parser';
import { StatementWriter } from '../../../src/sql/statement-writer';
import { tidySql } from '../../../src/sql/tidy-sql';

const column = (name: string): Expr => ({ type: 'ref', name });

describe('The writer of statements', () => {
  it('numbers the parameters as they stand, whatever the order in which they were made', () => {
    const writer = new StatementWriter<string>();
    const limit = writer.parameter('limit');
    const author = writer.parameter('author');
    const { sql, parameters } = writer.write({
      type: 'select',
      columns: [{ expr: column('id') }],
      from: [{ type: 'table', name: { name: 'posts' } }],
      where: { type: 'binary', op: '=', left: column('author_id'), right: author },
      limit: { limit },
    });
    assert.equal(sql, 'SELECT id FROM posts WHERE author_id = $1 LIMIT $2');
    assert.deepEqual(parameters, ['author', 'limit']);
  });

  it('takes text for what has no tree, with parameters and trees inside', () => {
    const writer = new StatementWriter<string>();
    const drafts: Expr = { type: 'binary', op: '=', left: column('status'), right: writer.parameter('status') };
    const { sql, parameters } = writer.write({
      type: 'select',
      columns: [{ expr: writer.raw('count(*) FILTER (WHERE ', drafts, ')'), alias: { name: 'n' } }],
      from: [{ type: 'table', name: { name: 'posts' } }],
    });
    assert.equal(sql, 'SELECT count(*) FILTER (WHERE status = $1) AS n FROM posts');
    assert.deepEqual(parameters, ['status']);
  });

  it('leaves a number in a literal alone', () => {
    const writer = new StatementWriter<string>();
    const { sql } = writer.write(writer.raw("SELECT '$1000000000', ", writer.parameter('x')));
    assert.equal(sql, "SELECT '$1000000000', $1");
  });

  it('writes a row of values with DEFAULT as PostgreSQL takes it', () => {
    const writer = new StatementWriter<string>();
    const { sql } = writer.write({
      type: 'insert',
      into: { name: 'posts' },
      columns: [{ name: 'id' }, { name: 'order' }],
      insert: { type: 'values', values: [[{ type: 'default' }, writer.parameter('order')]] },
    });
    assert.equal(sql, 'INSERT INTO posts (id, "order") VALUES (DEFAULT, $1)');
  });
});

describe('Tidy SQL', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['SELECT "Post" .id FROM posts  AS "Post"', 'SELECT "Post".id FROM posts AS "Post"'],
    ['SELECT a WHERE (((a) = ($1)) AND ((b) > (2)))', 'SELECT a WHERE a = $1 AND b > 2'],
    ['SELECT a WHERE ((a OR b) AND c)', 'SELECT a WHERE (a OR b) AND c'],
    ['SELECT a WHERE ((a AND b) OR c)', 'SELECT a WHERE (a AND b) OR c'],
    ['SELECT a WHERE (NOT (a OR b))', 'SELECT a WHERE NOT (a OR b)'],
    ['SELECT (a + b) * c', 'SELECT (a + b) * c'],
    ['SELECT a WHERE ((x BETWEEN ($1) AND ($2)) AND y)', 'SELECT a WHERE x BETWEEN $1 AND $2 AND y'],
    ['SELECT a FROM b WHERE x IN (($1), ($2))', 'SELECT a FROM b WHERE x IN ($1, $2)'],
    ['SELECT count ((x)), lower (y)', 'SELECT count(x), lower(y)'],
    ['SELECT DISTINCT ON ((a)) a FROM b', 'SELECT DISTINCT ON (a) a FROM b'],
    ['INSERT INTO a (b) VALUES (1), (2)', 'INSERT INTO a (b) VALUES (1), (2)'],
    ['SELECT (a).b, (row).c', 'SELECT (a).b, (row).c'],
    ['SELECT (a ->> 1) :: int', 'SELECT (a ->> 1)::int'],
    ['SELECT a WHERE EXISTS ((SELECT 1))', 'SELECT a WHERE EXISTS(SELECT 1)'],
    ["SELECT '( x )' , $$ ( y ) $$", "SELECT '( x )', $$ ( y ) $$"],
  ];
  for (const [sql, tidy] of cases) it(sql, () => assert.equal(tidySql(sql), tidy));
});
