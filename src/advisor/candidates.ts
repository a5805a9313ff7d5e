import type { Snapshot, SnapshotTable } from '../database/snapshot';
import type { IndexDefinition } from '../nouns/fix';
import type { IndexShape } from './candidates/kind';
import { candidateKinds } from './candidates/kinds';
import { isServed } from './existing-indexes';
import { indexName } from './index-name';
import type { TableUse } from './uses/table-use';

/** Indexes that are tried together: one, or those that serve the branches of an OR. */
export interface Candidate {
  readonly indexes: readonly IndexDefinition[];
}

/** Of one relation's use; a kind gives its most promising ones first. */
const mostOfOneUse = 100;
/** Uses that differ in their constants only: so many show which conditions recur. */
const mostAlike = 8;

/** Every index that could serve the statement and that no existing one serves already; the planner judges them. */
export function candidates(uses: readonly TableUse[], snapshot: Snapshot): Candidate[] {
  const taken = takenNames(snapshot);
  const found = new Map<string, Candidate>();
  for (const use of fewOfEachKind(uses)) {
    if (use.table.kind === 'foreign table') continue;
    let count = 0;
    for (const kind of candidateKinds) {
      for (const set of kind(use, snapshot)) {
        const indexes = set
          .filter((shape) => !isServed(use.table, shape) && !isGuess(use.table, shape, snapshot))
          .map((shape) => define(use.table, shape, taken));
        const key = JSON.stringify(indexes);
        if (indexes.length === 0 || found.has(key) || ++count > mostOfOneUse) continue;
        found.set(key, { indexes });
      }
    }
  }
  return [...found.values()];
}

/** Whether an index on yes and no finds few rows is what an assumption cannot say. */
function isGuess(table: SnapshotTable, { columns }: IndexShape, { assumed }: Snapshot): boolean {
  const types = columns.map(({ name }) => table.columns.find((column) => column.name === name)?.type);
  return assumed && types.every((type) => type === 'boolean');
}

/** Of the branches of a UNION ALL that ask the same of the same table, the first few. */
function fewOfEachKind(uses: readonly TableUse[]): TableUse[] {
  const counts = new Map<string, number>();
  return uses.filter(({ table, alias, constants, ...asked }) => {
    const key = JSON.stringify([table.schema, table.name, asked], (_, value) =>
      value instanceof Set ? [...value] : value,
    );
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= mostAlike;
  });
}

/** A table and an index of one schema cannot have the same name. */
export function takenNames(snapshot: Snapshot): Set<string> {
  return new Set(snapshot.tables.flatMap((table) => [table.name, ...table.indexes.map((index) => index.name)]));
}

function define(table: SnapshotTable, shape: IndexShape, taken: ReadonlySet<string>): IndexDefinition {
  return {
    schema: table.schema,
    table: table.name,
    name: indexName(table.name, shape.columns, taken),
    method: shape.method,
    columns: shape.columns,
    ...(shape.include && { include: shape.include }),
    ...(shape.where !== undefined && { where: shape.where }),
  };
}
