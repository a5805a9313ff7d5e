import type { Health, Replication } from '../../database/health/health';
import type { CheckResult, Evidence, GuideFix } from '../../nouns/check';
import { formatCounted } from '../../plan/format';
import type { Check } from '../check';
import type { GuideFacts } from '../facts';
import { fact, table } from '../support/evidence';
import { seen, withSection } from '../support/known';
import { recently } from '../support/recent';
import { attention, notApplicable, passed } from '../support/results';
import { settingFix } from '../support/setting-fix';
import { duration, secondsBetween } from '../support/wording';

/** Each one is an error that somebody saw; fewer than one a day on average are no habit. This check's own limit. */
const fewADay = 1;
const daySeconds = 86_400;

/** What each reason is: https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-CONFLICT */
const reasons: Readonly<Record<string, string>> = {
  snapshot: 'VACUUM on the primary removed rows that the query might still see',
  lock: 'the primary locked the table: DDL, or VACUUM that gave back its end',
  bufferpin: 'a query held a page that was to be cleaned',
  deadlock: 'replaying and a query waited for each other',
  tablespace: 'a tablespace was dropped',
  'active logicalslot': 'rows that a logical slot needs were removed',
};

/** Queries that a standby cancelled because what its primary did could not wait for them any longer. */
export const conflicts: Check = {
  id: 'read-replicas/conflicts',
  point: 'read-replicas',
  title: 'The replica cancels no queries',
  needs: ['health', 'rates'],
  judge: (facts) =>
    withSection(
      facts,
      ({ activity }) => activity.replication,
      (replication, health) =>
        replication.role === 'primary'
          ? notApplicable('A primary cancels no queries for replaying: ask its replicas.')
          : judged(replication, facts, health),
    ),
};

function judged({ conflicts: found = [] }: Replication, facts: GuideFacts, health: Health): CheckResult {
  const total = found.reduce((sum, { count }) => sum + count, 0);
  const evidence = evidenceOf(found, health);
  if (total === 0) return passed('No query was cancelled for the sake of replaying.', { evidence });
  const since = seen(health.activity.counters)?.since ?? health.server.startedAt;
  const seconds = secondsBetween(since, health.readAt) ?? 0;
  const inTime = seconds > 0 ? ` in ${duration(seconds)}` : '';
  const grown = recently(facts)?.growth(({ conflicts: count }) => count) ?? 0;
  const isHabit = grown > 0 || total > fewADay * Math.max(1, seconds / daySeconds);
  const [first] = found;
  const why = first ? ` (${first.name}: ${reasons[first.name] ?? 'see the log'})` : '';
  const says = `${formatCounted(total, 'query was', 'queries were')} cancelled${inTime} for the sake of replaying${why}.`;
  if (!isHabit) return passed(says, { evidence });
  return attention(`${says} Let programs try again, or give queries more time.`, {
    evidence,
    fixes: fixesFor(found, health),
  });
}

function fixesFor(found: NonNullable<Replication['conflicts']>, health: Health): GuideFix[] {
  const settings = seen(health.settings);
  const isOff = settings?.hot_standby_feedback?.setting === 'off';
  const delay = settings?.max_standby_streaming_delay?.amount;
  const fixes: GuideFix[] = [];
  if (isOff && found.some(({ name }) => name === 'snapshot')) {
    fixes.push(
      settingFix(health, {
        ...{ name: 'hot_standby_feedback', from: 'off', to: 'on' },
        title: 'Let the primary keep the rows that queries here still see',
        note: 'Its price is paid by the primary: dead rows stay there for as long as the longest query here runs.',
      }),
    );
  }
  if (delay !== undefined && delay >= 0 && delay < moreMs) {
    fixes.push(
      settingFix(health, {
        ...{ name: 'max_standby_streaming_delay', from: duration(delay / 1000), to: '5min', amount: moreMs },
        title: 'Let replaying wait for queries for up to 5 minutes',
        note: 'Its price is lag: everybody reads here what is up to 5 minutes old. As long as the longest query that matters is enough; 5 minutes are a guess.',
      }),
    );
  }
  return fixes;
}

/** In ms. */
const moreMs = 300_000;

function evidenceOf(found: NonNullable<Replication['conflicts']>, health: Health): Evidence[] {
  const settings = seen(health.settings);
  const delay = settings?.max_standby_streaming_delay?.amount;
  const feedback = settings?.hot_standby_feedback?.setting;
  return [
    ...(found.length > 0
      ? [
          table(
            'Cancelled queries',
            ['Reason', '#Queries', 'What it is'],
            found.map(({ name, count }) => [name, String(count), reasons[name] ?? '']),
          ),
        ]
      : []),
    ...(delay === undefined
      ? []
      : [fact('max_standby_streaming_delay', delay < 0 ? 'for ever' : duration(delay / 1000), { raw: delay })]),
    ...(feedback === undefined ? [] : [fact('hot_standby_feedback', feedback)]),
  ];
}
