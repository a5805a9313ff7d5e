import { Problem } from '../nouns/problem';
import type { Statement } from '../nouns/statement';
import { parsePlan } from '../plan/parse-plan';
import { walk } from '../sql/ast';
import type { Transaction } from './gate';
import { readParameterStatistics } from './parameters/parameter-statistics';
import { parameterCount } from './parameters/parameter-uses';
import { chooseValues } from './parameters/parameter-values';
import { worstPlan } from './parameters/worst-plan';
import type { ExplainRequest, ExplainResult, ParameterValues } from './planner';
import { PreparedStatement } from './prepared-statement';
import { refuseUnsafeRun } from './trust/analysis-trust';
import { relationText } from './trust/planning-trust';

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

/**
 * Throws Problem 'refused' unless running the statement is safe. For a read-only transaction, before another one that
 * may write: planning alone runs functions, and only there the server keeps them from writing.
 */
export async function judgeStatement(transaction: Transaction, request: ExplainRequest): Promise<void> {
  await explainStatement(transaction, { ...request, mode: 'estimate' }, (verbosePlan) =>
    refuseUnsafeRun(transaction.query, request.statement, verbosePlan),
  );
}

/** Inside a transaction that will be rolled back: the worst plan of those that real values give. */
export async function explainStatement(
  transaction: Transaction,
  request: ExplainRequest,
  judge?: (verbosePlan: unknown) => Promise<void>,
): Promise<ExplainResult> {
  const { statement, mode } = request;
  const notices = await rowSecurityNotices(transaction, statement);
  for (const parameter of request.parameters) {
    if (parameter.kind !== 'spliced') continue;
    notices.push(`${parameter.source} is put into the text of the query: the plan takes it for a value.`);
  }
  const count = parameterCount(statement);
  const explained =
    count === 0
      ? await withoutParameters(transaction, statement, mode, judge)
      : await withParameters(transaction, request, count, notices, judge);
  return { ...explained, notices: [...notices, ...transaction.notices] };
}

async function withoutParameters(
  transaction: Transaction,
  statement: Statement,
  mode: ExplainRequest['mode'],
  judge?: (verbosePlan: unknown) => Promise<void>,
): Promise<Omit<ExplainResult, 'notices'>> {
  const explain = async (options: string) => {
    const rows = await transaction.send<Record<string, unknown>>(`EXPLAIN (${options}) `, statement.text);
    return Object.values(rows[0] ?? {})[0];
  };
  await judge?.(await explain(verboseOptions));
  if (mode === 'estimate') return { plan: parsePlan(await explain(estimateOptions), 'estimate') };
  await refuseUnsafeRun(transaction.query, statement, await explain(verboseOptions));
  return { plan: parsePlan(await explain(analyzeOptions), 'analyze') };
}

async function withParameters(
  transaction: Transaction,
  { statement, parameters, mode }: ExplainRequest,
  count: number,
  notices: string[],
  judge?: (verbosePlan: unknown) => Promise<void>,
): Promise<Omit<ExplainResult, 'notices'>> {
  const prepared = await PreparedStatement.prepare(transaction, statement, count);
  for (const name of prepared.assumedText) notices.push(`The type of ${name} cannot be told: taken as text.`);
  const statistics = await readParameterStatistics(transaction.query, statement.relations);
  const candidates = chooseValues(statement, prepared.types, statistics, parameters);
  if (candidates.length === 0) {
    if (mode === 'analyze' || judge) {
      throw new Problem('unsupported', 'There are no statistics to take values for the placeholders from.', {
        hint: 'Run ANALYZE on the tables, or put a value in place of each placeholder.',
      });
    }
    notices.push('There are no statistics to take values from: this is the generic plan, which holds for any value.');
    return { plan: parsePlan(await prepared.explain(estimateOptions, undefined), 'estimate') };
  }
  const estimate = async (values: ParameterValues) =>
    parsePlan(await prepared.explain(estimateOptions, values), 'estimate');
  const worst = await worstPlan(candidates, estimate);
  if (worst === undefined) throw new Error('There is a candidate, so there is a worst plan.');
  if (mode === 'estimate') return worst;
  await refuseUnsafeRun(transaction.query, statement, await prepared.explain(verboseOptions, worst.values));
  return { ...worst, plan: parsePlan(await prepared.explain(analyzeOptions, worst.values), 'analyze') };
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
