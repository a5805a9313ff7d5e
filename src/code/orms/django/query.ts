import { stringOf } from '../../facts/value-access';
import type { Link, Value } from '../../facts/values';
import type { Association, Model } from '../../models/model';
import type { CallContext, OrmCall } from '../orm';
import { setOnce } from '../support/set-once';
import { joined, type SqlText, sql } from '../support/sql-text';
import { ConditionReader } from './conditions';
import { detailsOf } from './details';
import type { Expression, Grouped, Scope } from './expressions';
import { parameter, quote } from './lookups';
import { grouping, ordering, type Selected } from './select';
import { type Joined, type Resolved, Tables } from './tables';

/** What is read of a queryset that stands in another one (`post__in=Post.objects.filter(…)`), or beside it (`union`). */
export type QuerysetReader = (value: Value, around: Query, place?: 'beside') => Query | undefined;

export interface QueryContext extends Pick<CallContext, 'models' | 'at' | 'trace'> {
  readonly queryset: QuerysetReader;
}

export interface Prefetched {
  readonly path: string;
  readonly range: Link['range'];
  /** `Prefetch('comments', queryset=…)` */
  readonly queryset?: Value;
}

/** What is asked of one model, put together by the steps of a queryset. */
export class Query implements Scope {
  readonly model: Model;
  readonly context: QueryContext;
  readonly tables: Tables;
  readonly outer: Query | undefined;
  readonly notes: string[] = [];
  readonly loads: { path: string; range: Link['range']; isImplied?: true }[] = [];
  readonly equals: { property: string; value: Value }[] = [];
  readonly prefetched: Prefetched[] = [];
  readonly where: SqlText[] = [];
  readonly having: SqlText[] = [];
  readonly annotations = new Map<string, Expression>();
  readonly selectedAnnotations = new Set<string>();
  isOnlyEquals = true;
  /** Something was asked for that is not read: there is no statement. */
  isUnknown = false;
  isReversed = false;
  /** `DISTINCT `, `DISTINCT ON (…) ` */
  distinct: SqlText = [];
  /** `FOR UPDATE` */
  lock = '';
  order: readonly Value[] | undefined;
  limit: Value | number | undefined;
  offset: Value | number | undefined;
  /** Of values() and values_list(). */
  columns: readonly Selected[] | undefined;
  /** Of only() and defer(): properties of the model. */
  only: readonly string[] | undefined;
  group: readonly Grouped[] | undefined;
  /** `UNION (…)`: what stands behind. */
  readonly combined: SqlText[] = [];
  /** What prefetch_related selects beside the rows: the keys of those that they belong to. */
  readonly #keys: SqlText[] = [];
  readonly #related: string[] = [];

  constructor(model: Model, context: QueryContext, outer?: Query, prefix?: string) {
    this.model = model;
    this.context = context;
    this.outer = outer;
    this.tables = new Tables(
      { model, table: model.table },
      (of, association) => context.models.target(of, association),
      prefix,
    );
    if (detailsOf(model).parent !== undefined) this.unknown('Tables of inherited models are not joined.');
  }

  unknown(note: string): void {
    this.isUnknown = true;
    this.notes.push(note);
  }

  get alias(): string {
    return this.tables.root.alias;
  }

  /** `filter(Q(…), status='draft', author__name='x')` */
  filter(values: readonly Value[], isNot: boolean): void {
    for (const { text, isAggregate } of new ConditionReader(this).all(values, isNot))
      (isAggregate ? this.having : this.where).push(text);
  }

  /** Of a When, and of an aggregate's filter: about the rows that are joined already. */
  condition(values: readonly Value[]): SqlText | undefined {
    const notes = this.notes.length;
    const isOnlyEquals = this.isOnlyEquals;
    const equals = this.equals.length;
    const parts = new ConditionReader(this, 'all').all(values, false);
    this.equals.length = equals;
    this.isOnlyEquals = isOnlyEquals;
    // Rows without it are there, too.
    for (const { needs } of parts) for (const join of needs) this.tables.promote(join);
    if (this.notes.length > notes || parts.length === 0) return undefined;
    return allOf(parts.map(({ text }) => text));
  }

  annotation(name: string): Expression | undefined {
    return this.annotations.get(name);
  }

  column(path: string): Resolved | undefined {
    return this.tables.resolve(path);
  }

  /** What a name stands for that is set once: `kind = Case(…)`. */
  followed(value: Value): Value {
    return setOnce(value, this.context);
  }

  subquery(value: Value, kind: 'rows' | 'exists'): SqlText | undefined {
    const inner = this.context.queryset(this.followed(value), this);
    if (!inner) return undefined;
    if (inner.isUnknown || inner.notes.length > 0) this.unknown('A query in this one is not read.');
    // Rows of a list need no order, and one column.
    if (inner.limit === undefined) inner.order = [];
    const key = inner.model.columns.find(({ isPrimaryKey }) => isPrimaryKey)?.property;
    if (!inner.columns && key !== undefined) inner.only = [key];
    return kind === 'exists' ? inner.exists() : inner.rows();
  }

  /** `select_related('author__profile')`: joined to the rows. */
  select(path: string, range: Link['range']): void {
    this.#related.push(path);
    const parts = path.split('__');
    for (const [index] of parts.entries()) {
      const dotted = parts.slice(0, index + 1).join('.');
      if (this.loads.every((load) => load.path !== dotted)) this.loads.push({ path: dotted, range });
    }
  }

  /** `prefetch_related('comments__author')`: a statement each, but for what is joined already. */
  prefetch(path: string, range: Link['range'], queryset?: Value): void {
    const parts = path.split('__');
    for (const [index] of parts.entries()) {
      const dotted = parts.slice(0, index + 1).join('.');
      const isLast = index === parts.length - 1;
      if (this.loads.some((load) => load.path === dotted)) continue;
      this.loads.push({ path: dotted, range });
      this.prefetched.push({ path: dotted, range, ...(isLast && queryset ? { queryset } : {}) });
    }
  }

  /** What is selected, in order: columns, annotations, the tables of select_related. */
  selected(): Selected[] {
    if (this.columns) return [...this.columns];
    const related = this.#related.flatMap((path) => this.tables.related(path) ?? this.#notRelated(path));
    const own = this.model.columns.filter(({ property }) => this.only?.includes(property) ?? true);
    const annotated = [...this.selectedAnnotations].flatMap((name) => this.#annotated(name) ?? []);
    return [
      ...this.#keys.map((text) => ({ text })),
      ...own.map((column) => columnIn(this.tables.root, column)),
      ...annotated,
      ...[...new Set(related)].flatMap((table) => table.model?.columns.map((column) => columnIn(table, column)) ?? []),
    ];
  }

  #notRelated(path: string): [] {
    this.unknown(`${path} is no relation of ${this.model.name} that is known.`);
    return [];
  }

  #annotated(name: string): Selected | undefined {
    const found = this.annotations.get(name);
    return found && { text: found.text, name, group: found.group, isAggregate: found.isAggregate };
  }

  /** Of values('id', 'n', 'author__name'). */
  named(name: string): Selected | undefined {
    const annotated = this.#annotated(name);
    if (annotated) return annotated;
    const found = this.tables.resolve(name);
    if (!found || found.rest !== undefined) return undefined;
    const text: SqlText = [found.text];
    const isKey = found.column?.isPrimaryKey === true;
    return { text, name, group: [{ text, alias: found.alias, ...(isKey ? { isKey } : {}) }], isAggregate: false };
  }

  /** FROM with joins, and WHERE. */
  source(): SqlText {
    return sql`FROM ${this.tables.text()}${this.conditions()}`;
  }

  conditions(): SqlText {
    return this.where.length === 0 ? [] : sql` WHERE ${allOf(this.where)}`;
  }

  rows(limit: Value | number | undefined = this.limit, byKey = false): SqlText {
    const selected = this.selected();
    const order = ordering(this, selected, byKey);
    if (this.combined.length > 0 && (this.order?.length ?? 0) > 0) this.unknown('The order of a union is not read.');
    const group = grouping(this, selected, order.group);
    const list = joined(
      selected.map(({ text, name }) => (name === undefined ? text : sql`${text} AS ${quote(name)}`)),
      ', ',
    );
    const lock = this.lock === '' ? '' : ` ${this.lock}`;
    const text = sql`SELECT ${this.distinct}${list} ${this.source()}${group}${order.text}${this.bounds(limit)}${lock}`;
    return this.combined.length === 0 ? text : sql`(${text})${joined(this.combined, '')}`;
  }

  exists(): SqlText {
    if (this.combined.length > 0) this.unknown('Whether a union has rows is not read.');
    const group = grouping(this, [], []);
    return sql`SELECT 1 AS "a" ${this.source()}${group} LIMIT 1`;
  }

  bounds(limit: Value | number | undefined = this.limit): SqlText {
    const text = (value: Value | number): SqlText => (typeof value === 'number' ? [String(value)] : parameter(value));
    const first = limit === undefined ? [] : sql` LIMIT ${text(limit)}`;
    return this.offset === undefined ? first : sql`${first} OFFSET ${text(this.offset)}`;
  }

  /** The statements of prefetch_related, each for the rows of the one before. */
  followUps(): { sql: SqlText; isFollowUp: true }[] {
    return this.prefetched.flatMap(({ path, queryset }) => {
      let model: Model | undefined = this.model;
      let association: Association | undefined;
      for (const part of path.split('.')) {
        association = model?.associations.find(({ name }) => name === part);
        const target: Model | undefined = model && association && this.context.models.target(model, association);
        if (!target) {
          this.notes.push(`${path} is no relation of ${this.model.name} that is known.`);
          return [];
        }
        model = target;
      }
      if (!association || !model) return [];
      const asked = queryset && this.context.queryset(this.followed(queryset), this, 'beside');
      if (queryset && !asked) this.notes.push(`The queryset of ${path} is not read.`);
      const inner = asked ?? new Query(model, this.context);
      // `Prefetch('comments', queryset=Comment.objects.select_related('author'))`
      if (asked && this.loads.some((load) => load.path === path))
        this.loads.push(
          ...asked.loads.map((load) => ({ ...load, path: `${path}.${load.path}`, isImplied: true as const })),
        );
      inner.where.push(...inner.relatedTo(association, { source: `keys of ${path}`, range: this.model.range }));
      this.notes.push(...inner.notes);
      return inner.isUnknown ? [] : [{ sql: inner.rows(), isFollowUp: true as const }, ...inner.followUps()];
    });
  }

  /** The condition that rows belong to one, or to many: `"comment"."post_id" = $1`. */
  relatedTo(association: Association, given: { source: string; range: Link['range'] }, isOne = false): SqlText[] {
    const value: SqlText = [{ source: given.source, range: given.range }];
    const compare = (column: string) => (isOne ? sql`${column} = ${value}` : sql`${column} IN (${value})`);
    if (association.through) {
      const link = this.tables.owner(association);
      const key = `${link.alias}.${quote(association.foreignKey[0] ?? '')}`;
      if (!isOne) this.#keys.push([`(${key}) AS "_prefetch_related_val_${association.foreignKey[0]}"`]);
      return [compare(key)];
    }
    const column = association.kind === 'belongsTo' ? association.referenced[0] : association.foreignKey[0];
    return [compare(`${this.alias}.${quote(column ?? 'id')}`)];
  }

  call(given: Pick<OrmCall, 'operation' | 'isMany' | 'nameRange' | 'statements'>): OrmCall {
    return {
      library: 'django',
      ...given,
      ...(this.columns ? {} : { model: this.model }),
      loads: this.loads,
      hasLimit: this.limit !== undefined,
      equals: this.equals,
      isOnlyEquals: this.isOnlyEquals,
      statements: this.isUnknown ? [] : given.statements,
      notes: [...new Set(this.notes)],
    };
  }
}

function columnIn({ alias }: Joined, { column, isPrimaryKey }: Model['columns'][number]): Selected {
  const text: SqlText = [`${alias}.${quote(column)}`];
  return { text, group: [{ text, alias, ...(isPrimaryKey ? { isKey: true as const } : {}) }] };
}

function allOf(texts: readonly SqlText[]): SqlText {
  const [only] = texts;
  return texts.length === 1 && only ? only : sql`(${joined(texts, ' AND ')})`;
}

/** Texts that are given to `select_related('author', 'tags')`. */
export function namesIn(values: readonly Value[]): string[] | undefined {
  const texts = values.map(stringOf);
  return texts.every((text): text is string => text !== undefined) ? texts : undefined;
}
