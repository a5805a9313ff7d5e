import { itemsOf, type Method, type Thing, textOf } from '../interpreter/things';
import { isOnlyPasted } from '../support/pasted-text';
import { setOperators } from '../support/set-operators';
import { allColumns, conditionPieces, joinPieces, selectionPieces, tablePieces, withAnd } from './clauses';
import { type Conditions, noConditions, withCondition } from './conditions';
import { type Building, ExpressionBuilder, made, maker } from './expression-builder';
import { orderItems } from './order';
import { aliased, type Piece, Query, referencePieces, SqlThing, separated, tableName, valuePieces } from './pieces';
import { RunnableQuery } from './runnable';

interface SelectParts {
  readonly ctes: readonly Piece[];
  readonly from: readonly Piece[];
  readonly distinctOn: readonly (readonly Piece[])[];
  readonly front: readonly string[];
  readonly selections: readonly (readonly Piece[])[];
  readonly joins: readonly (readonly Piece[])[];
  readonly where: readonly Piece[];
  readonly conditions: Conditions;
  readonly groupBy: readonly (readonly Piece[])[];
  readonly having: readonly Piece[];
  readonly operations: readonly (readonly Piece[])[];
  readonly orderBy: readonly (readonly Piece[])[];
  readonly limit: readonly Piece[];
  readonly offset: readonly Piece[];
  readonly fetch: readonly Piece[];
  readonly locking: readonly (readonly Piece[])[];
  readonly end: readonly (readonly Piece[])[];
}

const nothing: SelectParts = {
  ctes: [],
  from: [],
  distinctOn: [],
  front: [],
  selections: [],
  joins: [],
  where: [],
  conditions: noConditions,
  groupBy: [],
  having: [],
  operations: [],
  orderBy: [],
  limit: [],
  offset: [],
  fetch: [],
  locking: [],
  end: [],
};

const locks: Readonly<Record<string, string>> = {
  forUpdate: 'for update',
  forShare: 'for share',
  forKeyShare: 'for key share',
  forNoKeyUpdate: 'for no key update',
};

/** A SELECT that is put together; like kysely's builder, every step gives a new one. */
export class Select extends RunnableQuery {
  override readonly operation = 'find';
  readonly building: Building;
  readonly parts: SelectParts;

  constructor(building: Building, parts: SelectParts) {
    super(building.schema);
    this.building = building;
    this.parts = parts;
  }

  static from(table: Thing | undefined, building: Building, ctes: readonly Piece[] = []): Select | undefined {
    const from = tablePieces(table, building);
    return from === undefined ? undefined : new Select(building, { ...nothing, ctes, from });
  }

  static withoutTable(selection: Thing | undefined, building: Building, ctes: readonly Piece[]): Select {
    return new Select(building, { ...nothing, ctes, selections: selectionPieces(selection, building) });
  }

  get hasLimit(): boolean {
    return this.parts.limit.length > 0 || this.parts.fetch.length > 0;
  }

  #with(parts: Partial<SelectParts>): Select {
    return new Select(this.building, { ...this.parts, ...parts });
  }

  /** As DefaultQueryCompiler.visitSelectQuery. */
  body(): readonly Piece[] {
    const { parts } = this;
    return [
      ...parts.ctes,
      'select',
      ...(parts.distinctOn.length === 0 ? [] : [' distinct on (', ...separated(parts.distinctOn), ')']),
      ...parts.front.map((word) => ` ${word}`),
      ...clause(' ', parts.selections),
      ...(parts.from.length === 0 ? [] : [' from ', ...parts.from]),
      ...parts.joins.flat(),
      ...clause(' where ', [parts.where]),
      ...clause(' group by ', parts.groupBy),
      ...clause(' having ', [parts.having]),
      ...parts.operations.flat(),
      ...clause(' order by ', parts.orderBy),
      ...clause(' limit ', [parts.limit]),
      ...clause(' offset ', [parts.offset]),
      ...parts.fetch,
      ...parts.locking.flat(),
      ...parts.end.flat(),
    ];
  }

  protected override method(name: string): Method | undefined {
    const { parts, building } = this;
    const operator = setOperators[name];
    if (operator !== undefined) return ([other]) => this.#combined(operator, other);
    const lock = locks[name];
    if (lock !== undefined) return ([of]) => this.#with({ locking: [...parts.locking, lockPieces(lock, of)] });
    if (/Join(?:Lateral)?$/.test(name)) {
      return (given) => {
        const join = joinPieces(name, given, building);
        return join === undefined ? undefined : this.#with({ joins: [...parts.joins, join] });
      };
    }
    return this.#clause(name) ?? this.#ending(name);
  }

  #clause(name: string): Method | undefined {
    const { parts, building } = this;
    switch (name) {
      case 'select':
        return ([of]) => this.#with({ selections: [...parts.selections, ...selectionPieces(of, building)] });
      case 'selectAll':
        return ([table]) => this.#with({ selections: [...parts.selections, ...allColumns(table)] });
      case 'distinct':
        return () => this.#with({ front: [...parts.front, 'distinct'] });
      case 'distinctOn':
        return ([of]) => this.#with({ distinctOn: [...parts.distinctOn, ...this.#references(of)] });
      case 'where':
      case 'whereRef':
        return (given) =>
          this.#with({
            where: withAnd(parts.where, conditionPieces(given, building, name === 'whereRef')),
            conditions: withCondition(parts.conditions, given, name === 'whereRef'),
          });
      case 'having':
      case 'havingRef':
        return (given) =>
          this.#with({ having: withAnd(parts.having, conditionPieces(given, building, name === 'havingRef')) });
      case 'groupBy':
        return ([of]) => this.#with({ groupBy: [...parts.groupBy, ...this.#references(of)] });
      case 'orderBy':
        return (given) =>
          this.#with({
            orderBy: [...parts.orderBy, orderItems(given, maker(building))].filter((each) => !isBlank(each)),
          });
      case 'limit':
        return ([of]) => this.#with({ limit: valuePieces(of, maker(building)) });
      case 'offset':
        return ([of]) => this.#with({ offset: valuePieces(of, maker(building)) });
      case 'fetch':
        return ([of, modifier]) =>
          this.#with({
            fetch: [' fetch next ', ...valuePieces(of, maker(building)), ` rows ${textOf(modifier) ?? 'only'}`],
          });
      case 'clearSelect':
        return () => this.#with({ selections: [] });
      case 'clearWhere':
        return () => this.#with({ where: [], conditions: noConditions });
      case 'clearLimit':
        return () => this.#with({ limit: [] });
      case 'clearOffset':
        return () => this.#with({ offset: [] });
      case 'clearOrderBy':
        return () => this.#with({ orderBy: [] });
      case 'clearGroupBy':
        return () => this.#with({ groupBy: [] });
      default:
        return undefined;
    }
  }

  #ending(name: string): Method | undefined {
    const { parts } = this;
    switch (name) {
      case 'skipLocked':
        return () => this.#with({ locking: [...parts.locking, [' skip locked']] });
      case 'noWait':
        return () => this.#with({ locking: [...parts.locking, [' nowait']] });
      case 'modifyEnd':
        return ([of]) =>
          of instanceof SqlThing ? this.#with({ end: [...parts.end, [' ', ...of.pieces]] }) : undefined;
      case 'as':
        return ([alias]) => aliased(this.pieces, alias);
      default:
        return undefined;
    }
  }

  #references(of: Thing | undefined): (readonly Piece[])[] {
    if (of === undefined) return [];
    const { building } = this;
    return itemsOf(made(of, building)).map((each) => referencePieces(each, maker(building)));
  }

  #combined(operator: string, other: Thing | undefined): Thing {
    const given = other?.kind === 'function' ? other.call([new ExpressionBuilder(this.building)]) : other;
    const operations = itemsOf(given).flatMap((each): (readonly Piece[])[] => {
      if (each instanceof Query) return [[` ${operator}`, ...each.body()]];
      return each instanceof SqlThing ? [[` ${operator}`, ...each.pieces]] : [];
    });
    if (operations.length === 0) this.building.notes.add('A query that is known at run time only is not included.');
    return this.#with({ operations: [...this.parts.operations, ...operations] });
  }
}

/** `sql`${sql.raw(order)}``: nothing of it is known. */
function isBlank(pieces: readonly Piece[]): boolean {
  return pieces.every((piece) =>
    piece instanceof SqlThing ? isBlank(piece.pieces) : typeof piece === 'string' && isOnlyPasted(piece),
  );
}

function lockPieces(lock: string, of: Thing | undefined): readonly Piece[] {
  const tables = itemsOf(of).flatMap((each): (readonly Piece[])[] => {
    const text = textOf(each);
    return text === undefined ? [] : [[tableName(text)]];
  });
  return tables.length === 0 ? [` ${lock}`] : [` ${lock} of `, ...separated(tables)];
}

export function clause(word: string, all: readonly (readonly Piece[])[]): readonly Piece[] {
  const there = all.filter((pieces) => pieces.length > 0);
  return there.length === 0 ? [] : [word, ...separated(there)];
}
