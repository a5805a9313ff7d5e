import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { SqlParser } from '../../../src/sql/parser';
import { sqlLines } from '../../../src/sql/sql-lines';

describe('A statement over several lines', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['stays in one line for each clause', 'SELECT 1', 'SELECT 1'],
    [
      'has a line for each clause, join and condition',
      'SELECT p.id, p.title FROM posts AS p LEFT JOIN users AS u ON u.id = p.author_id WHERE p.status = $1 AND (p.a OR p.b) AND p.n BETWEEN $2 AND $3 ORDER BY p.created_at DESC LIMIT $4',
      `SELECT p.id, p.title
FROM posts AS p
LEFT JOIN users AS u ON u.id = p.author_id
WHERE p.status = $1
  AND (p.a OR p.b)
  AND p.n BETWEEN $2 AND $3
ORDER BY p.created_at DESC
LIMIT $4`,
    ],
    [
      'indents a sub-query that is long, and leaves a short one in its line',
      'SELECT a FROM (SELECT id, title, created_at, author_id FROM posts WHERE status = $1 LIMIT $2) AS t WHERE EXISTS (SELECT 1)',
      `SELECT a
FROM (
  SELECT id, title, created_at, author_id
  FROM posts
  WHERE status = $1
  LIMIT $2
) AS t
WHERE EXISTS (SELECT 1)`,
    ],
    [
      'knows what only looks like a clause',
      'INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = excluded.a WHERE t.a IS DISTINCT FROM excluded.a RETURNING id',
      `INSERT INTO t (a)
VALUES ($1)
ON CONFLICT (a) DO UPDATE SET a = excluded.a
WHERE t.a IS DISTINCT FROM excluded.a
RETURNING id`,
    ],
  ];
  for (const [what, sql, lines] of cases) it(what, () => assert.equal(sqlLines(sql), lines));

  it('cuts a long list of columns where one asks for it', () => {
    assert.equal(sqlLines('SELECT a, b, c, d, e FROM t', { mostColumns: 3 }), 'SELECT a, b, c, … 2 more\nFROM t');
    assert.equal(sqlLines('SELECT a, b, c FROM t', { mostColumns: 3 }), 'SELECT a, b, c\nFROM t');
  });

  it('wraps lists at the width', () => {
    const columns = Array.from({ length: 12 }, (_, i) => `column_${i}`).join(', ');
    const lines = sqlLines(`SELECT ${columns} FROM t`, { width: 50 }).split('\n');
    assert.ok(
      lines.every((line) => line.length <= 50),
      lines.join('\n'),
    );
    assert.equal(lines.join(' ').replace(/\s+/g, ' '), `SELECT ${columns} FROM t`);
  });

  it('is the same statement still', async () => {
    const parser = await SqlParser.load();
    const folder = 'examples/blog';
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.sql'));
    let compared = 0;
    for (const file of files) {
      for (const text of readFileSync(`${folder}/${file}`, 'utf8').split(/;\s*\n/)) {
        const before = parser.parse(text);
        if (!before.ok) continue;
        const after = parser.parse(sqlLines(text, { width: 40 }));
        assert.ok(after.ok, sqlLines(text, { width: 40 }));
        assert.equal(after.statement.fingerprint, before.statement.fingerprint);
        compared++;
      }
    }
    assert.ok(compared >= 9, `${compared} statements`);
  });
});
