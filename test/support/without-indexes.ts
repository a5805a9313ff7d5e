import { partsOf } from '../../src/advisor/removals/parts';
import type { IndexRemoval } from '../../src/advisor/removals/removals';
import type { Snapshot, SnapshotTable } from '../../src/database/snapshot';

/** What a statement costs with the indexes as they are, and without those that would go; in the planner's unit. */
export interface CostWithout {
  readonly before: number;
  readonly after: number;
}

/** As in advice: what gets worse by so little is as good. */
const tolerance = 1.01;

type Named = Pick<IndexRemoval, 'schema' | 'table' | 'index'>;

/** The database without these indexes, to be planned on and compared. A partitioned index goes with its parts. */
export function withoutIndexes(snapshot: Snapshot, removals: readonly Named[]): Snapshot {
  const gone = new Map<SnapshotTable, Set<string>>();
  const forget = (table: SnapshotTable, index: string): void => {
    gone.set(table, (gone.get(table) ?? new Set()).add(index));
  };
  for (const table of snapshot.tables) {
    for (const removal of removals) {
      if (removal.schema !== table.schema || removal.table !== table.name) continue;
      forget(table, removal.index);
      for (const [leaf, part] of partsOf(removal.index, table, snapshot)) forget(leaf, part.name);
    }
  }
  return { ...snapshot, tables: snapshot.tables.map((table) => withoutThose(table, gone.get(table))) };
}

function withoutThose(table: SnapshotTable, gone: ReadonlySet<string> | undefined): SnapshotTable {
  if (!gone) return table;
  return {
    ...table,
    indexes: table.indexes.filter(({ name }) => !gone.has(name)),
    constraints: table.constraints.filter((sql) => !gone.has(constraintName(sql) ?? '')),
  };
}

/** Whether no statement of the workload gets worse by more than 1 % without the index. */
export function provenSafe(costs: readonly CostWithout[]): boolean {
  return costs.every(({ before, after }) => after <= before * tolerance);
}

/** `ALTER TABLE public.posts ADD CONSTRAINT "posts key" UNIQUE (id)` → `posts key` */
function constraintName(sql: string): string | undefined {
  const [, quoted, bare] = / ADD CONSTRAINT (?:"((?:[^"]|"")+)"|(\S+)) /.exec(sql) ?? [];
  return quoted?.replaceAll('""', '"') ?? bare;
}
