import { LibraryFunction, type Thing } from '../interpreter/things';
import { aliased, Expression, type Piece, SqlThing } from './pieces';

/** `eb.ref('meta', '->').key('author').at(0)` → "meta"->'author'->0 */
export class JsonPath extends SqlThing {
  readonly #reference: readonly Piece[];
  readonly #operator: string;
  readonly #legs: readonly string[];

  constructor(reference: readonly Piece[], operator: string, legs: readonly string[]) {
    super();
    this.#reference = reference;
    this.#operator = operator;
    this.#legs = legs;
  }

  get pieces(): readonly Piece[] {
    const last = this.#legs.length - 1;
    return [...this.#reference, ...this.#legs.flatMap((leg, i) => [i === last ? this.#operator : '->', leg])];
  }

  override get(name: string): Thing | undefined {
    switch (name) {
      case 'key':
      case 'at':
        return new LibraryFunction(([leg]) => {
          if (leg?.kind !== 'constant') return undefined;
          const text = typeof leg.value === 'string' ? `'${leg.value.replaceAll("'", "''")}'` : String(leg.value);
          return new JsonPath(this.#reference, this.#operator, [...this.#legs, text]);
        });
      case 'as':
        return new LibraryFunction(([alias]) => aliased(this.pieces, alias));
      case '$castTo':
      case '$notNull':
        return new LibraryFunction(() => this);
      default:
        return new Expression(this.pieces).get(name);
    }
  }
}
