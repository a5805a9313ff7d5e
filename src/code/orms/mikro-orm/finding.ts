import {
  constantOf,
  elementsOf,
  entry,
  entryNames,
  isFalse,
  isObject,
  oneOrMany,
  settledEntries,
  stringOf,
} from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { CallContext, GeneratedStatement } from '../orm';
import { quoted, StatementText } from '../support/statement-text';
import { ConditionReader } from './conditions';
import {
  columnsIn,
  isToMany,
  isToOne,
  type MikroEntity,
  ownerOf,
  type Prop,
  primaryColumns,
  primaryProps,
  propOf,
} from './entity';
import { addEager, type Hint, hasToMany, isJoined, readPopulate, type Strategy, strategyOf } from './populate';
import { libraryCall } from './program';
import { pivotText, SelectQuery } from './select-query';

/** One SELECT of em.find() and its like, and those that load relations after it. */
export class Finding {
  readonly text = new StatementText();
  readonly query: SelectQuery;
  readonly conditions: ConditionReader;
  readonly hints: Hint[];
  readonly strategy: Strategy;
  readonly #entity: MikroEntity;
  readonly #options: Value | undefined;
  readonly #context: CallContext;
  readonly #notes: Set<string>;
  readonly #fields: string[] | undefined;
  readonly #exclude: string[];

  constructor(
    entity: MikroEntity,
    options: Value | undefined,
    context: CallContext,
    notes: Set<string>,
    alias?: string,
  ) {
    this.#entity = entity;
    this.#options = options;
    this.#context = context;
    this.#notes = notes;
    this.query = new SelectQuery(this.text, entity, alias);
    this.conditions = new ConditionReader(this.text, context, notes, this.query);
    this.strategy = strategyOf(options);
    this.#fields = textsOf(entry(options, 'fields'));
    this.#exclude = textsOf(entry(options, 'exclude')) ?? [];
    const populate = entry(options, 'populate');
    this.hints = readPopulate(populate, entity, notes);
    this.#addFieldHints(populate === undefined);
    if (!isFalse(populate)) addEager(this.hints, entity);
    if (options !== undefined && !isObject(options))
      notes.add('The options are made at run time and are not included.');
    if (isObject(options) && options.open) notes.add('Options added at run time are not included.');
  }

  /** `fields: ['title', 'author.email']` loads the author too. */
  #addFieldHints(isAlone: boolean): void {
    for (const field of this.#fields ?? []) {
      const [first = '', ...rest] = field.split('.');
      const prop = propOf(this.#entity, first);
      if (prop?.target === undefined || (rest.length === 0 && (!isAlone || isToOne(prop)))) continue;
      if (this.hints.some((hint) => hint.prop === prop)) continue;
      this.hints.push({ prop, range: this.#options?.range ?? prop.range, children: [] });
    }
  }

  /** The fields of the main table, then the joins of what is populated. */
  select(): void {
    const { query } = this;
    query.fields = mainFields(this.#entity, query, this.hints, this.#fields, this.#exclude);
    this.joinHints(this.hints, this.#entity, query.alias, this.#fields, this.#exclude);
    for (const prop of this.#entity.props) {
      const isOther = prop.kind === '1:1' && !prop.isOwner && !prop.isLazy;
      if (!isOther || prop.target === undefined || this.hints.some((hint) => hint.prop === prop)) continue;
      if (this.#fields !== undefined && !this.#fields.includes(prop.name)) continue;
      const alias = query.join(query.alias, prop, 'left', { isPopulated: true });
      if (alias !== undefined)
        query.fields.push(...primaryColumns(prop.target).map((column) => aliased(query, alias, column)));
    }
  }

  joinHints(
    hints: readonly Hint[],
    entity: MikroEntity,
    alias: string,
    fields: readonly string[] | undefined,
    exclude: readonly string[],
  ): void {
    for (const hint of hints) {
      const { prop } = hint;
      if (!isJoined(hint, this.strategy) || prop.target === undefined || !entity.props.includes(prop)) continue;
      const type = isToOne(prop) && !prop.isNullable ? 'inner' : 'left';
      const joined = this.query.join(alias, prop, type, { isPopulated: true });
      if (joined === undefined) continue;
      const own = below(fields, prop.name);
      const left = below(exclude, prop.name) ?? [];
      this.query.fields.push(
        ...joinedColumns(prop.target, hint.children, own, left).map((column) => aliased(this.query, joined, column)),
      );
      this.joinHints(hint.children, prop.target, joined, own, left);
    }
  }

  /** Joins alone, as em.count() makes them. */
  joinOnly(): void {
    this.joinHints(this.hints, this.#entity, this.query.alias, undefined, []);
    this.query.fields = [];
  }

  where(where: Value | undefined): void {
    const { query } = this;
    for (const filter of activeFilters(this.#entity, entry(this.#options, 'filters'))) {
      query.wheres.push(...this.conditions.read(filter, this.#entity, query.alias));
    }
    query.wheres.push(...this.conditions.read(where, this.#entity, query.alias));
  }

  order(): void {
    for (const each of oneOrMany(entry(this.#options, 'orderBy'))) this.orderBy(each, this.#entity, this.query.alias);
    this.orderPopulated(this.hints, this.query.alias);
  }

  orderPopulated(hints: readonly Hint[], alias: string): void {
    for (const hint of hints) {
      const joined = this.query.joinOf(alias, hint.prop, true);
      if (joined === undefined || hint.prop.target === undefined) continue;
      for (const each of oneOrMany(hint.prop.orderBy)) this.orderBy(each, hint.prop.target, joined.alias);
      this.orderPopulated(hint.children, joined.alias);
    }
  }

  orderBy(order: Value, entity: MikroEntity, alias: string): void {
    if (!isObject(order)) {
      this.#notes.add('An order that is made at run time is not included.');
      return;
    }
    if (order.open) this.#notes.add('An order that is added at run time is not included.');
    for (const { key, value } of settledEntries(order)) this.#orderEntry(key, value, entity, alias);
  }

  #orderEntry(key: string | Value, value: Value, entity: MikroEntity, alias: string): void {
    if (typeof key !== 'string') {
      const call = key.kind === 'chain' ? libraryCall(this.#context.trace(key), this.#context.at) : undefined;
      const sql = call?.name === 'raw' ? stringOf(call.arguments[0]) : undefined;
      if (sql === undefined) this.#notes.add('An order by a property that is chosen at run time is not included.');
      else this.query.orders.push({ column: sql, direction: directionOf(value), alias });
      return;
    }
    const dot = key.indexOf('.');
    const other = dot < 0 ? undefined : this.query.entityAt(key.slice(0, dot));
    const prop = other === undefined ? propOf(entity, key) : propOf(other, key.slice(dot + 1));
    const at = other === undefined ? alias : key.slice(0, dot);
    if (prop === undefined) {
      this.#notes.add(`${entity.name} has no property ${key} that is known.`);
      return;
    }
    this.#orderProp(prop, value, at);
  }

  #orderProp(prop: Prop, value: Value, alias: string): void {
    const { query } = this;
    if (prop.embedded !== undefined) {
      if (!isObject(value)) return;
      for (const name of entryNames(value)) {
        const inner = prop.embedded.find((each) => each.name === name);
        const given = entry(value, name);
        if (inner !== undefined && given !== undefined) this.#orderProp(inner, given, alias);
      }
      return;
    }
    if (prop.target !== undefined && isObject(value)) {
      const known = query.joinOf(alias, prop, isToMany(prop) ? false : undefined);
      const type = isToOne(prop) && !prop.isNullable ? 'inner' : 'left';
      const joined = known?.alias ?? query.join(alias, prop, type);
      if (joined !== undefined) this.orderBy(value, prop.target, joined);
      return;
    }
    for (const column of prop.columns) {
      query.orders.push({ column: query.column(alias, column), direction: directionOf(value), alias });
    }
  }

  page(): void {
    const [limit, offset] = [entry(this.#options, 'limit'), entry(this.#options, 'offset')];
    if (limit !== undefined) this.query.limit = this.text.value(limit);
    if (offset !== undefined) this.query.offset = this.text.value(offset);
  }

  lock(): void {
    const mode = entry(this.#options, 'lockMode');
    const given = mode?.kind === 'literal' ? mode.value : mode?.kind === 'chain' ? mode.links.at(-1)?.name : undefined;
    this.query.lock = locks[String(given)] ?? '';
  }

  /** What is loaded by queries of its own, after the rows. */
  followUps(hints: readonly Hint[] = this.hints): GeneratedStatement[] {
    return hints.flatMap((hint) => {
      if (hint.prop.target === undefined) return [];
      return isJoined(hint, this.strategy) ? this.followUps(hint.children) : this.#load(hint);
    });
  }

  #load(hint: Hint): GeneratedStatement[] {
    const statements = loadStatements(hint.prop, this.#context, this.#notes, {
      hints: hint.children,
      options: this.#options,
    });
    return statements.map((each) => ({ ...each, isFollowUp: true }));
  }

  get isLimitedToOne(): boolean {
    return !hasToMany(this.hints.filter((hint) => isJoined(hint, this.strategy)));
  }
}

const locks: Readonly<Record<string, string>> = {
  2: ' for share',
  3: '',
  4: ' for update skip locked',
  5: ' for update nowait',
  6: ' for share skip locked',
  7: ' for share nowait',
  PESSIMISTIC_READ: ' for share',
  PESSIMISTIC_WRITE: ' for update',
  PESSIMISTIC_PARTIAL_WRITE: ' for update skip locked',
  PESSIMISTIC_WRITE_OR_FAIL: ' for update nowait',
  PESSIMISTIC_PARTIAL_READ: ' for share skip locked',
  PESSIMISTIC_READ_OR_FAIL: ' for share nowait',
};

/** How the rows are named whose relation is loaded, and what comes with the loaded ones. */
export interface Loading {
  readonly key?: Value;
  readonly hints?: Hint[];
  readonly options?: Value | undefined;
  readonly where?: Value | undefined;
  readonly orderBy?: Value | undefined;
}

/** The SELECT of the rows at the other end of a relation. */
export function loadStatements(
  prop: Prop,
  context: CallContext,
  notes: Set<string>,
  { key, hints = [], options, where, orderBy }: Loading,
): GeneratedStatement[] {
  const { target } = prop;
  if (target === undefined) return [];
  const finding = new Finding(target, strategyOptions(options), context, notes);
  finding.hints.push(...hints.filter((hint) => !finding.hints.some((each) => each.prop === hint.prop)));
  const { query, text } = finding;
  const keys = (source: string) => text.parameter({ source, range: key?.range ?? prop.range, isArray: true });
  if (prop.kind === 'm:n') return pivotStatements(prop, finding, keys, where, orderBy ?? prop.orderBy);
  const owner = prop.isOwner ? undefined : ownerOf(prop);
  const columns = prop.isOwner ? prop.referenced : (owner?.columns ?? []);
  if (columns.length === 0) return [];
  finding.select();
  query.wheres.push(
    columns
      .map((column) => `${query.column(query.alias, column)} in (${keys(`keys of the rows before`)})`)
      .join(' and '),
  );
  query.wheres.push(...finding.conditions.read(where, target, query.alias));
  for (const each of [...oneOrMany(orderBy), ...oneOrMany(prop.orderBy)]) finding.orderBy(each, target, query.alias);
  finding.orderPopulated(finding.hints, query.alias);
  return [text.write(query.sql()), ...finding.followUps()];
}

function strategyOptions(options: Value | undefined): Value | undefined {
  if (!isObject(options)) return undefined;
  return { ...options, open: undefined, entries: options.entries.filter(({ key }) => key === 'strategy') } as Value;
}

/** The rows of a many-to-many relation come through its join table. */
function pivotStatements(
  prop: Prop,
  finding: Finding,
  keys: (source: string) => string,
  given: Value | undefined,
  orderBy: Value | undefined,
): GeneratedStatement[] {
  const { pivot, target } = prop;
  if (pivot === undefined || target === undefined) return [];
  const { query, text, hints } = finding;
  const middle = 'j0';
  const alias = query.alias;
  const columns = joinedColumns(target, hints, undefined, []);
  query.fields = columns.map((column) => aliased(query, alias, column));
  finding.joinHints(hints, target, alias, undefined, []);
  const autoJoined = target.props.filter(
    (each) => each.kind === '1:1' && !each.isOwner && !each.isLazy && !hints.some((hint) => hint.prop === each),
  );
  for (const each of autoJoined) {
    const joined = query.join(alias, each, 'left', { isPopulated: true });
    if (joined !== undefined && each.target)
      query.fields.push(...primaryColumns(each.target).map((column) => aliased(query, joined, column)));
  }
  const fields = [...pivot.far, ...pivot.near].map((column) => `${quoted(middle)}.${quoted(column)}`);
  const on = primaryColumns(target).map(
    (key, i) => `${quoted(middle)}.${quoted(pivot.far[i] ?? '')} = ${query.column(alias, key)}`,
  );
  const where = pivot.near.map(
    (column) => `${quoted(middle)}.${quoted(column)} in (${keys('keys of the rows before')})`,
  );
  where.push(...finding.conditions.read(given, target, alias));
  for (const each of oneOrMany(orderBy)) finding.orderBy(each, target, alias);
  // An order by the key is one by the join table's column first.
  const byKey = primaryColumns(target).flatMap((key, i) =>
    query.orders
      .filter(({ column }) => column === query.column(alias, key))
      .map((order) => ({ ...order, column: `${quoted(middle)}.${quoted(pivot.far[i] ?? '')}` })),
  );
  query.orders.unshift(...byKey);
  const rest = query.sql();
  const from = rest.slice(rest.indexOf(' from ') + 6);
  const order = from.indexOf(' order by ');
  const [tables, ordered] = order < 0 ? [from, ''] : [from.slice(0, order), from.slice(order)];
  const [own = '', ...joins] = tables.split(/(?= (?:left|inner) join )/);
  const sql =
    `select ${[...fields, ...query.fields].join(', ')} from ${pivotText(pivot.table)} as ${quoted(middle)}` +
    ` inner join ${own} on ${on.join(' and ')}${joins.join('')} where ${where.join(' and ')}${ordered}`;
  return [text.write(sql), ...finding.followUps()];
}

function mainFields(
  entity: MikroEntity,
  query: SelectQuery,
  hints: readonly Hint[],
  fields: readonly string[] | undefined,
  exclude: readonly string[],
): string[] {
  const all = (columns: readonly string[]) => columns.map((column) => query.column(query.alias, column));
  if (fields !== undefined) {
    const keys = primaryProps(entity).filter((key) => !fields.includes(key.name));
    const chosen = fields.flatMap((field) => {
      if (field === '*') return [`${quoted(query.alias)}.*`];
      const [name = '', ...rest] = field.split('.');
      const prop = propOf(entity, name);
      if (prop === undefined || prop.isVirtual) return [];
      const inner = rest.length === 0 ? undefined : prop.embedded?.find((each) => each.name === rest[0]);
      return all(columnsIn(inner ?? prop));
    });
    return [...all(keys.flatMap(columnsIn)), ...chosen];
  }
  const lazy = entity.props.filter(
    (prop) => prop.isLazy && !hints.some((hint) => hint.prop === prop) && !prop.isVirtual,
  );
  if (exclude.length === 0 && lazy.length === 0) return [`${quoted(query.alias)}.*`];
  const kept = entity.props.filter((prop) => !prop.isVirtual && !lazy.includes(prop) && !exclude.includes(prop.name));
  return all(kept.flatMap(columnsIn));
}

function joinedColumns(
  entity: MikroEntity,
  hints: readonly Hint[],
  fields: readonly string[] | undefined,
  exclude: readonly string[],
): string[] {
  return entity.props
    .filter((prop) => {
      if (prop.isVirtual || exclude.includes(prop.name)) return false;
      if (prop.isLazy && !hints.some((hint) => hint.prop === prop)) return false;
      return fields === undefined || prop.isPrimary || fields.some((field) => field.split('.')[0] === prop.name);
    })
    .flatMap(columnsIn);
}

function aliased(query: SelectQuery, alias: string, column: string): string {
  return `${query.column(alias, column)} as ${quoted(`${alias}__${column}`)}`;
}

/** Those below `author`: ['title', 'author.email'] → ['email']; undefined: all. */
function below(fields: readonly string[] | undefined, name: string): string[] | undefined {
  const own = (fields ?? []).flatMap((field) => (field.startsWith(`${name}.`) ? field.slice(name.length + 1) : []));
  return own.length === 0 ? undefined : own;
}

function textsOf(value: Value | undefined): string[] | undefined {
  return elementsOf(value)?.flatMap((each) => stringOf(each) ?? []);
}

function activeFilters(entity: MikroEntity, asked: Value | undefined): Value[] {
  if (isFalse(asked)) return [];
  const names = textsOf(asked) ?? [];
  return entity.filters.flatMap(({ name, condition, isDefault }) => {
    const given = entry(asked, name);
    const isActive = names.includes(name) || (given === undefined ? isDefault : !isFalse(given));
    if (!isActive) return [];
    if (condition.kind !== 'function') return [condition];
    const result = condition.body.find((step) => step.isReturned)?.value;
    return result === undefined ? [] : [result];
  });
}

/** 'desc', 'DESC NULLS LAST', -1, QueryOrder.DESC_NULLS_LAST */
export function directionOf(value: Value): string {
  const given = value.kind === 'chain' ? value.links.at(-1)?.name : constantOf(value);
  if (given === -1) return 'desc';
  const text = String(given ?? 'asc')
    .replaceAll('_', ' ')
    .toLowerCase();
  return /^(?:asc|desc)(?: nulls (?:first|last))?$/.test(text) ? text : 'asc';
}
