import { constant, itemsOf, LibraryFunction, LibraryThing, type Thing, textOf } from '../interpreter/things';
import { functionModule } from './functions';
import { JsonPath } from './json-path';
import {
  binary,
  Expression,
  type Piece,
  rangeOf,
  reference,
  referencePieces,
  SqlThing,
  separated,
  tableName,
  valuePieces,
} from './pieces';
import type { DeclaredColumn } from './tables';

/** What the parts of a query have in common: the notes on it, and how it selects. */
export interface Building {
  readonly notes: Set<string>;
  readonly schema: string | undefined;
  /** Of a table, as the database's type declares them; empty when nothing does. */
  columnsOf(table: string): readonly DeclaredColumn[];
  selectFrom(table: Thing | undefined, building: Building): Thing | undefined;
}

/** `(eb) => eb('id', '=', id)`, called with the builder; everything else as it is. */
export function made(thing: Thing, building: Building): Thing {
  return thing.kind === 'function' ? thing.call([new ExpressionBuilder(building)]) : thing;
}

export function maker(building: Building): (thing: Thing) => Thing {
  return (thing) => made(thing, building);
}

/** `eb` */
export class ExpressionBuilder extends LibraryThing {
  readonly #building: Building;

  constructor(building: Building) {
    super();
    this.#building = building;
  }

  override call(given: readonly Thing[]): Thing {
    return new Expression(binary(given, maker(this.#building)));
  }

  override get(name: string): Thing | undefined {
    if (name === 'eb') return this;
    if (name === 'fn') return functionModule(this.#building);
    const method = this.#method(name);
    return method === undefined ? undefined : new LibraryFunction(method);
  }

  #method(name: string): ((given: readonly Thing[]) => Thing | undefined) | undefined {
    const make = maker(this.#building);
    switch (name) {
      case 'selectFrom':
        return ([table]) => this.#building.selectFrom(table, this.#building);
      case 'case':
        return ([value]) =>
          new CaseBuilder(value === undefined ? ['case'] : ['case ', ...referencePieces(value, make)], make);
      case 'ref':
        return ([of, operator]) => {
          const text = textOf(of);
          if (text === undefined || of === undefined) return undefined;
          const pieces = [reference(text, rangeOf(of))];
          const json = textOf(operator);
          return json === undefined ? new Expression(pieces) : new JsonPath(pieces, json, []);
        };
      case 'table':
        return ([of]) => textThing(of, (text) => [tableName(text)]);
      case 'val':
        return ([value]) => new Expression(valuePieces(value, make));
      case 'lit':
        return ([value]) => (value?.kind === 'constant' ? new Expression([String(value.value)]) : undefined);
      case 'refTuple':
        return (given) => new Expression(['(', ...separated(given.map((each) => referencePieces(each, make))), ')']);
      case 'tuple':
        return (given) => new Expression(['(', ...separated(given.map((each) => valuePieces(each, make))), ')']);
      case 'not':
        return ([of]) => new Expression(['not ', ...referencePieces(of, make)]);
      case 'exists':
        return ([of]) => new Expression(['exists ', ...referencePieces(of, make)]);
      case 'neg':
        return ([of]) => new Expression(['-', ...referencePieces(of, make)]);
      case 'unary':
        return ([operator, of]) => new Expression([`${textOf(operator) ?? 'not'} `, ...referencePieces(of, make)]);
      case 'between':
      case 'betweenSymmetric': {
        const word = name === 'between' ? ' between ' : ' between symmetric ';
        return ([of, low, high]) =>
          new Expression([
            ...referencePieces(of, make),
            word,
            ...valuePieces(low, make),
            ' and ',
            ...valuePieces(high, make),
          ]);
      }
      case 'and':
      case 'or':
        return ([of]) => this.#combined(of, name);
      case 'parens':
        return (given) => new Expression(['(', ...binary(given, make), ')']);
      case 'cast':
        return ([of, type]) => {
          const typePieces = type instanceof SqlThing ? type.pieces : [textOf(type) ?? 'text'];
          return new Expression(['cast(', ...referencePieces(of, make), ' as ', ...typePieces, ')']);
        };
      case 'withSchema':
        return ([schema]) => new ExpressionBuilder({ ...this.#building, schema: textOf(schema) });
      default:
        return undefined;
    }
  }

  #combined(of: Thing | undefined, word: 'and' | 'or'): Thing | undefined {
    const make = maker(this.#building);
    const conditions: (readonly Piece[])[] = [];
    if (of?.kind === 'record') {
      for (const [name, value] of of.entries) {
        if (value.kind === 'constant' && value.value === undefined) continue;
        const isIs = value.kind === 'constant' && (value.value === null || typeof value.value === 'boolean');
        conditions.push(
          binary(
            [{ ...constant(name), range: of.ranges.get(name) ?? of.range }, constant(isIs ? 'is' : '='), value],
            make,
          ),
        );
      }
    } else {
      const items = itemsOf(of);
      const known = items.filter((each) => each instanceof SqlThing);
      conditions.push(...known.map((each) => each.pieces));
      if (known.length < items.length) this.#building.notes.add('Conditions added at run time are not included.');
    }
    if (of === undefined || (of.kind !== 'list' && of.kind !== 'record') || of.isOpen) {
      this.#building.notes.add('Conditions added at run time are not included.');
    }
    const [only] = conditions;
    if (only === undefined) return new Expression([`1 = ${word === 'and' ? 1 : 0}`]);
    if (conditions.length === 1) return new Expression(only);
    return new Expression(['(', ...separated(conditions, ` ${word} `), ')']);
  }
}

function textThing(of: Thing | undefined, pieces: (text: string) => readonly Piece[]): Thing | undefined {
  const text = textOf(of);
  return text === undefined ? undefined : new Expression(pieces(text));
}

/** `eb.case().when(…).then(…).else(…).end()` */
export class CaseBuilder extends LibraryThing {
  readonly #pieces: readonly Piece[];
  readonly #make: (thing: Thing) => Thing;

  constructor(pieces: readonly Piece[], make: (thing: Thing) => Thing) {
    super();
    this.#pieces = pieces;
    this.#make = make;
  }

  override get(name: string): Thing | undefined {
    const more = (pieces: readonly Piece[]) => new CaseBuilder([...this.#pieces, ...pieces], this.#make);
    switch (name) {
      case 'when':
        return new LibraryFunction((given) => more([' when ', ...binary(given, this.#make)]));
      case 'whenRef':
        return new LibraryFunction((given) => more([' when ', ...binary(given, this.#make, true)]));
      case 'then':
        return new LibraryFunction(([value]) => more([' then ', ...caseValue(value, this.#make)]));
      case 'thenRef':
        return new LibraryFunction(([of]) => more([' then ', ...referencePieces(of, this.#make)]));
      case 'else':
        return new LibraryFunction(([value]) => more([' else ', ...caseValue(value, this.#make)]));
      case 'elseRef':
        return new LibraryFunction(([of]) => more([' else ', ...referencePieces(of, this.#make)]));
      case 'end':
      case 'endCase':
        return new LibraryFunction(() => new Expression([...this.#pieces, name === 'end' ? ' end' : ' end case']));
      default:
        return undefined;
    }
  }
}

/** Numbers, booleans and null stand in the text. */
function caseValue(value: Thing | undefined, make: (thing: Thing) => Thing): readonly Piece[] {
  if (value?.kind === 'constant' && typeof value.value !== 'string') return [String(value.value)];
  return valuePieces(value, make);
}
