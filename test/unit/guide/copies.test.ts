import assert from 'node:assert/strict';
import { copiesOf } from '../../../src/guide/connection-pool/copies';
import { poolUseOf, programOf, workspaceOf } from '../../support/pool-facts';

describe('copies of a pool', () => {
  const copies = (...programs: Parameters<typeof programOf>[0][]) =>
    copiesOf(
      poolUseOf({ connectsTo: { variable: 'DATABASE_URL' } }),
      workspaceOf({
        deployment: { programs: programs.map((one) => programOf({ environment: { DATABASE_URL: '' }, ...one })) },
      }).deployment,
    );

  it('are those of all programs that are given its variable', () => {
    assert.equal(copies({ name: 'web', replicas: 3 }, { name: 'worker', replicas: 2 }).count, 5);
  });

  it('are of a program in several environments those of the largest', () => {
    const { count, says } = copies(
      { name: 'web', replicas: 1 },
      { name: 'web', replicas: 4 },
      { name: 'web', replicas: 4 },
    );
    assert.equal(count, 4);
    assert.equal(says, '4 replicas of web');
  });
});
