import { itemsOf, LibraryFunction, LibraryThing, type Thing, textOf, unknown } from '../interpreter/things';
import { pastedText } from '../support/pasted-text';
import {
  aliased,
  Compiled,
  Identifier,
  type Piece,
  Query,
  rangeOf,
  reference,
  Sent,
  SqlThing,
  separated,
  tableName,
  valuePieces,
} from './pieces';

/** sql`…` */
export class Raw extends SqlThing {
  readonly pieces: readonly Piece[];

  constructor(pieces: readonly Piece[]) {
    super();
    this.pieces = pieces;
  }

  override get(name: string): Thing | undefined {
    switch (name) {
      case 'as':
        return new LibraryFunction(([alias]) => aliased(this.pieces, alias));
      case 'execute':
        return new LibraryFunction(() => new Sent(new RawQuery(this.pieces), 'execute'));
      case 'compile':
        return new LibraryFunction(() => new Compiled(new RawQuery(this.pieces)));
      case '$castTo':
      case '$notNull':
      case 'withPlugin':
        return new LibraryFunction(() => this);
      default:
        return undefined;
    }
  }
}

class RawQuery extends Query {
  override readonly operation = 'raw';
  readonly #pieces: readonly Piece[];

  constructor(pieces: readonly Piece[]) {
    super(undefined);
    this.#pieces = pieces;
  }

  body(): readonly Piece[] {
    return this.#pieces;
  }
}

/** The tag `sql` and what hangs on it. */
export class SqlTag extends LibraryThing {
  readonly #notes: Set<string>;

  constructor(notes: Set<string>) {
    super();
    this.#notes = notes;
  }

  override template(strings: readonly string[], values: readonly Thing[]): Thing {
    return new Raw(
      strings.flatMap((text, i): readonly Piece[] => (i < values.length ? [text, ...valuePieces(values[i])] : [text])),
    );
  }

  override get(name: string): Thing | undefined {
    switch (name) {
      case 'ref':
        return ofText((text, of) => [reference(text, rangeOf(of))]);
      case 'table':
        return ofText((text, of) => [tableName(text, rangeOf(of))]);
      case 'id':
        return new LibraryFunction((given) => {
          const names = given.map(textOf);
          if (names.some((each) => each === undefined)) return undefined;
          return new Raw(
            separated(
              names.map((each) => [new Identifier(each ?? '')]),
              '.',
            ),
          );
        });
      case 'raw':
        return new LibraryFunction(([of]) => {
          const text = textOf(of);
          if (text !== undefined) return new Raw([text]);
          if (of?.kind !== 'unknown') return undefined;
          this.#notes.add(`The text that ${of.source} puts into the SQL is not known.`);
          return new Raw([pastedText(of.source)]);
        });
      case 'lit':
      case 'literal':
        return new LibraryFunction(([value]) => new Raw(literal(value)));
      case 'val':
      case 'value':
        return new LibraryFunction(([value]) => new Raw(valuePieces(value)));
      case 'join':
        return new LibraryFunction(([items, separator]) => {
          if (items === undefined) return undefined;
          // One stands for those that are not known.
          if (items.kind === 'list' && items.items.length === 0 && items.isOpen)
            return new Raw([unknown('[…]', items.range)]);
          const between = separator instanceof SqlThing ? separator.pieces : [', '];
          return new Raw(
            itemsOf(items).flatMap((item, i) => (i === 0 ? valuePieces(item) : [...between, ...valuePieces(item)])),
          );
        });
      default:
        return undefined;
    }
  }
}

/** A value that stands in the text; one of the run time is shown as a parameter. */
export function literal(value: Thing | undefined): readonly Piece[] {
  if (value?.kind !== 'constant') return value === undefined ? [] : [value];
  return [typeof value.value === 'string' ? `'${value.value.replaceAll("'", "''")}'` : String(value.value ?? null)];
}

function ofText(pieces: (text: string, of: Thing) => readonly Piece[]): Thing {
  return new LibraryFunction(([of]) => {
    const text = textOf(of);
    return of === undefined || text === undefined ? undefined : new Raw(pieces(text, of));
  });
}

/** kysely/helpers/postgres */
export function postgresHelper(name: string): Thing | undefined {
  const around = (before: string, after: string) =>
    new LibraryFunction(([of]) => (of instanceof SqlThing ? new Raw([before, ...of.pieces, after]) : undefined));
  switch (name) {
    case 'jsonArrayFrom':
      return around("(select coalesce(json_agg(agg), '[]') from ", ' as agg)');
    case 'jsonObjectFrom':
      return around('(select to_json(obj) from ', ' as obj)');
    case 'jsonBuildObject':
      return new LibraryFunction(([of]) => {
        if (of?.kind !== 'record') return undefined;
        const parts = [...of.entries].map(([key, value]): readonly Piece[] => [`'${key}', `, ...valuePieces(value)]);
        return new Raw(['json_build_object(', ...separated(parts), ')']);
      });
    case 'mergeAction':
      return new LibraryFunction(() => new Raw(['merge_action()']));
    default:
      return undefined;
  }
}
