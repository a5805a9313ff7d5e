import type { TextRange } from '../../../nouns/text-range';
import type { Value } from '../../facts/values';
import type { GeneratedStatement } from '../orm';
import { quoted, type StatementText } from '../support/statement-text';
import {
  columnAt,
  columnWithRole,
  type Entity,
  type EntityColumn,
  type EntityRelation,
  isLinked,
  primaryColumns,
} from './entity';
import {
  allOrders,
  conditionsText,
  joinText,
  limitText,
  orderText,
  pageText,
  selectText,
  whereClause,
} from './select-text';
import { aliasOf, bindParameters, replaceProperties } from './statement-text';

export interface Alias {
  readonly name: string;
  readonly entity?: Entity;
  /** A table without entity, quoted, or a query in parentheses. */
  readonly source?: string;
}

export interface Join {
  readonly direction: 'LEFT' | 'INNER';
  /** `post.author` */
  readonly parent?: string;
  readonly relation?: EntityRelation;
  readonly alias: Alias;
  readonly condition: string;
}

export interface Condition {
  readonly type: 'simple' | 'and' | 'or';
  readonly text: string;
}

export interface Selection {
  readonly selection: string;
  readonly aliasName?: string;
}

/** Associations that come with the rows: dotted paths from the entity. */
export interface Loaded {
  readonly path: string;
  readonly range: TextRange;
  readonly columns?: readonly string[];
}

/** A SELECT of TypeORM's query builder; find options are turned into one too. */
export class SelectQuery {
  readonly text: StatementText;
  main: Alias | undefined;
  /** More tables after FROM. */
  readonly others: Alias[] = [];
  readonly joins: Join[] = [];
  selects: Selection[] = [];
  readonly wheres: Condition[] = [];
  groupBys: string[] = [];
  havings: Condition[] = [];
  orderBys = new Map<string, string>();
  distinct: 'no' | 'yes' | readonly string[] = 'no';
  skip: string | undefined;
  take: string | undefined;
  limit: string | undefined;
  offset: string | undefined;
  lock = '';
  withDeleted = false;
  /** False for getRawMany() and its like: keys that were not asked for are not selected then. */
  givesEntities = true;
  appended: string | undefined;
  /** A key that it needs is not known: there is no statement. */
  isUnknown = false;
  hasGlobalOrder = true;
  /** Of a query in the query: it may name its tables' properties too. */
  parent: SelectQuery | undefined;
  /** Values of `:name`. */
  parameters: ReadonlyMap<string, Value> = new Map();

  constructor(text: StatementText) {
    this.text = text;
  }

  clone(): SelectQuery {
    const copy = new SelectQuery(this.text);
    copy.main = this.main;
    copy.others.push(...this.others);
    copy.joins.push(...this.joins);
    copy.wheres.push(...this.wheres);
    copy.selects = [...this.selects];
    copy.groupBys = [...this.groupBys];
    copy.havings = [...this.havings];
    copy.orderBys = new Map(this.orderBys);
    copy.distinct = this.distinct;
    copy.skip = this.skip;
    copy.take = this.take;
    copy.limit = this.limit;
    copy.offset = this.offset;
    copy.lock = this.lock;
    copy.withDeleted = this.withDeleted;
    copy.givesEntities = this.givesEntities;
    copy.hasGlobalOrder = this.hasGlobalOrder;
    copy.parameters = this.parameters;
    copy.isUnknown = this.isUnknown;
    return copy;
  }

  aliasNamed(name: string): Alias | undefined {
    if (this.main?.name === name) return this.main;
    return this.joins.find((join) => join.alias.name === name)?.alias;
  }

  /** Joins a relation (`post.author`) or a table of its own; rows marked as deleted are left out of it. */
  join(
    direction: Join['direction'],
    target: Alias,
    on: { parent?: string; relation?: EntityRelation; condition?: string },
  ) {
    const deleted = target.entity && !this.withDeleted ? columnWithRole(target.entity, 'delete date') : undefined;
    const conditions = [
      ...(on.condition ? [on.condition] : []),
      ...(deleted ? [`${target.name}.${deleted.property} IS NULL`] : []),
    ];
    const { parent, relation } = on;
    if (relation !== undefined && !isLinked(relation)) this.isUnknown = true;
    this.joins.push({
      direction,
      ...(parent === undefined ? {} : { parent }),
      ...(relation === undefined ? {} : { relation }),
      alias: target,
      condition: conditions.join(' AND '),
    });
  }

  joinedRelation(parent: string, relation: EntityRelation): Join | undefined {
    return this.joins.find((join) => join.parent === parent && join.relation === relation);
  }

  isSelected(name: string): boolean {
    return this.selects.some(({ selection, aliasName }) => selection === name && aliasName === undefined);
  }

  /** The text, with the names of columns. */
  sql(): string {
    const aliases = [...(this.main ? [this.main] : []), ...this.others, ...this.joins.map((join) => join.alias)];
    const entities = new Map<string, Entity>();
    for (const { name, entity } of aliases) if (entity !== undefined) entities.set(`${name}.`, entity);
    for (let outer = this.parent; outer !== undefined; outer = outer.parent) {
      if (outer.main?.entity !== undefined) entities.set(`${outer.main.name}.`, outer.main.entity);
    }
    const text =
      selectText(this) +
      joinText(this) +
      whereClause(this) +
      (this.groupBys.length === 0 ? '' : ` GROUP BY ${this.groupBys.join(', ')}`) +
      (this.havings.length === 0 ? '' : ` HAVING ${conditionsText(this.havings)}`) +
      orderText(this) +
      pageText(this) +
      this.lock;
    return replaceProperties(text.trim(), entities);
  }

  /** What it sends: one statement, or with skip or take and joins the keys first and then their rows. */
  statements(): GeneratedStatement[] {
    const { main } = this;
    if (this.isUnknown) return [];
    if (main?.entity === undefined || this.joins.length === 0 || (this.skip === undefined && this.take === undefined)) {
      return [this.#write(this.sql())];
    }
    const keys = primaryColumns(main.entity);
    if (keys.length === 0) return [];
    const first = this.#write(this.#keysQuery(main, keys));
    const rows = this.clone();
    rows.appended =
      keys.length === 1
        ? `${main.name}.${keys[0]?.path} IN (${this.#found(main, keys)})`
        : keys.map((key) => `${main.name}.${key.path}=${this.#found(main, [key])}`).join(' AND ');
    return [first, { ...this.#write(rows.sql()), isFollowUp: true }];
  }

  #write(sql: string): GeneratedStatement {
    return this.text.write(bindParameters(sql, this.parameters, this.text));
  }

  #found({ entity }: Alias, keys: readonly EntityColumn[]): string {
    return this.text.parameter({
      source: `${keys.map((key) => key.path).join()} of ${entity?.table}`,
      range: { start: 0, end: 0 },
      ...(keys.length === 1 ? { isArray: true } : {}),
    });
  }

  #keysQuery(main: Alias, keys: readonly EntityColumn[]): string {
    const inner = this.clone();
    inner.orderBys = new Map();
    const selects: string[] = [];
    const orders = new Map<string, string>();
    for (const [order, direction] of allOrders(this)) {
      const name = this.#orderOfKeys(order);
      if (name !== undefined) selects.push(name);
      orders.set(name ?? order, direction);
    }
    const wanted = keys.map((key) => {
      const alias = quoted(aliasOf('_', main.name, key.column));
      if (!orders.has(alias)) orders.set(alias, 'ASC');
      return `"distinctAlias".${alias} AS ${quoted(aliasOf('_', `ids_${main.name}`, key.column))}`;
    });
    const order = [...orders].map(([name, direction]) => `${name} ${direction}`).join(', ');
    return (
      `SELECT DISTINCT ${[...wanted, ...selects].join(', ')} FROM (${inner.sql()}) "distinctAlias" ORDER BY ${order}` +
      limitText(this.take, this.skip)
    );
  }

  #orderOfKeys(order: string): string | undefined {
    const dot = order.indexOf('.');
    if (dot < 0) {
      const isSelected = this.selects.some(({ selection, aliasName }) => selection === order || aliasName === order);
      return isSelected ? `"distinctAlias".${quoted(order)}` : undefined;
    }
    const [name, path] = [order.slice(0, dot), order.slice(dot + 1)];
    const entity = this.aliasNamed(name)?.entity;
    const column = entity && (columnAt(entity, path) ?? entity.columns.find((each) => each.column === path));
    return `"distinctAlias".${quoted(aliasOf('_', name, column?.column ?? path))}`;
  }
}
