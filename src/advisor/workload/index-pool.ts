import type { Snapshot } from '../../database/snapshot';
import type { IndexDefinition } from '../../nouns/fix';
import type { SqlParser } from '../../sql/parser';
import { candidates } from '../candidates';
import { updatedColumns } from '../updated-columns';
import { planUses } from '../uses/plan-uses';
import { tableUses } from '../uses/table-uses';
import { Views } from '../uses/views';
import { withWrittenPatterns } from '../uses/written-patterns';
import type { WorkloadQuery } from './workload';

/** A set of the pool's indexes: bit n is the index of that position. */
export type IndexSet = bigint;

export const none: IndexSet = 0n;

/** Positions of the set's indexes, the lowest first. */
export function positions(set: IndexSet): number[] {
  const found: number[] = [];
  for (let rest = set, position = 0; rest > 0n; position += 32, rest >>= 32n) {
    const word = Number(rest & 0xffffffffn);
    for (let bit = 0; bit < 32; bit++) if (word & (1 << bit)) found.push(position + bit);
  }
  return found;
}

/** Every index that could serve one of the workload's queries; a query is asked about those that may touch it only. */
export class IndexPool {
  readonly indexes: readonly IndexDefinition[];
  /** For each query: the indexes that its plan may use. */
  readonly relevant: readonly IndexSet[];
  /** For each query: indexes that were proposed together, such as those for the branches of an OR. */
  readonly together: readonly (readonly IndexSet[])[];

  private constructor(
    indexes: readonly IndexDefinition[],
    relevant: readonly IndexSet[],
    together: readonly (readonly IndexSet[])[],
  ) {
    this.indexes = indexes;
    this.relevant = relevant;
    this.together = together;
  }

  static of(
    queries: readonly WorkloadQuery[],
    snapshot: Snapshot,
    options: { parser: SqlParser; maxWidth: number },
  ): IndexPool {
    const indexes: IndexDefinition[] = [];
    const byShape = new Map<string, number>();
    const names = new Set<string>();
    const positionOf = (index: IndexDefinition): number => {
      const shape = JSON.stringify({ ...index, name: '' });
      const known = byShape.get(shape);
      if (known !== undefined) return known;
      byShape.set(shape, indexes.length);
      indexes.push({ ...index, name: unusedName(index.name, names) });
      return indexes.length - 1;
    };
    const { parser } = options;
    const views = new Views(snapshot, parser);
    const usesOf = ({ statement, parameters = [], plan, valueSets }: WorkloadQuery) => [
      ...tableUses(withWrittenPatterns(statement.ast, parameters), snapshot, views),
      ...(plan ? planUses(plan, snapshot, parser, { hasValues: valueSets.length > 0 }) : []),
    ];
    const updates = queries.flatMap(({ statement }) => updatedColumns(statement));
    const isSet = ({ schema, table }: IndexDefinition, column: string): boolean =>
      updates.some((one) => one.table === table && (one.schema ?? schema) === schema && one.columns.includes(column));
    // To spare a look at the table is not worth that every update of a column writes to all of the table's indexes.
    const isSound = (index: IndexDefinition): boolean =>
      width(index) <= options.maxWidth && !index.include?.some((name) => isSet(index, name));
    const own = queries.map((query) =>
      candidates(usesOf(query), snapshot)
        .filter((candidate) => candidate.indexes.every(isSound))
        .map((candidate) => candidate.indexes.map(positionOf)),
    );
    // An index that another query asked for serves this one too where it starts with something that this one asks for.
    const byStart = new Map<string, IndexSet>();
    for (const [position, index] of indexes.entries()) {
      byStart.set(startOf(index), (byStart.get(startOf(index)) ?? none) | bit(position));
    }
    const relevant = own.map((found) =>
      found
        .flat()
        .reduce((set, position) => set | bit(position) | (byStart.get(startOf(indexes[position])) ?? none), none),
    );
    const together = own.map((found) =>
      found.filter((group) => group.length > 1).map((group) => group.map(bit).reduce(or, none)),
    );
    return new IndexPool(indexes, relevant, together);
  }

  /** Table and first column: equal for indexes that begin alike. */
  startOf(position: number): string {
    return startOf(this.indexes[position]);
  }

  definitions(set: IndexSet): IndexDefinition[] {
    return positions(set).flatMap((position) => this.indexes[position] ?? []);
  }
}

export const bit = (position: number): IndexSet => 1n << BigInt(position);

const or = (a: IndexSet, b: IndexSet): IndexSet => a | b;

export const width = (index: IndexDefinition): number => index.columns.length + (index.include?.length ?? 0);

function startOf(index: IndexDefinition | undefined): string {
  const [first] = index?.columns ?? [];
  return JSON.stringify([index?.schema, index?.table, index?.method, first?.name]);
}

function unusedName(name: string, names: Set<string>): string {
  let found = name;
  for (let number = 2; names.has(found); number++) found = `${name}${number}`;
  names.add(found);
  return found;
}
