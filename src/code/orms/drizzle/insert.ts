import { entryOf, LibraryFunction, LibraryThing, type Method, type Thing } from '../interpreter/things';
import { BareColumn, type Chunk, Column, joined, Query, Sql } from './chunks';
import { condition, withSql } from './selection';
import { Write } from './write';
import { insertedColumns, setSql, valuesSql, type WriteStart } from './written-values';
/** `db.insert(posts)`, which waits for `.values(…)` or `.select(…)`. */
export class InsertBuilder extends LibraryThing {
  readonly #start: WriteStart;
  #overriding = '';

  constructor(start: WriteStart) {
    super();
    this.#start = start;
  }

  override get(name: string): Thing | undefined {
    switch (name) {
      case 'values':
        return new LibraryFunction(([rows]) =>
          rows === undefined
            ? undefined
            : new Insert(this.#start, valuesSql(this.#start, rows), this.#overriding, rows),
        );
      case 'select':
        return new LibraryFunction(([of]) => {
          const query = of instanceof Query ? of.sql() : of;
          return query instanceof Sql ? new Insert(this.#start, query, this.#overriding) : undefined;
        });
      case 'overridingSystemValue':
        return new LibraryFunction(() => {
          this.#overriding = 'overriding system value ';
          return this;
        });
      default:
        return undefined;
    }
  }
}

export class Insert extends Write {
  readonly rows: Thing | undefined;
  readonly #values: Sql;
  readonly #overriding: string;
  #onConflict: Chunk = '';
  #isUpsert = false;

  constructor(start: WriteStart, values: Sql, overriding: string, rows?: Thing) {
    super(start);
    this.#values = values;
    this.#overriding = overriding;
    this.rows = rows;
  }

  override get operation(): 'insert' | 'upsert' {
    return this.#isUpsert ? 'upsert' : 'insert';
  }

  protected override method(name: string): Method | undefined {
    switch (name) {
      case 'onConflictDoNothing':
        return ([config]) => {
          const target = entryOf(config, 'target');
          this.#onConflict =
            target === undefined
              ? ' on conflict do nothing'
              : new Sql([' on conflict ', targetSql(target), this.#conditionSql(config, 'where'), ' do nothing']);
          return this;
        };
      case 'onConflictDoUpdate':
        return ([config]) => {
          this.#isUpsert = true;
          this.#onConflict = new Sql([
            ' on conflict ',
            targetSql(entryOf(config, 'target')),
            this.#conditionSql(config, 'targetWhere'),
            ' do update set ',
            setSql(this.start, entryOf(config, 'set')),
            this.#conditionSql(config, 'where'),
            this.#conditionSql(config, 'setWhere'),
          ]);
          return this;
        };
      default:
        return undefined;
    }
  }

  #conditionSql(config: Thing | undefined, name: string): Chunk {
    const where = condition(entryOf(config, name), this.start.notes);
    return where === undefined ? '' : new Sql([' where ', where]);
  }

  /** As PgDialect.buildInsertQuery. */
  sql(): Sql {
    const columns = insertedColumns(this.table).map((facts) => new BareColumn(new Column(this.table, facts)));
    return new Sql([
      withSql(this.start.ctes),
      'insert into ',
      this.table,
      ' (',
      joined(columns, ', '),
      `) ${this.#overriding}`,
      this.#values,
      this.#onConflict,
      this.returningSql(),
    ]);
  }
}

function targetSql(target: Thing | undefined): Sql {
  const columns = (target?.kind === 'list' ? target.items : [target]).filter((each) => each instanceof Column);
  return new Sql([
    '(',
    joined(
      columns.map((column) => new BareColumn(column)),
      ', ',
    ),
    ')',
  ]);
}
