import { Problem } from '../nouns/problem';
import type { SqlParser } from '../sql/parser';
import { chooseValues } from './parameters/parameter-values';
import { worstPlan } from './parameters/worst-plan';
import type { ExplainRequest, ExplainResult, ParameterValues, Target } from './planner';
import type { Snapshot } from './snapshot';
import type { WhatIfDatabase, WhatIfPlanner } from './what-if/planner';

export interface EmbeddedTargetOptions {
  /** `in memory: schema of 3 files` */
  readonly label: string;
  readonly whatIf: WhatIfPlanner;
  /** Not needed so far: statements come parsed. */
  readonly parser?: SqlParser;
  /** A server's snapshot, or the workspace's scripts; asked once per generation. */
  readonly read: (signal?: AbortSignal) => Promise<Snapshot>;
  /** Said with every plan. */
  readonly notice?: string;
}

/** The planner in memory as a database to explain on: it has schema and statistics, and no rows. */
export class EmbeddedTarget implements Target {
  readonly kind = 'embedded';
  readonly label: string;
  readonly #options: EmbeddedTargetOptions;
  #generation = 1;
  #snapshot: Promise<Snapshot> | undefined;

  constructor(options: EmbeddedTargetOptions) {
    this.label = options.label;
    this.#options = options;
  }

  get key(): string {
    return this.label;
  }

  get generation(): number {
    return this.#generation;
  }

  /** The schema changed: it is read again before the next answer. */
  invalidate(): void {
    this.#snapshot = undefined;
    this.#generation++;
  }

  async snapshot(signal?: AbortSignal): Promise<Snapshot> {
    const reading = this.#snapshot ?? this.#options.read(signal);
    this.#snapshot = reading;
    try {
      return await reading;
    } catch (error) {
      // The next caller tries again.
      if (this.#snapshot === reading) this.#snapshot = undefined;
      // Another caller's cancellation is not ours.
      if (error instanceof Problem && error.kind === 'cancelled' && !signal?.aborted) return this.snapshot(signal);
      throw error;
    }
  }

  async explain(request: ExplainRequest): Promise<ExplainResult> {
    const { mode, signal } = request;
    if (mode === 'analyze') {
      throw new Problem(
        'unsupported',
        'The planner in memory has no rows: a statement can be explained there, not run.',
        {
          hint: 'Connect to a database to measure it.',
        },
      );
    }
    const snapshot = await this.snapshot(signal);
    const database = await this.#options.whatIf.open(snapshot, signal);
    const { notice } = this.#options;
    const notices = snapshot.assumed ? ['Table sizes are assumed: no database was asked.'] : notice ? [notice] : [];
    for (const parameter of request.parameters) {
      if (parameter.kind !== 'spliced') continue;
      notices.push(`${parameter.source} is put into the text of the query: the plan takes it for a value.`);
    }
    return explainWith(database, request, snapshot, notices);
  }
}

async function explainWith(
  database: WhatIfDatabase,
  { statement, parameters, signal }: ExplainRequest,
  snapshot: Snapshot,
  notices: readonly string[],
): Promise<ExplainResult> {
  const explain = async (values?: ParameterValues): Promise<ExplainResult['plan']> =>
    (await database.plan({ sql: statement.text, values, indexes: [], signal })).plan;
  const types = /\$\d/.test(statement.text) ? await database.parameterTypes(statement.text, signal) : [];
  if (types.length === 0) return { plan: await explain(), notices };
  const worst = await worstPlan(chooseValues(statement, types, snapshot, parameters), explain);
  return worst
    ? { ...worst, notices }
    : {
        plan: await explain(),
        notices: [
          ...notices,
          'There are no statistics to take values from: this is the generic plan, which holds for any value.',
        ],
      };
}
