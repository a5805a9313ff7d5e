import assert from 'node:assert/strict';
import type { IndexHealth, RunningTask } from '../../../../src/database/health/health';
import type { RemovableIndex } from '../../../../src/guide/facts';
import { invalidIndexes } from '../../../../src/guide/maintenance/invalid-indexes';
import { unusedIndexes } from '../../../../src/guide/maintenance/unused-indexes';
import { activityOf, factsOf, healthOf, indexOf, known } from '../../../support/guide-facts';

describe('invalid indexes', () => {
  const judge = (name: string, more: Partial<IndexHealth> = {}, progress: readonly RunningTask[] = []) =>
    invalidIndexes.judge(
      factsOf({
        health: healthOf({
          indexes: known([indexOf('posts', name, { isValid: false, ...more }), indexOf('posts', 'posts_pkey')]),
          activity: activityOf({ progress: known(progress) }),
        }),
      }),
    );
  const kinds = ({ fixes = [] }: ReturnType<typeof judge>) =>
    fixes.map((fix) => (fix.kind === 'maintenance' ? fix.task.kind : fix.kind));

  it('are told with both ways out: drop it, or build it again', () => {
    const result = judge('posts_title', { isUnique: true });
    assert.equal(result.state, 'attention');
    assert.match(result.says, /^1 index is invalid \(posts_title\): .* what should be unique there may not be\.$/);
    assert.deepEqual(kinds(result), ['drop index', 'reindex']);
  });

  it('that REINDEX CONCURRENTLY left are only dropped', () => {
    assert.deepEqual(kinds(judge('posts_title_ccnew')), ['drop index']);
    assert.deepEqual(kinds(judge('posts_title_ccold1')), ['drop index']);
  });

  it('of a constraint are only built again', () => {
    assert.deepEqual(kinds(judge('posts_title', { isOfConstraint: true })), ['reindex']);
  });

  it('are none while they are being built', () => {
    const building = { pid: 1, kind: 'create index' as const, table: 'posts', phase: 'building index' };
    assert.equal(judge('posts_title', {}, [building]).state, 'passed');
  });
});

describe('unused indexes', () => {
  const removable = (kind: RemovableIndex['kind'], sql = 'DROP INDEX CONCURRENTLY posts_title'): RemovableIndex => ({
    kind,
    schema: 'public',
    table: 'posts',
    index: 'posts_title',
    reason: 'It was not scanned once.',
    bytes: 1024 ** 2,
    sql,
  });
  const judge = (...indexes: readonly RemovableIndex[]) =>
    unusedIndexes.judge(factsOf({ advice: { missing: [], removable: indexes } }));

  it('are told with their size, and dropped concurrently', () => {
    const { state, says, fixes } = judge(removable('unused'), removable('duplicate'));
    assert.equal(state, 'attention');
    assert.equal(says, '1 index was never used: 1 MB that every write keeps up for nothing.');
    assert.deepEqual(
      fixes?.map(({ kind, title }) => [kind, title]),
      [['maintenance', 'DROP INDEX CONCURRENTLY posts_title']],
    );
  });

  it('that cannot be dropped concurrently are a statement for a person', () => {
    assert.equal(judge(removable('unused', 'DROP INDEX parted_title')).fixes?.[0]?.kind, 'statement');
  });

  it('are unknown without the advisor', () => {
    const { state, missing } = unusedIndexes.judge(factsOf({ missing: { advice: 'No database is chosen.' } }));
    assert.equal(state, 'unknown');
    assert.deepEqual(missing, ['No database is chosen.']);
  });
});
