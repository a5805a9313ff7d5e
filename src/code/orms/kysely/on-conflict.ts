import { itemsOf, LibraryFunction, LibraryThing, type Method, type Thing, textOf } from '../interpreter/things';
import { conditionPieces, withAnd } from './clauses';
import { type Building, maker } from './expression-builder';
import { Identifier, type Piece, separated, valuePieces } from './pieces';
import { clause } from './select';
import { assignments } from './write-parts';
/** `(oc) => oc.column('id').doUpdateSet({ … })` */
export class OnConflict extends LibraryThing {
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
