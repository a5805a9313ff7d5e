import { propertyOf, stringOf } from '../../facts/value-access';
import type { Link, ObjectValue, Value } from '../../facts/values';
import type { Association, Model } from '../../models/model';
import type { CallContext, OrmCall } from '../orm';
import { joined, type SqlText, sql } from '../support/sql-text';
import { lookup, parameter, quote } from './lookups';
import type { DjangoDetails } from './models';

interface Joined {
  readonly model: Model;
  readonly alias: string;
  readonly isOuter?: boolean;
}

export const addedLater = 'Conditions added at run time are not included.';

/** What is asked of one model, put together by the steps of a queryset. */
export class Query {
  readonly model: Model;
  readonly notes: string[] = [];
  readonly loads: { path: string; range: Link['range'] }[] = [];
  readonly equals: { property: string; value: Value }[] = [];
  readonly prefetched: { path: string; range: Link['range'] }[] = [];
  readonly where: SqlText[] = [];
  isOnlyEquals = true;
  /** Something was asked for that is not read: there is no statement. */
  isUnknown = false;
  isDistinct = false;
  isReversed = false;
  order: readonly string[] | undefined;
  limit: Value | number | undefined;
  offset: Value | number | undefined;
  columns: readonly string[] | undefined;
  readonly #context: Pick<CallContext, 'models'>;
  readonly #joins: string[] = [];
  readonly #joined = new Map<string, Joined>();
  readonly #related: Joined[] = [];
  /** What prefetch_related selects beside the rows: the keys of those that they belong to. */
  readonly #keys: string[] = [];
  #isNegated = false;

  constructor(model: Model, context: Pick<CallContext, 'models'>) {
    this.model = model;
    this.#context = context;
    if (detailsOf(model).parent !== undefined) this.unknown('Tables of inherited models are not joined.');
  }

  unknown(note: string): void {
    this.isUnknown = true;
    this.notes.push(note);
  }

  get alias(): string {
    return quote(this.model.table);
  }

  /** `filter(Q(…), status='draft', author__name='x')` */
  filter(values: readonly Value[], isNot: boolean): void {
    this.#isNegated = isNot;
    const texts = values.map((value) => this.#condition(value, isNot)).filter((text) => text !== undefined);
    if (texts.length === 0) return;
    if (isNot) {
      this.isOnlyEquals = false;
      this.where.push(sql`NOT (${joined(texts, ' AND ')})`);
    } else this.where.push(...texts);
  }

  #condition(value: Value, isInner: boolean): SqlText | undefined {
    if (value.kind === 'object') return this.#named(value, isInner);
    this.isOnlyEquals = false;
    if (value.kind === 'chain') {
      const last = value.links.at(-1);
      const isOperator = typeof value.root !== 'string';
      if (isOperator && last && value.links.length === 1 && typeof value.root !== 'string') {
        const [right] = last.arguments ?? [];
        if (last.name === '__invert__') {
          const inner = this.#condition(value.root, true);
          return inner && sql`NOT (${inner})`;
        }
        const word = last.name === '__or__' ? ' OR ' : last.name === '__and__' ? ' AND ' : undefined;
        const sides = word && right ? [this.#condition(value.root, true), this.#condition(right, true)] : [];
        const [one, other] = sides;
        if (word && one && other) return sql`(${joined([one, other], word)})`;
      }
      const isQ = value.root === 'Q' || last?.name === 'Q';
      if (isQ && last?.arguments && value.links.length <= 2) {
        const texts = last.arguments.map((one) => this.#condition(one, true)).filter((text) => text !== undefined);
        return texts.length === 0 ? undefined : texts.length === 1 ? texts[0] : sql`(${joined(texts, ' AND ')})`;
      }
    }
    this.notes.push(addedLater);
    return undefined;
  }

  #named(object: ObjectValue, isInner: boolean): SqlText | undefined {
    if (object.open) {
      this.notes.push(addedLater);
      this.isOnlyEquals = false;
    }
    // Django sorts them.
    const texts = object.entries
      .toSorted((a, b) => (String(a.key) < String(b.key) ? -1 : 1))
      .map(({ key, value }) => (typeof key === 'string' ? this.#comparison(key, value, isInner) : undefined))
      .filter((text) => text !== undefined);
    return texts.length === 0 ? undefined : joined(texts, ' AND ');
  }

  #comparison(key: string, value: Value, isInner: boolean): SqlText | undefined {
    const found = this.resolve(key, isInner ? 'LEFT OUTER' : 'INNER');
    if (!found) {
      this.unknown(`${key} is no field of ${this.model.name} that is known.`);
      return undefined;
    }
    const { column, rest, property, isRelation, isOwn } = found;
    const name = rest ?? 'exact';
    const isEqual = name === 'exact' && isOwn && !isInner;
    if (isEqual) {
      const compared = isRelation && value.kind === 'chain' ? propertyOf(value, 'id') : value;
      this.equals.push({ property, value: compared });
    } else this.isOnlyEquals = false;
    const text = lookup(column, name, value);
    if (!text) this.unknown(`The lookup ${name} is not read.`);
    return text;
  }

  /** `author__name__icontains` → the column with what is joined for it, and `icontains`. */
  resolve(path: string, join: 'INNER' | 'LEFT OUTER') {
    const parts = path.split('__');
    let at: Joined = { model: this.model, alias: this.alias };
    const names: string[] = [];
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index] ?? '';
      const own = columnOf(at.model, part);
      const rest = parts.slice(index + 1).join('__') || undefined;
      const isOwn = names.length === 0;
      if (own) {
        const { property } = own;
        return { column: `${at.alias}.${quote(own.column)}`, rest, property, isRelation: false, isOwn };
      }
      const association = associationOf(at.model, part);
      if (!association) return undefined;
      const next = parts[index + 1];
      const target = this.#context.models.target(at.model, association);
      const isKey = next === undefined || next === 'pk' || next === 'id' || !target || isLookup(target, next);
      if (association.kind === 'belongsTo' && isKey) {
        const [column = ''] = association.foreignKey;
        const after = next === 'pk' || next === 'id' ? parts.slice(index + 2) : parts.slice(index + 1);
        const property = at.model.columns.find((one) => one.column === column)?.property ?? column;
        const isRelation = next !== 'pk' && next !== 'id' && after.length === 0;
        const text = `${at.alias}.${quote(column)}`;
        return { column: text, rest: after.join('__') || undefined, property, isRelation, isOwn };
      }
      if (!target) return undefined;
      names.push(association.name);
      at = this.#join(at, association, target, names.join('__'), join);
      if (next === undefined || isLookup(target, next)) {
        const key = columnOf(target, 'pk');
        const text = `${at.alias}.${quote(key?.column ?? 'id')}`;
        return { column: text, rest, property: 'pk', isRelation: true, isOwn: false };
      }
    }
    return undefined;
  }

  #join(from: Joined, association: Association, target: Model, path: string, kind: 'INNER' | 'LEFT OUTER'): Joined {
    const known = this.#joined.get(path);
    if (known) return known;
    if (this.#isNegated && /Many$/.test(association.kind)) this.unknown('exclude() over lists of rows is not read.');
    const canLack = association.kind !== 'belongsTo' || association.isNullable === true || from.isOuter;
    const isOuter = kind === 'LEFT OUTER' && canLack;
    const word = isOuter ? kind : 'INNER';
    const isTaken =
      target.table === this.model.table || [...this.#joined.values()].some((one) => one.alias === quote(target.table));
    const alias = isTaken ? `T${this.#joined.size + 3}` : quote(target.table);
    const named = isTaken ? `${quote(target.table)} ${alias}` : alias;
    const [key = ''] = association.foreignKey;
    const [referenced = 'id'] = association.referenced;
    const on = (one: string, a: string, other: string, b: string) => `${one}.${quote(a)} = ${other}.${quote(b)}`;
    if (association.through) {
      const { table, otherKey, otherReferenced } = association.through;
      const link = quote(table);
      this.#joins.push(`${word} JOIN ${link} ON (${on(from.alias, referenced, link, key)})`);
      this.#joins.push(`${word} JOIN ${named} ON (${on(link, otherKey[0] ?? '', alias, otherReferenced[0] ?? '')})`);
    } else {
      const isOwn = association.kind === 'belongsTo';
      const condition = isOwn ? on(from.alias, key, alias, referenced) : on(from.alias, referenced, alias, key);
      this.#joins.push(`${word} JOIN ${named} ON (${condition})`);
    }
    const joined = { model: target, alias, isOuter };
    this.#joined.set(path, joined);
    return joined;
  }

  /** `select_related('author__profile')`: joined to the rows. */
  select(path: string, range: Link['range']): void {
    let at: Joined = { model: this.model, alias: this.alias };
    const names: string[] = [];
    let isOuter = false;
    for (const part of path.split('__')) {
      const association = at.model.associations.find(({ name }) => name === part);
      const target = association && this.#context.models.target(at.model, association);
      if (!association || !target) {
        this.unknown(`${path} is no relation of ${this.model.name} that is known.`);
        return;
      }
      names.push(part);
      isOuter ||= association.isNullable === true || association.kind === 'hasOne';
      at = this.#join(at, association, target, names.join('__'), isOuter ? 'LEFT OUTER' : 'INNER');
      const dotted = names.join('.');
      if (!this.loads.some((load) => load.path === dotted)) this.#related.push(at);
      this.loads.push({ path: dotted, range });
    }
  }

  /** `prefetch_related('comments__author')`: a statement each. */
  prefetch(path: string, range: Link['range']): void {
    const parts = path.split('__');
    for (const [index] of parts.entries()) {
      const dotted = parts.slice(0, index + 1).join('.');
      this.loads.push({ path: dotted, range });
      if (!this.prefetched.some((one) => one.path === dotted)) this.prefetched.push({ path: dotted, range });
    }
  }

  selectList(): string {
    if (this.columns) return this.columns.join(', ');
    const all = [{ model: this.model, alias: this.alias }, ...this.#related];
    const columns = all.flatMap(({ model, alias }) => model.columns.map(({ column }) => `${alias}.${quote(column)}`));
    return [...this.#keys, ...columns].join(', ');
  }

  /** FROM with joins, and WHERE. */
  source(): SqlText {
    const joins = this.#joins.length === 0 ? '' : ` ${this.#joins.join(' ')}`;
    const where = this.where.length === 0 ? [] : sql` WHERE ${joinedAnd(this.where)}`;
    return sql`FROM ${this.alias}${joins}${where}`;
  }

  /** ORDER BY; `byKey`: first() and last() go by the primary key where nothing else is said. */
  ordering(byKey = false): string {
    const asked = this.order ?? detailsOf(this.model).ordering;
    const names = asked.length > 0 ? asked : byKey ? ['pk'] : [];
    const texts = names.flatMap((name) => {
      if (name === '?') return ['RANDOM()'];
      const bare = name.replace(/^[-+]/, '');
      const found = this.resolve(bare, 'LEFT OUTER');
      if (!found || found.rest !== undefined) {
        this.unknown(`The order by ${bare} is not read.`);
        return [];
      }
      return [`${found.column} ${name.startsWith('-') !== this.isReversed ? 'DESC' : 'ASC'}`];
    });
    return texts.length === 0 ? '' : ` ORDER BY ${texts.join(', ')}`;
  }

  rows(limit: Value | number | undefined = this.limit, byKey = false): SqlText {
    const order = this.ordering(byKey);
    const distinct = this.isDistinct ? 'DISTINCT ' : '';
    return sql`SELECT ${distinct}${this.selectList()} ${this.source()}${order}${this.bounds(limit)}`;
  }

  bounds(limit: Value | number | undefined = this.limit): SqlText {
    const text = (value: Value | number): SqlText => (typeof value === 'number' ? [String(value)] : parameter(value));
    const first = limit === undefined ? [] : sql` LIMIT ${text(limit)}`;
    return this.offset === undefined ? first : sql`${first} OFFSET ${text(this.offset)}`;
  }

  /** The statements of prefetch_related, each for the rows of the one before. */
  followUps(): { sql: SqlText; isFollowUp: true }[] {
    return this.prefetched.flatMap(({ path }) => {
      let model: Model | undefined = this.model;
      let association: Association | undefined;
      for (const part of path.split('.')) {
        association = model?.associations.find(({ name }) => name === part);
        const target: Model | undefined = model && association && this.#context.models.target(model, association);
        if (!target) {
          this.notes.push(`${path} is no relation of ${this.model.name} that is known.`);
          return [];
        }
        model = target;
      }
      if (!association || !model) return [];
      const inner = new Query(model, this.#context);
      inner.where.push(...inner.relatedTo(association, { source: `keys of ${path}`, range: this.model.range }));
      return inner.isUnknown ? [] : [{ sql: inner.rows(), isFollowUp: true as const }];
    });
  }

  /** The condition that rows belong to one, or to many: `"comment"."post_id" = $1`. */
  relatedTo(association: Association, given: { source: string; range: Link['range'] }, isOne = false): SqlText[] {
    const value: SqlText = [{ source: given.source, range: given.range }];
    const compare = (column: string) => (isOne ? sql`${column} = ${value}` : sql`${column} IN (${value})`);
    if (association.through) {
      const { table, otherKey, otherReferenced } = association.through;
      const link = quote(table);
      this.#joins.push(
        `INNER JOIN ${link} ON (${this.alias}.${quote(otherReferenced[0] ?? '')} = ${link}.${quote(otherKey[0] ?? '')})`,
      );
      const key = `${link}.${quote(association.foreignKey[0] ?? '')}`;
      if (!isOne) this.#keys.push(`(${key}) AS "_prefetch_related_val_${association.foreignKey[0]}"`);
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

function joinedAnd(texts: readonly SqlText[]): SqlText {
  const [only] = texts;
  return texts.length === 1 && only ? only : sql`(${joined(texts, ' AND ')})`;
}

export function detailsOf(model: Model): DjangoDetails {
  return model.details as unknown as DjangoDetails;
}

export function columnOf(model: Model, name: string) {
  return model.columns.find((one) => (name === 'pk' ? one.isPrimaryKey : one.property === name));
}

function associationOf(model: Model, name: string): Association | undefined {
  const reverse = detailsOf(model).queryNames[name];
  return model.associations.find((one) => one.name === name || one.name === reverse);
}

function isLookup(model: Model, name: string): boolean {
  return columnOf(model, name) === undefined && associationOf(model, name) === undefined;
}

/** Texts that are given to `select_related('author', 'tags')`. */
export function namesIn(values: readonly Value[]): string[] | undefined {
  const texts = values.map(stringOf);
  return texts.every((text): text is string => text !== undefined) ? texts : undefined;
}
