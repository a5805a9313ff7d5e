import type { Plan } from '../../nouns/plan';
import { Problem } from '../../nouns/problem';
import type { Statement } from '../../nouns/statement';
import { parsePlan } from '../../plan/parse-plan';
import type { Gate, Transaction, TransactionOptions } from '../gate';
import { parameterCount } from '../parameters/parameter-uses';
import type { ParameterValues } from '../planner';
import { PreparedStatement } from '../prepared-statement';
import { refuseUnsafeRun } from '../trust/analysis-trust';

export interface TimingRequest {
  readonly gate: Gate;
  readonly statement: Statement;
  /** Of `$1`, `$2`, …; a statement that has some is only planned without them. */
  readonly values: ParameterValues | undefined;
  /** How often it is timed, after one run that warms the cache. */
  readonly runs: number;
  /** The person said yes to running a data-changing statement, each time rolled back. Else it is only planned. */
  readonly confirmed: boolean;
  /** Throws Problem 'refused' for what must not even be planned. */
  readonly refuseDangerous: (transaction: Transaction) => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

/** How a statement ran, or how it would. */
export interface Timing {
  /** As planned with the same values. */
  readonly plan: Plan;
  /** Of each timed run, in ms, the shortest first; empty: it was not run, or none came to its end. */
  readonly ms: readonly number[];
  /** It was cancelled after so long, in ms. */
  readonly cancelledAfterMs?: number;
}

const planOptions = 'FORMAT JSON, SETTINGS';
const verboseOptions = 'FORMAT JSON, VERBOSE';
/** The whole time only: asking the clock at every row would be measured too. */
const runOptions = 'FORMAT JSON, ANALYZE, TIMING OFF';
/** No further run begins after so long, in ms: a query of 5 s is timed often enough until then. */
const mostMs = 30_000;

/** The statement's plan, and its times with warm cache where it may be run. Rejects with a Problem. */
export async function timeStatement(request: TimingRequest): Promise<Timing> {
  const { statement, values, confirmed, gate } = request;
  const isRunnable = (statement.readsOnly || confirmed) && (values !== undefined || parameterCount(statement) === 0);
  const plan = await inTransaction(request, 'read only', async (explain, transaction) => {
    // Planning alone runs functions; what may run at all is judged where nothing can be written.
    if (isRunnable) await refuseUnsafeRun(transaction.query, statement, await explain(verboseOptions));
    return parsePlan(await explain(planOptions), 'estimate');
  });
  if (!isRunnable) return { plan, ms: [] };
  const begin = performance.now();
  const ms: number[] = [];
  const isEnough = () => ms.length > request.runs || (ms.length > 1 && performance.now() - begin > mostMs);
  const run = async (explain: Explain) => {
    ms.push(parsePlan(await explain(runOptions), 'analyze').executionMs ?? Number.NaN);
  };
  try {
    if (statement.readsOnly) {
      await inTransaction(request, 'read only', async (explain) => {
        while (!isEnough()) await run(explain);
      });
    } else {
      // Each in a transaction of its own: the second DELETE would find nothing to delete.
      while (!isEnough()) await inTransaction(request, 'rolled back', run);
    }
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'timeout' || ms.length > 1) throw error;
    return { plan, ms: [], cancelledAfterMs: gate.timeouts.statementMs };
  }
  // The first one warmed the cache.
  return { plan, ms: ms.slice(1).sort((a, b) => a - b) };
}

type Explain = (options: string) => Promise<unknown>;

async function inTransaction<T>(
  { gate, statement, values, signal, refuseDangerous }: TimingRequest,
  access: TransactionOptions['access'],
  work: (explain: Explain, transaction: Transaction) => Promise<T>,
): Promise<T> {
  return gate.transaction({ access, signal }, async (transaction) => {
    await refuseDangerous(transaction);
    const count = parameterCount(statement);
    if (count > 0) {
      const prepared = await PreparedStatement.prepare(transaction, statement, count);
      return work((options) => prepared.explain(options, values), transaction);
    }
    const explain = async (options: string) => {
      const [row] = await transaction.send<Record<string, unknown>>(`EXPLAIN (${options}) `, statement.text);
      return Object.values(row ?? {})[0];
    };
    return work(explain, transaction);
  });
}
