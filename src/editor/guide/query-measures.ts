import { hasPlan } from '../../analysis/explainable';
import type { Measure } from '../../analysis/guide/measures';
import { Problem } from '../../nouns/problem';
import { formatCost, formatMs } from '../../plan/format';
import { statementMs } from '../../plan/worst-node';
import type { SqlParser } from '../../sql/parser';
import type { ServerState } from '../database-state';

/** One run says little: the first fills the cache, and any may be disturbed. */
const mostRuns = 5;
/** A person waits for it. In ms. */
const runsMs = 2_000;

/**
 * What the server's planner says of the query, and on a development database how long it takes if it only reads: the median of
 * five runs, of fewer where they take long.
 */
export async function costOfQuery(
  sql: string,
  { server, profile }: ServerState,
  parser: SqlParser,
): Promise<Measure[]> {
  const parsed = parser.parse(sql);
  if (!parsed.ok || !hasPlan(parsed.statement)) return [];
  const { statement } = parsed;
  const mode = statement.readsOnly && profile.environment === 'development' ? 'analyze' : 'estimate';
  const until = performance.now() + runsMs;
  const times: number[] = [];
  try {
    for (;;) {
      const { plan } = await server.explain({ statement, parameters: [], mode });
      const { totalCost } = plan.root;
      const cost = { label: 'Cost of the query', value: formatCost(totalCost), raw: totalCost };
      const ms = statementMs(plan);
      if (ms === undefined) return [cost];
      times.push(ms);
      if (times.length < mostRuns && performance.now() < until) continue;
      const median = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? ms;
      return [cost, { label: 'Time of the query', value: formatMs(median), raw: median }];
    }
  } catch (error) {
    // The fix is proved without it; a query that may not be run, or not in time, has no measure of its own.
    if (error instanceof Problem) return [];
    throw error;
  }
}
