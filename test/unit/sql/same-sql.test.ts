import assert from 'node:assert/strict';
import { SqlParser } from '../../../src/sql/parser';
import { normalSql } from '../../support/same-sql';

describe('The comparison with what a library sent', () => {
  let parser: SqlParser;
  before(async () => {
    parser = await SqlParser.load();
  });

  const alike: readonly (readonly [string, string])[] = [
    [
      'SELECT id, title FROM posts WHERE id = $1',
      'SELECT "posts"."title", posts.id FROM public.posts WHERE posts.id = 7',
    ],
    [
      'SELECT p.id FROM posts p JOIN users u ON u.id = p.author_id',
      'SELECT a.id FROM posts a JOIN users AS b ON b.id = a.author_id',
    ],
    ['SELECT id FROM posts WHERE id IN ($1)', 'SELECT id FROM posts WHERE id IN (1, 2, 3)'],
    ['SELECT id AS a FROM posts', 'SELECT id FROM posts'],
    ['SELECT 1 WHERE a AND b AND c', 'SELECT 1 WHERE (a AND b) AND c'],
    ['INSERT INTO posts (a, b) VALUES ($1, $2)', 'INSERT INTO posts (b, a) VALUES ($1, $2), ($3, $4)'],
    ['UPDATE posts SET a = $1, b = $2 WHERE id = $3', 'UPDATE posts SET b = 1, a = 2 WHERE posts.id = 3'],
  ];
  for (const [one, other] of alike) {
    it(`takes for the same: ${one} | ${other}`, () => assert.equal(normalSql(parser, one), normalSql(parser, other)));
  }

  const different: readonly (readonly [string, string])[] = [
    ['SELECT id FROM posts', 'SELECT id FROM users'],
    ['SELECT id FROM posts', 'SELECT title FROM posts'],
    ['SELECT id FROM posts', 'SELECT id FROM posts LIMIT $1'],
    ['SELECT id FROM a.posts', 'SELECT id FROM b.posts'],
    ['SELECT id FROM posts WHERE a = $1', 'SELECT id FROM posts WHERE b = $1'],
    ['SELECT id FROM posts WHERE a = $1', 'SELECT id FROM posts WHERE a > $1'],
    ['SELECT id FROM posts WHERE a OR b', 'SELECT id FROM posts WHERE a AND b'],
    [
      'SELECT p.id FROM posts p JOIN users u ON u.id = p.author_id',
      'SELECT p.id FROM posts p LEFT JOIN users u ON u.id = p.author_id',
    ],
    ['SELECT p.id FROM posts p JOIN users u ON u.id = p.a', 'SELECT u.id FROM posts p JOIN users u ON u.id = p.a'],
    ['SELECT id FROM posts ORDER BY a', 'SELECT id FROM posts ORDER BY a DESC'],
    ['INSERT INTO posts (a) VALUES ($1)', 'INSERT INTO posts (b) VALUES ($1)'],
    ['INSERT INTO posts (a) VALUES ($1)', 'INSERT INTO posts (a) VALUES (DEFAULT)'],
    ['INSERT INTO posts (a) VALUES ($1)', 'INSERT INTO posts (a) VALUES ($1) RETURNING id'],
    [
      'INSERT INTO p (a) VALUES ($1) ON CONFLICT DO NOTHING',
      'INSERT INTO p (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = excluded.a',
    ],
    ['UPDATE posts SET a = $1', 'UPDATE posts SET b = $1'],
    ['DELETE FROM posts WHERE a = $1', 'DELETE FROM posts'],
    ['SELECT count(*) FROM posts', 'SELECT count(DISTINCT id) FROM posts'],
    ['SELECT id FROM posts FOR UPDATE', 'SELECT id FROM posts'],
  ];
  for (const [one, other] of different) {
    it(`tells apart: ${one} | ${other}`, () => assert.notEqual(normalSql(parser, one), normalSql(parser, other)));
  }
});
