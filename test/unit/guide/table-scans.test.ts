import assert from 'node:assert/strict';
import type { TableHealth } from '../../../src/database/health/health';
import { tableScans } from '../../../src/guide/slow-queries/table-scans';
import { activityOf, countersOf, factsOf, healthOf, known, statisticOf, tableOf } from '../../support/guide-facts';

const megabyte = 2 ** 20;

describe('tables that are read whole', () => {
  const judge = (tables: readonly TableHealth[], since?: string, counted?: string) => {
    const reading = { fingerprint: 'f', kind: 'select', readsOnly: true, tables: ['visits'], writes: [] } as const;
    const scan = statisticOf({ text: 'SELECT * FROM visits', reading, calls: 100, sharedHits: 250_000 });
    const lookup = statisticOf({
      queryId: '2',
      text: 'SELECT 1',
      reading: { ...reading, fingerprint: 'g' },
      sharedHits: 4,
    });
    const vacuum = statisticOf({
      queryId: '3',
      text: 'VACUUM visits',
      reading: { ...reading, fingerprint: 'h', kind: 'other' },
      sharedHits: 250_000,
    });
    const health = healthOf({
      tables: known(tables),
      activity: activityOf({ counters: known(countersOf({ since })) }),
      statements: known({
        since: counted,
        tracksIoTiming: true,
        statements: [scan, lookup, vacuum],
        totalMs: 1,
        totalCalls: 101,
      }),
    });
    return tableScans.judge(factsOf({ health }));
  };
  const visits = (more: Partial<TableHealth> = {}) =>
    tableOf('visits', { heapBytes: 20 * megabyte, sequentialScans: 5_000, rowsReadSequentially: 9e8, ...more });

  it('again and again need attention, with the statements that do it', () => {
    const { state, says, evidence } = judge(
      [visits(), tableOf('small', { rowsReadSequentially: 1e8 })],
      '2025-12-02T12:00:00Z',
    );
    assert.equal(state, 'attention');
    assert.equal(
      says,
      'visits (20 MB) was read whole about 5,000 times: 90 % of all rows that were read without an index.',
    );
    const statements = evidence?.find((one) => one.kind === 'table' && one.columns[0]?.title === 'Statement');
    assert.ok(statements?.kind === 'table');
    assert.deepEqual(statements.rows, [['SELECT * FROM visits', '100', '2,500']]);
  });

  it('are counted by their rows: each worker of a parallel scan counts as a scan', () => {
    const { says } = judge([visits({ rows: 300_000, sequentialScans: 9_000 })], '2025-12-02T12:00:00Z');
    assert.match(says, /^visits \(20 MB\) was read whole about 3,000 times/);
  });

  it('are no work of COPY and VACUUM', () => {
    const { evidence } = judge([visits()], '2025-12-02T12:00:00Z');
    assert.doesNotMatch(JSON.stringify(evidence), /VACUUM/);
  });

  it('once a night are no fault', () => {
    assert.equal(judge([visits({ sequentialScans: 60 })], '2025-12-02T12:00:00Z').state, 'passed');
    assert.equal(judge([visits({ sequentialScans: 1_000 })], '2025-12-02T12:00:00Z').state, 'attention');
  });

  it('since nobody knows when are judged by the statements that read them, as long as those are counted', () => {
    assert.equal(judge([visits()], undefined, '2025-12-31T12:00:00Z').state, 'attention');
    assert.equal(judge([visits()], undefined, '2025-12-02T12:00:00Z').state, 'passed');
    assert.equal(judge([visits()]).state, 'passed');
  });

  it('are no fault where they are small', () => {
    assert.equal(judge([visits({ heapBytes: megabyte })]).state, 'not applicable');
  });
});
