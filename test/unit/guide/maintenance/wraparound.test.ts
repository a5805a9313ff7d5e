import assert from 'node:assert/strict';
import type { Wraparound } from '../../../../src/database/health/health';
import { wraparound } from '../../../../src/guide/maintenance/wraparound';
import { activityOf, factsOf, healthOf, known, tableOf } from '../../../support/guide-facts';

describe('the distance to transaction id wraparound', () => {
  const judge = (xidAge: number, more: Partial<Wraparound> & { multixactAge?: number } = {}) => {
    const { multixactAge = 0, ...rest } = more;
    const databases = [
      { name: 'template1', xidAge: 5, multixactAge: 0 },
      { name: 'blog', xidAge, multixactAge },
    ];
    const found = { databases, freezeMaxAge: 200_000_000, holders: [], ...rest };
    const tables = known([tableOf('posts', { xidAge }), tableOf('users', { xidAge: 100 })]);
    return wraparound.judge(
      factsOf({ health: healthOf({ tables, activity: activityOf({ wraparound: known(found) }) }) }),
    );
  };

  it('is far at the age at which autovacuum freezes', () => {
    const { state, says } = judge(210_000_000);
    assert.equal(state, 'passed');
    assert.equal(
      says,
      'The oldest transaction id of blog is 210,000,000 behind the newest, 9.7 % of the way to the end.',
    );
  });

  it('needs attention at twice that age, with the oldest tables', () => {
    const { state, says, fixes } = judge(420_000_000);
    assert.equal(state, 'attention');
    assert.match(says, /autovacuum should have frozen it at 200,000,000\.$/);
    assert.deepEqual(
      fixes?.map(({ title }) => title),
      ['VACUUM (ANALYZE) posts'],
    );
  });

  it('says who holds it back', () => {
    const holders = [{ kind: 'replica' as const, name: 'east', xminAge: 419_000_000 }];
    assert.match(judge(420_000_000, { holders }).says, /A query on the standby east keeps dead rows/);
  });

  it('fails where VACUUM itself would give up everything else', () => {
    assert.equal(judge(1_700_000_000).state, 'failed');
    assert.equal(judge(1_700_000_000, { freezeMaxAge: 1_500_000_000 }).state, 'failed');
    assert.equal(judge(1_550_000_000, { freezeMaxAge: 1_500_000_000 }).state, 'passed');
  });

  it('counts multixacts, too', () => {
    assert.match(
      judge(10, { multixactAge: 900_000_000 }).says,
      /^The oldest multixact id of blog is 900,000,000 behind the newest/,
    );
  });

  it('is known of a cluster without databases, and of one that is new', () => {
    assert.equal(judge(0, { databases: [] }).state, 'passed');
  });
});
