import assert from 'node:assert/strict';
import type { StatementStatistic, StatementStatistics } from '../../../src/database/health/health';
import { countingPeriod } from '../../../src/guide/slow-queries/counting-period';
import { ioTiming } from '../../../src/guide/slow-queries/io-timing';
import { topStatements } from '../../../src/guide/slow-queries/top-statements';
import { factsOf, healthOf, known, settingOf, statisticOf } from '../../support/guide-facts';

describe('the statements that take the time', () => {
  const judge = (statements: readonly Partial<StatementStatistic>[], more: Partial<StatementStatistics> = {}) => {
    const all = statements.map((one, i) => statisticOf({ queryId: String(i), ...one }));
    const statistics = { tracksIoTiming: true, statements: all, totalMs: 10_000, totalCalls: 5_000, ...more };
    return topStatements.judge(factsOf({ health: healthOf({ statements: known(statistics) }) }));
  };
  const wasteful = { text: 'SELECT * FROM posts WHERE a = $1', calls: 100, totalMs: 3_000, meanMs: 30, rows: 100 };

  it('are worth a look where they read far more than they answer', () => {
    const { state, says } = judge([{ ...wasteful, sharedHits: 200_000 }]);
    assert.equal(state, 'attention');
    assert.equal(
      says,
      '1 statement takes 30 % of all time and could take less; the first (30 %, 100 calls, 30 ms each): SELECT * FROM posts WHERE a = $1',
    );
  });

  it('are the reason of the slowness from half of the time on', () => {
    const { state, fixes } = judge([{ ...wasteful, sharedReads: 200_000, totalMs: 6_000 }]);
    assert.equal(state, 'failed');
    assert.deepEqual(
      fixes?.map((fix) => fix.kind === 'statement' && fix.sql),
      ['SELECT pg_stat_statements_reset()'],
    );
  });

  it('are none where the one that is sent most is as fast as it can be', () => {
    const { state, says } = judge([
      {
        text: 'SELECT * FROM users WHERE id = $1',
        calls: 90_000,
        totalMs: 8_000,
        meanMs: 0.09,
        sharedHits: 360_000,
        rows: 90_000,
      },
    ]);
    assert.deepEqual(
      [state, says],
      [
        'passed',
        'No statement is slow or reads far more than it answers; the first takes 80 % of the time, 0.09 ms a call.',
      ],
    );
  });

  it('are not a report that ran once, nor what returns all that it reads', () => {
    assert.equal(judge([{ ...wasteful, calls: 1, meanMs: 3_000, sharedHits: 200_000 }]).state, 'passed');
    assert.equal(judge([{ ...wasteful, rows: 100_000, sharedHits: 200_000 }]).state, 'passed');
  });

  it('are not known before something was counted', () => {
    assert.equal(judge([]).state, 'not applicable');
    assert.deepEqual(judge([wasteful], { totalCalls: 12 }).missing, [
      'Let the programs work for a while, then ask again.',
    ]);
    assert.equal(topStatements.judge(factsOf()).state, 'unknown');
  });
});

describe('what is counted', () => {
  const judge = (more: Partial<StatementStatistics>) => {
    const statistics = { tracksIoTiming: true, statements: [], totalMs: 0, totalCalls: 0, ...more };
    return countingPeriod.judge(factsOf({ health: healthOf({ statements: known(statistics) }) }));
  };

  it('is the whole where nothing was dropped', () => {
    const { state, says, missing } = judge({ since: '2025-12-01T12:00:00Z', evictions: 0, maxEntries: 5_000 });
    assert.deepEqual([state, says, missing], ['passed', 'Counted for 31 days.', undefined]);
  });

  it('is not all where statements are dropped all the time', () => {
    const { state, says, fixes } = judge({ since: '2025-12-22T12:00:00Z', evictions: 5_000, maxEntries: 5_000 });
    assert.equal(state, 'attention');
    assert.equal(
      says,
      'Counted for 10 days, but the server dropped statements 5,000 times to make room for others: what is listed is not all.',
    );
    const [fix] = fixes ?? [];
    assert.ok(fix?.kind === 'setting');
    assert.equal(fix.sql, `ALTER SYSTEM SET pg_stat_statements.max = '10000'`);
    assert.equal(judge({ since: '2025-12-22T12:00:00Z', evictions: 3, maxEntries: 5_000 }).state, 'passed');
  });

  it('is of a short time after a reset, which is said', () => {
    const { state, missing } = judge({ since: '2026-01-01T11:40:00Z' });
    assert.equal(state, 'passed');
    assert.deepEqual(missing, ['What runs once a day may not be among it: it was reset 20 min ago.']);
  });
});

describe('the time of reads and writes', () => {
  const judge = (setting: string) =>
    ioTiming.judge(
      factsOf({
        health: healthOf({ settings: known({ track_io_timing: settingOf(setting, { context: 'superuser' }) }) }),
      }),
    );

  it('is no fault when it is not measured, but can be', () => {
    const { state, fixes } = judge('off');
    assert.equal(state, 'passed');
    const [fix] = fixes ?? [];
    assert.ok(fix?.kind === 'setting');
    assert.deepEqual([fix.sql, fix.takesEffect], [`ALTER SYSTEM SET track_io_timing = 'on'`, 'after a reload']);
    assert.equal(judge('on').fixes, undefined);
  });
});
