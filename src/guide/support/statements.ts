import type { Health } from '../../database/health/health';
import type { CheckResult, TableEvidence } from '../../nouns/check';
import type { RelatedPlace } from '../../nouns/finding';
import { formatCount, formatCounted, formatMs } from '../../plan/format';
import { oneLine } from '../../plan/one-line';
import type { GuideFacts, WorkspaceQuery } from '../facts';
import { type Workload, type WorkloadRow, workloadIn } from '../workload';
import { table } from './evidence';
import { missingOf, seen, withSection } from './known';
import { unknown } from './results';
import { percent } from './wording';

const mostPlaces = 3;
/** Of the whole time: as much as a single statement has to take to be worth a look. Planlight's own. */
const muchHidden = 0.1;

/** The answer of a check about the statements that the server counted, where it counts none or they cannot be seen. */
export function withWorkload(facts: GuideFacts, judge: (workload: Workload) => CheckResult): CheckResult {
  return withSection(
    facts,
    ({ statements }) => statements,
    (statistics, health) =>
      asFarAsSeen(health, judge(workloadIn(statistics, health.readAt, facts.workspace?.queries ?? []))),
  );
}

/** Of the time of all statements, that of those whose text the user may not see; 0.9 is 90 %. */
export function hiddenShare({ statements }: Health): number {
  const { hiddenMs = 0, totalMs = 0 } = seen(statements) ?? {};
  return totalMs > 0 ? Math.min(1, hiddenMs / totalMs) : 0;
}

/** Fewer calls of all statements together say nothing of what takes the time: as after a reset. Planlight's own. */
export const fewInAll = 100;
const askAgain = 'Let the programs work for a while, then ask again.';

export function tooFewCalls(calls: number): CheckResult {
  return unknown(`Only ${formatCounted(calls, 'call was', 'calls were')} counted so far.`, [askAgain]);
}

/** Where few calls were counted, or statements are hidden that take much of the time, nobody knows that nothing is wrong. */
export function asFarAsSeen(health: Health, result: CheckResult): CheckResult {
  const { totalCalls } = seen(health.statements) ?? {};
  if (!isClean(result) || totalCalls === undefined || totalCalls >= fewInAll) return unlessHidden(health, result);
  const few = tooFewCalls(totalCalls);
  return { ...result, ...few, says: `${few.says} ${result.says}` };
}

const isClean = ({ state }: CheckResult): boolean => state === 'passed' || state === 'not applicable';

/** Where statements are hidden that take much of the time. */
export function unlessHidden(health: Health, result: CheckResult): CheckResult {
  const share = hiddenShare(health);
  if (!isClean(result) || share < muchHidden) return result;
  const says = `${health.server.user} may not see the statements that take ${percent(share)} of the time. Of the others: ${result.says}`;
  return { ...result, state: 'unknown', says, missing: result.missing ?? missingOf(health.statements) };
}

/** `SELECT … FROM posts WHERE author_id = $1`, short enough for a line. */
export function shortText({ statistic }: WorkloadRow, length = 100): string {
  return statistic.text === undefined ? 'a statement of another user' : oneLine(statistic.text, length);
}

/** What people and programs ask of tables; not BEGIN, VACUUM, COPY or what else keeps a server. */
export function isQuery({ statistic }: WorkloadRow): boolean {
  const kind = statistic.reading?.kind;
  if (kind === undefined)
    return /^\s*(?:select|with|insert|update|delete|merge|values|table)\b/i.test(statistic.text ?? '');
  return !['ddl', 'transaction', 'other'].includes(kind);
}

export function blocksOf({ statistic }: WorkloadRow): number {
  return statistic.sharedHits + statistic.sharedReads;
}

/** The places that send these statements, those of the first statement first; each says what it costs. */
export function placesOf(rows: readonly WorkloadRow[]): RelatedPlace[] {
  return rows.flatMap((row) => {
    const { calls, meanMs } = row.statistic;
    const message = `${formatCount(calls)} calls, ${formatMs(meanMs)} each, ${percent(row.share)} of all time.`;
    return row.places.slice(0, mostPlaces).map(({ path, range }) => ({ uri: path, range, message }));
  });
}

const senders: Readonly<Record<WorkloadRow['sender'], string>> = {
  here: '',
  session: 'drivers and pools',
  elsewhere: 'nobody in this workspace',
  hidden: 'not known',
};

/** `src/posts.ts, listPosts` and how many more. */
export function senderOf({ places: [first, ...others], sender }: WorkloadRow): string {
  if (!first) return senders[sender];
  return `${nameOf(first)}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

const nameOf = ({ path, inFunction }: WorkspaceQuery): string => {
  const file = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return inFunction === undefined ? file : `${inFunction} in ${file}`;
};

export function statementTable(title: string, rows: readonly WorkloadRow[]): TableEvidence {
  return table(
    title,
    ['Statement', '#Share', '#Total', '#Calls', '#Mean', '#Max', '#Rows a call', '#Blocks a call', 'Sent by'],
    rows.map((row) => {
      const { calls, totalMs, meanMs, maxMs, rows: returned } = row.statistic;
      return [
        shortText(row),
        percent(row.share),
        formatMs(totalMs),
        formatCount(calls),
        formatMs(meanMs),
        formatMs(maxMs),
        formatCount(calls > 0 ? returned / calls : 0),
        formatCount(calls > 0 ? blocksOf(row) / calls : 0),
        senderOf(row),
      ];
    }),
  );
}
