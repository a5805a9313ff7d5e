import { randomBytes } from 'node:crypto';
import { Problem } from '../nouns/problem';
import type { Statement } from '../nouns/statement';
import { quoteLiteral } from '../sql/identifiers';
import type { Transaction } from './gate';
import type { ParameterValues } from './planner';

/**
 * A statement prepared by SQL's own PREPARE, inside the transaction: so it works behind a pooler, whose next client
 * must not find it: PREPARE is not undone by ROLLBACK.
 */
export class PreparedStatement {
  readonly types: readonly string[];
  /** `$1` for each parameter whose type the server could not tell; it was taken as text. */
  readonly assumedText: readonly string[];
  readonly #transaction: Transaction;
  readonly #name: string;

  private constructor(
    transaction: Transaction,
    name: string,
    types: readonly string[],
    assumedText: readonly string[],
  ) {
    this.#transaction = transaction;
    this.#name = name;
    this.types = types;
    this.assumedText = assumedText;
  }

  static async prepare(transaction: Transaction, statement: Statement, count: number): Promise<PreparedStatement> {
    const { query } = transaction;
    const name = `planlight_${randomBytes(6).toString('hex')}`;
    const types = new Array<string>(count).fill('unknown');
    await query('SAVEPOINT planlight');
    // At the end, also after an error, when only a rollback to the savepoint makes the server listen again.
    transaction.atEnd('ROLLBACK TO SAVEPOINT planlight', `DEALLOCATE ${name}`);
    for (;;) {
      try {
        await transaction.send(`PREPARE ${name}${count > 0 ? ` (${types.join(', ')})` : ''} AS `, statement.text);
        break;
      } catch (error) {
        const number = undeterminable(error);
        if (number === undefined || types[number - 1] !== 'unknown') throw error;
        await query('ROLLBACK TO SAVEPOINT planlight');
        types[number - 1] = 'text';
      }
    }
    const [row] = await query<{ types: string[] }>(
      'SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = $1',
      [name],
    );
    const assumed = types.flatMap((type, index) => (type === 'text' ? [`$${index + 1}`] : []));
    return new PreparedStatement(transaction, name, row?.types ?? types, assumed);
  }

  /** EXPLAIN of the statement with these values; without values, of the plan that holds for any. */
  async explain(options: string, values: ParameterValues | undefined): Promise<unknown> {
    await this.#transaction.query(`SELECT set_config('plan_cache_mode', $1, true)`, [
      values === undefined ? 'force_generic_plan' : 'force_custom_plan',
    ]);
    const list = values ?? this.types.map(() => null);
    const passed = list.length > 0 ? ` (${list.map(quoteLiteral).join(', ')})` : '';
    const rows = await this.#transaction.query<Record<string, unknown>>(
      `EXPLAIN (${options}) EXECUTE ${this.#name}${passed}`,
    );
    return Object.values(rows[0] ?? {})[0];
  }
}

/** "could not determine data type of parameter $1" */
function undeterminable(error: unknown): number | undefined {
  const cause = error instanceof Problem ? error.cause : undefined;
  if (!(cause instanceof Error) || (cause as { code?: string }).code !== '42P18') return undefined;
  const match = /\$(\d+)/.exec(cause.message);
  return match ? Number(match[1]) : undefined;
}
