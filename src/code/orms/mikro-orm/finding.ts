import {
  constantOf,
  entry,
  entryNames,
  isFalse,
  isObject,
  oneOrMany,
  settledEntries,
  stringOf,
} from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { CallContext } from '../orm';
import { StatementText } from '../support/statement-text';
import { ConditionReader } from './conditions';
import { isToMany, isToOne, type MikroEntity, type Prop, primaryColumns, propOf } from './entity';
import { aliased, below, joinedColumns, mainFields, textsOf } from './fields';
import { addEager, type Hint, hasToMany, isJoined, readPopulate, type Strategy, strategyOf } from './populate';
import { libraryCall } from './program';
import { SelectQuery } from './select-query';

/** One SELECT of em.find() and its like, and those that load relations after it. */
export class Finding {
  readonly text = new StatementText();
  readonly query: SelectQuery;
  readonly conditions: ConditionReader;
  readonly hints: Hint[];
  readonly strategy: Strategy;
  readonly #entity: MikroEntity;
  readonly options: Value | undefined;
  readonly context: CallContext;
  readonly notes: Set<string>;
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
    this.options = options;
    this.context = context;
    this.notes = notes;
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
      this.hints.push({ prop, range: this.options?.range ?? prop.range, children: [] });
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
    for (const filter of activeFilters(this.#entity, entry(this.options, 'filters'))) {
      query.wheres.push(...this.conditions.read(filter, this.#entity, query.alias));
    }
    query.wheres.push(...this.conditions.read(where, this.#entity, query.alias));
  }

  order(): void {
    for (const each of oneOrMany(entry(this.options, 'orderBy'))) this.orderBy(each, this.#entity, this.query.alias);
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
      this.notes.add('An order that is made at run time is not included.');
      return;
    }
    if (order.open) this.notes.add('An order that is added at run time is not included.');
    for (const { key, keyRange, value } of settledEntries(order)) {
      const columns = typeof key === 'string' ? (propOf(entity, key)?.columns ?? []) : [];
      for (const column of columns) this.text.place(column, keyRange);
      this.#orderEntry(key, value, entity, alias);
    }
  }

  #orderEntry(key: string | Value, value: Value, entity: MikroEntity, alias: string): void {
    if (typeof key !== 'string') {
      const call = key.kind === 'chain' ? libraryCall(this.context.trace(key), this.context.at) : undefined;
      const sql = call?.name === 'raw' ? stringOf(call.arguments[0]) : undefined;
      if (sql === undefined) this.notes.add('An order by a property that is chosen at run time is not included.');
      else this.query.orders.push({ column: sql, direction: directionOf(value), alias });
      return;
    }
    const dot = key.indexOf('.');
    const other = dot < 0 ? undefined : this.query.entityAt(key.slice(0, dot));
    const prop = other === undefined ? propOf(entity, key) : propOf(other, key.slice(dot + 1));
    const at = other === undefined ? alias : key.slice(0, dot);
    if (prop === undefined) {
      this.notes.add(`${entity.name} has no property ${key} that is known.`);
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
    const [limit, offset] = [entry(this.options, 'limit'), entry(this.options, 'offset')];
    if (limit !== undefined) this.query.limit = this.text.value(limit);
    if (offset !== undefined) this.query.offset = this.text.value(offset);
  }

  lock(): void {
    const mode = entry(this.options, 'lockMode');
    const given = mode?.kind === 'literal' ? mode.value : mode?.kind === 'chain' ? mode.links.at(-1)?.name : undefined;
    this.query.lock = locks[String(given)] ?? '';
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
