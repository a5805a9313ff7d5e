import assert from 'node:assert/strict';
import { callsTitle } from '../../../src/editor/calls-title';
import type { WorkloadRow } from '../../../src/guide/workload';
import { statisticOf } from '../../support/guide-facts';

describe('what the line above a query says of production', () => {
  const row: WorkloadRow = {
    id: '1',
    statistic: statisticOf({ calls: 12_300, meanMs: 4.1 }),
    entries: 1,
    share: 0.12,
    places: [],
    sender: 'elsewhere',
  };
  const title = (since?: string, readAt = '2026-11-22T12:00:00Z') =>
    callsTitle(row, { ...(since !== undefined && { since }), readAt, totalMs: 1, totalCalls: 1, rows: [row] });

  it('has calls, mean, share and period', () => {
    assert.equal(title('2026-11-03T12:00:00Z'), '12,300 calls, 4.1 ms mean, 12 % of all time since 3 November');
    assert.equal(title('2025-11-03T12:00:00Z'), '12,300 calls, 4.1 ms mean, 12 % of all time since 3 November 2025');
  });

  it('has the time of today, and no period where none is known', () => {
    assert.match(title('2026-11-22T11:40:00Z'), /of all time since \d\d:40$/);
    assert.match(title(), /of all time that was counted$/);
  });
});
