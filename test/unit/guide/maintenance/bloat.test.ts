import assert from 'node:assert/strict';
import type { Bloat } from '../../../../src/database/health/health';
import { indexBloat } from '../../../../src/guide/maintenance/index-bloat';
import { tableBloat } from '../../../../src/guide/maintenance/table-bloat';
import { factsOf, healthOf, indexOf, known, tableOf } from '../../../support/guide-facts';

const mega = 1024 ** 2;
const bloat = (bytes: number, share: number): Bloat => ({ bytes: bytes * mega, share, by: 'estimate' });

describe('bloat of indexes', () => {
  const judge = (found: Bloat, more = {}) =>
    indexBloat.judge(
      factsOf({
        health: healthOf({
          indexes: known([indexOf('posts', 'posts_idx', { bytes: 40 * mega, bloat: found, ...more })]),
        }),
      }),
    );

  it('is told from half of 20 MB on, with what a rebuild frees and needs', () => {
    const { state, says, fixes } = judge(bloat(30, 0.75));
    assert.equal(state, 'attention');
    assert.equal(says, '1 index is bloated: a rebuild frees about 30 MB, most of it 75 % of posts_idx.');
    assert.deepEqual(fixes, [
      {
        kind: 'maintenance',
        title: 'REINDEX INDEX CONCURRENTLY posts_idx',
        task: { kind: 'reindex', schema: 'public', table: 'posts', index: 'posts_idx' },
        note: '40 MB → about 10 MB. Reads and writes go on. It needs up to 40 MB of free disk space until the old index is dropped.',
      },
    ]);
  });

  it('is told of a third where that is 100 MB', () => {
    assert.equal(judge(bloat(120, 0.33)).state, 'attention');
    assert.equal(judge(bloat(90, 0.33)).state, 'passed');
  });

  it('is no matter in a small index, nor in the fifth that is natural', () => {
    assert.equal(judge(bloat(5, 0.9)).state, 'passed');
    assert.equal(judge(bloat(5_000, 0.22)).state, 'passed');
  });

  it('is unknown where a large index could not be estimated', () => {
    const judged = (bytes: number, method = 'btree') =>
      indexBloat.judge(
        factsOf({ health: healthOf({ indexes: known([indexOf('posts', 'posts_idx', { bytes, method })]) }) }),
      );
    const { state, says } = judged(40 * mega);
    assert.equal(state, 'unknown');
    assert.equal(says, 'The bloat of 1 large index could not be estimated.');
    assert.equal(judged(mega).state, 'passed');
    assert.equal(judged(40 * mega, 'gin').state, 'passed');
  });

  it('of an invalid index is not its matter: that is dropped or repaired', () => {
    assert.equal(judge(bloat(30, 0.75), { isValid: false }).state, 'passed');
  });
});

describe('bloat of tables', () => {
  const judge = (found: Bloat, more = {}, available: readonly string[] = []) => {
    const health = healthOf({ tables: known([tableOf('posts', { heapBytes: 50 * mega, bloat: found, ...more })]) });
    return tableBloat.judge(
      factsOf({ health: { ...health, server: { ...health.server, availableExtensions: available } } }),
    );
  };

  it('is told when most of it is dead or free, with VACUUM FULL for a person to run', () => {
    const { state, says, fixes } = judge(bloat(30, 0.6));
    assert.equal(state, 'attention');
    assert.match(says, /^60 % of posts \(30 MB\) is dead or free:/);
    assert.deepEqual(
      fixes?.map(({ kind }) => kind),
      ['statement'],
    );
  });

  it('begins with VACUUM where rows are dead, and offers pg_repack where the server has it', () => {
    const { fixes } = judge(bloat(30, 0.6), { deadRows: 100_000, rows: 1_000 }, ['pg_repack']);
    assert.deepEqual(
      fixes?.map(({ kind }) => kind),
      ['maintenance', 'command', 'statement'],
    );
  });

  it('is no matter while less than half is free', () => {
    assert.equal(judge(bloat(3_000, 0.45)).state, 'passed');
  });
});
