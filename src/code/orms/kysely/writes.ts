import {
  isUndefined,
  itemsOf,
  LibraryFunction,
  LibraryThing,
  type Method,
  nowhere,
  type RecordThing,
  recordOf,
  type Thing,
  textOf,
  unknown,
} from '../interpreter/things';
import { allColumns, conditionPieces, joinPieces, selectionPieces, tablePieces, withAnd } from './clauses';
import { type Conditions, noConditions, withCondition } from './conditions';
import { type Building, ExpressionBuilder, made, maker } from './expression-builder';
import { orderItems } from './order';
import {
  Identifier,
  type Piece,
  Query,
  rangeOf,
  referencePieces,
  SqlThing,
  separated,
  TableName,
  valuePieces,
} from './pieces';
import { RunnableQuery } from './runnable';
import { clause } from './select';

type Assignments = readonly (readonly Piece[])[];

const runtimeColumns = 'Which columns are written is known at run time only; some are shown.';

/** The first table's name without its alias. */
export function tableOf([table]: readonly Piece[]): string | undefined {
  if (!(table instanceof TableName)) return undefined;
  return table.schema === undefined ? table.name : `${table.schema}.${table.name}`;
}

/** What INSERT, UPDATE and DELETE have in common. */
interface WriteParts {
  readonly ctes: readonly Piece[];
  readonly table: readonly Piece[];
  readonly returning: Assignments;
  readonly end: readonly Piece[];
}

function returningMethod<P extends WriteParts>(
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

/** `(oc) => oc.column('id').doUpdateSet({ … })` */
class OnConflict extends LibraryThing {
  readonly #building: Building;
  readonly #target: readonly Piece[];
  readonly #where: readonly Piece[];
  readonly #action: readonly Piece[];
  readonly #actionWhere: readonly Piece[];
  readonly isUpdate: boolean;

  constructor(
    building: Building,
    target: readonly Piece[] = [],
    where: readonly Piece[] = [],
    action: readonly Piece[] = [],
    actionWhere: readonly Piece[] = [],
    isUpdate = false,
  ) {
    super();
    this.#building = building;
    this.#target = target;
    this.#where = where;
    this.#action = action;
    this.#actionWhere = actionWhere;
    this.isUpdate = isUpdate;
  }

  get pieces(): readonly Piece[] {
    return [
      ' on conflict',
      ...this.#target,
      ...clause(' where ', [this.#where]),
      ...this.#action,
      ...clause(' where ', [this.#actionWhere]),
    ];
  }

  override get(name: string): Thing | undefined {
    const method = this.#method(name);
    return method === undefined ? undefined : new LibraryFunction(method);
  }

  #method(name: string): Method | undefined {
    const building = this.#building;
    switch (name) {
      case 'column':
      case 'columns':
        return ([of]) => {
          const names = itemsOf(of).map((each) => [new Identifier(textOf(each) ?? '')]);
          return new OnConflict(building, [' (', ...separated(names), ')'], this.#where);
        };
      case 'constraint':
        return ([of]) => new OnConflict(building, [' on constraint ', new Identifier(textOf(of) ?? '')], this.#where);
      case 'expression':
        return ([of]) => new OnConflict(building, [' (', ...valuePieces(of, maker(building)), ')'], this.#where);
      case 'where':
      case 'whereRef':
        return (given) => {
          const more = conditionPieces(given, building, name === 'whereRef');
          const isAfter = this.#action.length > 0;
          const where = isAfter ? this.#where : withAnd(this.#where, more);
          const actionWhere = isAfter ? withAnd(this.#actionWhere, more) : this.#actionWhere;
          return new OnConflict(building, this.#target, where, this.#action, actionWhere, this.isUpdate);
        };
      case 'doNothing':
        return () => new OnConflict(building, this.#target, this.#where, [' do nothing']);
      case 'doUpdateSet':
        return (given) => {
          const action = [' do update set ', ...separated(assignments(given, building))];
          return new OnConflict(building, this.#target, this.#where, action, [], true);
        };
      case '$call':
        return ([act]) => (act?.kind === 'function' ? act.call([this]) : undefined);
      default:
        return undefined;
    }
  }
}

interface ChangeParts extends WriteParts {
  readonly sets: Assignments;
  readonly from: readonly Piece[];
  readonly joins: readonly Piece[];
  readonly where: readonly Piece[];
  readonly conditions: Conditions;
  readonly orderBy: Assignments;
  readonly limit: readonly Piece[];
}

/** UPDATE and DELETE. */
export class Change extends RunnableQuery {
  readonly operation: 'update' | 'delete';
  readonly building: Building;
  readonly parts: ChangeParts;

  constructor(operation: 'update' | 'delete', building: Building, parts: ChangeParts) {
    super(building.schema);
    this.operation = operation;
    this.building = building;
    this.parts = parts;
  }

  static of(
    operation: 'update' | 'delete',
    table: Thing | undefined,
    building: Building,
    ctes: readonly Piece[],
  ): Change | undefined {
    const changed = tablePieces(table, building);
    if (changed === undefined) return undefined;
    const none = {
      sets: [],
      from: [],
      joins: [],
      where: [],
      conditions: noConditions,
      orderBy: [],
      limit: [],
      returning: [],
      end: [],
    };
    return new Change(operation, building, { ctes, table: changed, ...none });
  }

  /** `then update set …` of a MERGE. */
  static withoutTable(building: Building): Change {
    const none = {
      ctes: [],
      table: [],
      from: [],
      joins: [],
      where: [],
      conditions: noConditions,
      orderBy: [],
      limit: [],
      returning: [],
      end: [],
    };
    return new Change('update', building, { ...none, sets: [] });
  }

  #with(parts: Partial<ChangeParts>): Change {
    return new Change(this.operation, this.building, { ...this.parts, ...parts });
  }

  body(): readonly Piece[] {
    const { ctes, table, sets, from, joins, where, orderBy, limit, returning, end } = this.parts;
    const head: readonly Piece[] =
      this.operation === 'delete'
        ? ['delete from ', ...table, ...clause(' using ', [from])]
        : ['update ', ...table, table.length === 0 ? 'set ' : ' set ', ...separated(sets), ...clause(' from ', [from])];
    return [
      ...ctes,
      ...head,
      ...joins,
      ...clause(' where ', [where]),
      ...clause(' returning ', returning),
      ...clause(' order by ', orderBy),
      ...clause(' limit ', [limit]),
      ...end,
    ];
  }

  protected override method(name: string): Method | undefined {
    const { building, parts } = this;
    switch (name) {
      case 'set':
        return (given) => this.#with({ sets: [...parts.sets, ...assignments(given, building, tableOf(parts.table))] });
      case 'from':
      case 'using':
        return ([source]) => {
          const from = tablePieces(source, building);
          if (from === undefined) return undefined;
          return this.#with({ from: parts.from.length === 0 ? from : [...parts.from, ', ', ...from] });
        };
      case 'where':
      case 'whereRef':
        return (given) =>
          this.#with({
            where: withAnd(parts.where, conditionPieces(given, building, name === 'whereRef')),
            conditions: withCondition(parts.conditions, given, name === 'whereRef'),
          });
      case 'clearWhere':
        return () => this.#with({ where: [], conditions: noConditions });
      case 'orderBy':
        return (given) => this.#with({ orderBy: [...parts.orderBy, orderItems(given, maker(building))] });
      case 'limit':
        return ([of]) => this.#with({ limit: valuePieces(of, maker(building)) });
      default:
        break;
    }
    if (/Join(?:Lateral)?$/.test(name)) {
      return (given) => {
        const join = joinPieces(name, given, building);
        return join === undefined ? undefined : this.#with({ joins: [...parts.joins, ...join] });
      };
    }
    return returningMethod(name, building, parts, (more) => this.#with(more));
  }
}
