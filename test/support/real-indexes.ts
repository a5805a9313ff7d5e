import type pg from 'pg';
import type { Judgement } from '../../src/analysis/judgement';
import { chooseValues } from '../../src/database/parameters/parameter-values';
import type { ParameterValues } from '../../src/database/planner';
import type { Snapshot } from '../../src/database/snapshot';
import type { IndexFix } from '../../src/nouns/fix';
import type { Plan } from '../../src/nouns/plan';
import { parsePlan } from '../../src/plan/parse-plan';
import { planNodes } from '../../src/plan/walk-plan';
import { quoteIdentifier, quoteLiteral } from '../../src/sql/identifiers';

/** What a proposed index did when it was really created. */
export interface RealIndex {
  /** `examples/blog/src/services/posts.js: posts (author_id, created_at DESC)` */
  readonly what: string;
  readonly predicted: { readonly before: number; readonly after: number };
  readonly real: { readonly before: number; readonly after: number };
  readonly isUsed: boolean;
  /** Whether the plan with parallel workers uses it too. */
  readonly isUsedInParallel: boolean;
  /** For every choice of values, the cost with the index as a multiple of the cost without. */
  readonly slowdowns: readonly number[];
}

/** Creates the indexes that a query's findings propose, one after the other as they are meant, and drops them again. */
export async function reallyCreate(
  client: pg.Client,
  judgement: Judgement,
  snapshot: Snapshot,
  where: string,
): Promise<RealIndex[]> {
  const { parsed } = judgement.query;
  const fixes = judgement.findings.flatMap((finding) =>
    finding.fixes.filter((fix): fix is IndexFix => fix.kind === 'index'),
  );
  if (!parsed.ok || fixes.length === 0) return [];
  const explainer = await Explainer.prepare(client, parsed.statement.text);
  const sets: (ParameterValues | undefined)[] = chooseValues(parsed.statement, explainer.types, snapshot).map(
    ({ values }) => values,
  );
  if (sets.length === 0) sets.push(undefined);
  const results: RealIndex[] = [];
  try {
    for (const step of stepsOf(fixes)) {
      const [first] = step;
      const { values, costBefore, costAfter } = first.proof;
      const costs = async (): Promise<number[]> => {
        const all: number[] = [];
        for (const set of sets) all.push((await explainer.explain(set)).root.totalCost);
        return all;
      };
      const before = await costs();
      const realBefore = (await explainer.explain(values)).root.totalCost;
      for (const fix of step) {
        if (fix.needs !== undefined) await client.query(fix.needs);
        await client.query(fix.concurrently);
      }
      const after = await costs();
      const plan = await explainer.explain(values);
      const parallel = await explainer.explain(values, { workers: 2 });
      for (const fix of step) {
        results.push({
          what: `${where}: ${fix.title.replace(/^Create (?:\w+ )?index on (.*):.*$/, '$1')}`,
          predicted: { before: costBefore, after: costAfter },
          real: { before: realBefore, after: plan.root.totalCost },
          isUsed: uses(plan, fix),
          isUsedInParallel: uses(parallel, fix),
          slowdowns: after.map((cost, i) => cost / (before[i] ?? cost)),
        });
      }
    }
  } finally {
    for (const { index } of fixes) {
      await client.query(`DROP INDEX IF EXISTS ${quoteIdentifier(index.schema)}.${quoteIdentifier(index.name)}`);
    }
    if (fixes.some(({ needs }) => needs !== undefined)) await client.query('DROP EXTENSION IF EXISTS pg_trgm');
    await client.query('DEALLOCATE ALL');
  }
  return results;
}

/** Fixes with the same proof are created together. */
function stepsOf(fixes: readonly IndexFix[]): [IndexFix, ...IndexFix[]][] {
  const steps = new Map<Plan, [IndexFix, ...IndexFix[]]>();
  for (const fix of fixes) {
    const step = steps.get(fix.proof.after);
    if (step) step.push(fix);
    else steps.set(fix.proof.after, [fix]);
  }
  return [...steps.values()];
}

function uses(plan: Plan, { index }: IndexFix): boolean {
  return planNodes(plan.root).some((node) => node.index === index.name);
}

class Explainer {
  readonly #client: pg.Client;
  readonly types: readonly string[];

  private constructor(client: pg.Client, types: readonly string[]) {
    this.#client = client;
    this.types = types;
  }

  static async prepare(client: pg.Client, sql: string): Promise<Explainer> {
    await client.query(`PREPARE tried AS ${sql}`);
    const { rows } = await client.query(
      `SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = 'tried'`,
    );
    return new Explainer(client, rows[0].types);
  }

  /** Without parallel workers unless told: the planner in memory has none. */
  async explain(values: ParameterValues | undefined, { workers = 0 } = {}): Promise<Plan> {
    const mode = values === undefined && this.types.length > 0 ? 'force_generic_plan' : 'force_custom_plan';
    await this.#client.query(`SET max_parallel_workers_per_gather = ${workers}; SET plan_cache_mode = ${mode}`);
    const list = values ?? this.types.map(() => null);
    const passed = list.length > 0 ? `(${list.map(quoteLiteral).join(', ')})` : '';
    const { rows } = await this.#client.query(`EXPLAIN (FORMAT JSON) EXECUTE tried${passed}`);
    return parsePlan(rows[0]['QUERY PLAN'], 'estimate');
  }
}
