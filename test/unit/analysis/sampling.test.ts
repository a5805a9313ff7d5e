import assert from 'node:assert/strict';
import { backOffMs, hasGap, withinMs } from '../../../src/analysis/live/sampling';

describe('sampling', () => {
  it('asks a lost server less and less often, once a minute at least', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 5, 100].map((failures) => backOffMs(failures, 5_000)),
      [5_000, 10_000, 20_000, 40_000, 60_000, 60_000],
    );
    assert.equal(backOffMs(1, 0), 1_000);
  });

  it('sees a gap where samples were left out, or the clock was set back', () => {
    assert.equal(hasGap(0, 5_200, 5_000), false);
    assert.equal(hasGap(0, 60_000, 5_000), true);
    assert.equal(hasGap(10_000, 9_000, 5_000), true);
  });

  it('forgets what is older than an hour', () => {
    const items = [{ at: 0 }, { at: 1_000 }, { at: 3_600_500 }];
    assert.deepEqual(withinMs(items, 3_600_000), [{ at: 1_000 }, { at: 3_600_500 }]);
    assert.deepEqual(withinMs([], 1), []);
  });
});
