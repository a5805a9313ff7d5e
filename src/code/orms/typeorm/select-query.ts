import type { TextRange } from '../../../nouns/text-range';
import type { Value } from '../../facts/values';
import type { GeneratedStatement } from '../orm';
import { quoted, quotedTable, type StatementText } from '../support/statement-text';
import {
  columnAt,
  columnWithRole,
  type Entity,
  type EntityColumn,
  type EntityRelation,
  isToOneOwner,
  junctionOf,
  primaryColumns,
} from './entity';
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

interface Selection {
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
    const aliases = [...(this.main ? [this.main] : []), ...this.joins.map((join) => join.alias)];
    const entities = new Map<string, Entity>();
    for (const { name, entity } of aliases) if (entity !== undefined) entities.set(`${name}.`, entity);
    for (let outer = this.parent; outer !== undefined; outer = outer.parent) {
      if (outer.main?.entity !== undefined) entities.set(`${outer.main.name}.`, outer.main.entity);
    }
    const text =
      this.#selectText() +
      this.#joinText() +
      this.#whereText() +
      (this.groupBys.length === 0 ? '' : ` GROUP BY ${this.groupBys.join(', ')}`) +
      (this.havings.length === 0 ? '' : ` HAVING ${conditionsText(this.havings)}`) +
      this.#orderText() +
      this.#limitText() +
      this.lock;
    return replaceProperties(text.trim(), entities);
  }

  /** What it sends: one statement, or with skip or take and joins the keys first and then their rows. */
  statements(): GeneratedStatement[] {
    const { main } = this;
    if (main?.entity === undefined || this.joins.length === 0 || (this.skip === undefined && this.take === undefined)) {
      return [this.#write(this.sql())];
    }
    const keys = primaryColumns(main.entity);
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
    for (const [order, direction] of this.#allOrders()) {
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

  #allOrders(): Map<string, string> {
    if (this.orderBys.size > 0 || !this.hasGlobalOrder || this.main?.entity === undefined) return this.orderBys;
    const { name, entity } = this.main;
    return new Map(entity.orderBy.map(({ path, direction }) => [`${name}.${path}`, direction]));
  }

  #selectText(): string {
    const { main } = this;
    const all: string[] = [];
    const taken = new Set<Selection>();
    const alias = (each: Alias) => {
      if (each.entity !== undefined) {
        all.push(...this.#entityColumns(each.name, each.entity));
        for (const select of this.#selectsOf(each.name, each.entity)) taken.add(select);
        return;
      }
      const whole = this.selects.find(({ selection }) => selection === each.name);
      if (whole !== undefined && each !== main) {
        all.push(`${quoted(each.name)}.*`);
        taken.add(whole);
      }
    };
    if (main !== undefined) alias(main);
    for (const join of this.joins) alias(join.alias);
    for (const select of this.selects) {
      if (taken.has(select)) continue;
      all.push(
        select.aliasName === undefined ? select.selection : `${select.selection} AS ${quoted(select.aliasName)}`,
      );
    }
    const distinct =
      this.distinct === 'no'
        ? ''
        : this.distinct === 'yes'
          ? 'DISTINCT '
          : `DISTINCT ON (${this.distinct.join(', ')}) `;
    const source =
      main === undefined ? '' : ` FROM ${main.entity ? quotedTable(main.entity) : main.source} ${quoted(main.name)}`;
    return `SELECT ${distinct}${all.length === 0 ? '*' : all.join(', ')}${source}`;
  }

  #selectsOf(name: string, entity: Entity): Selection[] {
    return this.selects.filter(
      ({ selection }) => selection === name || entity.columns.some((column) => selection === `${name}.${column.path}`),
    );
  }

  #entityColumns(name: string, entity: Entity): string[] {
    const isWhole = this.selects.some(({ selection }) => selection === name);
    const columns = isWhole ? entity.columns.filter((column) => column.isSelected) : [];
    for (const { selection } of this.selects) {
      const column = entity.columns.find((each) => selection === `${name}.${each.path}`);
      if (column !== undefined) columns.push(column);
    }
    if (columns.length === 0) return [];
    const keys = this.givesEntities ? primaryColumns(entity).filter((key) => !columns.includes(key)) : [];
    return [...new Set([...columns, ...keys])].flatMap((column) => {
      const given = this.selects.filter(({ selection }) => selection === `${name}.${column.path}`);
      const aliases = given.length === 0 ? [undefined] : given.map(({ aliasName }) => aliasName);
      return aliases.map(
        (alias) => `${quoted(name)}.${quoted(column.column)} AS ${quoted(alias ?? aliasOf('_', name, column.column))}`,
      );
    });
  }

  #joinText(): string {
    return this.joins
      .filter((join) => !this.joins.some((other) => other.alias.name === join.parent))
      .map((join) => this.#joinTree(join))
      .join('');
  }

  #joinTree(join: Join): string {
    const { alias, parent, relation, direction, condition } = join;
    const below = this.joins.filter((other) => other.parent === alias.name && other !== join);
    const inner = below.map((each) => this.#joinTree(each)).join('');
    const isNested = direction === 'LEFT' && below.some((each) => each.direction === 'INNER');
    const table = alias.entity ? quotedTable(alias.entity) : (alias.source ?? '');
    const clause = (source: string, name: string, on: string, nested = '') => {
      const named = `${source} ${quoted(name)}`;
      const joined = isNested && nested !== '' ? `(${named}${nested})` : named;
      return ` ${direction} JOIN ${joined}${on === '' ? '' : ` ON ${on}`}${isNested ? '' : nested}`;
    };
    if (parent === undefined || relation === undefined) return clause(table, alias.name, condition, inner);
    const and = condition === '' ? '' : ` AND (${condition})`;
    const through = junctionOf(relation);
    if (through !== undefined) {
      const middle = relation.isOwner ? `${parent}_${alias.name}` : `${alias.name}_${parent}`;
      const near = through.near
        .map(({ column, referenced }) => `${quoted(middle)}.${quoted(column)}=${parent}.${referenced}`)
        .join(' AND ');
      const far = through.far
        .map(({ column, referenced }) => `${alias.name}.${referenced}=${quoted(middle)}.${quoted(column)}`)
        .join(' AND ');
      const junction = ` ${direction} JOIN ${quotedTable(through.junction)} ${quoted(middle)} ON ${near}`;
      return junction + clause(table, alias.name, far + and, inner);
    }
    const on = isToOneOwner(relation)
      ? relation.joinColumns.map(({ path, referenced }) => `${alias.name}.${referenced}=${parent}.${path}`)
      : (relation.inverse?.joinColumns ?? []).map(
          ({ path, referenced }) => `${alias.name}.${path}=${parent}.${referenced}`,
        );
    return clause(table, alias.name, on.join(' AND ') + and + discriminatorText(relation, alias.name), inner);
  }

  #whereText(): string {
    const conditions: string[] = [];
    const given = conditionsText(this.wheres);
    if (given !== '') conditions.push(given);
    const { main } = this;
    const deleted = main?.entity && !this.withDeleted ? columnWithRole(main.entity, 'delete date') : undefined;
    if (deleted !== undefined) conditions.push(`${main?.name}.${deleted.property} IS NULL`);
    const discriminator = main?.entity?.discriminator;
    if (discriminator?.values !== undefined) {
      const values = discriminator.values.map((value) =>
        this.text.parameter({ source: `'${value}'`, constant: value, range: { start: 0, end: 0 } }),
      );
      conditions.push(`${main?.name}.${discriminator.column} IN (${values.join(', ')})`);
    }
    if (this.appended !== undefined) conditions.push(this.appended);
    return whereText(conditions);
  }

  #orderText(): string {
    const orders = [...this.#allOrders()].map(([order, direction]) => {
      if (this.selects.some(({ aliasName }) => aliasName === order)) return `${quoted(order)} ${direction}`;
      const isSelected = this.selects.some(
        ({ selection, aliasName }) => selection === order && aliasName === undefined,
      );
      const dot = order.indexOf('.');
      const name = order.slice(0, Math.max(dot, 0));
      const entity = dot < 0 || !isSelected ? undefined : this.aliasNamed(name)?.entity;
      const column = entity && columnAt(entity, order.slice(dot + 1));
      return column === undefined
        ? `${order} ${direction}`
        : `${quoted(aliasOf('_', name, column.column))} ${direction}`;
    });
    return orders.length === 0 ? '' : ` ORDER BY ${orders.join(', ')}`;
  }

  #limitText(): string {
    if (this.limit === undefined && this.offset === undefined && this.joins.length === 0) {
      return limitText(this.take, this.skip);
    }
    return limitText(this.limit, this.offset);
  }
}

function discriminatorText({ inverse, target, isOwner }: EntityRelation, alias: string): string {
  const discriminator = isOwner || inverse === undefined ? undefined : target.discriminator;
  return discriminator?.values === undefined ? '' : ` AND ${alias}.${discriminator.column}='${discriminator.value}'`;
}

export function limitText(limit: string | undefined, offset: string | undefined): string {
  return (limit === undefined ? '' : ` LIMIT ${limit}`) + (offset === undefined ? '' : ` OFFSET ${offset}`);
}

export function conditionsText(conditions: readonly Condition[]): string {
  return conditions
    .map(({ type, text }, i) => (i === 0 || type === 'simple' ? text : `${type === 'and' ? 'AND' : 'OR'} ${text}`))
    .join(' ')
    .trim();
}

export function whereText(conditions: readonly string[]): string {
  if (conditions.length === 0) return '';
  return conditions.length === 1 ? ` WHERE ${conditions[0]}` : ` WHERE ( ${conditions.join(' ) AND ( ')} )`;
}

/** How many rows a query gives: without its order, groups and page. */
export function countSql(query: SelectQuery, hasSelect: boolean): string {
  const copy = bare(query);
  const { main } = copy;
  const entity = main?.entity;
  const selected = hasSelect
    ? query.selects.flatMap(({ selection }) => {
        const [alias = '', ...path] = selection.split('.');
        const column = query.aliasNamed(alias)?.entity?.columns.find((each) => each.path === path.join('.'));
        return column === undefined ? [] : [`${quoted(alias)}.${quoted(column.column)}`];
      })
    : [];
  const keys =
    entity === undefined
      ? []
      : primaryColumns(entity).map(({ column }) => `${quoted(main?.name ?? '')}.${quoted(column)}`);
  const counted =
    selected.length > 0
      ? `COUNT(DISTINCT(${selected.join(', ')}))`
      : copy.joins.length === 0 || keys.length === 0
        ? 'COUNT(1)'
        : `COUNT(DISTINCT(${keys.join(', ')}))`;
  copy.selects = [{ selection: counted, aliasName: 'cnt' }];
  return copy.sql();
}

/** Whether it gives any row. */
export function existsSql(query: SelectQuery): string {
  const copy = bare(query);
  copy.selects = [{ selection: '1' }];
  return `SELECT 1 AS "row_exists" FROM (SELECT 1 AS dummy_column) "dummy_table" WHERE EXISTS (${copy.sql()}) LIMIT 1`;
}

function bare(query: SelectQuery): SelectQuery {
  const copy = query.clone();
  copy.orderBys = new Map();
  copy.groupBys = [];
  copy.skip = undefined;
  copy.take = undefined;
  copy.limit = undefined;
  copy.offset = undefined;
  copy.hasGlobalOrder = false;
  copy.givesEntities = false;
  return copy;
}
