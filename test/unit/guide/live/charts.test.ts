import assert from 'node:assert/strict';
import type { Activity, DatabaseCounters } from '../../../../src/database/health/health';
import { chartsOf, valuesOf } from '../../../../src/guide/live/charts';
import { activityOf, connectionsOf, countersOf, healthOf, known } from '../../../support/guide-facts';

/** So many seconds after noon. */
function sampled(seconds: number, counters: Partial<DatabaseCounters>, more: Partial<Activity> = {}): Activity {
  const readAt = new Date(Date.parse('2026-01-01T12:00:00Z') + seconds * 1000).toISOString();
  return activityOf({ readAt, counters: known(countersOf({ since: '2026-01-01T00:00:00Z', ...counters })), ...more });
}

describe('the values of a sample', () => {
  it('are rates over the time since the one before', () => {
    const { commits, temporaryBytes } = valuesOf({
      before: sampled(0, { commits: 100, temporaryBytes: 0 }),
      now: sampled(5, { commits: 150, temporaryBytes: 8192 * 5 }),
    });
    assert.equal(commits, 10);
    assert.equal(temporaryBytes, 8192);
  });

  it('have no rates without one before', () => {
    const { commits, active } = valuesOf({ now: sampled(0, { commits: 100 }) });
    assert.equal(commits, undefined);
    assert.equal(active, 1);
  });

  it('have no rates over a reset, and none below zero', () => {
    const before = sampled(0, { commits: 100, rollbacks: 7 });
    const reset = sampled(5, { commits: 150, rollbacks: 9, since: '2026-01-01T12:00:03Z' });
    assert.equal(valuesOf({ before, now: reset }).commits, undefined);
    const smaller = valuesOf({ before, now: sampled(5, { commits: 3, rollbacks: 9 }) });
    assert.equal(smaller.commits, undefined);
    assert.equal(smaller.rollbacks, 0.4);
  });

  it('have no rates where the clock of the server was set back or stood still', () => {
    const before = sampled(5, { commits: 100 });
    assert.equal(valuesOf({ before, now: sampled(5, { commits: 150 }) }).commits, undefined);
    assert.equal(valuesOf({ before, now: sampled(2, { commits: 150 }) }).commits, undefined);
  });

  it('have the hit ratio of what was asked for in between, and none where nothing was', () => {
    const before = sampled(0, { tableBlocks: { hits: 900, reads: 900 } });
    const { tableHits, indexHits } = valuesOf({
      before,
      now: sampled(5, { tableBlocks: { hits: 999, reads: 901 } }),
    });
    assert.equal(tableHits, 0.99);
    assert.equal(indexHits, undefined);
  });

  it('count connections by state, with the states that have no line of their own', () => {
    const byState = [
      { name: 'active', count: 2 },
      { name: 'idle in transaction', count: 3 },
      { name: 'idle in transaction (aborted)', count: 1 },
      { name: 'fastpath function call', count: 1 },
      { name: 'hidden', count: 4 },
    ];
    const { active, idle, idleInTransaction, otherStates } = valuesOf({
      now: activityOf({ connections: known(connectionsOf({ byState })) }),
    });
    assert.deepEqual(
      { active, idle, idleInTransaction, otherStates },
      {
        active: 2,
        idle: 0,
        idleInTransaction: 4,
        otherStates: 5,
      },
    );
  });

  it('have the mean time of the statements between two readings', () => {
    const statements = (totalMs: number, totalCalls: number, since = 'monday') =>
      known({ since, totalMs, totalCalls, tracksIoTiming: false, statements: [] });
    const now = activityOf();
    const earlierHealth = healthOf({ statements: statements(1000, 10) });
    const mean = (health: ReturnType<typeof statements>) =>
      valuesOf({ now, earlierHealth, health: healthOf({ statements: health }) }).meanStatement;
    assert.equal(mean(statements(1600, 13)), 200);
    assert.equal(mean(statements(1000, 10)), undefined);
    assert.equal(mean(statements(1600, 13, 'tuesday')), undefined);
  });

  it('leave out what cannot be seen', () => {
    const values = valuesOf({
      now: activityOf({ connections: { missing: 'no' }, locks: { missing: 'no' }, wraparound: { missing: 'no' } }),
    });
    assert.deepEqual(values, {});
  });
});

describe('the charts', () => {
  it('say what is missing to fill them', () => {
    const charts = chartsOf(
      activityOf({ counters: { missing: 'GRANT pg_monitor TO blog shows it.' } }),
      healthOf({ statements: { missing: 'pg_stat_statements is not installed.' } }),
    );
    const missing = (id: string) => charts.find((chart) => chart.id === id)?.missing;
    assert.equal(missing('transactions'), 'GRANT pg_monitor TO blog shows it.');
    assert.equal(missing('statements'), 'pg_stat_statements is not installed.');
    assert.equal(missing('replication'), 'No replica is connected to this server.');
    assert.equal(missing('connections'), undefined);
  });

  it('each have a series of their own', () => {
    const keys = chartsOf().flatMap(({ series }) => series.map(({ key }) => key));
    assert.equal(new Set(keys).size, keys.length);
  });
});
