import assert from 'node:assert/strict';
import type { StatementStatistic } from '../../../src/database/health/health';
import type { WorkspaceQuery } from '../../../src/guide/facts';
import { inOrder, type WorkloadRow, workloadOf } from '../../../src/guide/workload';
import { SqlParser } from '../../../src/sql/parser';
import { readingOf } from '../../../src/sql/statement-reading';
import { healthOf, known, statisticOf } from '../../support/guide-facts';

describe('the workload', () => {
  let parser: SqlParser;
  before(async () => {
    parser = await SqlParser.load();
  });

  const counted = (text: string, more: Partial<StatementStatistic> = {}): StatementStatistic => {
    const parsed = parser.parse(text);
    return statisticOf({ text, ...(parsed.ok && { reading: readingOf(parsed.statement) }), ...more });
  };
  const sent = (sql: string, path = 'src/posts.ts', start = 0): WorkspaceQuery => {
    const parsed = parser.parse(sql);
    assert.ok(parsed.ok, sql);
    return { path, range: { start, end: start + 10 }, library: 'pg', sql, ...readingOf(parsed.statement) };
  };
  const rowsOf = (statements: readonly StatementStatistic[], queries: readonly WorkspaceQuery[]) => {
    const statistics = { tracksIoTiming: true, statements, totalMs: 1_000, totalCalls: 100 };
    const workload = workloadOf(healthOf({ statements: known(statistics) }), queries);
    assert.ok(workload);
    return workload.rows;
  };
  const isSentBy = (text: string, sql: string): boolean => rowsOf([counted(text)], [sent(sql)])[0]?.sender === 'here';

  const same: readonly (readonly [counted: string, sent: string])[] = [
    ['SELECT * FROM posts WHERE id IN ($1, $2, $3)', 'SELECT * FROM posts WHERE id IN ($1)'],
    ['SELECT * FROM posts WHERE id IN ($1 /*, ... */)', 'SELECT * FROM posts WHERE id IN (1, 2)'],
    ['SELECT now() - interval $1 FROM posts', `SELECT now() - interval '7 days' FROM posts`],
    ['SELECT extract($1 FROM created_at) FROM posts', 'SELECT extract(year FROM created_at) FROM posts'],
    ['SELECT * FROM posts WHERE published = $1 LIMIT $2', 'SELECT * FROM posts WHERE published = true LIMIT 10'],
    ['INSERT INTO tags (name) VALUES ($1), ($2)', 'INSERT INTO tags (name) VALUES ($1)'],
    ['SELECT p.id FROM posts AS p', 'SELECT posts.id FROM posts'],
    ['SELECT count(*) FROM public.posts', 'SELECT count(*) FROM posts'],
  ];
  for (const [text, sql] of same) {
    it(`finds ${text} in the code as ${sql}`, () => assert.ok(isSentBy(text, sql)));
  }

  it('does not take a table for the one of the same name in another schema', () => {
    assert.ok(!isSentBy('SELECT * FROM audit.events', 'SELECT * FROM shop.events'));
    assert.ok(isSentBy('SELECT * FROM audit.events', 'SELECT * FROM events'));
  });

  it('names every place that sends a statement, each once', () => {
    const sql = 'SELECT name FROM users WHERE id = $1';
    const queries = [sent(sql, 'a.ts'), sent(sql, 'b.ts', 5), sent('SELECT name FROM users WHERE id = 7', 'b.ts', 5)];
    const [row] = rowsOf([counted(sql)], queries);
    assert.deepEqual(
      row?.places.map(({ path }) => path),
      ['a.ts', 'b.ts'],
    );
  });

  it('names who sends the very text, and not who sends one that differs by its aliases', () => {
    const [own, made] = ['SELECT count(*) FROM posts', 'SELECT count(*) AS "count" FROM "posts" AS "Post"'];
    const rows = rowsOf(
      [counted(own, { queryId: '1', totalMs: 2 }), counted(made, { queryId: '2', totalMs: 1 })],
      [sent(own, 'feed.ts'), sent(made, 'digest.ts')],
    );
    assert.deepEqual(
      rows.map(({ places }) => places.map(({ path }) => path)),
      [['feed.ts'], ['digest.ts']],
    );
  });

  it('says of the others who sends them, as far as it can be known', () => {
    const statements = [
      counted('SELECT 1 FROM unknown_here', { queryId: '1' }),
      counted('BEGIN', { queryId: '2' }),
      counted('DEALLOCATE $1', { queryId: '3' }),
      statisticOf({ queryId: '4', text: undefined }),
    ];
    const senders = new Map(rowsOf(statements, []).map(({ statistic, sender }) => [statistic.queryId, sender]));
    assert.deepEqual([...senders].sort(), [
      ['1', 'elsewhere'],
      ['2', 'session'],
      ['3', 'session'],
      ['4', 'hidden'],
    ]);
  });

  it('puts lists of different length together, with the mean and the deviation of all their calls', () => {
    const [row, ...others] = rowsOf(
      [
        counted('SELECT * FROM t WHERE a IN ($1)', { calls: 1, totalMs: 10, meanMs: 10, maxMs: 10, deviationMs: 0 }),
        counted('SELECT * FROM t WHERE a IN ($1, $2)', {
          queryId: '2',
          calls: 3,
          totalMs: 90,
          meanMs: 30,
          maxMs: 30,
          deviationMs: 0,
        }),
      ],
      [],
    );
    assert.deepEqual(others, []);
    const { calls, meanMs, maxMs, deviationMs } = row?.statistic ?? statisticOf();
    assert.deepEqual([row?.entries, row?.share, calls, meanMs, maxMs], [2, 0.1, 4, 25, 30]);
    assert.equal(deviationMs.toFixed(2), '8.66');
  });

  it('can be put into other orders', () => {
    const rows = rowsOf(
      [
        counted('SELECT 1 FROM a', { queryId: '1', totalMs: 100, meanMs: 1, calls: 100, temporaryRead: 0 }),
        counted('SELECT 1 FROM b', { queryId: '2', totalMs: 50, meanMs: 50, calls: 1, temporaryRead: 9 }),
      ],
      [],
    );
    const texts = (all: readonly WorkloadRow[]) => all.map(({ statistic }) => statistic.text?.slice(-1)).join('');
    assert.deepEqual(
      (['total', 'mean', 'calls', 'temp'] as const).map((order) => texts(inOrder(rows, order))),
      ['ab', 'ba', 'ab', 'ba'],
    );
  });

  it('has shares of nothing where nothing was counted', () => {
    const statistics = { tracksIoTiming: true, statements: [counted('SELECT 1')], totalMs: 0, totalCalls: 0 };
    const workload = workloadOf(healthOf({ statements: known(statistics) }), []);
    assert.equal(workload?.rows[0]?.share, 0);
  });
});
