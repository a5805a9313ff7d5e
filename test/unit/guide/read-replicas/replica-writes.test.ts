import assert from 'node:assert/strict';
import type { ReplicaWrite } from '../../../../src/code/replicas/replica-use';
import { replicaWrites } from '../../../../src/guide/read-replicas/replica-writes';
import { factsOf } from '../../../support/guide-facts';
import { poolUseOf, workspaceOf } from '../../../support/pool-facts';

const touched: ReplicaWrite = {
  path: '/app/src/posts.js',
  range: { start: 90, end: 110 },
  library: 'pg',
  sql: 'UPDATE posts SET views = views + 1 WHERE id = $1',
  command: 'UPDATE',
  because: { kind: 'pool', name: 'readPool' },
};

const judged = (writes: readonly ReplicaWrite[], pools = [poolUseOf({ role: 'replica' })]) =>
  replicaWrites.judge(
    factsOf({ workspace: workspaceOf({ pools, replicaUses: { ownWrites: [], writes, divisions: [], clients: [] } }) }),
  );

describe('writes that are sent to a replica', () => {
  it('are told with the place, the name that they are judged by, and PostgreSQL’s answer', () => {
    const { state, says, places = [] } = judged([touched]);
    assert.equal(state, 'attention');
    assert.equal(
      says,
      '1 statement that a replica refuses is sent to one: it is sent through readPool, a replica by this name, and PostgreSQL answers “cannot execute UPDATE in a read-only transaction”.',
    );
    assert.deepEqual(
      places.map(({ uri, range }) => [uri, range.start]),
      [['/app/src/posts.js', 90]],
    );
  });

  it('have failed where the library sends them there by its own rules', () => {
    const typed: ReplicaWrite = {
      ...touched,
      library: 'sequelize',
      because: { kind: 'library', how: 'Sequelize sends what has the type SELECT to a replica, whatever it is' },
    };
    assert.equal(judged([typed], [poolUseOf({ library: 'sequelize', role: 'both' })]).state, 'failed');
    // Without replication it has one pool.
    assert.equal(judged([typed], [poolUseOf({ library: 'sequelize' })]).state, 'not applicable');
  });

  it('are refused by Rails itself, but what begins with SELECT', () => {
    const inRole: ReplicaWrite = {
      ...touched,
      library: 'activerecord',
      because: { kind: 'library', how: 'connected_to(role: :reading) sends it to a replica' },
    };
    const pools = [poolUseOf({ library: 'activerecord', role: 'both' })];
    assert.match(judged([inRole], pools).says, /Rails answers “Write query attempted while in readonly mode”\.$/);
    const locking = { ...inRole, sql: 'SELECT id FROM posts FOR UPDATE', command: 'SELECT FOR UPDATE' };
    assert.match(judged([locking], pools).says, /PostgreSQL answers “cannot execute SELECT FOR UPDATE in/);
  });

  it('are none where replicas are only read, no question without any, and unknown without the workspace', () => {
    assert.equal(judged([]).state, 'passed');
    assert.equal(judged([], [poolUseOf()]).state, 'not applicable');
    assert.equal(replicaWrites.judge(factsOf({ workspace: undefined })).state, 'unknown');
  });
});
