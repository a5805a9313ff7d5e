import { quoteIdentifier } from '../../sql/identifiers';
import type { SnapshotTable } from '../snapshot';
import type { MemoryPostgres } from './pglite';

/** Which share of a table's rows a partial index holds: the planner's own estimate, asked once for each predicate. */
export class PartialRows {
  readonly #db: MemoryPostgres;
  readonly #fractions = new Map<string, number>();

  constructor(db: MemoryPostgres) {
    this.#db = db;
  }

  /** Throws what PostgreSQL says of a predicate that it cannot read. */
  async know(tables: readonly SnapshotTable[], where: string | undefined): Promise<void> {
    if (where === undefined) return;
    for (const table of tables) {
      const key = keyOf(table, where);
      if (this.#fractions.has(key)) continue;
      // A line's end, so that a comment in it ends there too.
      const [row] = await this.#db.query<Record<string, [{ Plan: { 'Plan Rows': number } }]>>(
        `EXPLAIN (FORMAT JSON) SELECT FROM ${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)} WHERE (${where}\n)`,
      );
      const rows = row?.['QUERY PLAN']?.[0].Plan['Plan Rows'] ?? table.rows;
      this.#fractions.set(key, table.rows > 0 ? Math.min(1, rows / table.rows) : 1);
    }
  }

  fraction(table: SnapshotTable, where: string | undefined): number {
    return where === undefined ? 1 : (this.#fractions.get(keyOf(table, where)) ?? 1);
  }
}

const keyOf = ({ schema, name }: SnapshotTable, where: string): string => JSON.stringify([schema, name, where]);
