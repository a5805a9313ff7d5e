import assert from 'node:assert/strict';
import type { Connections } from '../../../src/database/health/health';
import { connections } from '../../../src/guide/bottleneck/connections';
import { activityOf, connectionsOf, factsOf, healthOf, known } from '../../support/guide-facts';

describe('connections against max_connections', () => {
  const judge = (more: Partial<Connections>) =>
    connections.judge(
      factsOf({ health: healthOf({ activity: activityOf({ connections: known(connectionsOf(more)) }) }) }),
    );

  it('pass when most are free', () => {
    const { state, says } = judge({ total: 10 });
    assert.equal(state, 'passed');
    assert.equal(says, '10 of 97 connections are taken.');
  });

  it('need attention from four fifths on, and say who holds them', () => {
    const { state, says } = judge({ total: 78, byState: [{ name: 'idle in transaction', count: 61 }] });
    assert.equal(state, 'attention');
    assert.equal(says, '78 of 97 connections are taken, 61 of them idle in a transaction.');
  });

  it('fail when only those for superusers are left', () => {
    assert.equal(judge({ total: 97 }).state, 'failed');
  });

  it('are unknown without a database, with the reason', () => {
    const { state, missing } = connections.judge(
      factsOf({ health: undefined, missing: { health: 'No database is chosen.' } }),
    );
    assert.equal(state, 'unknown');
    assert.deepEqual(missing, ['No database is chosen.']);
  });

  it('say what a plain user cannot see', () => {
    const partly = 'Other users’ statements are hidden.';
    const section = { value: connectionsOf(), partly };
    const { missing } = connections.judge(
      factsOf({ health: healthOf({ activity: activityOf({ connections: section }) }) }),
    );
    assert.deepEqual(missing, [partly]);
  });
});
