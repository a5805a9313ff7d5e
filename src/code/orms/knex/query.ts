import type { TextRange } from '../../../nouns/text-range';
import type { Link, Value } from '../../facts/values';
import { isEmpty, joined, type SqlText, sql } from '../support/sql-text';
import { applyLink } from './builder';
import type { Expression, SubQuery } from './expression';
import { quotedPart } from './names';
import type { Reader } from './reader';
import type { Scope, Target } from './scope';
import { deleteSql, insertSql, updateSql } from './writes';

export interface Condition {
  readonly bool: 'and' | 'or';
  readonly sql: SqlText;
}

export type Method = 'select' | 'first' | 'pluck' | 'insert' | 'update' | 'del' | 'truncate' | 'columnInfo';

/** What a builder was told so far. Its parts are SQL already; `sql()` puts them in order as knex's compiler for PostgreSQL does. */
export class KnexQuery implements Target, SubQuery {
  method: Method = 'select';
  table?: Expression;
  only = false;
  schema?: string;
  alias: string | undefined;
  withs: { sql: SqlText; isRecursive: boolean }[] = [];
  columns: { sql: SqlText; aggregate?: string }[] = [];
  isDistinct = false;
  distinctOn?: SqlText;
  joins: { sql: SqlText; table: SqlText; conditions: readonly SqlText[] }[] = [];
  wheres: Condition[] = [];
  groups: SqlText[] = [];
  havings: Condition[] = [];
  orders: SqlText[] = [];
  unions: { clause: string; sql: SqlText; wrap: boolean }[] = [];
  limit?: SqlText;
  offset?: SqlText;
  lock?: SqlText;
  waitMode?: string;
  insert?: Expression;
  onConflict?: { target: SqlText | undefined; merge?: { updates?: Expression } };
  updates: { column: string; value: SqlText }[] = [];
  hasOpenUpdates = false;
  counters = new Map<string, SqlText>();
  updateFrom?: SqlText;
  using: SqlText[] = [];
  returning?: SqlText;
  /** Equality conditions that all hold. */
  equals: { property: string; value: Value }[] = [];
  isOnlyEquals = true;
  /** Of the method that says what the query does: `first`, `insert`, `count`. */
  nameRange?: TextRange;
  /** Columns that the program's hooks set beside those of the call. */
  addedColumns: ReadonlyMap<string, SqlText> = new Map();
  private bool: 'and' | 'or' = 'and';
  private not = false;

  constructor(readonly reader: Reader) {}

  apply(link: Link, scope: Scope): boolean {
    return applyLink(this, link, scope);
  }

  setBool(bool: 'and' | 'or'): void {
    this.bool = bool;
  }

  setNot(): void {
    this.not = true;
  }

  takeBool(): 'and' | 'or' {
    const bool = this.bool;
    this.bool = 'and';
    return bool;
  }

  takeNot(): boolean {
    const not = this.not;
    this.not = false;
    return not;
  }

  /** For a group in parentheses. */
  fresh(): KnexQuery {
    return new KnexQuery(this.reader);
  }

  /** A query of its own with the same parts. */
  clone(): this {
    const copy = Object.assign(Object.create(Object.getPrototypeOf(this)) as this, this);
    for (const [key, value] of Object.entries(this)) {
      if (Array.isArray(value)) Object.assign(copy, { [key]: [...value] });
    }
    return copy;
  }

  /** Nothing but a table. */
  get isBare(): boolean {
    const parts = [this.columns, this.wheres, this.joins, this.groups, this.orders, this.withs, this.unions];
    return this.method === 'select' && parts.every((part) => part.length === 0) && !this.limit && !this.isDistinct;
  }

  /** The column for a property that is set; undefined where the library leaves it out. */
  columnOf(property: string): string | undefined {
    return property;
  }

  /** The table without an alias, where it is a plain name: `posts`. */
  get tableName(): string | undefined {
    const table = this.table;
    const name = table?.kind === 'object' && table.entries[0] ? this.reader.expression(table.entries[0].value) : table;
    if (name?.kind !== 'literal' || typeof name.value !== 'string') return undefined;
    return name.value.replace(/ as .*$/i, '').trim();
  }

  tableSql(): SqlText {
    const { reader, schema, table } = this;
    if (table === undefined) return [];
    if (schema !== undefined && table.kind === 'literal') return [reader.quoted(`${schema}.${table.value}`)];
    const name = reader.name(table);
    if (name === undefined) reader.unknown('The table is known at run time only.');
    return name ?? [];
  }

  sql(): SqlText {
    switch (this.method) {
      case 'insert':
        return insertSql(this);
      case 'update':
        return updateSql(this);
      case 'del':
        return deleteSql(this);
      case 'truncate':
        return sql`truncate ${this.tableSql()} restart identity`;
      case 'columnInfo':
        return this.columnInfoSql();
      default:
        return this.selectSql();
    }
  }

  withSql(): SqlText {
    if (this.withs.length === 0) return [];
    const recursive = this.withs.some(({ isRecursive }) => isRecursive) ? 'recursive ' : '';
    return sql`with ${recursive}${joined(
      this.withs.map((each) => each.sql),
      ', ',
    )} `;
  }

  whereSql(): SqlText {
    return conditionsSql('where', this.wheres);
  }

  returningSql(): SqlText {
    return this.returning ? sql` returning ${this.returning}` : [];
  }

  private selectSql(): SqlText {
    const onlyUnions = this.unions.length > 0 && this.table === undefined && this.columns.length === 0;
    const wrap = this.unions.some((union) => union.wrap);
    const first = onlyUnions
      ? []
      : spaced([
          this.selectListSql(),
          joined(
            this.joins.map((join) => join.sql),
            ' ',
          ),
          this.whereSql(),
        ]);
    const unions = this.unions.map((union, i) => {
      const text = union.wrap ? sql`(${union.sql})` : union.sql;
      return onlyUnions && i === 0 ? text : sql`${union.clause} ${text}`;
    });
    const main = spaced([
      wrap && !onlyUnions ? sql`(${first})` : first,
      joined(unions, ' '),
      this.groups.length > 0 ? sql`group by ${joined(this.groups, ', ')}` : [],
      conditionsSql('having', this.havings),
      this.orders.length > 0 ? sql`order by ${joined(this.orders, ', ')}` : [],
      this.limit ? sql`limit ${this.limit}` : [],
      this.offset ? sql`offset ${this.offset}` : [],
      this.lock ?? [],
      this.waitMode ? [this.waitMode] : [],
    ]);
    return sql`${this.withSql()}${main}`;
  }

  private selectListSql(): SqlText {
    const distinct = this.distinctOn ? sql`distinct on (${this.distinctOn}) ` : this.isDistinct ? ['distinct '] : [];
    const columns = this.columns.map((column) => column.sql);
    const list = columns.length > 0 ? joined(columns, ', ') : ['*'];
    const from = this.table === undefined ? [] : sql` from ${this.only ? 'only ' : ''}${this.tableSql()}`;
    return sql`select ${distinct}${list}${from}`;
  }

  private columnInfoSql(): SqlText {
    const range = this.nameRange ?? { start: 0, end: 0 };
    const name = this.tableName;
    if (name === undefined) this.reader.unknown('The table is known at run time only.');
    const table = quotedPart(name ?? '', this.reader.mapName).slice(1, -1);
    const schema =
      this.schema === undefined ? 'current_schema()' : [{ source: `'${this.schema}'`, constant: this.schema, range }];
    return sql`select * from information_schema.columns where table_name = ${[
      { source: `'${table}'`, constant: table, range },
    ]} and table_catalog = current_database() and table_schema = ${schema}`;
  }
}

export function conditionsSql(keyword: string, conditions: readonly Condition[]): SqlText {
  if (conditions.length === 0) return [];
  return sql`${keyword} ${bare(conditions)}`;
}

/** `"a" = $1 and "b" = $2 or "c" = $3`, in the order in which they were added. */
export function bare(conditions: readonly Condition[]): SqlText {
  return conditions.flatMap(({ bool, sql: text }, i) => (i === 0 ? text : [` ${bool} `, ...text]));
}

function spaced(texts: readonly SqlText[]): SqlText {
  return joined(
    texts.filter((text) => !isEmpty(text)),
    ' ',
  );
}
