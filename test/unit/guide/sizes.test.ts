import assert from 'node:assert/strict';
import type { TableHealth } from '../../../src/database/health/health';
import { sizes } from '../../../src/guide/bottleneck/sizes';
import { factsOf, healthOf, known, tableOf } from '../../support/guide-facts';

const megabyte = 2 ** 20;

describe('the sizes', () => {
  const judge = (tables: readonly TableHealth[]) =>
    sizes.judge(factsOf({ health: healthOf({ tables: known(tables) }) }));

  it('count indexes and TOAST, name the largest, and are no fault', () => {
    const { state, says, evidence } = judge([
      tableOf('users', { heapBytes: 3 * megabyte }),
      tableOf('Posts', {
        heapBytes: megabyte,
        indexBytes: 4 * megabyte,
        toastBytes: 2 * megabyte,
        rows: -1,
        liveRows: 7,
      }),
    ]);
    assert.equal(state, 'passed');
    assert.equal(says, '2 tables of 10 MB with indexes; the largest is "Posts" (7 MB, 70 % of all).');
    const [, list] = evidence ?? [];
    assert.ok(list?.kind === 'table');
    assert.deepEqual(list.rows[0], ['"Posts"', '7 MB', '1 MB', '4 MB', '2 MB', '7']);
  });

  it('divide by nothing in a database of empty tables', () => {
    assert.equal(judge([tableOf('t')]).says, '1 table of 0 bytes with indexes; the largest is t (0 bytes).');
    assert.equal(judge([]).state, 'not applicable');
  });
});
