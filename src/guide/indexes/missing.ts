import type { Health, UnindexedColumn } from '../../database/health/health';
import type { Evidence } from '../../nouns/check';
import type { IndexFix } from '../../nouns/fix';
import { formatBytes, formatCost, formatCount, formatCounted, formatGain } from '../../plan/format';
import { indexColumnsSql } from '../../sql/create-index';
import { qualifiedName, quoteIdentifier } from '../../sql/identifiers';
import type { Check } from '../check';
import type { GuideFacts } from '../facts';
import { fact, table } from '../support/evidence';
import { missingOf, seen, whyMissing } from '../support/known';
import { attention, failed, passed, unknown } from '../support/results';
import { asFarAsSeen, hiddenShare } from '../support/statements';
import { dividedAdvice } from './divided-advice';

/** A statement that gets so many times cheaper and costs so much without is a reason of slowness now. Our choice. */
const clearGain = 10;
const clearCost = 1_000;

function whyNotCounted(health: Health | undefined): string {
  if (!health || !seen(health.statements)) return 'The server counts no statements';
  return hiddenShare(health) > 0 ? 'Most of what the server counts is hidden' : 'Few calls were counted so far';
}

/** What a replica has counted is asked for there; nothing can be made on it. */
export const onPrimary =
  'This server is a read-only replica: an index is created on its primary, and comes from there.';

/** The indexes that the advisor would create for the statements of the server or the workspace, each proved by the planner. */
export const missingIndexes: Check = {
  id: 'indexes/missing',
  point: 'indexes',
  title: 'No index is missing',
  needs: ['health', 'code', 'advice'],
  judge(facts) {
    const { advice, health } = facts;
    if (!advice) {
      const evidence = prefilter(facts);
      const result = unknown('The advisor was not asked for missing indexes.', [whyMissing(facts, 'advice')]);
      return evidence.length > 0 ? { ...result, evidence } : result;
    }
    const why = whyNotCounted(health);
    const notCounted = `${why}: each query of the workspace weighs the same.`;
    const missing = [
      ...(health?.server.isReplica ? [onPrimary] : []),
      ...(advice.weighted ? [] : [notCounted]),
      ...missingOf(health?.unindexedColumns),
    ];
    const more = missing.length > 0 ? { missing } : {};
    const fixes = dividedAdvice(advice).missing;
    const [best] = fixes;
    if (!best && !advice.weighted && facts.workspace?.queries.length === 0) {
      return unknown('No query is known that an index could serve.', [`${why}, and the workspace has no queries.`]);
    }
    if (!best) {
      const of = advice.weighted ? 'the statements that the server counted' : 'the queries of the workspace';
      const none = passed(`No index would make ${of} clearly cheaper.`, { ...more, evidence: prefilter(facts) });
      return health && advice.weighted ? asFarAsSeen(health, none) : none;
    }
    const count = formatCounted(fixes.length, 'index is', 'indexes are');
    const { costBefore, costAfter } = best.proof;
    const says = `${count} missing: ${shownIndex(best)} makes a query ${formatGain(costBefore, costAfter)} cheaper (cost ${formatCost(costBefore)} → ${formatCost(costAfter)}).`;
    const details = { ...more, evidence: [proofs('Missing indexes', fixes), ...prefilter(facts)], fixes };
    return advice.weighted && fixes.some(isClear) ? failed(says, details) : attention(says, details);
  },
};

/** Costs are the planner's, of one run of the query that gains most. */
export function proofs(title: string, fixes: readonly IndexFix[]): Evidence {
  return table(
    title,
    ['Index', '#Cost now', '#Cost with all', '#Size'],
    fixes.map((fix) => [
      shownIndex(fix),
      formatCost(fix.proof.costBefore),
      formatCost(fix.proof.costAfter),
      formatBytes(fix.proof.sizeBytes),
    ]),
  );
}

/** `posts (author_id, created_at DESC)` */
export function shownIndex({ index }: IndexFix): string {
  return `${qualifiedName(index.schema, index.table)} (${indexColumnsSql(index)})`;
}

function isClear({ proof: { costBefore, costAfter } }: IndexFix): boolean {
  return costBefore >= clearCost && costBefore >= clearGain * costAfter;
}

/** What the guide's query finds: where to look, and no proof that an index is missing. */
function prefilter({ health }: GuideFacts): Evidence[] {
  const columns = seen(health?.unindexedColumns) ?? [];
  if (columns.length === 0) return [];
  return [
    table('Columns of many values in no index', ['Column', '#Distinct values', '#Correlation'], columns.map(columnRow)),
    fact('Of these', 'a hint where to look: an index is missing only where a query asks for it', {
      source: 'pg_stats: n_distinct > 100, correlation between -0.1 and 0.1, in no index',
    }),
  ];
}

/** Of the hundredths that are shown: -0.001 is 0.00. */
function withoutMinusZero(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}

function columnRow({ schema, table: of, column, distinct, correlation }: UnindexedColumn): string[] {
  const values = distinct < 0 ? `${Math.round(-distinct * 100)} % of the rows` : formatCount(distinct);
  return [`${qualifiedName(schema, of)}.${quoteIdentifier(column)}`, values, withoutMinusZero(correlation).toFixed(2)];
}
