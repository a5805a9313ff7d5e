import type { Health, StatementStatistics } from '../../database/health/health';
import type { CheckResult } from '../../nouns/check';
import { formatCount, formatCounted } from '../../plan/format';
import type { Check } from '../check';
import { fact } from '../support/evidence';
import { seen, withSection } from '../support/known';
import { attention, passed } from '../support/results';
import { settingFix } from '../support/setting-fix';
import { duration, secondsBetween } from '../support/wording';

const day = 86_400;
/** Each time, the twentieth part that was used least is dropped: USAGE_DEALLOC_PERCENT of pg_stat_statements.c. */
const roundsToForgetAll = 20;
const name = 'pg_stat_statements.max';

/** Since when statements are counted, and whether those listed are all. */
export const countingPeriod: Check = {
  id: 'slow-queries/counting-period',
  point: 'slow-queries',
  title: 'What is counted tells the whole',
  needs: ['health'],
  judge: (facts) => withSection(facts, ({ statements }) => statements, judge),
};

function judge({ since, evictions, maxEntries }: StatementStatistics, health: Health): CheckResult {
  const seconds = secondsBetween(since, health.readAt);
  const evidence = [
    ...(since === undefined ? [] : [fact('Counted since', since)]),
    ...(evictions === undefined
      ? []
      : [fact('Times that statements were dropped', formatCount(evictions), { raw: evictions })]),
    ...(maxEntries === undefined ? [] : [fact(name, formatCount(maxEntries), { raw: maxEntries })]),
  ];
  const counted = seconds === undefined ? 'Counted since an unknown time' : `Counted for ${duration(seconds)}`;
  // As often as all entries within a day: what is listed is then of the last hours, and what runs seldom is never in it.
  const perDay = seconds && evictions ? evictions / Math.max(1, seconds / day) : 0;
  if (perDay >= roundsToForgetAll && maxEntries !== undefined) {
    const says = `${counted}, but the server dropped statements ${formatCount(evictions ?? 0)} times to make room for others: what is listed is not all.`;
    const to = 2 * maxEntries;
    const fix = settingFix(health, {
      name,
      from: seen(health.settings)?.[name]?.setting ?? String(maxEntries),
      to: String(to),
      title: `Keep ${formatCount(to)} statements`,
      note: 'Better still, send values as parameters: texts that differ only in their length of lists or names fill it up.',
    });
    return attention(says, { evidence, fixes: [fix] });
  }
  const dropped = evictions ? `, with statements dropped ${formatCounted(evictions, 'time')} to make room` : '';
  const missing =
    seconds !== undefined && seconds < day
      ? { missing: [`What runs once a day may not be among it: it was reset ${duration(seconds)} ago.`] }
      : {};
  return passed(`${counted}${dropped}.`, { evidence, ...missing });
}
