import { LibraryFunction, LibraryThing, type Method, type RecordThing, type Thing } from '../interpreter/things';
import { Sql } from './chunks';
import { condition, fieldsOfSource, fromSql, nameOfSource, withSql } from './selection';
import { Write } from './write';
import { setSql, type WriteStart } from './written-values';
/** `db.update(posts)`, which waits for `.set(…)`. */
export class UpdateBuilder extends LibraryThing {
  readonly #start: WriteStart;

  constructor(start: WriteStart) {
    super();
    this.#start = start;
  }

  override get(name: string): Thing | undefined {
    if (name !== 'set') return undefined;
    return new LibraryFunction(([set]) => new Update(this.#start, set));
  }
}

interface UpdateJoin {
  readonly type: string;
  readonly table: Thing;
  readonly on: Thing | undefined;
}

const joinTypes: Readonly<Record<string, string>> = {
  leftJoin: 'left',
  rightJoin: 'right',
  innerJoin: 'inner',
  fullJoin: 'full',
};

export class Update extends Write {
  override readonly operation = 'update';
  readonly #set: Thing | undefined;
  readonly #joins: UpdateJoin[] = [];
  #from: Thing | undefined;
  where: Thing | undefined;

  constructor(start: WriteStart, set: Thing | undefined) {
    super(start);
    this.#set = set;
  }

  protected override method(name: string): Method | undefined {
    const type = joinTypes[name];
    if (type !== undefined) {
      return ([table, on]) => {
        if (table === undefined) return undefined;
        this.#joins.push({ type, table, on: condition(on, this.start.notes) });
        return this;
      };
    }
    switch (name) {
      case 'from':
        return ([source]) => {
          this.#from = source;
          return this;
        };
      case 'where':
        return ([of]) => {
          this.where = condition(of, this.start.notes);
          return this;
        };
      default:
        return undefined;
    }
  }

  protected override allFields(): RecordThing {
    const entries = new Map(this.table.fields().entries);
    for (const source of [this.#from, ...this.#joins.map(({ table }) => table)]) {
      const name = source === undefined ? undefined : nameOfSource(source);
      const fields = source === undefined ? undefined : fieldsOfSource(source);
      if (name !== undefined && fields !== undefined) entries.set(name, fields);
    }
    return { ...this.table.fields(), entries };
  }

  /** As PgDialect.buildUpdateQuery. */
  sql(): Sql {
    return new Sql([
      withSql(this.start.ctes),
      'update ',
      fromSql(this.table),
      ' set ',
      setSql(this.start, this.#set),
      ...(this.#from === undefined ? [] : [' from ', fromSql(this.#from)]),
      ...this.#joins.map(
        ({ type, table, on }) => new Sql([` ${type} join `, fromSql(table), ...(on === undefined ? [] : [' on ', on])]),
      ),
      ...(this.where === undefined ? [] : [' where ', this.where]),
      this.returningSql(this.#from === undefined),
    ]);
  }
}

export class Delete extends Write {
  override readonly operation = 'delete';
  where: Thing | undefined;

  protected override method(name: string): Method | undefined {
    if (name !== 'where') return undefined;
    return ([of]) => {
      this.where = condition(of, this.start.notes);
      return this;
    };
  }

  /** As PgDialect.buildDeleteQuery. */
  sql(): Sql {
    return new Sql([
      withSql(this.start.ctes),
      'delete from ',
      this.table,
      ...(this.where === undefined ? [] : [' where ', this.where]),
      this.returningSql(),
    ]);
  }
}
