import type { CheckResult, Evidence, GuideFix } from '../../nouns/check';
import { formatCount, formatCounted, formatGain, formatMs } from '../../plan/format';
import type { Check } from '../check';
import type { GuideFacts, WorkspaceFacts } from '../facts';
import { fact, table } from '../support/evidence';
import { whyMissing, withSection } from '../support/known';
import { attention, notApplicable, unknown } from '../support/results';
import { asFarAsSeen, fewInAll, placesOf, senderOf, shortText, tooFewCalls } from '../support/statements';
import { duration, percent } from '../support/wording';
import { cacheAsideFixes, whyNoFix } from './aside-fix';
import { type Candidate, type Candidates, candidatesOf } from './candidate';
import { hitRatioFormula, lifetimeFormula } from './estimate';

/** Statements that are asked much more often than their tables change, and take much of the time. */
export const cacheCandidates: Check = {
  id: 'cache/candidates',
  point: 'cache',
  title: 'What is asked again and again is kept',
  needs: ['health', 'code'],
  judge(facts) {
    const { workspace } = facts;
    if (!workspace) return unknown('The workspace was not read.', [whyMissing(facts, 'code')]);
    return withSection(
      facts,
      ({ statements }) => statements,
      (_, health) => {
        const candidates = candidatesOf(health, workspace);
        if (!candidates) {
          return unknown('Since when the statements are counted is not known.', [
            'pg_stat_statements tells when it was reset since PostgreSQL 14; SELECT pg_stat_statements_reset() begins anew.',
          ]);
        }
        if (candidates.calls < fewInAll) return tooFewCalls(candidates.calls);
        return asFarAsSeen(health, judged(candidates, facts));
      },
    );
  },
};

function judged(candidates: Candidates, facts: GuideFacts): CheckResult {
  const { workspace } = facts;
  const { found } = candidates;
  const [first] = found;
  const evidence = evidenceOf(candidates);
  if (!first || !workspace) {
    return notApplicable('No statement is worth a cache: none would save a tenth of the time.', { evidence });
  }
  const saved = Math.min(
    1,
    found.reduce((sum, one) => sum + one.saved, 0),
  );
  const says = `${formatCounted(found.length, 'statement is', 'statements are')} asked far more often than the tables change; a cache would save at least ${percent(saved)} of all time. The first (${formatCount(first.row.statistic.calls)} calls, ${formatMs(first.row.statistic.meanMs)} each): ${shortText(first.row)}${indexFirst(first, facts)}`;
  const refused = found.flatMap((one) => whyNoFix(one, workspace).map((why) => `${shortText(one.row, 60)}: ${why}`));
  return attention(says, {
    evidence: [
      ...evidence,
      ...(refused.length > 0
        ? [
            table(
              'Not done by an edit',
              ['Why'],
              refused.map((why) => [why]),
            ),
          ]
        : []),
    ],
    places: placesOf(found.map(({ row }) => row)),
    fixes: fixesOf(found, workspace),
  });
}

/** What an index makes quick needs no cache. The search for indexes is not begun for it: where it was made, it is known. */
function indexFirst({ row }: Candidate, { advice }: GuideFacts): string {
  const fix = advice?.missing.find(({ proof }) => proof.sql === row.statistic.text);
  if (!fix) return '';
  const { costBefore, costAfter } = fix.proof;
  return `. Create the index on ${fix.index.table} first: it makes this ${formatGain(costBefore, costAfter)} cheaper.`;
}

/** One module and one command serve all statements, and one edit those of the same call. */
function fixesOf(found: readonly Candidate[], workspace: WorkspaceFacts): GuideFix[] {
  const edited = new Set<string>();
  const fixes = found.flatMap((one) => {
    const calls = one.row.places.map(({ path, range }) => `${path}:${range.start}:${range.end}`);
    if (calls.some((call) => edited.has(call))) return [];
    for (const call of calls) edited.add(call);
    return cacheAsideFixes(one, workspace);
  });
  return [...new Map(fixes.map((fix) => [JSON.stringify(fix), fix])).values()];
}

function evidenceOf({ found, passedOver }: Candidates): Evidence[] {
  const rows = found.map(rowOf);
  const columns = ['Statement', 'Sent by', 'Key', '#Calls', '#Mean', '#Reads a write', '#Lifetime', '#Hits', '#Saved'];
  return [
    ...(rows.length > 0
      ? [
          table('Worth keeping', columns, rows),
          fact('Hits, at least', hitRatioFormula, { source: 'All keys are taken to be asked for equally often' }),
          fact('Lifetime', lifetimeFormula),
        ]
      : []),
    ...(passedOver.length > 0
      ? [
          table(
            'Takes much time, and is not kept',
            ['Statement', '#Share', 'Why'],
            passedOver.map(({ row, why }) => [shortText(row), percent(row.share), why]),
          ),
        ]
      : []),
  ];
}

function rowOf({ row, tables, demand, lifetime, hitRatio, saved }: Candidate): string[] {
  const { calls, meanMs } = row.statistic;
  const { readsPerSecond, writesPerSecond, keys } = demand;
  const name = row.places[0]?.inFunction ?? tables.join('+');
  return [
    shortText(row),
    senderOf(row),
    keys === 1 ? name : `${name}:*`,
    formatCount(calls),
    formatMs(meanMs),
    writesPerSecond > 0 ? formatCount(readsPerSecond / writesPerSecond) : 'never written',
    duration(lifetime),
    percent(hitRatio),
    percent(saved),
  ];
}
