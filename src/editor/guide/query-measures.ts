import { hasPlan } from '../../analysis/explainable';
import type { Measure } from '../../analysis/guide/measures';
import { Problem } from '../../nouns/problem';
import { formatCost, formatMs } from '../../plan/format';
import { statementMs } from '../../plan/worst-node';
import type { SqlParser } from '../../sql/parser';
import type { ServerState } from '../database-state';

/** What the server's planner says of the query, and on a development database how long it takes if it only reads. */
export async function costOfQuery(
  sql: string,
  { server, profile }: ServerState,
  parser: SqlParser,
): Promise<Measure[]> {
  const parsed = parser.parse(sql);
  if (!parsed.ok || !hasPlan(parsed.statement)) return [];
  const { statement } = parsed;
  const mode = statement.readsOnly && profile.environment === 'development' ? 'analyze' : 'estimate';
  try {
    const { plan } = await server.explain({ statement, parameters: [], mode });
    const cost = { label: 'Cost of the query', value: formatCost(plan.root.totalCost), raw: plan.root.totalCost };
    const ms = statementMs(plan);
    return ms === undefined ? [cost] : [cost, { label: 'Time of the query', value: formatMs(ms), raw: ms }];
  } catch (error) {
    // The fix is proved without it; a query that may not be run, or not in time, has no measure of its own.
    if (error instanceof Problem) return [];
    throw error;
  }
}
