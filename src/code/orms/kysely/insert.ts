import {
  isUndefined,
  itemsOf,
  type Method,
  nowhere,
  type RecordThing,
  recordOf,
  type Thing,
  textOf,
  unknown,
} from '../interpreter/things';
import { tablePieces } from './clauses';
import { type Building, ExpressionBuilder, made, maker } from './expression-builder';
import { OnConflict } from './on-conflict';
import { Identifier, type Piece, Query, rangeOf, SqlThing, separated, valuePieces } from './pieces';
import { RunnableQuery } from './runnable';
import { clause } from './select';
import { returningMethod, runtimeColumns, tableOf, type WriteParts } from './write-parts';
export interface InsertParts extends WriteParts {
  readonly columns: readonly string[];
  /** What follows the columns. */
  readonly values: readonly Piece[];
  readonly onConflict: readonly Piece[];
  readonly isUpsert: boolean;
  readonly rows: number;
}

export class Insert extends RunnableQuery {
  readonly building: Building;
  readonly parts: InsertParts;

  constructor(building: Building, parts: InsertParts) {
    super(building.schema);
    this.building = building;
    this.parts = parts;
  }

  static into(table: Thing | undefined, building: Building, ctes: readonly Piece[]): Insert | undefined {
    const into = tablePieces(table, building);
    if (into === undefined) return undefined;
    const none = { columns: [], values: [], onConflict: [], isUpsert: false, rows: 1, returning: [], end: [] };
    return new Insert(building, { ctes, table: into, ...none });
  }

  get operation(): 'insert' | 'upsert' {
    return this.parts.isUpsert ? 'upsert' : 'insert';
  }

  #with(parts: Partial<InsertParts>): Insert {
    return new Insert(this.building, { ...this.parts, ...parts });
  }

  body(): readonly Piece[] {
    const { ctes, table, columns, values, onConflict, returning, end } = this.parts;
    return [
      ...ctes,
      'insert into ',
      ...table,
      ...(columns.length === 0 ? [] : [' (', ...separated(columns.map((name) => [new Identifier(name)])), ')']),
      ...(values.length === 0 ? [' default values'] : values),
      ...onConflict,
      ...clause(' returning ', returning),
      ...end,
    ];
  }

  protected override method(name: string): Method | undefined {
    const { building } = this;
    switch (name) {
      case 'values':
        return ([rows]) => {
          if (rows === undefined) return undefined;
          return this.#with(insertedRows(made(rows, building), building, tableOf(this.parts.table)));
        };
      case 'columns':
        return ([columns]) => this.#with({ columns: itemsOf(columns).flatMap((each) => textOf(each) ?? []) });
      case 'expression':
        return ([of]) => {
          const query = of?.kind === 'function' ? of.call([new ExpressionBuilder(building)]) : of;
          if (query instanceof Query) return this.#with({ values: [' ', ...query.body()] });
          return query instanceof SqlThing ? this.#with({ values: [' ', ...query.pieces] }) : undefined;
        };
      case 'defaultValues':
        return () => this.#with({ values: [' default values'] });
      case 'onConflict':
        return ([act]) => {
          const built = act?.kind === 'function' ? act.call([new OnConflict(building)]) : undefined;
          if (!(built instanceof OnConflict)) return undefined;
          return this.#with({ onConflict: built.pieces, isUpsert: built.isUpdate });
        };
      default:
        return returningMethod(name, building, this.parts, (parts) => this.#with(parts));
    }
  }
}

/** As parseInsertColumnsAndValues: the columns of all rows, `default` where one has none. */
export function insertedRows(
  rows: Thing,
  building: Building,
  table?: string,
): { readonly columns: readonly string[]; readonly values: readonly Piece[]; readonly rows: number } {
  const list = itemsOf(rows).flatMap((row) => recordOf(row) ?? []);
  const columns = [
    ...new Set(
      list.flatMap((row) => [...row.entries].filter(([, value]) => !isUndefined(value)).map(([name]) => name)),
    ),
  ];
  const isOpen = list.length === 0 || list.some((row) => row.isOpen) || (rows.kind === 'list' && rows.isOpen);
  if (isOpen) building.notes.add(runtimeColumns);
  if (list.length === 0 && table !== undefined) {
    // Those that every row must have.
    const needed = building.columnsOf(table).filter(({ isGenerated, isNullable }) => !isGenerated && !isNullable);
    const names = needed.map(({ name }) => name);
    const range = rangeOf(rows) ?? nowhere;
    const places = names.map((name): readonly Piece[] => [unknown(name, range)]);
    if (names.length > 0) return { columns: names, values: [' values (', ...separated(places), ')'], rows: 2 };
  }
  if (columns.length === 0) return { columns, values: [' default values'], rows: rows.kind === 'record' ? 1 : 2 };
  const values = list.map((row) => ['(', ...separated(columns.map((name) => rowValue(row, name, building))), ')']);
  return { columns, values: [' values ', ...separated(values)], rows: rows.kind === 'record' ? 1 : 2 };
}

function rowValue(row: RecordThing, name: string, building: Building): readonly Piece[] {
  const value = row.entries.get(name);
  return value === undefined || isUndefined(value) ? ['default'] : valuePieces(value, maker(building));
}
