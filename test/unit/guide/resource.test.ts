import assert from 'node:assert/strict';
import type {
  Activity,
  BlockedSession,
  DatabaseCounters,
  SessionHealth,
  StatementStatistic,
} from '../../../src/database/health/health';
import { resource } from '../../../src/guide/bottleneck/resource';
import type { GuideFacts, WorkspaceQuery } from '../../../src/guide/facts';
import type { Finding } from '../../../src/nouns/finding';
import {
  activityOf,
  connectionsOf,
  countersOf,
  factsOf,
  healthOf,
  known,
  settingOf,
  statisticOf,
} from '../../support/guide-facts';

const machine = { cores: 8, memoryBytes: 2 ** 30, source: 'this machine' };

describe('the resource that is short', () => {
  /** Two samples, two seconds apart, between which the counters grew from `from` to `to`. */
  const judge = (
    activity: Partial<Activity>,
    counters: { from?: Partial<DatabaseCounters>; to?: Partial<DatabaseCounters> } = {},
    more: Partial<GuideFacts> = {},
    databaseBytes = 0,
  ) => {
    const now = activityOf({
      readAt: '2026-01-01T12:00:02Z',
      counters: known(countersOf({ activeMs: 100, idleInTransactionMs: 0, ...counters.from, ...counters.to })),
      ...activity,
    });
    const before = {
      ...now,
      readAt: '2026-01-01T12:00:00Z',
      counters: known(countersOf({ activeMs: 0, idleInTransactionMs: 0, ...counters.from })),
    };
    const settings = known({ effective_cache_size: settingOf('1', { amount: 2 ** 29 }) });
    const health = healthOf({ activity: now, settings });
    const server = { ...health.server, databaseBytes };
    return resource.judge(factsOf({ health: { ...health, server }, earlier: before, machine, ...more }));
  };
  const waits = (...byWait: readonly (readonly [string, number])[]) => ({
    connections: known(connectionsOf({ total: 12, byWait: byWait.map(([name, count]) => ({ name, count })) })),
  });
  const session = (more: Partial<SessionHealth>): SessionHealth => ({
    pid: 7,
    user: 'blog',
    application: 'web',
    database: 'blog',
    state: 'active',
    stateSeconds: 1,
    ...more,
  });

  it('is none on a healthy server, and says what was looked at', () => {
    const { state, says, missing } = judge(waits(['CPU', 3]));
    assert.equal(state, 'passed');
    assert.equal(
      says,
      'No resource is short: 3 of 8 cores are busy, 12 of 97 connections are taken, no session waits for a lock.',
    );
    assert.equal(missing, undefined);
  });

  it('is the CPU where more sessions compute than there are cores', () => {
    const { state, says } = judge(waits(['CPU', 21], ['IO: DataFileRead', 2]));
    assert.deepEqual([state, says], ['failed', 'CPU is the bottleneck: 21 sessions compute on 8 cores.']);
  });

  it('is not known to be the CPU where the cores are not known', () => {
    const missing = { machine: 'How big the machine is, nobody says.' };
    const result = judge(waits(['CPU', 21]), {}, { machine: undefined, missing });
    assert.equal(result.state, 'passed');
    assert.deepEqual(result.missing, ['How big the machine is, nobody says.']);
  });

  it('is I/O where sessions wait for storage rather than work', () => {
    const { state, says } = judge(waits(['IO: DataFileRead', 5], ['LWLock: WALWrite', 1], ['CPU', 2]));
    assert.deepEqual(
      [state, says],
      ['failed', 'I/O is the bottleneck: 75 % of the working time is waiting for storage.'],
    );
  });

  it('is I/O where the measured time says so', () => {
    const { says } = judge(waits(['CPU', 1]), { to: { activeMs: 4_000, readMs: 3_000 } });
    assert.equal(says, 'I/O is the bottleneck: 75 % of the working time is waiting for storage.');
  });

  it('is memory where a large database is read again and again', () => {
    const to = { tableBlocks: { hits: 9_000, reads: 3_000 } };
    const from = { tableBlocks: { hits: 0, reads: 0 } };
    const { state, says } = judge(waits(['CPU', 1]), { from, to }, {}, 4 * 2 ** 30);
    assert.equal(state, 'failed');
    assert.equal(
      says,
      'Memory is the bottleneck: only 75 % of the blocks are found in memory now, and the database (4 GB) is larger than it (1 GB).',
    );
    assert.equal(judge(waits(['CPU', 1]), { from, to }, {}, 2 ** 29).state, 'passed');
  });

  it('deserves a look where sorts write temporary files', () => {
    const { state, says } = judge(waits(['CPU', 1]), { to: { temporaryBytes: 5 * 2 ** 20 } });
    assert.equal(state, 'attention');
    assert.equal(says, 'Nothing is used up, but sorts and hashes wrote 5 MB of temporary files in 2 s.');
  });

  it('is the locks where sessions wait longer than the server takes for usual, and names who holds them', () => {
    const blocked: BlockedSession = {
      session: session({ pid: 8 }),
      waitingSeconds: 12,
      waitsFor: 'relation posts, AccessShareLock',
      blockedBy: [session({ application: 'migration', state: 'idle in transaction', query: 'LOCK TABLE posts' })],
    };
    const { state, says, evidence } = judge({ ...waits(['Lock: relation', 1]), locks: known([blocked]) });
    assert.equal(state, 'failed');
    assert.equal(
      says,
      'Locks are the bottleneck: 1 session waits for locks, the longest for 12 s (relation posts, AccessShareLock, held by pid 7, migration, idle in transaction).',
    );
    assert.ok(evidence?.some((one) => one.kind === 'table' && one.title === 'Who waits for whom'));
    const short = judge({ ...waits(), locks: known([{ ...blocked, waitingSeconds: 0.1 }]) });
    assert.equal(short.state, 'attention');
  });

  it('names the cause first where several are short', () => {
    const connections = known(connectionsOf({ total: 97, byWait: [{ name: 'CPU', count: 20 }] }));
    assert.equal(
      judge({ connections }).says,
      'Connections are the bottleneck: 97 of 97 connections are taken. Besides, 20 sessions compute on 8 cores.',
    );
  });

  describe('network round trips', () => {
    const sql = 'SELECT name FROM users WHERE id = $1';
    const reading = { fingerprint: 'f', kind: 'select', readsOnly: true, tables: ['users'], writes: [] } as const;
    const query: WorkspaceQuery = { ...reading, path: 'src/posts.ts', range: { start: 0, end: 9 }, library: 'pg', sql };
    const finding: Finding = {
      rule: 'query-in-loop',
      severity: 'warning',
      confidence: 'likely',
      message: 'One query for each row.',
      range: { start: 0, end: 9 },
      evidence: { loop: 'for', query: sql },
      fixes: [],
    };
    const facts = (statistic: Partial<StatementStatistic>, totalCalls: number) => {
      const statements = [statisticOf({ text: sql, reading, ...statistic })];
      const workspace = {
        queries: [query],
        pools: [],
        sessionUses: [],
        caches: [],
        findings: [{ path: 'src/posts.ts', finding }],
        deployment: { programs: [], servers: [], poolers: [], maintenance: [], monitoring: [] },
      };
      const health = healthOf({
        statements: known({ tracksIoTiming: false, statements, totalMs: 4_000, totalCalls }),
        activity: activityOf({ ...waits(), counters: known(countersOf()) }),
      });
      return factsOf({ health, workspace, machine });
    };

    it('deserve a look where most calls are of a query for each row', () => {
      const { state, says, places } = resource.judge(facts({ calls: 61_000, meanMs: 0.04, totalMs: 2_440 }, 70_000));
      assert.equal(state, 'attention');
      assert.equal(
        says,
        `Nothing is used up, but 87 % of all calls are sent row by row, most of them (61,000, 0.04 ms each): ${sql}.`,
      );
      assert.deepEqual(
        places?.map(({ uri, message }) => [uri, message]),
        [['src/posts.ts', '61,000 calls, 0.04 ms each, 61 % of all time.']],
      );
    });

    it('are few where little was counted, or the calls are others', () => {
      assert.equal(resource.judge(facts({ calls: 90 }, 100)).state, 'passed');
      assert.equal(resource.judge(facts({ calls: 90 }, 100_000)).state, 'passed');
    });

    it('deserve a look where transactions wait for the program', () => {
      const { state, says } = judge(waits(), { to: { activeMs: 1_000, idleInTransactionMs: 9_000 } });
      assert.equal(state, 'attention');
      assert.equal(
        says,
        'Nothing is used up, but sessions wait 90 % of their transactions for the program’s next statement.',
      );
    });
  });
});
