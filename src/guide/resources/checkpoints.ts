import type { DatabaseCounters, Health } from '../../database/health/health';
import type { Evidence } from '../../nouns/check';
import { formatBytes, formatCount, formatMs } from '../../plan/format';
import type { Check } from '../check';
import { fact } from '../support/evidence';
import { missingOf, seen } from '../support/known';
import { attention, notApplicable, passed, unknown } from '../support/results';
import { duration, secondsBetween } from '../support/wording';
import { gigabyte, megabyte, withSettings } from './machine';
import { amountOf, manual, type Proposal, presentOf, proposalFixes, proposalTable } from './proposal';

const source = `“Consider increasing the configuration parameter max_wal_size”, the server’s own hint when checkpoints come too often: ${manual('wal-configuration.html')}`;
const targetSource = `0.9 is the default since 14: ${manual('runtime-config-wal.html#GUC-CHECKPOINT-COMPLETION-TARGET')}`;
const wordSource = manual('runtime-config-wal.html');
/** Fewer say nothing: CREATE DATABASE, base backups and CHECKPOINT ask for them too. A guess. */
const few = 10;
/** Of the WAL that makes a checkpoint come early; with less, somebody asked for it. A guess. */
const nearlyFull = 0.3;
/** In s; a rate of less time says nothing of an hour. A guess. */
const longEnough = 600;
/** More disk than that is for a person to decide. */
const mostWal = 64 * gigabyte;

/** Checkpoints come by time, and not because the WAL is full: each writes all that changed, and whole pages after it. */
export const checkpoints: Check = {
  id: 'resources/checkpoints',
  point: 'resources',
  title: 'Checkpoints come by time',
  needs: ['health'],
  judge: (facts) =>
    withSettings(facts, (health) => {
      if (health.server.hosting === 'aurora' || health.server.hosting === 'neon') {
        return notApplicable('Its storage is fed by the WAL alone: there are no checkpoints to set.');
      }
      const counters = seen(health.activity.counters);
      if (!counters) return unknown('How often checkpoints come cannot be seen.', missingOf(health.activity.counters));
      const pace = paceOf(counters, health);
      const unsafe = (['fsync', 'full_page_writes'] as const).filter((name) => presentOf(health, name) === 'off');
      const basics = [...unsafe.map(switchedOn), ...spread(health)];
      const proposed = pace.isEarly ? [...basics, ...roomier(health, pace)] : basics;
      const details = {
        evidence: [...evidenceOf(counters, pace), ...(proposed.length > 0 ? [proposalTable(health, proposed)] : [])],
        fixes: proposalFixes(health, proposed),
      };
      if (unsafe.length > 0) {
        return attention(`${unsafe.join(' and ')} is off: a crash of the machine may destroy the database.`, details);
      }
      const { timed, requested } = counters.checkpoints;
      const says = `${formatCount(requested)} of ${formatCount(timed + requested)} checkpoints were requested`;
      if (timed + requested === 0) return passed('No checkpoint was counted yet.', details);
      if (!pace.isEarly) return passed(`${says}, not because the WAL was full or too seldom to matter.`, details);
      return attention(
        `${says}, one every ${duration(pace.seconds ?? 0)}: the WAL reaches max_wal_size (${presentOf(health, 'max_wal_size')}) before checkpoint_timeout (${presentOf(health, 'checkpoint_timeout')}).`,
        details,
      );
    }),
};

interface Pace {
  readonly isEarly: boolean;
  /** Between two checkpoints of any kind, on average. */
  readonly seconds?: number;
  /** Bytes in a second, since 14. */
  readonly walRate?: number;
}

function paceOf({ checkpoints: counted, wal }: DatabaseCounters, health: Health): Pace {
  const period = secondsBetween(counted.since, health.activity.readAt);
  const all = counted.timed + counted.requested;
  const walSeconds = secondsBetween(wal?.since, health.activity.readAt);
  const anyRate = wal && walSeconds ? wal.bytes / walSeconds : undefined;
  const walRate = walSeconds && walSeconds >= longEnough ? anyRate : undefined;
  const timeout = (amountOf(health, 'checkpoint_timeout') ?? 300_000) / 1_000;
  if (!period || all === 0) return { isEarly: false, walRate };
  const seconds = period / all;
  const isFull = anyRate === undefined || anyRate * seconds >= (amountOf(health, 'max_wal_size') ?? 0) * nearlyFull;
  const isEarly = counted.requested >= few && counted.requested > counted.timed && seconds < timeout && isFull;
  return { isEarly, seconds, walRate };
}

function evidenceOf({ checkpoints: counted, wal }: DatabaseCounters, { seconds, walRate }: Pace): Evidence[] {
  return [
    fact('Checkpoints by time', formatCount(counted.timed), { raw: counted.timed }),
    fact('Checkpoints requested', formatCount(counted.requested), { raw: counted.requested, source }),
    ...(seconds === undefined ? [] : [fact('Time between two', duration(seconds), { raw: seconds })]),
    ...(walRate === undefined ? [] : [fact('WAL in an hour', formatBytes(walRate * 3_600), { raw: walRate * 3_600 })]),
    ...(wal && wal.buffersFull > 0
      ? [fact('WAL written because wal_buffers was full', `${formatCount(wal.buffersFull)} times`)]
      : []),
    fact('Time of writing and of fsync', `${formatMs(counted.writeMs)} and ${formatMs(counted.syncMs)}`),
  ];
}

const switchedOn = (name: string): Proposal => ({
  name,
  to: 'on',
  why: 'Without it a crash of the machine leaves torn or lost pages.',
  source: wordSource,
});

function spread(health: Health): Proposal[] {
  const target = amountOf(health, 'checkpoint_completion_target');
  if (target === undefined || target >= 0.9) return [];
  return [
    {
      name: 'checkpoint_completion_target',
      to: 0.9,
      why: 'Checkpoints write over the whole time between two of them.',
      source: targetSource,
    },
  ];
}

/** So much that the WAL of one checkpoint_timeout fits: a checkpoint begins at max_wal_size / (1 + completion target). */
function roomier(health: Health, { walRate = 0 }: Pace): Proposal[] {
  const present = amountOf(health, 'max_wal_size') ?? gigabyte;
  const timeout = (amountOf(health, 'checkpoint_timeout') ?? 300_000) / 1_000;
  const needed = walRate * timeout * (1 + 0.9);
  const to = Math.min(mostWal, Math.max(present * 2, Math.ceil(needed / gigabyte) * gigabyte));
  const buffers = amountOf(health, 'wal_buffers');
  return [
    ...(to > present
      ? [
          {
            name: 'max_wal_size',
            to,
            why: `The WAL of ${duration(timeout)} fits.`,
            source,
            note: 'The disk of the WAL must have so much room; recovery after a crash takes longer.',
          },
        ]
      : []),
    ...(presentOf(health, 'wal_compression') === 'off'
      ? [
          {
            name: 'wal_compression',
            to: 'on',
            why: 'Whole pages in the WAL become smaller for some CPU.',
            source: `${wordSource}#GUC-WAL-COMPRESSION`,
          },
        ]
      : []),
    ...(buffers !== undefined && buffers < 16 * megabyte
      ? [
          {
            name: 'wal_buffers',
            to: 16 * megabyte,
            why: 'One WAL segment, as the default takes with 512 MB of shared_buffers.',
            source: `${wordSource}#GUC-WAL-BUFFERS`,
          },
        ]
      : []),
  ];
}
