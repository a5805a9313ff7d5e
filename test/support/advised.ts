import type pg from 'pg';
import { adviseQuery } from '../../src/advisor/query/advise-query';
import type { ParameterValues } from '../../src/database/planner';
import type { Snapshot } from '../../src/database/snapshot';
import type { WhatIfPlanner } from '../../src/database/what-if/planner';
import type { IndexFix } from '../../src/nouns/fix';
import type { Plan } from '../../src/nouns/plan';
import { parsePlan } from '../../src/plan/parse-plan';
import { planNodes } from '../../src/plan/walk-plan';
import { indexColumnsSql } from '../../src/sql/create-index';
import { quoteIdentifier, quoteLiteral } from '../../src/sql/identifiers';
import { Statements } from './statements';
import { snapshotOf } from './what-if';

/** What was proposed for a statement, and what a real server made of it. */
export interface Advised {
  /** `posts (author_id) WHERE status = 'draft'`; another method than B-tree after the table. */
  readonly indexes: string[];
  readonly fixes: readonly IndexFix[];
  /** Of each fix: predicted and real cost with all indexes up to it, and whether the server's plan uses it. */
  readonly created: readonly { readonly predicted: number; readonly real: number; readonly used: boolean }[];
  /** The server's plan with all of them. */
  readonly plan?: Plan;
}

/** Asks for advice as the editor does, creates what is proposed on the server, looks at its plan, and drops it again. */
export class AdviceTrial {
  readonly #client: pg.Client;
  readonly #whatIf: WhatIfPlanner;
  readonly #statements: Statements;
  readonly #snapshot: Snapshot;

  private constructor(client: pg.Client, whatIf: WhatIfPlanner, statements: Statements, snapshot: Snapshot) {
    this.#client = client;
    this.#whatIf = whatIf;
    this.#statements = statements;
    this.#snapshot = snapshot;
  }

  static async of(client: pg.Client, whatIf: WhatIfPlanner): Promise<AdviceTrial> {
    await client.query('SET max_parallel_workers_per_gather = 0');
    return new AdviceTrial(client, whatIf, await Statements.load(), await snapshotOf(client));
  }

  async advise(sql: string, values?: ParameterValues): Promise<readonly IndexFix[]> {
    return adviseQuery({
      statement: this.#statements.read(sql),
      valueSets: values ? [values] : [],
      snapshot: this.#snapshot,
      parser: this.#statements.parser,
      planner: await this.#whatIf.open(this.#snapshot),
    });
  }

  async try(sql: string, values?: ParameterValues): Promise<Advised> {
    const fixes = await this.advise(sql, values);
    const created: { predicted: number; real: number; used: boolean }[] = [];
    let plan: Plan | undefined;
    await this.#client.query('BEGIN');
    try {
      for (const [i, fix] of fixes.entries()) {
        if (fix.needs) await this.#client.query(fix.needs);
        await this.#client.query(fix.sql);
        // The statistics of an expression are there once its index is.
        if (fix.index.columns.some((column) => column.isExpression)) {
          await this.#client.query(`ANALYZE ${quoteIdentifier(fix.index.schema)}.${quoteIdentifier(fix.index.table)}`);
        }
        // Indexes with one proof are meant together.
        if (fixes[i + 1]?.proof.after === fix.proof.after) continue;
        const group = fixes.filter((one) => one.proof.after === fix.proof.after);
        const real = await this.#explain(fix.foreignKey?.sql ?? sql, fix.foreignKey ? undefined : values);
        plan = real;
        for (const one of group) {
          const used = planNodes(real.root).some((node) => node.index === one.index.name);
          created.push({ predicted: one.proof.costAfter, real: real.root.totalCost, used });
        }
      }
    } finally {
      await this.#client.query('ROLLBACK');
    }
    return { indexes: fixes.map(described), fixes, created, plan };
  }

  async #explain(sql: string, values: ParameterValues | undefined): Promise<Plan> {
    const isGeneric = values === undefined && /\$\d/.test(sql);
    await this.#client.query(`SET LOCAL plan_cache_mode = ${isGeneric ? 'force_generic_plan' : 'force_custom_plan'}`);
    await this.#client.query(`PREPARE tried AS ${sql}`);
    const count = Math.max(0, ...[...sql.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
    const list = (values ?? new Array<null>(count).fill(null)).map(quoteLiteral).join(', ');
    const { rows } = await this.#client.query(`EXPLAIN (FORMAT JSON) EXECUTE tried${count > 0 ? `(${list})` : ''}`);
    await this.#client.query('DEALLOCATE tried');
    return parsePlan(rows[0]['QUERY PLAN'], 'estimate');
  }
}

function described({ index }: IndexFix): string {
  const method = index.method === 'btree' ? '' : `${index.method} `;
  const include = index.include ? ` INCLUDE (${index.include.join(', ')})` : '';
  return `${index.table} ${method}(${indexColumnsSql(index)})${include}${index.where ? ` WHERE ${index.where}` : ''}`;
}
