import { LibraryFunction, LibraryThing, type Thing, textOf } from '../interpreter/things';
import { type MakeExpression, type Piece, rangeOf, reference, referencePieces, SqlThing, separated } from './pieces';

/** `orderBy('a', 'desc')`, `orderBy('a', (ob) => ob.desc().nullsLast())`, `orderBy(['a', 'b desc'])` */
export function orderItems([of, modifier]: readonly Thing[], make: MakeExpression): readonly Piece[] {
  if (of?.kind === 'list') return separated(of.items.map((item) => orderItems([item], make)));
  const text = textOf(of);
  const [column = '', direction] = text?.split(' ') ?? [];
  const pieces = of !== undefined && text !== undefined ? [reference(column, rangeOf(of))] : referencePieces(of, make);
  if (direction !== undefined) return [...pieces, ` ${direction}`];
  if (modifier === undefined) return pieces;
  const word = textOf(modifier);
  if (word !== undefined) return [...pieces, ` ${word}`];
  if (modifier instanceof SqlThing) return [...pieces, ' ', ...modifier.pieces];
  const built = modifier.kind === 'function' ? modifier.call([new OrderModifier('', '', '')]) : undefined;
  return built instanceof OrderModifier ? [...pieces, built.text] : pieces;
}

class OrderModifier extends LibraryThing {
  readonly #collation: string;
  readonly #direction: string;
  readonly #nulls: string;

  constructor(collation: string, direction: string, nulls: string) {
    super();
    this.#collation = collation;
    this.#direction = direction;
    this.#nulls = nulls;
  }

  get text(): string {
    return `${this.#collation}${this.#direction}${this.#nulls}`;
  }

  override get(name: string): Thing | undefined {
    switch (name) {
      case 'asc':
      case 'desc':
        return new LibraryFunction(() => new OrderModifier(this.#collation, ` ${name}`, this.#nulls));
      case 'nullsFirst':
      case 'nullsLast':
        return new LibraryFunction(
          () =>
            new OrderModifier(this.#collation, this.#direction, name === 'nullsLast' ? ' nulls last' : ' nulls first'),
        );
      case 'collate':
        return new LibraryFunction(
          ([collation]) => new OrderModifier(` collate "${textOf(collation) ?? 'C'}"`, this.#direction, this.#nulls),
        );
      default:
        return undefined;
    }
  }
}
