import assert from 'node:assert/strict';
import { listedQueries } from '../../../src/analysis/code/listed-queries';
import type { QuerySite } from '../../../src/nouns/query-site';

function text(sql: string, more: Partial<QuerySite> = {}): QuerySite {
  const range = { start: 0, end: sql.length };
  const sourceMap = { toDocument: () => 0, rangeToDocument: () => range };
  return { uri: 'a.ts', range, library: 'pg', sql, parameters: [], sourceMap, ...more };
}

describe('The list of queries', () => {
  const named: readonly (readonly [string, string])[] = [
    ['SELECT p.id FROM posts p JOIN "users" u ON u.id = p.author_id', 'SELECT posts, users'],
    ['INSERT INTO app.posts (a) VALUES ($1)', 'INSERT app.posts'],
    ['UPDATE posts SET a = 1 FROM users WHERE true', 'UPDATE posts, users'],
    ['DELETE FROM posts WHERE id IN (SELECT id FROM old)', 'DELETE posts, old'],
    ['SELECT date_trunc($1, now())', 'SELECT date_trunc($1, now())'],
    ['SELECT x FROM unnest($1::text[]) AS x', 'SELECT x FROM unnest($1::text[]) AS x'],
  ];
  for (const [sql, name] of named)
    it(`names ${sql}`, () => assert.equal(listedQueries([], [text(sql)])[0]?.name, name));

  it('leaves out what runs once, on a schema of yesterday', () => {
    assert.deepEqual(listedQueries([], [text('CREATE TABLE a (id int)', { runsOnce: true })]), []);
  });

  it('knows which texts no planner can be asked about', () => {
    const replaced = [{ source: '${table}', range: { start: 0, end: 1 } }];
    assert.equal(listedQueries([], [text('SELECT 1 FROM "${table}"', { replaced })])[0]?.isOpen, true);
  });
});
