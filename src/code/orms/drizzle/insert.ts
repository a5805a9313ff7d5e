import {
  entryOf,
  isUndefined,
  LibraryFunction,
  LibraryThing,
  type Method,
  recordOf,
  type Thing,
  unknown,
} from '../interpreter/things';
import {
  BareColumn,
  type Chunk,
  Column,
  type ColumnFacts,
  isSql,
  joined,
  Param,
  Query,
  Sql,
  type Table,
} from './chunks';
import { condition, withSql } from './selection';
import { setSql, Write, type WriteStart } from './write';
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

function insertedColumns(table: Table): ColumnFacts[] {
  return [...table.columns.values()].filter((facts) => !facts.isGenerated);
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

/** `values (default, $1, …), (…)`: every column of the table, `default` where the row has none. */
function valuesSql(start: WriteStart, rows: Thing): Sql {
  const list = (rows.kind === 'list' ? rows.items : [rows]).map((row) => recordOf(row) ?? row);
  const known = list.length > 0 ? list : [rows];
  const columns = insertedColumns(start.table);
  const texts = known.map((row) => {
    const values = columns.map((facts) => rowValue(row, facts));
    return new Sql(['(', joined(values, ', '), ')']);
  });
  if (known.some((row) => row.kind !== 'record' || row.isOpen)) {
    start.notes.add(
      'Which columns the rows have is known at run time only; those without a default are shown with a value.',
    );
  }
  return new Sql(['values ', joined(texts, ', ')]);
}

function rowValue(row: Thing, facts: ColumnFacts): Chunk {
  const given = row.kind === 'record' ? row.entries.get(facts.property) : undefined;
  if (given !== undefined && !isUndefined(given)) return isSql(given) ? given : new Param(given);
  if (row.kind !== 'record' || row.isOpen) {
    const isNeeded = facts.isNotNull && !facts.hasDefault && facts.defaultValue === undefined;
    if (isNeeded) return new Param(unknown(facts.property, row.kind === 'library' ? facts.range : row.range));
  }
  const made = facts.defaultValue ?? (facts.hasDefault ? undefined : facts.updateValue);
  if (made === undefined) return 'default';
  return isSql(made) ? made : new Param(made);
}
