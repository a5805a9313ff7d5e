import type { Activity, Health, ReplicaHealth, Replication } from '../../database/health/health';
import type { CheckResult, CheckState } from '../../nouns/check';
import { formatBytes, formatCounted } from '../../plan/format';
import type { Check } from '../check';
import type { GuideFacts } from '../facts';
import { fact, table } from '../support/evidence';
import { seen, withSection } from '../support/known';
import { attention, failed, notApplicable, passed, unknown } from '../support/results';
import { duration } from '../support/wording';
import { replicaName, replicasOf } from './replicas';

/**
 * In s. By default a standby puts off replaying for as long for the sake of queries (max_standby_streaming_delay): what is later
 * than that has another reason, or has been given more. https://www.postgresql.org/docs/current/runtime-config-replication.html
 */
const late = 30;
/** In s: nobody calls that fresh. This check's own limit. */
const veryLate = 300;
/** One WAL segment: less is on its way at any moment. */
const segment = 16 * 1024 * 1024;
const source =
  'Late from 30 s on, the default of max_standby_streaming_delay; failed from 5 min on, this check’s own limit';
const look = 'Long queries on the replica, a replay that somebody paused, its disk, and the network to it';

/** How far behind the primary its replicas are. A standby that has replayed all it received is not late, however long ago that was. */
export const lag: Check = {
  id: 'read-replicas/lag',
  point: 'read-replicas',
  title: 'Replicas are up to date',
  needs: ['health', 'rates'],
  judge: (facts) =>
    withSection(
      facts,
      ({ activity }) => activity.replication,
      (replication, health) =>
        replication.role === 'standby' ? ofStandby(replication, health) : ofPrimary(replication, facts, health),
    ),
};

function stateOf(seconds: number): CheckState {
  return seconds >= veryLate ? 'failed' : seconds >= late ? 'attention' : 'passed';
}

function ofStandby({ replayLagSeconds, isReceiving }: Replication, { server }: Health): CheckResult {
  if (server.hosting === 'aurora') {
    return unknown('Replicas of Aurora read the primary’s storage, and have no lag of replaying.', [
      'SELECT * FROM aurora_replica_status() tells how far behind they are.',
    ]);
  }
  const evidence = [
    ...(replayLagSeconds === undefined
      ? []
      : [fact('Behind', duration(replayLagSeconds), { raw: replayLagSeconds, source })]),
    fact('Where to look', look),
  ];
  if (isReceiving === false) {
    return attention(
      'This replica receives nothing: what its primary wrote since cannot be known here. Unless it is fed from an archive, look at primary_conninfo and at the log.',
      { evidence },
    );
  }
  if (replayLagSeconds === undefined) {
    return unknown('How far this replica is behind is not known.', ['It has not replayed a commit yet.']);
  }
  const says =
    replayLagSeconds === 0
      ? 'This replica has replayed all that it received.'
      : `This replica is ${duration(replayLagSeconds)} behind.`;
  return { state: stateOf(replayLagSeconds), says, evidence };
}

interface Behind {
  readonly replica: ReplicaHealth;
  readonly state: CheckState;
  readonly says: string;
}

function ofPrimary(replication: Replication, facts: GuideFacts, health: Health): CheckResult {
  const replicas = replicasOf(replication);
  if (replicas.length === 0) return notApplicable('No replica is connected to this server.');
  const visible = replicas.filter(({ state }) => state !== 'hidden');
  if (visible.length === 0) {
    return unknown(
      `${formatCounted(replicas.length, 'replica is', 'replicas are')} connected; how far behind is hidden.`,
      ['A member of pg_monitor sees it.'],
    );
  }
  const judged = visible.map((replica) => behind(replica, facts.earlier, health));
  const bad = judged.filter(({ state }) => state !== 'passed');
  const evidence = [
    table(
      'Replicas',
      ['Replica', 'State', '#Not sent', '#Not replayed', '#Behind'],
      visible.map((one) => [
        replicaName(one),
        one.state,
        bytes(one.sentLagBytes),
        bytes(one.replayLagBytes),
        one.replayLagSeconds === undefined ? '' : duration(one.replayLagSeconds),
      ]),
    ),
    ...(bad.length > 0 ? [fact('Where to look', look, { source })] : []),
  ];
  if (bad.length === 0) {
    return passed(
      `${formatCounted(visible.length, 'replica follows', 'replicas follow')}: ${judged.map(({ says }) => says).join('; ')}.`,
      {
        evidence,
      },
    );
  }
  const result = bad.some(({ state }) => state === 'failed') ? failed : attention;
  return result(`${bad.map(({ says }) => says).join('; ')}. What is read there is old.`, { evidence });
}

const bytes = (amount: number | undefined): string => (amount === undefined ? '' : formatBytes(amount));

/**
 * By time where the server knows it. It measures that when a replica confirms what it has replayed: of one that replays nothing
 * only the bytes tell, and only whether they grow (pg_stat_replication.replay_lag in the manual's monitoring-stats).
 */
function behind(replica: ReplicaHealth, earlier: Activity | undefined, health: Health): Behind {
  const { replayLagBytes: now = 0, replayLagSeconds: seconds } = replica;
  const name = replicaName(replica);
  if (now === 0) return { replica, state: 'passed', says: `${name} has replayed everything` };
  if (seconds !== undefined && seconds >= late) {
    return { replica, state: stateOf(seconds), says: `${name} is ${duration(seconds)} behind (${formatBytes(now)})` };
  }
  const before = seen(earlier?.replication)?.replicas.find(
    (one) => one.name === replica.name && one.client === replica.client,
  )?.replayLagBytes;
  const wal = seen(health.settings)?.max_wal_size?.amount;
  if (before !== undefined && before >= segment && now > before) {
    const says = `${name} falls behind: ${formatBytes(now)} are not replayed, ${formatBytes(now - before)} more than before`;
    return { replica, state: 'attention', says };
  }
  // As much as the primary writes from one checkpoint to the next.
  if (wal !== undefined && now > wal) {
    return { replica, state: 'attention', says: `${name} has ${formatBytes(now)} not replayed` };
  }
  return { replica, state: 'passed', says: `${name} has ${formatBytes(now)} to replay` };
}
