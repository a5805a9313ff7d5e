import { Problem } from '../nouns/problem';
import { parsePlan } from '../plan/parse-plan';
import { createIndexSql } from '../sql/create-index';
import { quoteIdentifier, quoteLiteral } from '../sql/identifiers';
import type { Gate, Transaction } from './gate';
import { renameIndexes } from './hypothetical-names';
import type { HypotheticalPlan, HypotheticalPlanner, HypotheticalRequest } from './planner';

/** The server's own planner with indexes that exist only in this backend's memory, by the extension HypoPG. */
export class HypoPg implements HypotheticalPlanner {
  readonly by = 'hypopg';
  readonly #gate: Gate;

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  async plan(request: HypotheticalRequest): Promise<HypotheticalPlan> {
    const options = { access: 'read only', signal: request.signal } as const;
    return this.#gate.transaction(options, async (transaction) => {
      const [home] = await transaction.query<{ schema: string }>(
        `SELECT n.nspname AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
         WHERE e.extname = 'hypopg'`,
      );
      if (home === undefined) throw new Problem('unsupported', 'The extension hypopg is not installed there.');
      const schema = quoteIdentifier(home.schema);
      // Hypothetical indexes outlive the transaction: behind a pooler the next client would plan with them.
      transaction.atEnd('ROLLBACK TO SAVEPOINT hypopg', `SELECT ${schema}.hypopg_reset()`);
      await transaction.query('SAVEPOINT hypopg');
      const created: { oid: string; name: string; size: string }[] = [];
      for (const index of request.indexes) {
        const [row] = await transaction
          .query<{ oid: string; name: string; size: string }>(
            `SELECT indexrelid::text AS oid, indexname AS name, ${schema}.hypopg_relation_size(indexrelid)::text AS size
             FROM ${schema}.hypopg_create_index($1)`,
            [createIndexSql(index)],
          )
          .catch(notBuilt);
        if (row) created.push(row);
      }
      const names = new Map(created.map(({ name }, i) => [name, request.indexes[i]?.name ?? name]));
      const json = await explain(transaction, request);
      const used = renameIndexes(json, names);
      return {
        plan: parsePlan(json, 'what-if'),
        indexes: created.map(({ name, size }) => ({ sizeBytes: Number(size), used: used.has(name) })),
      };
    });
  }
}

/** It knows B-trees, BRIN, hash and bloom, and no expression that is not immutable; the caller goes on without the index. */
function notBuilt(error: unknown): never {
  const isLost = !(error instanceof Problem) || ['cancelled', 'timeout', 'unreachable'].includes(error.kind);
  if (isLost) throw error;
  throw new Problem('unsupported', `HypoPG cannot try this index: ${error.message}`, { cause: error });
}

async function explain(transaction: Transaction, { sql, values }: HypotheticalRequest): Promise<unknown> {
  const options = 'FORMAT JSON, SETTINGS';
  const count = Math.max(0, ...[...sql.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
  if (count === 0) return first(await transaction.send(`EXPLAIN (${options}) `, sql));
  const name = 'planlight_hypopg';
  transaction.atEnd(`DEALLOCATE ${name}`);
  await transaction.query(`SELECT set_config('plan_cache_mode', $1, true)`, [
    values === undefined ? 'force_generic_plan' : 'force_custom_plan',
  ]);
  await transaction.send(`PREPARE ${name} AS `, sql);
  const list = values ?? new Array<null>(count).fill(null);
  return first(await transaction.query(`EXPLAIN (${options}) EXECUTE ${name} (${list.map(quoteLiteral).join(', ')})`));
}

function first(rows: readonly unknown[]): unknown {
  return Object.values((rows[0] ?? {}) as Record<string, unknown>)[0];
}
