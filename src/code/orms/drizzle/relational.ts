import {
  constant,
  entryOf,
  isUndefined,
  itemsOf,
  LibraryFunction,
  LibraryThing,
  type RecordThing,
  type Thing,
} from '../interpreter/things';
import { Aliased, type Chunk, Column, isSql, joined, Query, Sql, type Table } from './chunks';
import { operator } from './operators';
import { condition, fromSql, selectionSql } from './selection';

/** Where a relation leads: pairs of columns of this table and of the other one. */
export interface ResolvedRelation {
  readonly name: string;
  readonly isMany: boolean;
  readonly table: RelatedTable;
  readonly fields: readonly string[];
  readonly references: readonly string[];
}

/** A table of the schema that `drizzle(…, { schema })` was given, with its key there. */
export interface RelatedTable {
  readonly key: string;
  readonly table: Table;
  relation(name: string): ResolvedRelation | undefined;
}

interface Load {
  readonly path: string;
  readonly range: { readonly start: number; readonly end: number };
  readonly columns?: readonly string[];
}

/** `db.query.posts.findMany({ … })` */
export class RelationalQuery extends Query {
  override readonly operation: 'find' | 'find one';
  readonly of: RelatedTable;
  readonly config: Thing | undefined;
  readonly loads: Load[] = [];
  selects: readonly string[] | undefined;
  where: Thing | undefined;
  readonly #notes: Set<string>;

  constructor(of: RelatedTable, config: Thing | undefined, isFirst: boolean, notes: Set<string>) {
    super();
    this.of = of;
    this.config = config;
    this.operation = isFirst ? 'find one' : 'find';
    this.#notes = notes;
  }

  get hasLimit(): boolean {
    return this.operation === 'find one' || entryOf(this.config, 'limit') !== undefined;
  }

  sql(): Sql {
    this.loads.length = 0;
    const limit = this.operation === 'find one' ? constant(1) : entryOf(this.config, 'limit');
    return this.#build(this.of, this.of.key, this.config, limit, undefined, '');
  }

  /** As PgDialect.buildRelationalQueryWithoutPK. */
  #build(
    of: RelatedTable,
    alias: string,
    config: Thing | undefined,
    limit: Thing | undefined,
    relation: { readonly resolved: ResolvedRelation; readonly joinOn: Sql } | undefined,
    path: string,
  ): Sql {
    const table = of.table.as(alias);
    const columns = table.fields();
    const callback = (thing: Thing | undefined, ...more: readonly Thing[]) =>
      thing?.kind === 'function' ? thing.call([columns, ...more]) : thing;
    const own = condition(callback(entryOf(config, 'where'), operators), this.#notes);
    const userWhere = own === undefined ? undefined : inAlias(own, alias);
    const names = selectedColumns(of.table, entryOf(config, 'columns'), this.#notes);
    if (path === '') {
      this.where = own;
      this.selects = entryOf(config, 'columns') === undefined ? undefined : names;
    }
    const selection: { readonly field: Thing }[] = [];
    for (const name of names) {
      const column = table.column(name);
      if (column !== undefined) selection.push({ field: column });
    }
    const extras = callback(entryOf(config, 'extras'), operators);
    if (extras?.kind === 'record') {
      for (const extra of extras.entries.values()) {
        if (extra instanceof Aliased) selection.push({ field: new Aliased(inAlias(extra.sql, alias), extra.alias) });
      }
    }
    const orderBy = itemsOf(callback(entryOf(config, 'orderBy'), operators))
      .filter(isSql)
      .map((each) => inAlias(each, alias));
    const offset = entryOf(config, 'offset');
    const joins: Sql[] = [];
    for (const [name, nested] of this.#relations(of, entryOf(config, 'with'), config)) {
      const at = path === '' ? name : `${path}.${name}`;
      const resolved = of.relation(name);
      if (resolved === undefined) {
        this.#notes.add(`The relation ${name} of ${of.key} is not known.`);
        continue;
      }
      joins.push(this.#join(of, alias, resolved, nested.config, at, nested.range));
      selection.push({ field: new Aliased(new Sql([`"${alias}_${name}"."data"`]), name) });
    }
    const where = both(relation?.joinOn, userWhere);
    if (relation === undefined) {
      return select(
        table,
        selectionSql(
          selection.map(({ field }) => ({ path: [], field })),
          joins.length === 0,
        ),
        joins,
        where,
        orderBy,
        limit,
        offset,
      );
    }
    return nestedSelect(table, selection, joins, where, orderBy, limit, offset, relation.resolved.isMany);
  }

  #join(
    of: RelatedTable,
    alias: string,
    resolved: ResolvedRelation,
    config: Thing,
    path: string,
    range: Load['range'],
  ): Sql {
    const inner = `${alias}_${resolved.name}`;
    const { table } = resolved.table;
    const pairs = resolved.fields.map((field, i) => {
      const here = of.table.as(alias).column(field);
      const there = table.as(inner).column(resolved.references[i] ?? '');
      return new Sql([there ?? '', ' = ', here ?? '']);
    });
    const joinOn = pairs.length === 1 ? (pairs[0] as Sql) : new Sql(['(', joined(pairs, ' and '), ')']);
    const limit = resolved.isMany ? entryOf(config, 'limit') : constant(1);
    const wanted = entryOf(config, 'columns');
    const columns = wanted === undefined ? undefined : selectedColumns(table, wanted, this.#notes);
    this.loads.push({ path, range, ...(columns === undefined ? {} : { columns }) });
    const query = this.#build(resolved.table, inner, config, limit, { resolved, joinOn }, path);
    return new Sql([' left join lateral (', query, `) "${inner}" on true`]);
  }

  /** In the order in which they stand in `with`. */
  *#relations(
    of: RelatedTable,
    wanted: Thing | undefined,
    config: Thing | undefined,
  ): Generator<[string, { readonly config: Thing; readonly range: Load['range'] }]> {
    if (wanted === undefined) {
      if (config?.kind === 'record' && config.isOpen) this.#notes.add('Options added at run time are not included.');
      if (config?.kind === 'unknown') this.#notes.add('The options are known at run time only.');
      return;
    }
    if (wanted.kind !== 'record') {
      this.#notes.add(`The relations that come with ${of.key} are known at run time only.`);
      return;
    }
    if (wanted.isOpen) this.#notes.add('Relations added at run time are not included.');
    for (const [name, nested] of wanted.entries) {
      if (isUndefined(nested) || (nested.kind === 'constant' && nested.value === false)) continue;
      yield [name, { config: nested, range: wanted.ranges.get(name) ?? wanted.range }];
    }
  }
}

function select(
  source: Chunk,
  selection: Chunk,
  joins: readonly Sql[],
  where: Chunk | undefined,
  orderBy: readonly Chunk[],
  limit: Thing | undefined,
  offset: Thing | undefined,
): Sql {
  return new Sql([
    'select ',
    selection,
    ' from ',
    typeof source === 'string' ? source : fromSql(source),
    ...joins,
    ...(where === undefined ? [] : [' where ', where]),
    ...(orderBy.length === 0 ? [] : [' order by ', joined(orderBy, ', ')]),
    ...(limit === undefined ? [] : [' limit ', limit]),
    ...(offset === undefined ? [] : [' offset ', offset]),
  ]);
}

/** One row of JSON for the row outside: an array of its values, or of all rows' arrays. */
function nestedSelect(
  table: Table,
  selection: readonly { readonly field: Thing }[],
  joins: readonly Sql[],
  where: Chunk | undefined,
  orderBy: readonly Chunk[],
  limit: Thing | undefined,
  offset: Thing | undefined,
  isMany: boolean,
): Sql {
  const fields = selection.map(({ field }) => (field instanceof Aliased ? field.sql : field));
  const row = new Sql(['json_build_array(', joined(fields, ', '), ')']);
  const order: readonly Chunk[] = orderBy.length === 0 ? [] : [' order by ', joined(orderBy, ', ')];
  const data = isMany ? new Sql(['coalesce(json_agg(', row, ...order, "), '[]'::json)"]) : row;
  const name = table.knownAs;
  if (limit === undefined && offset === undefined && orderBy.length === 0) {
    return select(table, new Sql([data, ' as "data"']), joins, where, [], undefined, undefined);
  }
  const inner = select(table, '*', [], where, orderBy, limit, offset);
  const source = new Sql(['(', inner, `) "${name}"`]);
  return select(source, new Sql([data, ' as "data"']), joins, undefined, [], undefined, undefined);
}

function both(a: Chunk | undefined, b: Chunk | undefined): Chunk | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return new Sql(['(', a, ' and ', b, ')']);
}

function selectedColumns(table: Table, columns: Thing | undefined, notes: Set<string>): string[] {
  const all = [...table.columns.keys()];
  if (columns === undefined) return all;
  if (columns.kind !== 'record' || columns.isOpen) notes.add('The selected columns are known at run time only.');
  if (columns.kind !== 'record') return all;
  const isOn = (name: string, wanted: boolean) => {
    const flag = columns.entries.get(name);
    return flag?.kind === 'constant' && flag.value === wanted;
  };
  const included = all.filter((name) => isOn(name, true));
  if (included.length > 0) return included;
  const excluded = all.filter((name) => isOn(name, false));
  return excluded.length === 0 ? [] : all.filter((name) => !excluded.includes(name));
}

/** Columns of the table itself are those of its alias here. */
function inAlias(of: Thing, alias: string): Sql {
  const chunks = of instanceof Sql ? of.chunks : [of];
  return new Sql(
    chunks.map((chunk): Chunk => {
      if (chunk instanceof Column) return chunk.of(alias);
      if (chunk instanceof Sql) return inAlias(chunk, alias);
      return chunk instanceof Aliased ? new Aliased(inAlias(chunk.sql, alias), chunk.alias) : chunk;
    }),
  );
}

/** The second argument of the callbacks: `(post, { eq }) => eq(post.id, id)`. */
class Operators extends LibraryThing {
  override get(name: string): Thing | undefined {
    return operator(name, new Set());
  }
}

const operators = new Operators();

/** `db.query.posts` */
export class RelationalBuilder extends LibraryThing {
  readonly #of: RelatedTable;
  readonly #notes: Set<string>;

  constructor(of: RelatedTable, notes: Set<string>) {
    super();
    this.#of = of;
    this.#notes = notes;
  }

  override get(name: string): Thing | undefined {
    if (name !== 'findMany' && name !== 'findFirst') return undefined;
    return new LibraryFunction(([config]) => new RelationalQuery(this.#of, config, name === 'findFirst', this.#notes));
  }
}

export type { RecordThing };
