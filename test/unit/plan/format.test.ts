import assert from 'node:assert/strict';
import { formatBytes, formatCost, formatCount, formatCounted, formatGain, formatMs } from '../../../src/plan/format';

describe('format', () => {
  it('prints costs with thousands separators, small ones with digits', () => {
    assert.deepEqual([5013.27, 28.42, 8.314, 0, 100].map(formatCost), ['5,013', '28.4', '8.31', '0', '100']);
  });

  it('prints times in the unit that fits', () => {
    assert.deepEqual([0.004, 0.287, 12.04, 412.4, 999.7, 8123, 59_960, 125_000].map(formatMs), [
      '<0.01 ms',
      '0.29 ms',
      '12 ms',
      '412 ms',
      '1 s',
      '8.1 s',
      '1 min 0 s',
      '2 min 5 s',
    ]);
  });

  it('prints sizes as PostgreSQL counts them', () => {
    assert.deepEqual([512, 8192, 47_415_296, 3 * 1024 ** 3].map(formatBytes), ['512 bytes', '8 kB', '45.2 MB', '3 GB']);
  });

  it('counts things', () => {
    assert.deepEqual(
      [formatCounted(1, 'row'), formatCounted(1234, 'row'), formatCounted(2, 'index', 'indexes')],
      ['1 row', '1,234 rows', '2 indexes'],
    );
    assert.equal(formatCount(199_999.6), '200,000');
  });

  it('says how much cheaper', () => {
    assert.deepEqual(
      [formatGain(5013, 28), formatGain(100, 40), formatGain(100, 80), formatGain(100, 0)],
      ['179 times', '2.5 times', '20 %', '10,000 times'],
    );
  });
});
