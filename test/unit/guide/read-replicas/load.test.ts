import assert from 'node:assert/strict';
import type { Health, StatementStatistic } from '../../../../src/database/health/health';
import type { GuideFacts } from '../../../../src/guide/facts';
import { needed } from '../../../../src/guide/read-replicas/needed';
import { used } from '../../../../src/guide/read-replicas/used';
import { activityOf, connectionsOf, factsOf, healthOf, known, statisticOf } from '../../../support/guide-facts';
import { poolUseOf, workspaceOf } from '../../../support/pool-facts';

function counted(text: string, totalMs: number, readsOnly: boolean): StatementStatistic {
  const kind = readsOnly ? 'select' : 'update';
  const reading = {
    fingerprint: text,
    kind,
    readsOnly,
    tables: ['posts'],
    writes: readsOnly ? [] : ['posts'],
  } as const;
  return statisticOf({ queryId: text, text, totalMs, calls: 100, reading });
}

interface Situation {
  /** Of the time of all statements. */
  readonly reads: number;
  /** Sessions that compute, of 4 cores. */
  readonly busy: number;
  readonly replicas?: number;
  readonly server?: Partial<Health['server']>;
  readonly workspace?: GuideFacts['workspace'];
}

function factsWith({ reads, busy, replicas = 0, server, workspace = workspaceOf() }: Situation): GuideFacts {
  const statements = [counted('SELECT', reads * 1000, true), counted('UPDATE', (1 - reads) * 1000, false)];
  const base = healthOf();
  const following = Array.from({ length: replicas }, (_, i) => ({
    ...{ name: `replica ${i}`, state: 'streaming', sync: 'async', replayLagBytes: 0 },
  }));
  const health = healthOf({
    server: { ...base.server, ...server },
    statements: known({ tracksIoTiming: false, totalMs: 1000, totalCalls: 200, statements }),
    activity: activityOf({
      connections: known(connectionsOf({ byWait: [{ name: 'CPU', count: busy }] })),
      replication: known({ role: 'primary', replicas: following, slots: [] }),
    }),
  });
  return factsOf({ health, machine: { cores: 4, source: 'the test' }, workspace });
}

describe('whether replicas are needed', () => {
  it('is no question while the load is small, whatever is read', () => {
    const { state, says } = needed.judge(factsWith({ reads: 0.95, busy: 1 }));
    assert.equal(state, 'not applicable');
    assert.equal(
      says,
      'The load is small: 1 of 4 cores are busy, no session waits for storage. Reads are 95 % of the time.',
    );
  });

  it('is said with the numbers when the primary is short of cores for reading', () => {
    const { state, says, fixes = [] } = needed.judge(factsWith({ reads: 0.8, busy: 9 }));
    assert.equal(state, 'attention');
    assert.match(says, /^Reads are 80 % of the time, and 9 sessions compute on 4 cores\. /);
    const [fix] = fixes;
    assert.match(fix?.kind === 'command' ? fix.command : '', /^pg_basebackup .*--write-recovery-conf/s);
  });

  it('is denied where writes take the time: a replica repeats them', () => {
    const { state, says } = needed.judge(factsWith({ reads: 0.3, busy: 9 }));
    assert.equal(state, 'not applicable');
    assert.match(says, /^A replica would not help: 9 sessions compute on 4 cores, but reads are only 30 % of the time/);
  });

  it('is unknown without the machine’s cores, or when no statements are counted', () => {
    const facts = factsWith({ reads: 0.8, busy: 9 });
    assert.equal(needed.judge({ ...facts, machine: undefined }).state, 'unknown');
    const health = facts.health && { ...facts.health, statements: { missing: 'pg_stat_statements is not installed.' } };
    assert.deepEqual(needed.judge({ ...facts, health }).missing, ['pg_stat_statements is not installed.']);
  });

  it('passes where some follow', () => {
    assert.equal(needed.judge(factsWith({ reads: 0.8, busy: 9, replicas: 2 })).says, '2 replicas are there.');
  });
});

describe('whether replicas are used', () => {
  const workspace = workspaceOf({ pools: [poolUseOf()] });

  it('is no question without any, or without a pool', () => {
    assert.equal(used.judge(factsWith({ reads: 0.8, busy: 9, workspace })).state, 'not applicable');
    assert.equal(used.judge(factsWith({ reads: 0.8, busy: 9, replicas: 1 })).state, 'not applicable');
  });

  it('is asked for when the primary is busy with reads, and code has one pool', () => {
    const { state, says, fixes = [] } = used.judge(factsWith({ reads: 0.8, busy: 9, replicas: 1, workspace }));
    assert.equal(state, 'attention');
    assert.equal(
      says,
      '1 replica is there, and no pool of the workspace reads from it, while 9 sessions compute on 4 cores; reads are 80 % of the time.',
    );
    assert.deepEqual(
      fixes.map(({ kind }) => kind),
      ['file'],
    );
  });

  it('passes where the primary has room: a replica may wait for a failover alone', () => {
    assert.equal(used.judge(factsWith({ reads: 0.8, busy: 1, replicas: 1, workspace })).state, 'passed');
  });

  it('passes where a pool reads from one', () => {
    const reading = workspaceOf({ pools: [poolUseOf(), poolUseOf({ role: 'replica' })] });
    assert.equal(
      used.judge(factsWith({ reads: 0.8, busy: 9, replicas: 1, workspace: reading })).says,
      '1 pool reads from a replica.',
    );
  });

  it('is known of replicas that manifests declare', () => {
    const place = { path: '/app/k8s/blog.yaml', range: { start: 0, end: 1 } };
    const server = { place, kind: 'cloudnativepg', name: 'blog', instances: 3, settings: {} } as const;
    const declared = workspaceOf({ pools: [poolUseOf()], deployment: { servers: [server] } });
    assert.match(
      used.judge(factsWith({ reads: 0.8, busy: 9, workspace: declared })).says,
      /^2 replicas are there, and no pool of the workspace reads from them/,
    );
  });
});
