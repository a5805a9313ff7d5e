import assert from 'node:assert/strict';
import { slowStatements } from '../../../src/guide/bottleneck/slow-statements';
import type { WorkspaceQuery } from '../../../src/guide/facts';
import { type WorkloadRow, workloadOf } from '../../../src/guide/workload';
import { SqlParser } from '../../../src/sql/parser';
import { readingOf } from '../../../src/sql/statement-reading';
import { runGuide } from '../../support/guide-run';
import { healthServer, oldestAndNewest } from '../../support/health';
import { blog, createDatabase, type TestDatabase } from '../../support/postgres-server';

/** What a program writes → what it sends. */
const cases: readonly (readonly [written: string, sent: readonly string[]])[] = [
  [
    'SELECT id FROM posts WHERE id IN ($1)',
    ['SELECT id FROM posts WHERE id IN (1, 2)', 'SELECT id FROM posts WHERE id IN (1, 2, 3)'],
  ],
  [
    `SELECT id FROM posts WHERE created_at > now() - interval '7 days'`,
    [`SELECT id FROM posts WHERE created_at > now() - interval '9 days'`],
  ],
  [
    `SELECT id FROM posts WHERE created_at > timestamptz '2024-01-01' LIMIT 5`,
    [`SELECT id FROM posts WHERE created_at > timestamptz '2025-01-01' LIMIT 6`],
  ],
  ['SELECT EXTRACT(year FROM created_at) FROM posts', ['SELECT EXTRACT(year FROM created_at) FROM posts']],
  ['INSERT INTO users (name) VALUES ($1)', [`INSERT INTO users (name) VALUES ('x'), ('y')`]],
  [
    'SELECT title FROM posts WHERE published = true AND title LIKE $1',
    [`SELECT title FROM posts WHERE published = false AND title LIKE 'a%'`],
  ],
  [
    'SELECT name FROM users WHERE id = $1',
    ['PREPARE by_id (int) AS SELECT name FROM users WHERE id = $1', 'EXECUTE by_id(7)'],
  ],
  [
    'SELECT title FROM posts ORDER BY id',
    ['BEGIN', 'DECLARE c NO SCROLL CURSOR FOR SELECT title FROM posts ORDER BY id', 'FETCH 3 FROM c', 'COMMIT'],
  ],
  ['UPDATE posts SET title = $1 WHERE id = -1', [`UPDATE posts SET title = 'x' WHERE id = -2`]],
  [
    `SELECT count(*) FILTER (WHERE published) FROM posts WHERE title = ANY('{a,b}')`,
    [`SELECT count(*) FILTER (WHERE published) FROM posts WHERE title = ANY('{c}')`],
  ],
];

for (const major of oldestAndNewest()) {
  describe(`statements as PostgreSQL ${major} writes them down`, function () {
    this.timeout(60_000);
    let database: TestDatabase;
    let rows: readonly WorkloadRow[];

    before(async () => {
      database = await createDatabase(await healthServer(major), `${blog} CREATE EXTENSION pg_stat_statements;`);
      const parser = await SqlParser.load();
      const queries = cases.map(([sql], i): WorkspaceQuery => {
        const parsed = parser.parse(sql);
        assert.ok(parsed.ok, sql);
        return { path: 'a.ts', range: { start: i, end: i + 1 }, library: 'pg', sql, ...readingOf(parsed.statement) };
      });
      await database.admin.query('SELECT pg_stat_statements_reset()');
      await database.admin.query('BEGIN; SAVEPOINT one; RELEASE one; ROLLBACK');
      for (const sql of cases.flatMap(([, sent]) => sent)) await database.admin.query(sql);
      const { facts } = await runGuide([slowStatements], database.gateOptions());
      rows = workloadOf(facts.health, queries)?.rows ?? [];
    });
    after(() => database?.drop());

    for (const [written] of cases) {
      it(`finds ${written}`, () => {
        const found = rows.filter(({ places }) => places.some(({ sql }) => sql === written));
        assert.equal(found.length, 1, rows.map(({ sender, statistic }) => `${sender}: ${statistic.text}`).join('\n'));
      });
    }

    it('leaves only what sessions send', () => {
      const others = rows.filter(({ sender }) => sender !== 'here' && sender !== 'session');
      const texts = others.map(({ statistic }) => statistic.text);
      assert.deepEqual(texts, ['SELECT pg_stat_statements_reset()']);
    });
  });
}
