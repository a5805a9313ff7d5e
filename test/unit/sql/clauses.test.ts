import assert from 'node:assert/strict';
import { type ClauseName, clauseRange, predicateRange } from '../../../src/sql/clauses';
import { SqlParser } from '../../../src/sql/parser';

function clause(text: string, name: ClauseName): string | undefined {
  const range = clauseRange({ text }, name);
  return range && text.slice(range.start, range.end);
}

describe('clauseRange', () => {
  const text = `WITH a AS (SELECT 1 FROM x WHERE y ORDER BY z)
    SELECT b IS DISTINCT FROM c FROM t LEFT JOIN u ON u.id = t.id
    WHERE p = 1 /* hm */ AND q > (SELECT 1 WHERE 2) ORDER BY r DESC, s LIMIT 10 OFFSET 5`;
  const cases: [ClauseName, string | undefined][] = [
    ['where', 'p = 1 /* hm */ AND q > (SELECT 1 WHERE 2)'],
    ['order by', 'r DESC, s'],
    ['from', 't'],
    ['on', 'u.id = t.id'],
    ['limit', '10'],
    ['offset', '5'],
    ['group by', undefined],
  ];
  for (const [name, expected] of cases) {
    it(`finds ${name} of the outermost query`, () => assert.equal(clause(text, name), expected));
  }

  it('finds clauses of UPDATE, and of a query in parentheses', () => {
    assert.equal(clause('UPDATE a SET b = 1 FROM c WHERE d RETURNING *', 'set'), 'b = 1');
    assert.equal(clause('(SELECT 1 FROM a WHERE (b))', 'where'), '(b)');
  });
});

describe('predicateRange', () => {
  const text = `SELECT 'é' FROM posts p JOIN users u ON u.id = p.author_id
    WHERE p.status = $1 AND lower(p.title) LIKE '%' || $2 AND p.x IN (1, f(3))
    AND EXISTS (SELECT 1 FROM comments c WHERE c.post_id = p.id)`;
  const cases: [string, string, string][] = [
    ['posts', 'status', 'p.status = $1'],
    ['posts', 'title', "lower(p.title) LIKE '%' || $2"],
    ['posts', 'author_id', 'u.id = p.author_id'],
    ['posts', 'x', 'p.x IN (1, f(3))'],
    ['comments', 'post_id', 'c.post_id = p.id'],
  ];
  for (const [relation, column, expected] of cases) {
    it(`finds the comparison of ${relation}.${column}`, async () => {
      const parsed = (await SqlParser.load()).parse(text);
      assert.ok(parsed.ok);
      const range = predicateRange(parsed.statement, { relation, column });
      assert.equal(range && text.slice(range.start, range.end), expected);
    });
  }
});
