import type { Health, SlotHealth } from '../../database/health/health';
import type { CheckResult, GuideFix } from '../../nouns/check';
import { formatBytes, formatCounted } from '../../plan/format';
import { quoteLiteral } from '../../sql/identifiers';
import type { Check } from '../check';
import { fact, table } from '../support/evidence';
import { seen, withSection } from '../support/known';
import { attention, failed, notApplicable, passed } from '../support/results';
import { settingFix } from '../support/setting-fix';
import { duration, secondsBetween } from '../support/wording';

/** The default of max_wal_size, where it cannot be seen. */
const defaultWal = 1024 ** 3;
/** In s: whoever is away for a day comes back rarely. This check's own limit. */
const longAway = 86_400;

/**
 * A slot keeps WAL for its replica or subscriber without an end, until the disk is full and the server stops. What a checkpoint
 * keeps anyway (max_wal_size) is not blamed.
 * https://www.postgresql.org/docs/current/warm-standby.html#STREAMING-REPLICATION-SLOTS, view-pg-replication-slots.html
 */
export const slots: Check = {
  id: 'read-replicas/slots',
  point: 'read-replicas',
  title: 'No slot keeps WAL for nobody',
  needs: ['health'],
  judge: (facts) =>
    withSection(
      facts,
      ({ activity }) => activity.replication,
      ({ slots: all, role }, health) =>
        // Logical slots of a standby may be copies of its primary's, which nobody uses before a failover.
        judged(role === 'standby' ? all.filter((slot) => slot.kind === 'physical' || slot.isActive) : all, health),
    ),
};

interface BadSlot {
  readonly slot: SlotHealth;
  readonly isBroken: boolean;
  readonly says: string;
}

function judged(all: readonly SlotHealth[], health: Health): CheckResult {
  if (all.length === 0) return notApplicable('There is no replication slot.');
  const bad = all.flatMap((slot) => problemOf(slot, health) ?? []);
  const limit = seen(health.settings)?.max_slot_wal_keep_size?.amount;
  const evidence = [
    table(
      'Replication slots',
      ['Slot', 'Kind', 'In use', '#WAL kept', 'State'],
      all.map(({ name, kind, isActive, retainedBytes, walStatus = '' }) => [
        name,
        kind,
        isActive ? 'yes' : 'no',
        retainedBytes === undefined ? '' : formatBytes(retainedBytes),
        walStatus,
      ]),
    ),
    ...(limit === undefined
      ? []
      : [fact('max_slot_wal_keep_size', limit < 0 ? 'without limit' : formatBytes(limit), { raw: limit })]),
  ];
  if (bad.length === 0) {
    const unused = all.filter(({ isActive }) => !isActive).length;
    const also = unused > 0 ? `, ${unused} not in use now` : '';
    return passed(`${formatCounted(all.length, 'slot')}${also}: none keeps more WAL than a checkpoint does.`, {
      evidence,
    });
  }
  const says = `${bad.map((one) => one.says).join(' ')}${limit === -1 && bad.some(({ isBroken }) => !isBroken) ? ' Nothing limits it: max_slot_wal_keep_size is -1.' : ''}`;
  const result = bad.some(({ isBroken }) => isBroken) ? failed : attention;
  return result(says, { evidence, fixes: fixesFor(bad, limit, health) });
}

function problemOf(slot: SlotHealth, health: Health): BadSlot | undefined {
  const { name, isActive, retainedBytes = 0, walStatus, inactiveSince } = slot;
  if (walStatus === 'lost') {
    const says = `What the slot ${name} needs is gone: its ${consumerOf(slot)} must be made anew, and the slot dropped.`;
    return { slot, isBroken: true, says };
  }
  if (walStatus === 'unreserved') {
    const says = `The slot ${name} is ${formatBytes(retainedBytes)} behind and loses its WAL with the next checkpoint.`;
    return { slot, isBroken: true, says };
  }
  const wal = seen(health.settings)?.max_wal_size?.amount ?? defaultWal;
  const away = isActive ? undefined : secondsBetween(inactiveSince, health.readAt);
  const isLong = (away ?? 0) >= longAway && retainedBytes > 0;
  if (retainedBytes <= wal && !isLong) return undefined;
  const kept = `keeps ${formatBytes(retainedBytes)} of WAL`;
  const says = isActive
    ? `The slot ${name} ${kept}: its ${consumerOf(slot)} is connected and far behind.`
    : `The slot ${name} ${kept} and is not in use${away === undefined || away < 60 ? '' : ` for ${duration(away)}`}.`;
  return { slot, isBroken: false, says };
}

const consumerOf = ({ kind }: SlotHealth): string => (kind === 'physical' ? 'replica' : 'subscriber');

function fixesFor(bad: readonly BadSlot[], limit: number | undefined, health: Health): GuideFix[] {
  const drops = bad
    .filter(({ slot }) => !slot.isActive)
    .map(
      ({ slot }): GuideFix => ({
        kind: 'statement',
        title: `Drop the slot ${slot.name}, if its ${consumerOf(slot)} is gone for good`,
        sql: `SELECT pg_drop_replication_slot(${quoteLiteral(slot.name)})`,
      }),
    );
  return [...drops, ...(limit === -1 && bad.some(({ isBroken }) => !isBroken) ? [limitFix(health)] : [])];
}

/** Ten times what checkpoints keep, a guess: it has to fit on the disk, whose size no view tells. */
function limitFix(health: Health): GuideFix {
  const wal = seen(health.settings)?.max_wal_size?.amount ?? defaultWal;
  const megabytes = Math.ceil((wal * 10) / 1024 ** 2);
  return settingFix(health, {
    name: 'max_slot_wal_keep_size',
    from: '-1',
    to: `${megabytes}MB`,
    amount: megabytes,
    title: `Keep ${formatBytes(wal * 10)} of WAL for a slot at most`,
    note: 'It has to fit on the disk; ten times max_wal_size is a guess. A replica that is away for longer must be made anew.',
  });
}
