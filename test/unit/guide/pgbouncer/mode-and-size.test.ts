import assert from 'node:assert/strict';
import type { DeployedPooler } from '../../../../src/code/deployment/deployment';
import type { ConnectedPooler } from '../../../../src/database/health/health';
import type { WorkspaceFacts } from '../../../../src/guide/facts';
import { mode } from '../../../../src/guide/pgbouncer/mode';
import { preparedStatements } from '../../../../src/guide/pgbouncer/prepared-statements';
import { poolerSize } from '../../../../src/guide/pgbouncer/size';
import { proposedSizes } from '../../../../src/guide/pgbouncer/sizes';
import { activityOf, connectionsOf, factsOf, healthOf, known } from '../../../support/guide-facts';
import { poolUseOf, programOf, workspaceOf } from '../../../support/pool-facts';
import { poolerOf, referenceOf, sessionUseOf } from '../../../support/pooler-facts';

const deployed = (pooler: Partial<DeployedPooler>, more: Partial<Omit<WorkspaceFacts, 'deployment'>> = {}) =>
  workspaceOf({
    deployment: { poolers: [poolerOf(pooler)], references: [referenceOf()], programs: [programOf()] },
    ...more,
  });

const connected = (pooler: ConnectedPooler, workspace = workspaceOf()) => {
  const health = healthOf();
  return factsOf({ workspace, health: { ...health, server: { ...health.server, pooler } } });
};

const prepared = sessionUseOf({ kind: 'prepared statement', text: 'name: post', isTracked: true });

describe('the pool mode', () => {
  it('is wrong where the code needs a connection of its own, with the places', () => {
    const sessionUses = [sessionUseOf(), sessionUseOf({ kind: 'session advisory lock', text: 'pg_advisory_lock(1)' })];
    const { state, says, places } = mode.judge(factsOf({ workspace: deployed({}, { sessionUses }) }));
    assert.equal(state, 'attention');
    assert.match(says, /is in transaction mode, where 2 places break: 1 LISTEN, 1 advisory lock of a session\./);
    assert.equal(places?.length, 3);
  });

  it('is right in session mode, and where nothing needs a session', () => {
    const uses = { sessionUses: [sessionUseOf()] };
    assert.equal(mode.judge(factsOf({ workspace: deployed({ poolMode: 'session' }, uses) })).state, 'passed');
    assert.equal(mode.judge(factsOf({ workspace: deployed({}) })).state, 'passed');
  });

  it('does not count what PgBouncer keeps track of', () => {
    assert.equal(mode.judge(factsOf({ workspace: deployed({}, { sessionUses: [prepared] }) })).state, 'passed');
  });

  it('is unknown where the console is closed and something would break', () => {
    const workspace = workspaceOf({ sessionUses: [sessionUseOf()] });
    const { state, missing } = mode.judge(connected({ missing: 'Its console is closed.' }, workspace));
    assert.equal(state, 'unknown');
    assert.deepEqual(missing, ['Its console is closed.']);
  });

  it('is a matter of pinning with RDS Proxy', () => {
    const references = [referenceOf({ host: 'blog.proxy-abc123.us-east-1.rds.amazonaws.com' })];
    const { state, says } = mode.judge(
      factsOf({
        workspace: workspaceOf({
          sessionUses: [sessionUseOf({ kind: 'set', text: 'SET a = 1' })],
          deployment: { references },
        }),
      }),
    );
    assert.equal(state, 'attention');
    assert.match(says, /^RDS Proxy keeps a connection for one client alone after this: 1 SET/);
  });

  it('is no question without a pooler, but what would break is told', () => {
    const { state, says } = mode.judge(factsOf({ workspace: workspaceOf({ sessionUses: [sessionUseOf()] }) }));
    assert.equal(state, 'not applicable');
    assert.equal(says, 'No pooler is known. In transaction mode this would break: 1 LISTEN.');
  });
});

describe('the sizes of the pooler', () => {
  const machine = { cores: 4, source: 'this machine' };
  const judge = (workspace: WorkspaceFacts) => poolerSize.judge(factsOf({ workspace, machine }));

  it('fit', () => {
    const { state, says } = judge(deployed({ replicas: 1 }));
    assert.equal(state, 'passed');
    assert.equal(
      says,
      'PgBouncer 1.24.1 opens at most 20 connections for each user of a database; the server takes 97.',
    );
  });

  it('are too large for the server', () => {
    const { state, says } = judge(deployed({ replicas: 3, defaultPoolSize: 50 }));
    assert.equal(state, 'attention');
    assert.match(says, /may open 50 × 3 = 150 connections for each user of a database; the server takes 97/);
  });

  it('are too large for the cores', () => {
    assert.match(
      judge(deployed({ defaultPoolSize: 60 })).says,
      /may open 60 connections; the server’s 4 cores do most with about 9 at once/,
    );
  });

  it('take too few clients', () => {
    const pools = [poolUseOf({ max: { value: 80, isDefault: false }, connectsTo: { variable: 'DATABASE_URL' } })];
    const { state, says } = judge(deployed({ maxClientConnections: 50 }, { pools }));
    assert.equal(state, 'attention');
    assert.match(
      says,
      /The pools may open 80 connections to PgBouncer 1\.24\.1, which takes 50: “no more connections allowed/,
    );
  });

  it('are too small where clients wait for long', () => {
    const clients = { active: 5, waiting: 12, longestWaitSeconds: 4 };
    const { state, says } = poolerSize.judge(
      connected({ version: '1.25.0', poolMode: 'transaction', defaultPoolSize: 5, maxClientConnections: 100, clients }),
    );
    assert.equal(state, 'attention');
    assert.equal(says, '12 clients wait for a connection, the first for 4 s: 5 are too few, or transactions too long.');
  });

  it('are unknown where the console is closed', () => {
    assert.equal(poolerSize.judge(connected({ missing: 'Its console is closed.' })).state, 'unknown');
  });

  it('are proposed by the cores, by what works now and by what the server takes', () => {
    const facts = factsOf({ workspace: workspaceOf(), machine });
    assert.deepEqual(proposedSizes(facts), {
      mode: 'transaction',
      replicas: 2,
      defaultPoolSize: 4,
      reservePoolSize: 1,
      maxClientConnections: 1_000,
      maxPreparedStatements: 200,
    });
    const busy = connectionsOf({ byState: [{ name: 'active', count: 40 }] });
    const { defaultPoolSize, reservePoolSize } = proposedSizes({
      ...facts,
      health: healthOf({ activity: activityOf({ connections: known(busy) }) }),
    });
    assert.equal((defaultPoolSize + reservePoolSize) * 2, 60);
    const huge = proposedSizes({ ...facts, machine: { cores: 128, source: 'a setting' } });
    assert.ok((huge.defaultPoolSize + huge.reservePoolSize) * 2 <= 97 * 0.8);
  });
});

describe('prepared statements behind the pooler', () => {
  const judge = (pooler: Partial<DeployedPooler>, sessionUses = [prepared]) =>
    preparedStatements.judge(factsOf({ workspace: deployed(pooler, { sessionUses }) }));

  it('are kept track of since 1.24, or where it is told to', () => {
    assert.equal(judge({}).state, 'passed');
    assert.equal(judge({ version: '1.21.0', maxPreparedStatements: 100 }).state, 'passed');
  });

  it('are lost before 1.24 without the setting', () => {
    const { state, says } = judge({ version: '1.23.1' });
    assert.equal(state, 'attention');
    assert.match(says, /^PgBouncer 1\.23\.1 does not keep track of prepared statements, and pg prepares them/);
  });

  it('are unknown where the version is', () => {
    assert.equal(judge({ version: undefined }).state, 'unknown');
  });

  it('are no question where there is neither a pooler nor anything prepared', () => {
    assert.equal(preparedStatements.judge(factsOf({ workspace: workspaceOf({}) })).state, 'not applicable');
  });

  it('are no matter where nothing is prepared, and of Prisma where its URL says pgbouncer=true', () => {
    assert.equal(judge({ version: '1.20.0' }, []).state, 'passed');
    const workspace = workspaceOf({
      sessionUses: [{ ...prepared, library: 'prisma' }],
      deployment: {
        poolers: [poolerOf({ version: '1.20.0' })],
        references: [referenceOf({ parameters: { pgbouncer: 'true' } })],
      },
    });
    assert.equal(preparedStatements.judge(factsOf({ workspace })).state, 'passed');
  });

  it('of postgres.js can be left out by an edit of its options', () => {
    const path = '/app/src/db.ts';
    const options = {
      path,
      range: { start: 10, end: 20 },
      names: {},
      unit: 's' as const,
      insertion: { range: { start: 19, end: 19 }, before: ', ', after: ' ' },
    };
    const { fixes } = preparedStatements.judge(
      factsOf({
        workspace: deployed(
          { version: '1.20.0' },
          {
            sessionUses: [{ ...prepared, library: 'postgres', path, range: { start: 50, end: 58 } }],
            pools: [poolUseOf({ library: 'postgres', path, options })],
          },
        ),
      }),
    );
    const edit = fixes?.find(({ kind }) => kind === 'edit');
    assert.deepEqual(edit?.kind === 'edit' && edit.edits, [
      { uri: path, range: { start: 19, end: 19 }, newText: ', prepare: false ' },
    ]);
  });
});
