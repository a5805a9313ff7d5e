import type { StatementText } from '../support/statement-text';
import { quoted } from '../support/statement-text';
import { isToMany, type MikroEntity, ownerOf, type Prop, primaryColumns } from './entity';

export type JoinType = 'left' | 'inner';

export interface Join {
  readonly type: JoinType;
  /** Quoted. */
  readonly table: string;
  readonly alias: string;
  readonly owner: string;
  readonly conditions: string[];
  readonly prop: Prop;
  readonly entity?: MikroEntity;
  /** The join table of a many-to-many relation, which stands before its target. */
  readonly isPivot?: true;
  /** It brings rows along; others are there for conditions or an order. */
  isPopulated?: true;
}

interface Order {
  readonly column: string;
  readonly direction: string;
  readonly alias: string;
}

/** A SELECT as MikroORM's query builder puts it together. */
export class SelectQuery {
  readonly text: StatementText;
  readonly entity: MikroEntity;
  readonly alias: string;
  fields: string[] = [];
  joins: Join[] = [];
  wheres: string[] = [];
  groupBys: string[] = [];
  havings: string[] = [];
  orders: Order[] = [];
  limit: string | undefined;
  offset: string | undefined;
  lock = '';
  distinct = '';
  isPaginated = true;
  #count = 0;

  constructor(text: StatementText, entity: MikroEntity, alias?: string) {
    this.text = text;
    this.entity = entity;
    this.alias = alias ?? this.nextAlias(entity.name);
  }

  nextAlias(name: string): string {
    return `${name.charAt(0).toLowerCase()}${this.#count++}`;
  }

  column(alias: string, column: string): string {
    return `${quoted(alias)}.${quoted(column)}`;
  }

  entityAt(alias: string): MikroEntity | undefined {
    return alias === this.alias
      ? this.entity
      : this.joins.find((join) => join.alias === alias && !join.isPivot)?.entity;
  }

  joinOf(owner: string, prop: Prop, isPopulated?: boolean): Join | undefined {
    return this.joins.find(
      (join) =>
        join.owner === owner &&
        join.prop === prop &&
        !join.isPivot &&
        (isPopulated === undefined || (join.isPopulated === true) === isPopulated),
    );
  }

  /** Joins a relation and gives the alias of the rows at its other end. */
  join(
    owner: string,
    prop: Prop,
    type: JoinType,
    given: { alias?: string; isPopulated?: true } = {},
  ): string | undefined {
    const { target } = prop;
    const from = this.entityAt(owner);
    if (target === undefined || from === undefined) return undefined;
    const alias = given.alias ?? this.nextAlias(prop.name);
    const base = { type, prop, entity: target, ...(given.isPopulated ? { isPopulated: true as const } : {}) };
    if (prop.kind === 'm:n') {
      const { pivot } = prop;
      if (pivot === undefined) return undefined;
      const middle = this.joinPivot(owner, prop, type, given.isPopulated);
      if (middle === undefined) return undefined;
      const on = primaryColumns(target).map(
        (key, i) => `${this.column(middle, pivot.far[i] ?? '')} = ${this.column(alias, key)}`,
      );
      this.joins.push({ ...base, table: tableText(target), alias, owner, conditions: on });
      return alias;
    }
    const other = prop.isOwner ? undefined : ownerOf(prop);
    const on = prop.isOwner
      ? prop.columns.map(
          (column, i) => `${this.column(owner, column)} = ${this.column(alias, prop.referenced[i] ?? 'id')}`,
        )
      : (other?.columns ?? []).map(
          (column, i) => `${this.column(owner, other?.referenced[i] ?? 'id')} = ${this.column(alias, column)}`,
        );
    if (on.length === 0) return undefined;
    this.joins.push({ ...base, table: tableText(target), alias, owner, conditions: on });
    return alias;
  }

  /** Only the join table: enough for a condition on the key. */
  joinPivot(owner: string, prop: Prop, type: JoinType, isPopulated?: true): string | undefined {
    const { pivot } = prop;
    const from = this.entityAt(owner);
    if (pivot === undefined || from === undefined) return undefined;
    const alias = this.nextAlias(pivot.table);
    const on = primaryColumns(from).map(
      (key, i) => `${this.column(owner, key)} = ${this.column(alias, pivot.near[i] ?? '')}`,
    );
    this.joins.push({
      type,
      prop,
      table: pivotText(pivot.table),
      alias,
      owner,
      conditions: on,
      isPivot: true,
      ...(isPopulated ? { isPopulated } : {}),
    });
    return alias;
  }

  get hasToMany(): boolean {
    return this.joins.some((join) => isToMany(join.prop));
  }

  sql(): string {
    const isPage = this.limit !== undefined || this.offset !== undefined;
    return this.isPaginated && isPage && this.groupBys.length === 0 && this.hasToMany
      ? this.#paginated()
      : this.#plain();
  }

  countSql(): string {
    const keys = primaryColumns(this.entity).map((key) => this.column(this.alias, key));
    const counted = this.hasToMany ? `count(distinct(${keys.join(', ')}))` : 'count(*)';
    return `select ${counted} as "count"${this.#from()}${this.#where()}`;
  }

  #plain(): string {
    return (
      `select ${this.distinct}${[...new Set(this.fields)].join(', ')}${this.#from()}${this.#where()}` +
      (this.groupBys.length === 0 ? '' : ` group by ${this.groupBys.join(', ')}`) +
      (this.havings.length === 0 ? '' : ` having ${this.havings.join(' and ')}`) +
      this.#order(this.orders.map(({ column, direction }) => `${column} ${direction}`)) +
      this.#page() +
      this.lock
    );
  }

  /** A page of rows that others are joined to: their keys first, so that the limit counts rows of the main table. */
  #paginated(): string {
    const keys = primaryColumns(this.entity).map((key) => this.column(this.alias, key));
    const list = keys.join(', ');
    const order = this.#order(this.orders.map(({ column, direction }) => `min(${column}) ${direction}`));
    const inner = `select ${list}${this.#from()}${this.#where()} group by ${list}${order}${this.#page()}`;
    const ordered = new Set(this.orders.map(({ alias }) => alias));
    const outer = this.joins.filter((join) => join.isPopulated || ordered.has(join.alias));
    const wanted = keys.length === 1 ? list : `(${list})`;
    return (
      `select ${[...new Set(this.fields)].join(', ')}${this.#from(outer)}` +
      ` where ${wanted} in (select ${list} from (${inner}) as ${quoted(this.alias)})` +
      this.#order(this.orders.map(({ column, direction }) => `${column} ${direction}`)) +
      this.lock
    );
  }

  #from(joins: readonly Join[] = this.joins): string {
    const nested = nestedJoins(joins);
    const inside = new Set([...nested.values()].flat());
    const text = (join: Join): string => {
      const named = `${join.table} as ${quoted(join.alias)}`;
      const inner = nested.get(join)?.map(text).join('');
      const table = inner === undefined ? named : `(${named}${inner})`;
      return ` ${join.type} join ${table} on ${join.conditions.join(' and ')}`;
    };
    const joined = joins.filter((join) => !inside.has(join)).map(text);
    return ` from ${tableText(this.entity)} as ${quoted(this.alias)}${joined.join('')}`;
  }

  #where(): string {
    return this.wheres.length === 0 ? '' : ` where ${this.wheres.join(' and ')}`;
  }

  #order(orders: readonly string[]): string {
    return orders.length === 0 ? '' : ` order by ${orders.join(', ')}`;
  }

  #page(): string {
    return (
      (this.limit === undefined ? '' : ` limit ${this.limit}`) +
      (this.offset === undefined ? '' : ` offset ${this.offset}`)
    );
  }
}

export function tableText({ schema, table }: { readonly schema?: string; readonly table: string }): string {
  return [...(schema === undefined ? [] : [schema]), ...table.split('.')].map(quoted).join('.');
}

export function pivotText(table: string): string {
  return table.split('.').map(quoted).join('.');
}

/** Inner joins to rows that are left-joined themselves stand in parentheses with them, so that no row of the main table is lost. */
function nestedJoins(joins: readonly Join[]): Map<Join, Join[]> {
  const nested = new Map<Join, Join[]>();
  const groups = new Map<Join, Join>();
  for (const join of joins) {
    const parent = joins.find((other) => other.alias === join.owner);
    if (join.type !== 'inner' || parent === undefined || (join.prop.kind === 'm:n' && !join.isPivot)) continue;
    const group = parent.type === 'left' ? parent : groups.get(parent);
    if (group === undefined) continue;
    groups.set(join, group);
    nested.set(group, [...(nested.get(group) ?? []), join]);
  }
  return nested;
}
