import { itemsOf, LibraryFunction, LibraryThing, type Thing, textOf } from '../interpreter/things';
import type { Building } from './expression-builder';
import { maker } from './expression-builder';
import { orderItems } from './order';
import { aliased, binary, Expression, type Piece, referencePieces, SqlThing, separated, tableName } from './pieces';

/** `eb.fn`, `db.fn` */
export function functionModule(building: Building): Thing {
  return new FunctionModule(building);
}

class FunctionModule extends LibraryThing {
  readonly #building: Building;

  constructor(building: Building) {
    super();
    this.#building = building;
  }

  /** `fn('length', ['body'])` */
  override call([name, given]: readonly Thing[]): Thing {
    return this.#function(textOf(name) ?? 'f', itemsOf(given));
  }

  override get(name: string): Thing | undefined {
    const make = maker(this.#building);
    switch (name) {
      case 'avg':
      case 'count':
      case 'max':
      case 'min':
      case 'sum':
        return new LibraryFunction(([of]) => new Aggregate(name, referencePieces(of, make), this.#building));
      case 'countAll':
        return new LibraryFunction(([table]) => {
          const text = textOf(table);
          return new Aggregate('count', text === undefined ? ['*'] : [tableName(text), '.*'], this.#building);
        });
      case 'agg':
        return new LibraryFunction(([of, given]) => {
          const all = given === undefined ? [] : itemsOf(given);
          return new Aggregate(
            textOf(of) ?? 'f',
            separated(all.map((each) => referencePieces(each, make))),
            this.#building,
          );
        });
      case 'coalesce':
        return new LibraryFunction((given) => this.#function('coalesce', given));
      case 'any':
        return new LibraryFunction(([of]) => this.#function('any', of === undefined ? [] : [of]));
      case 'jsonAgg':
        return new LibraryFunction(([of]) => new Aggregate('json_agg', tableOrExpression(of), this.#building));
      case 'toJson':
        return new LibraryFunction(([of]) => new Expression(['to_json(', ...tableOrExpression(of), ')']));
      default:
        return undefined;
    }
  }

  #function(name: string, given: readonly Thing[]): Thing {
    const make = maker(this.#building);
    return new Expression([`${name}(`, ...separated(given.map((each) => referencePieces(each, make))), ')']);
  }
}

function tableOrExpression(of: Thing | undefined): readonly Piece[] {
  const text = textOf(of);
  if (text !== undefined) return [tableName(text)];
  return of instanceof SqlThing ? of.pieces : [];
}

interface AggregateParts {
  readonly isDistinct: boolean;
  readonly order: readonly Piece[];
  readonly within: readonly Piece[];
  readonly filter: readonly Piece[];
  readonly over: readonly Piece[];
}

/** `eb.fn.count('id').filterWhere(…).over(…)` */
export class Aggregate extends SqlThing {
  readonly name: string;
  readonly #of: readonly Piece[];
  readonly #building: Building;
  readonly #parts: AggregateParts;

  constructor(name: string, of: readonly Piece[], building: Building, parts?: AggregateParts) {
    super();
    this.name = name;
    this.#of = of;
    this.#building = building;
    this.#parts = parts ?? { isDistinct: false, order: [], within: [], filter: [], over: [] };
  }

  get pieces(): readonly Piece[] {
    const { isDistinct, order, within, filter, over } = this.#parts;
    return [
      `${this.name}(${isDistinct ? 'distinct ' : ''}`,
      ...this.#of,
      ...(order.length === 0 ? [] : [' order by ', ...order]),
      ')',
      ...(within.length === 0 ? [] : [' within group (order by ', ...within, ')']),
      ...(filter.length === 0 ? [] : [' filter(where ', ...filter, ')']),
      ...over,
    ];
  }

  override get(name: string): Thing | undefined {
    const make = maker(this.#building);
    const { filter, order, within } = this.#parts;
    switch (name) {
      case 'as':
        return new LibraryFunction(([alias]) => aliased(this.pieces, alias));
      case 'distinct':
        return new LibraryFunction(() => this.#with({ isDistinct: true }));
      case 'orderBy':
        return new LibraryFunction((given) => this.#with({ order: added(order, ', ', orderItems(given, make)) }));
      case 'withinGroupOrderBy':
        return new LibraryFunction((given) => this.#with({ within: added(within, ', ', orderItems(given, make)) }));
      case 'filterWhere':
      case 'filterWhereRef':
        return new LibraryFunction((given) =>
          this.#with({ filter: added(filter, ' and ', binary(given, make, name === 'filterWhereRef')) }),
        );
      case 'over':
        return new LibraryFunction(([build]) => {
          const over = build?.kind === 'function' ? build.call([new Over([], [], make)]) : undefined;
          return this.#with({ over: [' over(', ...(over instanceof Over ? over.pieces : []), ')'] });
        });
      case '$castTo':
      case '$notNull':
        return new LibraryFunction(() => this);
      case '$call':
        return new LibraryFunction(([act]) => (act?.kind === 'function' ? act.call([this]) : undefined));
      default:
        return undefined;
    }
  }

  #with(parts: Partial<AggregateParts>): Aggregate {
    return new Aggregate(this.name, this.#of, this.#building, { ...this.#parts, ...parts });
  }
}

function added(before: readonly Piece[], separator: string, more: readonly Piece[]): readonly Piece[] {
  return before.length === 0 ? more : [...before, separator, ...more];
}

/** `(ob) => ob.partitionBy('status').orderBy('id')` */
class Over extends LibraryThing {
  readonly #partition: readonly Piece[];
  readonly #order: readonly Piece[];
  readonly #make: (thing: Thing) => Thing;

  constructor(partition: readonly Piece[], order: readonly Piece[], make: (thing: Thing) => Thing) {
    super();
    this.#partition = partition;
    this.#order = order;
    this.#make = make;
  }

  get pieces(): readonly Piece[] {
    return [
      ...(this.#partition.length === 0 ? [] : ['partition by ', ...this.#partition]),
      ...(this.#partition.length > 0 && this.#order.length > 0 ? [' '] : []),
      ...(this.#order.length === 0 ? [] : ['order by ', ...this.#order]),
    ];
  }

  override get(name: string): Thing | undefined {
    if (name === 'partitionBy') {
      return new LibraryFunction(([of]) => {
        const items = separated(itemsOf(of).map((each) => referencePieces(each, this.#make)));
        return new Over(added(this.#partition, ', ', items), this.#order, this.#make);
      });
    }
    if (name !== 'orderBy') return undefined;
    return new LibraryFunction(
      (given) => new Over(this.#partition, added(this.#order, ', ', orderItems(given, this.#make)), this.#make),
    );
  }
}
