import type { IndexDefinition } from '../../nouns/fix';
import type { ColumnStatistics, SnapshotColumn, SnapshotTable } from '../snapshot';
import { interpolatedStatistics, isInterpolable } from './index-interpolation';
import type { IndexFile, IndexKey } from './index-methods';
import { type ExpressionOf, mappedStatistics } from './index-samples';
import { wordStatistics } from './index-words';
import type { MemoryPostgres } from './pglite';

/** What is known of one of an index's expressions. */
export interface ExpressionFacts {
  /** The name of the index's column, by which its statistics go. */
  readonly attribute: string;
  /** Without them the planner assumes 200 distinct values (DEFAULT_NUM_DISTINCT). */
  readonly statistics?: ColumnStatistics;
  /** For people: what is not known for certain. */
  readonly guessed?: string;
}

/** Functions and casts of which two different values hardly ever give the same: they keep the number of distinct values. */
const keepsDistinct =
  /^\(*(?:lower|upper|initcap|btrim|ltrim|rtrim|reverse|md5|concat|coalesce|unaccent)\(|^\(*"?\w+"?\)*::(?:text|character varying|citext|numeric|bigint|integer)\b/i;

/**
 * Statistics of an index's expressions, which PostgreSQL would gather once the index is there and the table analysed. They
 * come from the column's: its values put through the expression by PostgreSQL itself.
 */
export class ExpressionStatistics {
  readonly #db: MemoryPostgres;
  readonly #known = new Map<string, Omit<ExpressionFacts, 'attribute'>>();

  constructor(db: MemoryPostgres) {
    this.#db = db;
  }

  /** To be called in a transaction. */
  async of(table: SnapshotTable, definition: IndexDefinition, index: IndexFile): Promise<ExpressionFacts[]> {
    const facts: ExpressionFacts[] = [];
    if (!definition.columns.some(({ isExpression }) => isExpression)) return facts;
    for (const key of index.keys.slice(0, index.keyCount)) {
      if (key.column !== null) continue;
      const cacheKey = JSON.stringify([table.schema, table.name, key.expression]);
      const found = this.#known.get(cacheKey) ?? (await this.#derive(table, key));
      this.#known.set(cacheKey, found);
      facts.push({ attribute: key.name, ...found });
    }
    return facts;
  }

  async #derive(table: SnapshotTable, key: IndexKey): Promise<Omit<ExpressionFacts, 'attribute'>> {
    const [column, ...others] = table.columns.filter(({ name }) => mentions(key.expression, name));
    const unknown = { guessed: `nothing is known of ${key.expression}: planned as if it had 200 different values` };
    if (!column?.statistics || others.length > 0) return unknown;
    await this.#db.run('SAVEPOINT expression');
    try {
      return (await this.#fromColumn(table, key, column, column.statistics)) ?? unknown;
    } catch {
      // A function that fails on one of the values, or a type without an order.
      return unknown;
    } finally {
      await this.#db.run('ROLLBACK TO expression; RELEASE expression');
    }
  }

  async #fromColumn(
    table: SnapshotTable,
    key: IndexKey,
    column: SnapshotColumn,
    own: ColumnStatistics,
  ): Promise<Omit<ExpressionFacts, 'attribute'> | undefined> {
    const expression: ExpressionOf = { table, column, own, expression: key.expression };
    if (key.class === 'tsvector_ops') {
      const statistics = await wordStatistics(this.#db, expression);
      return statistics && { statistics };
    }
    if (isInterpolable(column.type) && own.histogramBounds !== undefined) {
      return { statistics: await interpolatedStatistics(this.#db, expression) };
    }
    const mapped = await mappedStatistics(this.#db, expression);
    if (!mapped) return undefined;
    const { statistics, samples, isExact } = mapped;
    if (isExact || keepsDistinct.test(key.expression)) return { statistics };
    return { statistics, guessed: `what is known of ${key.expression} comes from ${samples} values in the statistics` };
  }
}

/** `lower(email)` mentions email. */
export const mentions = (expression: string, column: string): boolean =>
  new RegExp(`(?<![\\w"'])(?:"${escaped(column.replaceAll('"', '""'))}"|${escaped(column)})(?![\\w"'(])`).test(
    // Text in quotes is no name.
    expression.replace(/'(?:[^']|'')*'/g, "''"),
  );

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
