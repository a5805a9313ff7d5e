import assert from 'node:assert/strict';
import { listedQueries, sitesOfListed } from '../../../src/analysis/code/listed-queries';
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

  it('gives the statements of its calls, in order, and leaves its texts to whoever reads the file', () => {
    const statement = (sql: string) => ({ sql, parameters: [] });
    const call = {
      range: { start: 9, end: 20 },
      name: 'Post.findAndCountAll',
      library: 'sequelize',
      isCall: true,
      isOpen: false,
    };
    const listed = [
      ...listedQueries([], [text('SELECT 1')]),
      { ...call, statements: [statement('SELECT count(*) FROM posts'), statement('SELECT * FROM posts')] },
    ];
    assert.deepEqual(
      sitesOfListed('a.ts', listed).map(({ sql, call: by }) => [sql, by?.statement, by?.statements]),
      [
        ['SELECT count(*) FROM posts', 1, 2],
        ['SELECT * FROM posts', 2, 2],
      ],
    );
  });

  it('leaves out what runs once, on a schema of yesterday', () => {
    assert.deepEqual(listedQueries([], [text('CREATE TABLE a (id int)', { runsOnce: true })]), []);
  });

  it('knows which texts no planner can be asked about', () => {
    const replaced = [{ source: '${table}', range: { start: 0, end: 1 } }];
    assert.equal(listedQueries([], [text('SELECT 1 FROM "${table}"', { replaced })])[0]?.isOpen, true);
  });
});
