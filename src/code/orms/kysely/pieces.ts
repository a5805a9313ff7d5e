import type { TextRange } from '../../../nouns/text-range';
import { isUndefined, LibraryFunction, LibraryThing, type Thing, textOf } from '../interpreter/things';

/** What a query is put together from and what is printed at the end, when its plugins have seen it. */
export type Piece = string | Identifier | TableName | Reference | Thing;

/** A column's, alias's or constraint's name. */
export class Identifier {
  readonly name: string;
  readonly range: TextRange | undefined;

  constructor(name: string, range?: TextRange) {
    this.name = name;
    this.range = range;
  }
}

/** A table where it is used; `withSchema` puts a schema before it. */
export class TableName {
  readonly schema: string | undefined;
  readonly name: string;
  readonly range: TextRange | undefined;

  constructor(name: string, schema?: string, range?: TextRange) {
    this.name = name;
    this.schema = schema;
    this.range = range;
  }
}

/** The name that WITH makes. */
export class CteName extends TableName {}

/** `posts.title`: the table's name, or an alias. */
export class Reference {
  readonly table: TableName | undefined;
  readonly column: string;
  readonly range: TextRange | undefined;

  constructor(column: string, table?: TableName, range?: TextRange) {
    this.column = column;
    this.table = table;
    this.range = range;
  }
}

/** Anything of kysely's that has a place in SQL. */
export abstract class SqlThing extends LibraryThing {
  abstract readonly pieces: readonly Piece[];
}

/** `eb('a', '=', 1)`, `eb.ref('a')`, sql`…` */
export class Expression extends SqlThing {
  readonly pieces: readonly Piece[];
  /** The operands of `.or(…)`, which stand in one pair of parentheses. */
  readonly #chained: { readonly word: string; readonly pieces: readonly Piece[] } | undefined;

  constructor(pieces: readonly Piece[], chained?: { readonly word: string; readonly pieces: readonly Piece[] }) {
    super();
    this.pieces = pieces;
    this.#chained = chained;
  }

  override get(name: string): Thing | undefined {
    switch (name) {
      case 'as':
        return new LibraryFunction(([alias]) => aliased(this.pieces, alias));
      case 'and':
      case 'or':
        return new LibraryFunction((given) => this.#with(name, given));
      case '$castTo':
      case '$notNull':
      case 'toOperationNode':
        return new LibraryFunction(() => this);
      default:
        return undefined;
    }
  }

  #with(word: string, given: readonly Thing[]): Expression {
    const left = this.#chained?.word === word ? this.#chained.pieces : this.pieces;
    const pieces = [...left, ` ${word} `, ...binary(given)];
    return new Expression(['(', ...pieces, ')'], { word, pieces });
  }
}

/** `eb.ref('a').as('b')` */
export class Aliased extends SqlThing {
  readonly pieces: readonly Piece[];
  readonly alias: string | undefined;

  constructor(pieces: readonly Piece[], alias: string | undefined) {
    super();
    this.pieces = pieces;
    this.alias = alias;
  }
}

export function aliased(pieces: readonly Piece[], alias: Thing | undefined): Thing | undefined {
  const name = textOf(alias);
  if (name !== undefined) return new Aliased([...pieces, ' as ', new Identifier(name)], name);
  return alias instanceof SqlThing ? new Aliased([...pieces, ' as ', ...alias.pieces], undefined) : undefined;
}

/** What is run, or stands in parentheses in another query. */
export abstract class Query extends SqlThing {
  /** Without parentheses. */
  abstract body(): readonly Piece[];
  abstract readonly operation: 'find' | 'insert' | 'update' | 'delete' | 'upsert' | 'raw';
  /** `db.withSchema('audit')` */
  readonly schema: string | undefined;

  constructor(schema: string | undefined) {
    super();
    this.schema = schema;
  }

  get pieces(): readonly Piece[] {
    return ['(', ...this.body(), ')'];
  }
}

/** `query.execute()`: what a call of the program is. */
export class Sent extends LibraryThing {
  readonly query: Query;
  readonly by: string;

  constructor(query: Query, by: string) {
    super();
    this.query = query;
    this.by = by;
  }
}

/** `query.compile()`, which `db.executeQuery(…)` sends. */
export class Compiled extends LibraryThing {
  readonly query: Query;

  constructor(query: Query) {
    super();
    this.query = query;
  }
}

export function reference(text: string, range?: TextRange): Reference {
  const parts = text.split('.').map((part) => part.trim());
  const [first = '', second = '', third] = parts;
  if (parts.length === 1) return new Reference(first, undefined, range);
  if (third !== undefined) return new Reference(third, new TableName(second, first), range);
  return new Reference(second, new TableName(first), range);
}

export function tableName(text: string, range?: TextRange): TableName {
  const [first = '', second] = text.split('.').map((part) => part.trim());
  return second === undefined ? new TableName(first, undefined, range) : new TableName(second, first, range);
}

/** `posts as p` */
export function aliasedTable(text: string, range?: TextRange): Piece[] {
  const [table = '', alias] = text.split(' as ').map((part) => part.trim());
  return alias === undefined ? [tableName(table, range)] : [tableName(table, range), ' as ', new Identifier(alias)];
}

/** A callback is handed the expression builder; set where that is made. */
export type MakeExpression = (thing: Thing) => Thing;

/** What a string means as a column, an expression as itself, a callback as what it returns. */
export function referencePieces(thing: Thing | undefined, make: MakeExpression = same): readonly Piece[] {
  if (thing === undefined) return [];
  const made = make(thing);
  if (made instanceof SqlThing) return made.pieces;
  const text = textOf(made);
  return text === undefined ? [made] : [reference(text, rangeOf(made))];
}

/** Expressions as they are, everything else as a parameter. */
export function valuePieces(thing: Thing | undefined, make: MakeExpression = same): readonly Piece[] {
  if (thing === undefined) return [];
  const made = make(thing);
  return made instanceof SqlThing ? made.pieces : [made];
}

/** `('a', '=', 1)`, or one expression. */
export function binary(given: readonly Thing[], make: MakeExpression = same, isReference = false): readonly Piece[] {
  const [left, operator, right] = given;
  if (operator === undefined) return valuePieces(left, make);
  const word = textOf(operator);
  const isIs = word === 'is' || word === 'is not';
  const immediate = isIs && right?.kind === 'constant' && (right.value === null || typeof right.value === 'boolean');
  const operatorPieces: readonly Piece[] =
    operator instanceof SqlThing
      ? operator.pieces
      : [word ?? (operator.kind === 'constant' ? String(operator.value) : '=')];
  const rightPieces = immediate
    ? [String(right.value)]
    : isReference
      ? referencePieces(right, make)
      : valueOrList(right, make, /\bin$/.test(word ?? ''));
  return [...referencePieces(left, make), ' ', ...operatorPieces, ' ', ...rightPieces];
}

/** A list is as long as the program's; one parameter stands for those that are not known. */
function valueOrList(right: Thing | undefined, make: MakeExpression, isIn: boolean): readonly Piece[] {
  if (right === undefined) return ['null'];
  const made = make(right);
  if (made.kind === 'list') {
    const items: readonly Thing[] =
      made.items.length > 0 ? made.items : [{ kind: 'unknown', source: '[…]', range: made.range }];
    return ['(', ...separated(items.map((item) => valuePieces(item, make))), ')'];
  }
  const pieces = valuePieces(made);
  return isIn && !(made instanceof SqlThing) ? ['(', ...pieces, ')'] : pieces;
}

export function separated(all: readonly (readonly Piece[])[], separator = ', '): Piece[] {
  return all.flatMap((pieces, i) => (i === 0 ? [...pieces] : [separator, ...pieces]));
}

export function rangeOf(thing: Thing): TextRange | undefined {
  return 'range' in thing ? (thing.range as TextRange) : undefined;
}

export function isThere(thing: Thing | undefined): thing is Thing {
  return !isUndefined(thing);
}

function same(thing: Thing): Thing {
  return thing;
}
