import { isUndefined, type Method, nowhere, recordOf, type Thing, unknown } from '../interpreter/things';
import { allColumns, selectionPieces } from './clauses';
import { type Building, made, maker } from './expression-builder';
import { Identifier, type Piece, rangeOf, referencePieces, SqlThing, TableName, valuePieces } from './pieces';

export type Assignments = readonly (readonly Piece[])[];

export const runtimeColumns = 'Which columns are written is known at run time only; some are shown.';

/** The first table's name without its alias. */
export function tableOf([table]: readonly Piece[]): string | undefined {
  if (!(table instanceof TableName)) return undefined;
  return table.schema === undefined ? table.name : `${table.schema}.${table.name}`;
}

/** What INSERT, UPDATE and DELETE have in common. */
export interface WriteParts {
  readonly ctes: readonly Piece[];
  readonly table: readonly Piece[];
  readonly returning: Assignments;
  readonly end: readonly Piece[];
}

export function returningMethod<P extends WriteParts>(
  name: string,
  building: Building,
  parts: P,
  next: (parts: Partial<WriteParts>) => Thing,
): Method | undefined {
  switch (name) {
    case 'returning':
      return ([of]) => next({ returning: [...parts.returning, ...selectionPieces(of, building)] });
    case 'returningAll':
      return ([table]) => next({ returning: [...parts.returning, ...allColumns(table)] });
    case 'clearReturning':
      return () => next({ returning: [] });
    case 'modifyEnd':
      return ([of]) => (of instanceof SqlThing ? next({ end: [...parts.end, ' ', ...of.pieces] }) : undefined);
    default:
      return undefined;
  }
}

/** As parseUpdate: `set('a', 1)`, `set({ a: 1 })`, `set((eb) => ({ … }))`. */
export function assignments(given: readonly Thing[], building: Building, table?: string): Assignments {
  const [first, second] = given;
  if (first === undefined) return [];
  const make = maker(building);
  if (second !== undefined) return [[...referencePieces(first, make), ' = ', ...valuePieces(second, make)]];
  const update = made(first, building);
  const set = recordOf(update) ?? update;
  if (set.kind !== 'record' || set.isOpen) building.notes.add(runtimeColumns);
  if (set.kind !== 'record' || ![...set.entries.values()].some((value) => !isUndefined(value))) {
    // One stands for those that are not known.
    const columns = table === undefined ? [] : building.columnsOf(table);
    const column = columns.find(({ isGenerated, name }) => !isGenerated && name !== 'id');
    if (column === undefined) return [];
    return [[new Identifier(column.name), ' = ', unknown(column.name, rangeOf(update) ?? nowhere)]];
  }
  return [...set.entries]
    .filter(([, value]) => !isUndefined(value))
    .map(([name, value]) => [new Identifier(name, set.ranges.get(name)), ' = ', ...valuePieces(value, make)]);
}
