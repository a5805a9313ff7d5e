import {
  isUndefined,
  LibraryFunction,
  LibraryThing,
  type RecordThing,
  type Thing,
  textOf,
} from '../interpreter/things';
import { Delete, UpdateBuilder } from './change';
import { isSql, Query, Sql, Subquery, Table } from './chunks';
import { InsertBuilder } from './insert';
import type { Casing } from './print';
import { Count, QueryBuilder } from './query-builder';
import { type RelatedTable, RelationalBuilder } from './relational';
import { Select } from './select';
import { condition } from './selection';
import { Write } from './write';

/** What is known of the database that a call is made of. */
export interface DatabaseFacts {
  readonly casing: Casing;
  /** `db.query.posts`, by the table's key in the schema. */
  related(key: string): RelatedTable | undefined;
  readonly notes: Set<string>;
}

/** `drizzle(…)`, the `tx` of a transaction. */
export class Database extends QueryBuilder {
  readonly #facts: DatabaseFacts;

  constructor(facts: DatabaseFacts, ctes: readonly Thing[] = []) {
    super(facts.notes, ctes);
    this.#facts = facts;
  }

  override get(name: string): Thing | undefined {
    const { notes, ctes } = this;
    switch (name) {
      case 'insert':
        return ofTable((table) => new InsertBuilder({ table, ctes, notes }));
      case 'update':
        return ofTable((table) => new UpdateBuilder({ table, ctes, notes }));
      case 'delete':
        return ofTable((table) => new Delete({ table, ctes, notes }));
      case '$count':
        return new LibraryFunction(([table, where]) =>
          isSql(table) ? new Count(table, condition(where, notes)) : undefined,
        );
      case 'with':
        return new LibraryFunction((given) => new Database(this.#facts, given));
      case '$with':
        return new LibraryFunction(([alias]) => {
          const text = textOf(alias);
          return text === undefined ? undefined : new WithBuilder(text, notes);
        });
      case 'query':
        return new RelationalQueries(this.#facts);
      case 'execute':
        return new LibraryFunction(([query]) => raw(query));
      case 'batch':
        return new LibraryFunction(([queries]) => (queries?.kind === 'list' ? new Batch(queries.items) : undefined));
      case '$primary':
        return this;
      default:
        return super.get(name);
    }
  }
}

function ofTable(act: (table: Table) => Thing): Thing {
  return new LibraryFunction(([table]) => (table instanceof Table ? act(table) : undefined));
}

/** `db.$with('recent')`, which waits for `.as(query)`. */
class WithBuilder extends LibraryThing {
  readonly #alias: string;
  readonly #notes: Set<string>;

  constructor(alias: string, notes: Set<string>) {
    super();
    this.#alias = alias;
    this.#notes = notes;
  }

  override get(name: string): Thing | undefined {
    if (name !== 'as') return undefined;
    return new LibraryFunction(([of, columns]) => {
      const query = of?.kind === 'function' ? of.call([new QueryBuilder(this.#notes)]) : of;
      if (query instanceof Sql) return new Subquery(this.#alias, query, recordOf(columns), true);
      if (!(query instanceof Query)) return undefined;
      return new Subquery(this.#alias, query.sql(), fieldsOf(query), true);
    });
  }
}

function fieldsOf(query: Query): RecordThing {
  if (query instanceof Select) return query.fields;
  return recordOf(query instanceof Write ? query.returned : undefined);
}

function recordOf(thing: Thing | undefined): RecordThing {
  if (thing?.kind === 'record') return thing;
  return { kind: 'record', entries: new Map(), ranges: new Map(), isOpen: false, range: { start: 0, end: 0 } };
}

class RelationalQueries extends LibraryThing {
  readonly #facts: DatabaseFacts;

  constructor(facts: DatabaseFacts) {
    super();
    this.#facts = facts;
  }

  override get(name: string): Thing | undefined {
    const table = this.#facts.related(name);
    return table === undefined ? undefined : new RelationalBuilder(table, this.#facts.notes);
  }
}

function raw(query: Thing | undefined): Thing | undefined {
  const text = textOf(query);
  if (text !== undefined) return new Raw(new Sql([text]));
  if (query instanceof Sql) return new Raw(query);
  return query instanceof Query && !isUndefined(query) ? query : undefined;
}

/** `db.execute(sql`…`)` */
export class Raw extends Query {
  override readonly operation = 'raw';
  readonly #sql: Sql;

  constructor(of: Sql) {
    super();
    this.#sql = of;
  }

  sql(): Sql {
    return this.#sql;
  }
}

/** `db.batch([…])` */
export class Batch extends Query {
  override readonly operation = 'raw';
  readonly #parts: readonly Query[];

  constructor(queries: readonly Thing[]) {
    super();
    this.#parts = queries.filter((each) => each instanceof Query);
  }

  override get parts(): readonly Query[] {
    return this.#parts;
  }

  sql(): Sql {
    return new Sql([]);
  }
}
