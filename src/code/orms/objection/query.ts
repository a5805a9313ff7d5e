import type { TextRange } from '../../../nouns/text-range';
import type { Link } from '../../facts/values';
import type { Model } from '../../models/model';
import type { Expression } from '../knex/expression';
import { KnexQuery } from '../knex/query';
import type { Reader } from '../knex/reader';
import type { Scope } from '../knex/scope';
import { joined, type SqlText, sql } from '../support/sql-text';
import { type GraphNode, merged } from './graph';
import { joinedGraph } from './joined';
import { detailsOf, type ObjectionModels } from './models';
import type { Owner } from './owner';
import { applyOwner } from './related';
import { selects } from './selections';
import { applyObjectionLink } from './steps';

/** What is done beside one statement of a builder. */
export type Task =
  | { readonly kind: 'plain' }
  | { readonly kind: 'result size' }
  /** page() and range(): the rows, then how many there are without the limit. */
  | { readonly kind: 'range' }
  | { readonly kind: 'insert and fetch' }
  | { readonly kind: 'update and fetch'; readonly id: Expression | undefined }
  | { readonly kind: 'relate'; readonly ids: Expression | undefined; readonly range: TextRange }
  | { readonly kind: 'unrelate' }
  | {
      readonly kind: 'graph';
      readonly isUpsert: boolean;
      /** Rows with a key are there already: `{ relate: true }`. */
      readonly isRelating: boolean;
      readonly data: Expression | undefined;
    };

/** objection's builder: knex's with a model, and with what it loads beside the rows. */
export class ObjectionQuery extends KnexQuery {
  task: Task = { kind: 'plain' };
  /** Of the table: `.alias('p')`. */
  tableAlias?: string;
  /** `withGraphFetched`: one query for each relation; `withGraphJoined`: joins. */
  graph: readonly GraphNode[] = [];
  isJoined = false;
  joinType = 'left';
  aliases: ReadonlyMap<string, string> = new Map();
  graphModifiers: { readonly path: readonly GraphNode[]; readonly modifier: Expression }[] = [];
  /** Modifiers that this query alone knows: `.modifiers({ filter: (qb) => … })`. */
  ownModifiers: ReadonlyMap<string, Expression> = new Map();
  /** `Post.relatedQuery('comments')`: whose rows. */
  owner?: Owner;
  isFirst = false;
  /** The last method that was called, where nobody knows it: it may do anything. */
  unknownMethod: string | undefined;
  /** `post.$query()`: one row that is there already. */
  isOfInstance = false;

  constructor(
    reader: Reader,
    readonly model: Model,
    readonly known: ObjectionModels,
  ) {
    super(reader);
  }

  override apply(link: Link, scope: Scope): boolean {
    const { parents } = this;
    parents.push(this);
    const isKnown = applyObjectionLink(this, link, scope) || super.apply(link, scope);
    parents.pop();
    this.unknownMethod = isKnown ? undefined : link.name;
    return isKnown;
  }

  /** The queries that are being read around a sub-query: what `relatedQuery` without `for` refers to. */
  get parents(): ObjectionQuery[] {
    const known = openQueries.get(this.reader);
    if (known) return known;
    const list: ObjectionQuery[] = [];
    openQueries.set(this.reader, list);
    return list;
  }

  get details() {
    return detailsOf(this.model);
  }

  /** What stands before the model's columns. */
  get tableRef(): string {
    return this.tableAlias ?? this.details.tableName;
  }

  column(name: string): string {
    return this.reader.quoted(`${this.tableRef}.${name}`);
  }

  override columnOf(property: string): string | undefined {
    const isRelation = this.model.associations.some(({ name }) => name === property);
    return isRelation ? undefined : this.details.columnOf(property);
  }

  override get tableName(): string {
    return this.details.tableName;
  }

  override tableSql(): SqlText {
    const { reader, schema, tableAlias } = this;
    if (this.table) return super.tableSql();
    const name = schema === undefined ? this.details.tableName : `${schema}.${this.details.tableName}`;
    return [reader.quoted(tableAlias === undefined ? name : `${name} as ${tableAlias}`)];
  }

  addGraph(nodes: readonly GraphNode[]): void {
    this.graph = merged(this.graph, nodes);
  }

  /** Nothing was asked but the whole table: a join takes the table itself instead of a sub-query. */
  get isWholeTable(): boolean {
    const parts = [this.wheres, this.joins, this.groups, this.orders, this.withs, this.unions, this.havings];
    const isBare = parts.every((part) => part.length === 0) && !this.limit && !this.offset && !this.isDistinct;
    return isBare && this.columns.every((each) => /^(?:"[^"]+"\.)?\*$/.test(each.sql.join('')));
  }

  /** The statement with what objection adds to every one: the owner's condition, the joins, the columns. */
  override sql(): SqlText {
    return this.prepared().plainSql();
  }

  /** Without anything added. */
  plainSql(): SqlText {
    if (this.table === undefined) this.table = { kind: 'sql', sql: this.tableSql(), range: { start: 0, end: 0 } };
    return super.sql();
  }

  prepared(): ObjectionQuery {
    const query = this.clone();
    if (query.owner) applyOwner(query, query.owner);
    const isFind = query.method === 'select';
    if (isFind && query.isJoined && query.graph.length > 0) joinedGraph(query, query.graph);
    if (isFind && query.columns.length === 0 && !query.distinctOn) {
      query.columns.push({ sql: [`${this.reader.quoted(query.tableRef)}.*`] });
    }
    if (isFind && !query.isJoined) addKeysOfGraph(query);
    if (query.isFirst && query.details.useLimitInFirst && isFind) {
      const range = query.nameRange ?? { start: 0, end: 0 };
      query.limit ??= [{ source: '1', constant: 1, range }];
    }
    return query;
  }

  /** How many rows there are without limit and order: `page()`, `resultSize()`. */
  countSql(): SqlText {
    const query = this.clone();
    query.orders = [];
    query.limit = undefined;
    query.offset = undefined;
    query.isFirst = false;
    return sql`select count(*) as "count" from (${query.sql()}) as "temp"`;
  }

  selectsColumn(column: string): boolean {
    const { mapName } = this.reader;
    return selects(this, this.tableRef.split('.').map(mapName).join('.'), mapName(column));
  }

  /** `"posts"."id"`, `("a"."x", "a"."y")` */
  columnsSql(columns: readonly string[]): SqlText {
    const names = columns.map((column) => [this.column(column)]);
    return names.length === 1 ? joined(names, '') : sql`(${joined(names, ', ')})`;
  }
}

const openQueries = new WeakMap<Reader, ObjectionQuery[]>();

/** The columns by which rows and their relations are put together are selected too. */
function addKeysOfGraph(query: ObjectionQuery): void {
  for (const node of query.graph) {
    const association = query.model.associations.find(({ name }) => name === node.relation);
    if (!association) continue;
    for (const column of association.kind === 'belongsTo' ? association.foreignKey : association.referenced) {
      addKey(query, column);
    }
  }
}

export function addKey(query: ObjectionQuery, column: string): void {
  if (!query.selectsColumn(column)) query.columns.push({ sql: [query.column(column)] });
}
