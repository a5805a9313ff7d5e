import { Problem } from '../nouns/problem';
import type { Statement } from '../nouns/statement';
import { parsePlan } from '../plan/parse-plan';
import { walk } from '../sql/ast';
import { refuseUnsafeRun } from './analysis-trust';
import type { Transaction } from './gate';
import { readParameterStatistics } from './parameter-statistics';
import { parameterCount } from './parameter-uses';
import { type CandidateValues, chooseValues } from './parameter-values';
import type { ExplainRequest, ExplainResult } from './planner';
import { relationText } from './planning-trust';
import { PreparedStatement } from './prepared-statement';

/** SETTINGS came with 12 and WAL with 13, the oldest version that we ask. */
const estimateOptions = 'FORMAT JSON, SETTINGS';
const analyzeOptions = 'FORMAT JSON, SETTINGS, ANALYZE, BUFFERS, WAL';
const verboseOptions = 'FORMAT JSON, VERBOSE';

/** Throws Problem 'refused' for what EXPLAIN does not take, or must not. */
export function refuseUnexplainable(statement: Statement): void {
  const { kind, ast } = statement;
  if (!['select', 'insert', 'update', 'delete', 'merge'].includes(kind) || !isPlannable(ast)) {
    throw new Problem('refused', `Planlight explains SELECT, VALUES, INSERT, UPDATE, DELETE and MERGE only.`);
  }
  let into = false;
  walk(ast, (type, node) => {
    if (type === 'IntoClause' || (type === 'SelectStmt' && node.intoClause !== undefined)) into = true;
    return undefined;
  });
  if (into) throw new Problem('refused', 'SELECT … INTO creates a table: Planlight does not send it to a database.');
}

/** Whatever the caller says of the kind, the parse tree decides. */
function isPlannable(ast: Statement['ast']): boolean {
  const [type, ...more] = Object.keys(ast);
  return more.length === 0 && /^(Select|Insert|Update|Delete|Merge)Stmt$/.test(type ?? '');
}

/** Inside a transaction that will be rolled back: the worst plan of those that real values give. */
export async function explainStatement(transaction: Transaction, request: ExplainRequest): Promise<ExplainResult> {
  const { statement, mode } = request;
  const notices = await rowSecurityNotices(transaction, statement);
  for (const parameter of request.parameters) {
    if (parameter.kind !== 'spliced') continue;
    notices.push(`${parameter.source} is put into the text of the query: the plan takes it for a value.`);
  }
  const count = parameterCount(statement);
  const explained =
    count === 0
      ? await withoutParameters(transaction, statement, mode)
      : await withParameters(transaction, statement, mode, count, notices);
  return { ...explained, notices: [...notices, ...transaction.notices] };
}

async function withoutParameters(
  transaction: Transaction,
  statement: Statement,
  mode: ExplainRequest['mode'],
): Promise<Omit<ExplainResult, 'notices'>> {
  const explain = async (options: string) => {
    const rows = await transaction.send<Record<string, unknown>>(`EXPLAIN (${options}) `, statement.text);
    return Object.values(rows[0] ?? {})[0];
  };
  if (mode === 'estimate') return { plan: parsePlan(await explain(estimateOptions), 'estimate') };
  await refuseUnsafeRun(transaction.query, statement, await explain(verboseOptions));
  return { plan: parsePlan(await explain(analyzeOptions), 'analyze') };
}

async function withParameters(
  transaction: Transaction,
  statement: Statement,
  mode: ExplainRequest['mode'],
  count: number,
  notices: string[],
): Promise<Omit<ExplainResult, 'notices'>> {
  const prepared = await PreparedStatement.prepare(transaction, statement, count);
  for (const name of prepared.assumedText) notices.push(`The type of ${name} cannot be told: taken as text.`);
  const statistics = await readParameterStatistics(transaction.query, statement.relations);
  const candidates = chooseValues(statement, prepared.types, statistics);
  if (candidates.length === 0) {
    if (mode === 'analyze') {
      throw new Problem('unsupported', 'There are no statistics to take values for the placeholders from.', {
        hint: 'Run ANALYZE on the tables, or put a value in place of each placeholder.',
      });
    }
    notices.push('There are no statistics to take values from: this is the generic plan, which holds for any value.');
    return { plan: parsePlan(await prepared.explain(estimateOptions, undefined), 'estimate') };
  }
  const worst = await worstPlan(prepared, candidates);
  const { values, said } = worst.candidate;
  if (mode === 'estimate') return { plan: worst.plan, values, valuesSaid: said };
  await refuseUnsafeRun(transaction.query, statement, await prepared.explain(verboseOptions, values));
  return { plan: parsePlan(await prepared.explain(analyzeOptions, values), 'analyze'), values, valuesSaid: said };
}

async function worstPlan(prepared: PreparedStatement, candidates: readonly CandidateValues[]) {
  let worst: { plan: ExplainResult['plan']; candidate: CandidateValues } | undefined;
  for (const candidate of candidates) {
    const plan = parsePlan(await prepared.explain(estimateOptions, candidate.values), 'estimate');
    if (worst === undefined || plan.root.totalCost > worst.plan.root.totalCost) worst = { plan, candidate };
  }
  if (worst === undefined) throw new Error('worstPlan needs a candidate');
  return worst;
}

async function rowSecurityNotices(transaction: Transaction, statement: Statement): Promise<string[]> {
  const rows = await transaction.query<{ name: string; user: string }>(
    `SELECT DISTINCT c.relname AS name, current_user::text AS user FROM unnest($1::text[]) AS named
     JOIN pg_class c ON c.oid = to_regclass(named)::oid WHERE c.relrowsecurity AND row_security_active(c.oid)`,
    [statement.relations.map(relationText)],
  );
  return rows.map(
    ({ name, user }) =>
      `Row-level security filters the rows of ${name} for user ${user}: this plan holds for that user only.`,
  );
}
