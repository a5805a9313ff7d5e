import type { StatementCalls } from '../../database/statement-calls';
import type { GuideFacts, WorkspaceQuery } from '../../guide/facts';
import { fewInAll, hiddenShare } from '../../guide/support/statements';
import type { SqlParser } from '../../sql/parser';
import { hasPlan } from '../explainable';
import { countedStatements, type FoundStatements } from '../workload/workload-statements';

/** Of the time of all statements: where more is hidden, what is left says little of the workload. Planlight's own. */
const mostHidden = 0.5;

/**
 * What the server counted, what took most time first; where it has counted little, or hides most of it, the workspace's queries,
 * each once.
 */
export function knownStatements(
  facts: GuideFacts,
  parser: SqlParser,
): FoundStatements & { readonly isCounted: boolean } {
  const isHidden = facts.health !== undefined && hiddenShare(facts.health) >= mostHidden;
  const counted = isHidden ? [] : countedCalls(facts);
  const queries = facts.workspace?.queries ?? [];
  const isEnough = counted.reduce((sum, { calls }) => sum + calls, 0) >= fewInAll || queries.length === 0;
  const isCounted = counted.length > 0 && isEnough;
  const found = isCounted ? countedStatements(counted, parser) : statementsOfWorkspace(queries, parser);
  return { ...found, isCounted };
}

function countedCalls({ health }: GuideFacts): StatementCalls[] {
  const counted = health && 'value' in health.statements ? health.statements.value.statements : [];
  return counted.flatMap(({ text, calls, totalMs, rows }) =>
    text === undefined ? [] : [{ text, calls, totalMs, rows }],
  );
}

function statementsOfWorkspace(queries: readonly WorkspaceQuery[], parser: SqlParser): FoundStatements {
  const statements = queries.flatMap(({ sql, path }) => {
    const parsed = parser.parse(sql);
    return parsed.ok && hasPlan(parsed.statement)
      ? [{ label: path, statement: parsed.statement, parameters: [], weight: 1 }]
      : [];
  });
  return { statements, others: [], passedOver: [] };
}
