import type { TextRange } from '../../../nouns/text-range';
import {
  constant,
  isUndefined,
  LibraryFunction,
  LibraryThing,
  nowhere,
  type RecordThing,
  type Thing,
  textOf,
} from '../interpreter/things';

/** What drizzle puts together and prints at the end: text, columns, tables, values and more of these. */
export type Chunk = string | Thing;

/** Something that has a place in SQL. */
export abstract class SqlThing extends LibraryThing {}

/** sql`…`, `eq(…)`, `count()`. */
export class Sql extends SqlThing {
  readonly chunks: readonly Chunk[];

  constructor(chunks: readonly Chunk[]) {
    super();
    this.chunks = chunks;
  }

  override get(name: string): Thing | undefined {
    switch (name) {
      case 'as':
        return new LibraryFunction(([alias]) => {
          const text = textOf(alias);
          return text === undefined ? this : new Aliased(this, text);
        });
      case 'mapWith':
      case 'inlineParams':
      case 'getSQL':
        return new LibraryFunction(() => this);
      case 'append':
        return new LibraryFunction(([more]) =>
          more instanceof Sql ? new Sql([...this.chunks, ...more.chunks]) : this,
        );
      case 'if':
        return new LibraryFunction(([condition]) => (isUndefined(condition) ? constant(undefined) : this));
      default:
        return undefined;
    }
  }
}

/** A column's name without its table, as drizzle writes the selection of a query of one table. */
export class BareColumn extends SqlThing {
  readonly column: Column;

  constructor(column: Column) {
    super();
    this.column = column;
  }
}

/** sql`…`.as('total') */
export class Aliased extends SqlThing {
  readonly sql: Sql;
  readonly alias: string;
  /** A column of a sub-query, of which the name is enough. */
  readonly isSelectionField: boolean;

  constructor(sql: Sql, alias: string, isSelectionField = false) {
    super();
    this.sql = sql;
    this.alias = alias;
    this.isSelectionField = isSelectionField;
  }
}

/** `sql.identifier('posts')` */
export class Name extends SqlThing {
  readonly name: string;
  readonly range: TextRange | undefined;

  constructor(name: string, range?: TextRange) {
    super();
    this.name = name;
    this.range = range;
  }
}

/** A value to be bound, also when it is a list: `eq(posts.labels, ['a'])`. */
export class Param extends SqlThing {
  readonly value: Thing;

  constructor(value: Thing) {
    super();
    this.value = value;
  }
}

export interface ColumnFacts {
  /** `authorId` */
  readonly property: string;
  /** As it is given; without one the property says it. */
  readonly name: string | undefined;
  readonly type: string;
  readonly isPrimaryKey: boolean;
  readonly isNotNull: boolean;
  readonly isGenerated: boolean;
  /** `.default(…)`, serial */
  readonly hasDefault: boolean;
  /** `.$defaultFn(…)`, what it gives. */
  readonly defaultValue?: Thing;
  /** `.$onUpdate(…)`, what it gives. */
  readonly updateValue?: Thing;
  readonly range: TextRange;
}

/** A table or view of the schema, or an alias of one. */
export class Table extends SqlThing {
  readonly name: string;
  readonly schema: string | undefined;
  readonly columns: ReadonlyMap<string, ColumnFacts>;
  readonly alias: string | undefined;
  readonly range: TextRange;

  constructor(
    name: string,
    schema: string | undefined,
    columns: ReadonlyMap<string, ColumnFacts>,
    range: TextRange,
    alias?: string,
  ) {
    super();
    this.name = name;
    this.schema = schema;
    this.columns = columns;
    this.range = range;
    this.alias = alias;
  }

  /** As joins and selections know it. */
  get knownAs(): string {
    return this.alias ?? this.name;
  }

  as(alias: string): Table {
    return new Table(this.name, this.schema, this.columns, this.range, alias);
  }

  column(property: string, range?: TextRange): Column | undefined {
    const facts = this.columns.get(property);
    return facts === undefined ? undefined : new Column(this, facts, range);
  }

  fields(): RecordThing {
    const entries = new Map<string, Thing>();
    for (const [property, facts] of this.columns) entries.set(property, new Column(this, facts));
    return { kind: 'record', entries, ranges: new Map(), isOpen: false, range: nowhere };
  }

  isSame(other: Table): boolean {
    return this.name === other.name && this.schema === other.schema;
  }

  override get(name: string, range: TextRange): Thing | undefined {
    if (name === '...') return this.fields();
    return this.column(name, range);
  }
}

export class Column extends SqlThing {
  readonly table: Table;
  readonly facts: ColumnFacts;
  readonly range: TextRange | undefined;

  constructor(table: Table, facts: ColumnFacts, range?: TextRange) {
    super();
    this.table = table;
    this.facts = facts;
    this.range = range;
  }

  of(alias: string): Column {
    return new Column(this.table.as(alias), this.facts, this.range);
  }

  // In an index: `t.publishedAt.desc()`.
  override get(name: string): Thing | undefined {
    return /^(?:asc|desc|nullsFirst|nullsLast|op)$/.test(name) ? new LibraryFunction(() => this) : undefined;
  }
}

/** What the library runs: a select, an insert, … It stands in parentheses inside another one. */
export abstract class Query extends SqlThing {
  abstract sql(): Sql;
  abstract readonly operation: 'find' | 'find one' | 'count' | 'insert' | 'update' | 'delete' | 'upsert' | 'raw';
  /** Those that are sent one after the other: `db.batch([…])`. */
  get parts(): readonly Query[] {
    return [this];
  }
  override get(name: string): Thing | undefined {
    // `.prepare('name')` is sent with `.execute({ … })`.
    if (/^(?:\$dynamic|prepare|\$withCache|execute|all|values|get)$/.test(name)) return new LibraryFunction(() => this);
    if (name === 'getSQL') return new LibraryFunction(() => this.sql());
    if (name === 'toSQL') return new LibraryFunction(() => new NotSent());
    return undefined;
  }
}

/** `query.toSQL()` */
export class NotSent extends LibraryThing {}

/** `.as('recent')`, `db.$with('recent').as(…)` */
export class Subquery extends SqlThing {
  readonly alias: string;
  readonly sql: Sql;
  readonly selected: RecordThing;
  readonly isWith: boolean;

  constructor(alias: string, sql: Sql, selected: RecordThing, isWith: boolean) {
    super();
    this.alias = alias;
    this.sql = sql;
    this.selected = selected;
    this.isWith = isWith;
  }

  override get(name: string): Thing | undefined {
    if (name === '...') return this.fields();
    const field = this.selected.entries.get(name);
    return field === undefined ? undefined : seenAs(field, this.alias);
  }

  fields(): RecordThing {
    const entries = new Map([...this.selected.entries].map(([name, field]) => [name, seenAs(field, this.alias)]));
    return { ...this.selected, entries };
  }
}

/** A selected field as the query around names it. */
function seenAs(field: Thing, alias: string): Thing {
  if (field instanceof Aliased) return new Aliased(field.sql, field.alias, true);
  if (field instanceof Column) return field.of(alias);
  if (field.kind !== 'record') return field;
  return { ...field, entries: new Map([...field.entries].map(([name, each]) => [name, seenAs(each, alias)])) };
}

/** sql`…`, of which lists are put into parentheses when it is printed. */
export function sql(strings: readonly string[], ...values: readonly (Chunk | undefined)[]): Sql {
  return new Sql(
    strings.flatMap((text, i): Chunk[] => {
      const value = values[i];
      return value === undefined ? [text] : [text, value];
    }),
  );
}

export function joined(chunks: readonly Chunk[], separator: string): Sql {
  return new Sql(chunks.flatMap((chunk, i) => (i === 0 ? [chunk] : [separator, chunk])));
}

/** A condition that is no column and no SQL is known at run time only. */
export function isSql(thing: Thing | undefined): thing is SqlThing {
  return thing instanceof SqlThing;
}

/** The values of constants and of the run time, bound as the column's type. */
export function bound(value: Thing | undefined, beside: Thing | undefined): Chunk {
  if (value === undefined) return '';
  if (isSql(value)) return value;
  return isSql(beside) ? new Param(value) : value;
}
