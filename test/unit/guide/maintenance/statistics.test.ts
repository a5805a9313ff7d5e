import assert from 'node:assert/strict';
import type { TableHealth } from '../../../../src/database/health/health';
import { statistics } from '../../../../src/guide/maintenance/statistics';
import { factsOf, healthOf, known, settingOf, tableOf } from '../../../support/guide-facts';

describe('statistics of the planner', () => {
  const judge = (tables: readonly TableHealth[], settings = {}) =>
    statistics.judge(factsOf({ health: healthOf({ tables: known(tables), settings: known(settings) }) }));

  it('are fresh until so many rows have changed that autovacuum is late', () => {
    const changed = (modifiedSinceAnalyze: number) =>
      judge([
        tableOf('posts', { rows: 10_000, liveRows: 10_000, modifiedSinceAnalyze, lastAutoanalyze: '2026-01-01' }),
      ]);
    assert.equal(changed(2_100).state, 'passed');
    const { state, says } = changed(5_000);
    assert.equal(state, 'attention');
    assert.equal(says, "The planner's statistics of posts are old: 5,000 rows changed since.");
  });

  it('were never gathered of a table that was just filled', () => {
    const { says, fixes } = judge([tableOf('Posts', { rows: -1, liveRows: 5_000, modifiedSinceAnalyze: 5_000 })]);
    assert.equal(says, `The planner's statistics of "Posts" are old: never analysed.`);
    assert.deepEqual(fixes, [
      { kind: 'maintenance', title: 'ANALYZE "Posts"', task: { kind: 'analyze', schema: 'public', table: 'Posts' } },
    ]);
  });

  it('are nobody’s concern in a small table', () => {
    assert.equal(judge([tableOf('flags', { rows: -1, liveRows: 900, modifiedSinceAnalyze: 900 })]).state, 'passed');
  });

  it('of a partitioned table are never gathered by autovacuum', () => {
    const whole = tableOf('events', { kind: 'partitioned table', rows: -1 });
    const part = (liveRows: number) => tableOf('events_1', { kind: 'partition', rows: liveRows, liveRows });
    assert.match(judge([whole, part(5_000)]).says, /events are old: never analysed as a whole\.$/);
    assert.equal(judge([whole, part(0)]).state, 'passed');
  });

  it('say that autovacuum is off', () => {
    const table = tableOf('posts', { rows: 10_000, modifiedSinceAnalyze: 1_100 });
    assert.match(judge([table], { track_counts: settingOf('off') }).says, /track_counts is off\.$/);
  });
});
