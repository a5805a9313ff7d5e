import { largestIdOf } from '../../database/growth/columns';
import { GrowingSnapshot, type Growth } from '../../database/growth/growth';
import { tableNamed, uniqueColumns } from '../../database/growth/keys';
import { mostPages } from '../../database/growth/sizes';
import type { Snapshot, SnapshotTable } from '../../database/snapshot';
import type { Plan } from '../../nouns/plan';
import { formatCount } from '../../plan/format';
import { planNodes } from '../../plan/walk-plan';

/** Which tables grow, for the sentences about them. */
export class GrowingTables {
  readonly #snapshot: Snapshot;
  readonly #growing: GrowingSnapshot;
  readonly #named: readonly string[] | undefined;

  /** Throws Problem 'missing-object' for a table that is not there. */
  constructor(snapshot: Snapshot, growth: Pick<Growth, 'tables' | 'alone'>) {
    this.#snapshot = snapshot;
    this.#growing = new GrowingSnapshot(snapshot, { ...growth, factor: 2 });
    this.#named = growth.tables;
  }

  /** `all tables`, or their names: `posts, comments` */
  get said(): string {
    if (this.#named === undefined) return 'all tables';
    const names = this.#growing.tables.filter(({ partitionOf }) => partitionOf === undefined).map(nameOf);
    return names.length > 10 ? `${names.slice(0, 10).join(', ')} and ${names.length - 10} more` : names.join(', ');
  }

  /**
   * The tables that a plan reads or writes, a partitioned one instead of its partitions; those that grow. Plans name them
   * without schema: of two with one name it is the first of the search path.
   */
  of(plan: Plan): SnapshotTable[] {
    const names = new Set(planNodes(plan.root).flatMap(({ relation }) => relation?.name ?? []));
    const found = [...names].flatMap((name) => tableNamed(quoted(name), this.#snapshot) ?? []);
    const wholes = new Set(found.map((table) => this.#whole(table)));
    return [...wholes].filter((table) => this.#growing.factorOf(table) > 1);
  }

  /** `8,000,000 rows of posts`: of the largest table of the plan that grows; undefined where none does. */
  rowsAt(plan: Plan, factor: number): string | undefined {
    const [largest] = this.of(plan).sort((a, b) => b.rows - a.rows);
    return largest && `${formatCount(largest.rows * factor)} rows of ${nameOf(largest)}`;
  }

  /** What is to be known about the tables of these plans before the numbers are believed; one sentence each. */
  notes(plans: Iterable<Plan>, factor: number): string[] {
    const tables = new Set([...plans].flatMap((plan) => this.of(plan)));
    return [...tables].flatMap((table) => {
      const name = nameOf(table);
      const notes: string[] = [];
      if (table.rows <= 0) notes.push(`Table ${name} is empty: nothing can be said about how it grows.`);
      else if (table.columns.every(({ statistics }) => statistics === undefined)) {
        notes.push(`Table ${name} has no statistics: only its size grows, its plans are guesses.`);
      }
      if (table.pages * factor > mostPages && table.kind !== 'partitioned table') {
        const at = formatCount(Math.floor(mostPages / table.pages));
        notes.push(
          `From ${at}× on, ${name} is 32 TB, the largest table that PostgreSQL can have: it grows no further here.`,
        );
      }
      const ids = idsUsedUpAt(table);
      if (ids && ids.factor < factor) {
        notes.push(
          `At ${formatCount(Math.floor(ids.factor))}× the ids of ${name} are used up (${ids.column} is of type ${ids.type}).`,
        );
      }
      return notes;
    });
  }

  #whole(table: SnapshotTable): SnapshotTable {
    const { partitionOf } = table;
    const whole = this.#snapshot.tables.find(
      ({ schema, name }) => schema === partitionOf?.schema && name === partitionOf.table,
    );
    return whole ? this.#whole(whole) : table;
  }
}

/** When a counted key passes the largest number of its type. */
function idsUsedUpAt(table: SnapshotTable): { factor: number; column: string; type: string } | undefined {
  const keys = uniqueColumns(table);
  for (const column of table.columns) {
    const largest = keys.has(column.name) ? largestIdOf(column, table.rows) : undefined;
    if (largest) return { factor: largest.most / largest.today, column: column.name, type: column.type };
  }
  return undefined;
}

export const nameOf = ({ schema, name }: SnapshotTable): string => (schema === 'public' ? name : `${schema}.${name}`);

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
