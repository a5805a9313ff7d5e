import assert from 'node:assert/strict';
import { entriesWritten, entryCost, upkeepOf } from '../../../../src/advisor/workload/upkeep';
import type { IndexDefinition } from '../../../../src/nouns/fix';
import { Statements } from '../../../support/statements';
import { snapshotWith } from '../../../support/what-if';

const activity = { inserts: 1_000, updates: 500, hotUpdates: 400, deletes: 0, scans: 10 };
const index = (...names: string[]): IndexDefinition => ({
  schema: 'public',
  table: 'posts',
  name: 'i',
  method: 'btree',
  columns: names.map((name) => ({ name })),
});

describe('the upkeep of an index', () => {
  it('is an entry for each inserted row and each update that is not heap-only', () => {
    assert.equal(entriesWritten({ activity }, false), 1_100);
    assert.equal(entriesWritten({ activity }, true), 1_500, 'an update of its own column never is');
    assert.equal(entriesWritten({}, false), undefined, 'nobody counted');
  });

  it('costs more for a higher tree and for a GIN index, which takes an entry for each word', () => {
    const small = entryCost(index('a'), 8192, 100);
    const large = entryCost(index('a'), 8192 * 100_000, 10_000_000);
    assert.ok(small > 1 && large > small && large < 3, `${small}, ${large}`);
    assert.ok(entryCost({ ...index('a'), method: 'gin' }, 8192, 100) > 5 * small);
  });

  it('counts only beside weights that are calls', async () => {
    const statements = await Statements.load();
    const snapshot = snapshotWith({ posts: { id: 'integer', status: 'text' } }, { activity });
    const update = statements.read('UPDATE posts SET status = $1 WHERE id = $2');
    const queries = [{ label: 'update', statement: update, valueSets: [], weight: 500 }];
    const counted = upkeepOf(snapshot, queries, { isCounted: true });
    assert.ok(counted(index('status'), 8192) > counted(index('id'), 8192) * 1.3, 'status is updated');
    assert.equal(upkeepOf(snapshot, queries, { isCounted: false })(index('status'), 8192), 0);
  });

  it('is of the rows that the counted statements wrote, where the table’s counters are older', () => {
    const snapshot = snapshotWith({ posts: { id: 'integer', status: 'text' } }, { activity });
    const upkeep = (rows: readonly (readonly [string, number])[]) =>
      upkeepOf(snapshot, [], { isCounted: true, writtenRows: new Map(rows) })(index('status'), 8192);
    const whole = upkeepOf(snapshot, [], { isCounted: true })(index('status'), 8192);
    assert.equal(upkeep([]), 0);
    const part = upkeep([
      ['posts', 60],
      ['public.posts', 50],
      ['audit.posts', 7_000],
    ]);
    assert.ok(Math.abs(part - whole / 10) < 1e-6, `${part} of ${whole}`);
    assert.equal(upkeep([['posts', 1_000_000]]), whole);
  });
});
