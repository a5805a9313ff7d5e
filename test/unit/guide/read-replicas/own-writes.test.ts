import assert from 'node:assert/strict';
import type { OwnWrite } from '../../../../src/code/replicas/replica-use';
import type { Health } from '../../../../src/database/health/health';
import { ownWrites } from '../../../../src/guide/read-replicas/own-writes';
import type { EditFix } from '../../../../src/nouns/fix';
import { activityOf, factsOf, healthOf, known } from '../../../support/guide-facts';
import { poolUseOf, workspaceOf } from '../../../support/pool-facts';

const update: OwnWrite = {
  path: '/app/src/posts.js',
  range: { start: 90, end: 110 },
  name: 'Post.findByPk',
  library: 'sequelize',
  inFunction: 'update',
  sentTo: 'divided',
  tables: ['posts'],
  write: { range: { start: 50, end: 80 }, name: 'Post.update' },
  toPrimary: { path: '/app/src/posts.js', range: { start: 105, end: 105 }, newText: ', { useMaster: true }' },
};

const dividing = poolUseOf({ library: 'sequelize', role: 'both' });

function judged(found: readonly OwnWrite[], pools = [dividing], health?: Health) {
  const workspace = workspaceOf({ pools, replicaUses: { ownWrites: found, writes: [], divisions: [], clients: [] } });
  return ownWrites.judge(factsOf({ workspace, ...(health && { health }) }));
}

describe('reading what was just written', () => {
  it('is told where the library sends reads to a replica, with both places and the edit', () => {
    const { state, says, places = [], fixes = [] } = judged([update]);
    assert.equal(state, 'attention');
    assert.equal(
      says,
      '1 place reads what was just written from a replica, which may not have it yet: update in posts.js reads posts after Post.update.',
    );
    assert.deepEqual(
      places.map(({ message }) => message),
      ['Post.update writes posts.', 'Post.findByPk reads posts right after that. To the primary: useMaster: true.'],
    );
    const [fix] = fixes;
    assert.equal(fix?.kind, 'edit');
    assert.equal(fix.title, 'Ask the primary for Post.findByPk (update in posts.js): useMaster: true');
  });

  it('is mended at all places with one edit, at each but once', () => {
    const other = {
      ...update,
      range: { start: 290, end: 310 },
      readAt: { path: '/app/src/other.js', range: update.range },
    };
    const toPrimary = { path: '/app/src/other.js', range: { start: 12, end: 12 }, newText: 'x' };
    const { fixes = [] } = judged([update, { ...other, toPrimary }, { ...other, toPrimary, inFunction: 'again' }]);
    const [all, ...each] = fixes as EditFix[];
    assert.equal(all?.title, 'Ask the primary at all 2 places');
    assert.equal(all?.edits.length, 2);
    assert.equal(each.length, 2);
  });

  it('is no fault while reads go to the primary, and these places are known for the day when they do not', () => {
    const { state, says, places = [], fixes } = judged([update], [poolUseOf({ library: 'sequelize' })]);
    assert.deepEqual([state, fixes], ['passed', undefined]);
    assert.equal(
      says,
      '1 place reads what was just written, from the primary. It has to stay there once reads go to a replica.',
    );
    assert.equal(places.length, 2);
    // Another library's replicas are nothing to this one.
    assert.equal(judged([{ ...update, library: 'knex', sentTo: 'open' }]).state, 'passed');
  });

  it('is told of a pool that is a replica’s, and of calls that both names of a library have', () => {
    assert.equal(judged([{ ...update, library: 'pg', sentTo: 'replica' }], [poolUseOf()]).state, 'attention');
    assert.equal(judged([{ ...update, library: 'sequelize-typescript' }]).state, 'attention');
  });

  it('is no fault where each commit waits for all replicas', () => {
    const base = healthOf();
    const replica = { ...{ name: 'berlin', state: 'streaming', replayLagBytes: 0 } };
    const withSync = (sync: string) =>
      healthOf({
        settings: known({
          ...('value' in base.settings ? base.settings.value : {}),
          synchronous_commit: {
            ...{ setting: 'remote_apply', context: 'user', source: 'configuration file', pendingRestart: false },
          },
        }),
        activity: activityOf({
          replication: known({ role: 'primary', replicas: [{ ...replica, sync }], slots: [] }),
        }),
      });
    assert.equal(judged([update], [dividing], withSync('sync')).state, 'passed');
    assert.equal(judged([update], [dividing], withSync('async')).state, 'attention');
  });

  it('passes where there is none, and is unknown without the workspace', () => {
    assert.equal(judged([]).state, 'passed');
    assert.equal(ownWrites.judge(factsOf({ workspace: undefined })).state, 'unknown');
  });
});
