import type { StatementCalls } from '../../database/statement-calls';
import type { GuideFacts, WorkspaceQuery } from '../../guide/facts';
import type { SqlParser } from '../../sql/parser';
import { hasPlan } from '../explainable';
import { countedStatements, type FoundStatements } from '../workload/workload-statements';

/** What the server counted, what took most time first; where it counts nothing, the workspace's queries, each once. */
export function knownStatements(
  facts: GuideFacts,
  parser: SqlParser,
): FoundStatements & { readonly isCounted: boolean } {
  const counted = countedCalls(facts);
  const isCounted = counted.length > 0;
  const found = isCounted
    ? countedStatements(counted, parser)
    : statementsOfWorkspace(facts.workspace?.queries ?? [], parser);
  return { ...found, isCounted };
}

function countedCalls({ health }: GuideFacts): StatementCalls[] {
  const counted = health && 'value' in health.statements ? health.statements.value.statements : [];
  return counted.flatMap(({ text, calls, totalMs }) => (text === undefined ? [] : [{ text, calls, totalMs }]));
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
