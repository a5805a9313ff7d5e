import assert from 'node:assert/strict';
import type { Activity, DatabaseCounters, HitsAndReads } from '../../../src/database/health/health';
import { hitRatio } from '../../../src/guide/bottleneck/hit-ratio';
import { activityOf, countersOf, factsOf, healthOf, known, settingOf, tableOf } from '../../support/guide-facts';

const gigabyte = 2 ** 30;

describe('the cache hit ratio', () => {
  /** 128 MB of shared_buffers: 16,384 blocks. */
  const judge = (tableBlocks: HitsAndReads, more: Partial<DatabaseCounters> = {}, earlier?: Activity) => {
    const counters = countersOf({ tableBlocks, indexBlocks: { hits: 0, reads: 0 }, ...more });
    const health = healthOf({
      activity: activityOf({ readAt: '2026-01-01T12:00:02Z', counters: known(counters) }),
      settings: known({ shared_buffers: settingOf('16384', { amount: 128 * 2 ** 20 }) }),
      tables: known([
        tableOf('Orders', { blocks: { hits: 1, reads: 9_999 }, heapBytes: gigabyte, sequentialScans: 7 }),
      ]),
    });
    return hitRatio.judge(
      factsOf({ health: { ...health, server: { ...health.server, databaseBytes: 10 * gigabyte } }, earlier }),
    );
  };

  it('passes from 99 % on', () => {
    const { state, says } = judge({ hits: 995_000, reads: 5_000 }, { since: '2025-12-30T12:00:00Z' });
    assert.deepEqual([state, says], ['passed', '99.5 % of the blocks were found in memory in the last 2 days.']);
  });

  it('needs attention below, and names the table that is read most', () => {
    const { state, says } = judge({ hits: 900_000, reads: 100_000 });
    assert.equal(state, 'attention');
    assert.equal(
      says,
      '90 % of the blocks were found in memory, less than 99 %. Most reads are of "Orders" (9,999 blocks). An index or a smaller query first; then more memory.',
    );
  });

  it('does not blame a server for reading everything once after its start', () => {
    const { state, says } = judge({ hits: 50_000, reads: 16_500 });
    assert.equal(state, 'passed');
    assert.equal(
      says,
      '75 % of the blocks were found in memory; the others are little more than the first reading of what is in memory now.',
    );
  });

  it('does not arise where nothing was asked for', () => {
    assert.equal(judge({ hits: 0, reads: 0 }).state, 'not applicable');
  });

  it('shows the last seconds too, unless the counters were reset between the samples', () => {
    const earlier = (since?: string) =>
      activityOf({
        counters: known(countersOf({ since, tableBlocks: { hits: 0, reads: 0 }, indexBlocks: { hits: 0, reads: 0 } })),
      });
    const labels = (since?: string) =>
      judge({ hits: 995_000, reads: 5_000 }, { since: '2025-12-30T12:00:00Z' }, earlier(since)).evidence?.flatMap(
        (one) => (one.kind === 'fact' ? [one.label] : []),
      );
    assert.ok(labels('2025-12-30T12:00:00Z')?.includes('Both, in the last 2 s'));
    assert.ok(!labels('2025-01-01T12:00:00Z')?.includes('Both, in the last 2 s'));
  });
});
