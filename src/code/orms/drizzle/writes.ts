import {
  entryOf,
  isUndefined,
  LibraryFunction,
  LibraryThing,
  type Method,
  type RecordThing,
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
import { condition, fieldsOfSource, flatFields, fromSql, nameOfSource, selectionSql, withSql } from './selection';

export interface WriteStart {
  readonly table: Table;
  readonly ctes: readonly Thing[];
  readonly notes: Set<string>;
}

export abstract class Write extends Query {
  readonly table: Table;
  protected readonly start: WriteStart;
  #returning: RecordThing | undefined;

  constructor(start: WriteStart) {
    super();
    this.start = start;
    this.table = start.table;
  }

  get returned(): RecordThing | undefined {
    return this.#returning;
  }

  protected abstract method(name: string): Method | undefined;

  protected allFields(): RecordThing {
    return this.table.fields();
  }

  override get(name: string): Thing | undefined {
    if (name === 'returning') {
      return new LibraryFunction(([fields]) => {
        this.#returning = fields?.kind === 'record' ? fields : this.allFields();
        return this;
      });
    }
    const method = this.method(name);
    return method === undefined ? super.get(name) : new LibraryFunction(method);
  }

  protected returningSql(isSingleTable = true): Chunk {
    const fields = this.#returning;
    return fields === undefined ? '' : new Sql([' returning ', selectionSql(flatFields(fields), isSingleTable)]);
  }
}

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

/** As PgDialect.buildUpdateSet: in the order of the table's columns, with those that are set on every update. */
function setSql(start: WriteStart, set: Thing | undefined): Sql {
  const assignments: Chunk[] = [];
  for (const facts of start.table.columns.values()) {
    const given = set?.kind === 'record' ? set.entries.get(facts.property) : undefined;
    const value = given === undefined || isUndefined(given) ? facts.updateValue : given;
    if (value === undefined) continue;
    assignments.push(assignment(start.table, facts, value));
  }
  if (set?.kind !== 'record' || set.isOpen) {
    start.notes.add('More columns may be set, by names that are known at run time only.');
    const first = [...start.table.columns.values()].find((facts) => !facts.isPrimaryKey);
    if (assignments.length === 0 && first !== undefined) {
      assignments.push(assignment(start.table, first, unknown(first.property, first.range)));
    }
  }
  return joined(assignments, ', ');
}

function assignment(table: Table, facts: ColumnFacts, value: Thing): Sql {
  return new Sql([new BareColumn(new Column(table, facts)), ' = ', isSql(value) ? value : new Param(value)]);
}

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
