import assert from 'node:assert/strict';
import { removalsScript } from '../../../src/advisor/removals/script';
import type { Snapshot, SnapshotIndex } from '../../../src/database/snapshot';
import { snapshotWith } from '../../support/what-if';

const index = (name: string, columns: string, more: Partial<SnapshotIndex> = {}): SnapshotIndex => ({
  name,
  definition: `CREATE INDEX "x" ON public.posts USING btree (${columns})`,
  isPrimary: false,
  isUnique: false,
  isValid: true,
  method: 'btree',
  columns: [],
  pages: 1_000,
  rows: 1,
  duties: [],
  ...more,
});

function blog(indexes: readonly SnapshotIndex[], more: Partial<Snapshot> = {}): Snapshot {
  const activity = { inserts: 9_000, updates: 1_000, hotUpdates: 250, deletes: 0, scans: 50 };
  const counting = { since: '2026-01-01T00:00:00Z', until: '2026-01-11T00:00:00Z', isStandby: false };
  return snapshotWith({ posts: { id: 'integer' } }, { indexes, activity }, { counting, ...more });
}

describe('the script of indexes that could go', () => {
  it('says of each what it costs and why, and has its statement', () => {
    const script = removalsScript(
      blog([index('a', 'x'), index('b', 'x, y'), index('c', 'z', { isValid: false })]),
      'blog@db:5432',
    );
    assert.equal(
      script,
      `-- 2 indexes of blog@db:5432 could go (15.6 MB).
-- Nothing was changed: run what you agree with. Where a model or a migration of the program declares an index, take it out there, too.

-- a on posts: redundant, 7.8 MB; 1,000 rows of the table change a day, and 75 % of the updates write to every index
-- Its columns are the first of b (x, y), which serves the same queries.
DROP INDEX CONCURRENTLY a;

-- c on posts: invalid, 7.8 MB; 1,000 rows of the table change a day, and 75 % of the updates write to every index
-- It is invalid, as a CREATE INDEX CONCURRENTLY or REINDEX that failed leaves it: every write maintains it and no query reads it.
DROP INDEX CONCURRENTLY c;
-- Or, if it is wanted: REINDEX INDEX CONCURRENTLY c;
`,
    );
  });

  it('says that there is none, and what could not be told', () => {
    assert.equal(removalsScript(blog([]), 'blog'), '-- No duplicate, redundant, invalid or unused index in blog.\n');
    assert.match(
      removalsScript(blog([], { counting: undefined }), 'blog'),
      /\n-- Whether one is never used cannot be told: /,
    );
    const counting = { until: '2026-01-11T00:00:00Z', isStandby: true };
    assert.match(
      removalsScript(blog([], { counting }), 'blog'),
      /It is a standby, whose counters know its own queries only\./,
    );
  });

  it('a hostile name stays in its comment and in its quotes', () => {
    const name = 'a\n; DROP TABLE posts; --\r; DROP TABLE users; --';
    const script = removalsScript(blog([index(name, 'x'), index('b', 'x, y')]), 'blog');
    const statements = script.replace(`DROP INDEX CONCURRENTLY "${name}";`, 'DROPPED');
    assert.deepEqual(
      statements.split(/[\r\n]+/).filter((line) => !line.startsWith('--') && line !== ''),
      ['DROPPED'],
    );
  });
});
