import { itemsOf, LibraryFunction, LibraryThing, type Thing, textOf } from '../interpreter/things';
import { type Building, made, maker } from './expression-builder';
import {
  aliasedTable,
  binary,
  Identifier,
  type Piece,
  rangeOf,
  reference,
  SqlThing,
  separated,
  tableName,
} from './pieces';

/** What `select` and `returning` take: names, expressions, a callback that gives these. */
export function selectionPieces(selection: Thing | undefined, building: Building): (readonly Piece[])[] {
  if (selection === undefined) return [];
  const given = made(selection, building);
  if (given.kind === 'unknown' || (given.kind === 'list' && given.isOpen)) {
    building.notes.add('Columns that are selected at run time are not included.');
  }
  return itemsOf(given).flatMap((each): (readonly Piece[])[] => {
    const item = made(each, building);
    const text = textOf(item);
    if (text !== undefined) return [selectedName(text, item)];
    return item instanceof SqlThing ? [item.pieces] : [];
  });
}

function selectedName(text: string, item: Thing): readonly Piece[] {
  const [column = '', alias] = text.split(' as ').map((part) => part.trim());
  const pieces = [reference(column, rangeOf(item))];
  return alias === undefined ? pieces : [...pieces, ' as ', new Identifier(alias)];
}

/** `selectAll()`, `selectAll('posts')`, `selectAll(['posts', 'p'])` */
export function allColumns(table: Thing | undefined): (readonly Piece[])[] {
  if (table === undefined) return [['*']];
  return itemsOf(table).flatMap((each): (readonly Piece[])[] => {
    const text = textOf(each);
    return text === undefined ? [] : [[tableName(text), '.*']];
  });
}

/** `'posts as p'`, a sub-query with an alias, a callback, or several; undefined for what no one knows. */
export function tablePieces(table: Thing | undefined, building: Building): readonly Piece[] | undefined {
  if (table === undefined) return undefined;
  const all = itemsOf(made(table, building)).map((each) => {
    const item = made(each, building);
    const text = textOf(item);
    if (text !== undefined) return aliasedTable(text, rangeOf(item));
    return item instanceof SqlThing ? item.pieces : undefined;
  });
  if (all.length === 0 || all.some((each) => each === undefined)) return undefined;
  return separated(all.filter((each) => each !== undefined));
}

/** The condition of `where`, `having`, `on`; undefined, with a note, when it is known at run time only. */
export function conditionPieces(
  given: readonly Thing[],
  building: Building,
  isReference = false,
): readonly Piece[] | undefined {
  const [first] = given;
  if (given.length === 1 && first !== undefined) {
    const condition = made(first, building);
    if (condition instanceof SqlThing) return condition.pieces;
    building.notes.add('Conditions added at run time are not included.');
    return undefined;
  }
  return given.length < 3 ? undefined : binary(given, maker(building), isReference);
}

export function withAnd(before: readonly Piece[], more: readonly Piece[] | undefined): readonly Piece[] {
  if (more === undefined) return before;
  return before.length === 0 ? more : [...before, ' and ', ...more];
}

const joinWords: Readonly<Record<string, string>> = {
  innerJoin: 'inner join',
  leftJoin: 'left join',
  rightJoin: 'right join',
  fullJoin: 'full join',
  crossJoin: 'cross join',
  innerJoinLateral: 'inner join lateral',
  leftJoinLateral: 'left join lateral',
  crossJoinLateral: 'cross join lateral',
};

/** ` inner join "users" on "users"."id" = "posts"."author_id"`; undefined for no join. */
export function joinPieces(name: string, given: readonly Thing[], building: Building): readonly Piece[] | undefined {
  const word = joinWords[name];
  return word === undefined ? undefined : sourcePieces(` ${word} `, given, building);
}

/** A table with its condition: two columns, a callback, or none. */
export function sourcePieces(
  word: string,
  [table, left, right]: readonly Thing[],
  building: Building,
): readonly Piece[] | undefined {
  const source = tablePieces(table, building);
  if (source === undefined) return undefined;
  if (left === undefined) return [word, ...source];
  if (right !== undefined) {
    const equal = binary(
      [left, { kind: 'constant', value: '=', range: { start: 0, end: 0 } }, right],
      maker(building),
      true,
    );
    return [word, ...source, ' on ', ...equal];
  }
  const built = left.kind === 'function' ? left.call([new JoinBuilder([], building)]) : undefined;
  const on = built instanceof JoinBuilder ? built.on : [];
  return on.length === 0 ? [word, ...source] : [word, ...source, ' on ', ...on];
}

/** `(join) => join.onRef('a.id', '=', 'b.aId').on('b.x', 'is', null)` */
class JoinBuilder extends LibraryThing {
  readonly on: readonly Piece[];
  readonly #building: Building;

  constructor(on: readonly Piece[], building: Building) {
    super();
    this.on = on;
    this.#building = building;
  }

  override get(name: string): Thing | undefined {
    const more = (pieces: readonly Piece[] | undefined) => new JoinBuilder(withAnd(this.on, pieces), this.#building);
    switch (name) {
      case 'on':
        return new LibraryFunction((given) => more(conditionPieces(given, this.#building)));
      case 'onRef':
        return new LibraryFunction((given) => more(conditionPieces(given, this.#building, true)));
      case 'onTrue':
        return new LibraryFunction(() => more(['true']));
      case '$call':
        return new LibraryFunction(([act]) => (act?.kind === 'function' ? act.call([this]) : undefined));
      default:
        return undefined;
    }
  }
}
