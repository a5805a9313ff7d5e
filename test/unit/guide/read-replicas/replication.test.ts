import assert from 'node:assert/strict';
import type {
  Activity,
  ReplicaHealth,
  Replication,
  ServerSettings,
  SlotHealth,
} from '../../../../src/database/health/health';
import { conflicts } from '../../../../src/guide/read-replicas/conflicts';
import { lag } from '../../../../src/guide/read-replicas/lag';
import { slots } from '../../../../src/guide/read-replicas/slots';
import { activityOf, countersOf, factsOf, healthOf, known, settingOf } from '../../../support/guide-facts';

const megabyte = 1024 ** 2;

function factsWith(
  replication: Partial<Replication>,
  more: { readonly settings?: ServerSettings; readonly earlier?: Activity; readonly since?: string } = {},
) {
  const { settings = {}, earlier, since } = more;
  const counters = known(countersOf(since === undefined ? {} : { since }));
  const activity = activityOf({ replication: known({ ...primary, ...replication }), counters });
  return factsOf({ health: healthOf({ activity, settings: known(settings) }), ...(earlier && { earlier }) });
}

const primary: Replication = { role: 'primary', replicas: [], slots: [] };
const replica = (more: Partial<ReplicaHealth> = {}): ReplicaHealth => ({
  ...{ name: 'berlin', client: '10.0.0.7', state: 'streaming', sync: 'async', sentLagBytes: 0, replayLagBytes: 0 },
  ...more,
});
const slot = (more: Partial<SlotHealth> = {}): SlotHealth => ({
  ...{ name: 'berlin', kind: 'physical', isActive: true, retainedBytes: 0, walStatus: 'reserved' },
  ...more,
});

describe('the lag of replicas', () => {
  const judge = (replicas: readonly ReplicaHealth[], more: Parameters<typeof factsWith>[1] = {}) =>
    lag.judge(factsWith({ replicas }, more));

  it('is no question where none is connected; backups and subscribers are none', () => {
    assert.equal(judge([]).state, 'not applicable');
    assert.equal(judge([replica({ name: 'pg_basebackup' }), replica({ state: 'backup' })]).state, 'not applicable');
    const subscriber = { replicas: [replica({ name: 'search' })], slots: [slot({ name: 'search', kind: 'logical' })] };
    assert.equal(lag.judge(factsWith(subscriber)).state, 'not applicable');
  });

  it('is none when all is replayed, whatever time was measured last', () => {
    const { state, says } = judge([replica({ replayLagSeconds: 400 })]);
    assert.equal(state, 'passed');
    assert.equal(says, '1 replica follows: berlin (10.0.0.7) has replayed everything.');
  });

  it('needs attention from 30 s on, and has failed from 5 min on', () => {
    const late = judge([replica({ replayLagBytes: 3 * megabyte, replayLagSeconds: 40 })]);
    assert.equal(late.state, 'attention');
    assert.equal(late.says, 'berlin (10.0.0.7) is 40 s behind (3 MB). What is read there is old.');
    assert.equal(judge([replica({ replayLagBytes: megabyte, replayLagSeconds: 29 })]).state, 'passed');
    assert.equal(judge([replica({ replayLagBytes: megabyte, replayLagSeconds: 300 })]).state, 'failed');
  });

  it('is seen of one that replays nothing by the bytes that grow', () => {
    const sample = (bytes: number) =>
      activityOf({ replication: known({ ...primary, replicas: [replica({ replayLagBytes: bytes })] }) });
    const { state, says } = judge([replica({ replayLagBytes: 50 * megabyte })], { earlier: sample(20 * megabyte) });
    assert.equal(state, 'attention');
    assert.match(says, /falls behind: 50 MB are not replayed, 30 MB more than before/);
    assert.equal(
      judge([replica({ replayLagBytes: 10 * megabyte })], { earlier: sample(20 * megabyte) }).state,
      'passed',
    );
  });

  it('is unknown to a plain user, with what would show it', () => {
    const { state, missing } = judge([{ name: 'berlin', state: 'hidden', sync: 'hidden' }]);
    assert.equal(state, 'unknown');
    assert.deepEqual(missing, ['A member of pg_monitor sees it.']);
  });

  it('is known to a standby, but not while it receives nothing', () => {
    const ofStandby = (more: Partial<Replication>) => lag.judge(factsWith({ role: 'standby', ...more }));
    assert.equal(ofStandby({ replayLagSeconds: 0, isReceiving: true }).state, 'passed');
    assert.equal(ofStandby({ replayLagSeconds: 31, isReceiving: true }).says, 'This replica is 31 s behind.');
    assert.equal(ofStandby({ replayLagSeconds: 0, isReceiving: false }).state, 'attention');
    assert.equal(ofStandby({ isReceiving: true }).state, 'unknown');
  });
});

describe('queries that a standby cancels', () => {
  const settings = {
    hot_standby_feedback: settingOf('off'),
    max_standby_streaming_delay: settingOf('30000'),
  };
  const judge = (found: Replication['conflicts'], since = '2025-12-31T12:00:00Z') =>
    conflicts.judge(factsWith({ role: 'standby', conflicts: found }, { settings, since }));

  it('are no question to a primary', () => {
    assert.equal(conflicts.judge(factsWith({})).state, 'not applicable');
  });

  it('pass when there are none, and when they are fewer than one a day', () => {
    assert.equal(judge([]).state, 'passed');
    assert.equal(judge([{ name: 'snapshot', count: 9 }], '2025-12-01T12:00:00Z').state, 'passed');
  });

  it('are told with their reason; feedback helps against a snapshot’s, more time against all', () => {
    const { state, says, fixes = [] } = judge([{ name: 'snapshot', count: 12 }]);
    assert.equal(state, 'attention');
    assert.match(
      says,
      /^12 queries were cancelled in 24 h for the sake of replaying \(snapshot: VACUUM on the primary/,
    );
    const statements = fixes.map((fix) => fix.kind === 'setting' && fix.sql);
    assert.deepEqual(statements, [
      "ALTER SYSTEM SET hot_standby_feedback = 'on'",
      "ALTER SYSTEM SET max_standby_streaming_delay = '5min'",
    ]);
    const ofLock = judge([{ name: 'lock', count: 12 }]).fixes ?? [];
    assert.deepEqual(
      ofLock.map((fix) => fix.kind === 'setting' && fix.name),
      ['max_standby_streaming_delay'],
    );
  });
});

describe('replication slots', () => {
  const settings = { max_wal_size: settingOf(String(1024 * megabyte)), max_slot_wal_keep_size: settingOf('-1') };
  const judge = (all: readonly SlotHealth[], role: Replication['role'] = 'primary') =>
    slots.judge(factsWith({ role, slots: all }, { settings }));

  it('pass while they keep no more than checkpoints do', () => {
    const { state, says } = judge([slot(), slot({ name: 'new', isActive: false, retainedBytes: 100 * megabyte })]);
    assert.equal(state, 'passed');
    assert.equal(says, '2 slots, 1 not in use now: none keeps more WAL than a checkpoint does.');
  });

  it('that nobody uses and that keep more are named, with what drops them and what limits them', () => {
    const forgotten = slot({ name: "o'brien", isActive: false, retainedBytes: 5 * 1024 * megabyte });
    const { state, says, fixes = [] } = judge([forgotten]);
    assert.equal(state, 'attention');
    assert.match(says, /^The slot o'brien keeps 5 GB of WAL and is not in use\. Nothing limits it/);
    assert.deepEqual(
      fixes.map((fix) => 'sql' in fix && fix.sql),
      ["SELECT pg_drop_replication_slot('o''brien')", "ALTER SYSTEM SET max_slot_wal_keep_size = '10240MB'"],
    );
  });

  it('that nobody has used for a day are named however little they keep', () => {
    const away = slot({ isActive: false, retainedBytes: megabyte, inactiveSince: '2025-12-29T12:00:00Z' });
    assert.match(judge([away]).says, /keeps 1 MB of WAL and is not in use for 3 days\./);
  });

  it('in use are not dropped, however far behind', () => {
    const { state, fixes = [] } = judge([slot({ retainedBytes: 5 * 1024 * megabyte })]);
    assert.equal(state, 'attention');
    assert.ok(fixes.every(({ kind }) => kind === 'setting'));
  });

  it('fail once they have lost their WAL, or will with the next checkpoint', () => {
    assert.equal(judge([slot({ isActive: false, walStatus: 'lost' })]).state, 'failed');
    assert.equal(judge([slot({ walStatus: 'unreserved', retainedBytes: megabyte })]).state, 'failed');
  });

  it('of a standby that wait for a failover are left alone', () => {
    const copied = slot({ kind: 'logical', isActive: false, inactiveSince: '2025-12-01T00:00:00Z', retainedBytes: 9 });
    assert.equal(judge([copied], 'standby').state, 'not applicable');
  });
});
