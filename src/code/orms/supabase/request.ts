import { entry, isTrue, numberOf, settledEntries, sourceOf, stringOf } from '../../facts/value-access';
import type { ChainValue, Link, Value } from '../../facts/values';
import type { CallContext, GeneratedParameter } from '../orm';
import type { ClientCall } from './client';
import { constant, mark, operand, owner, parameter, referenced, textOf } from './program-text';
import { type Logic, logicParts, type SelectItem, selectItems } from './query-text';
import type { Filter, Order, RestRequest } from './rest-request';

/** Methods of a filter builder and PostgREST's operator. */
const operators: Readonly<Record<string, string>> = {
  eq: 'eq',
  neq: 'neq',
  gt: 'gt',
  gte: 'gte',
  lt: 'lt',
  lte: 'lte',
  like: 'like',
  ilike: 'ilike',
  likeAnyOf: 'like(any)',
  likeAllOf: 'like(all)',
  ilikeAnyOf: 'ilike(any)',
  ilikeAllOf: 'ilike(all)',
  regexMatch: 'match',
  regexIMatch: 'imatch',
  is: 'is',
  isDistinct: 'isdistinct',
  in: 'in',
  contains: 'cs',
  containedBy: 'cd',
  rangeGt: 'sr',
  rangeGte: 'nxl',
  rangeLt: 'sl',
  rangeLte: 'nxr',
  rangeAdjacent: 'adj',
  overlaps: 'ov',
};

/** The chain's methods from `from` or `rpc` on; undefined when it is no whole request. */
export function requestOf(
  chain: ChainValue,
  { link, schema }: ClientCall,
  context: CallContext,
): RestRequest | undefined {
  const [start, ...links] = chain.links.slice(link);
  const name = start?.arguments?.[0] && textOf(start.arguments[0], context);
  if (start === undefined || name === undefined || name.values.length > 0) return undefined;
  return new RequestReader(context, start, name.text, schema).read(links);
}

class RequestReader {
  #operation: RestRequest['operation'] | undefined;
  #link: Link;
  #select: readonly SelectItem[] | undefined;
  #count: string | undefined;
  #isOne = false;
  #isHead = false;
  #rows: RestRequest['rows'] = [];
  #isMany = false;
  #onConflict: readonly string[] | undefined;
  #ignoresDuplicates = false;
  readonly #filters: Filter[] = [];
  readonly #orders: Order[] = [];
  readonly #limits: RestRequest['limits'][number][] = [];
  readonly #equals: { property: string; value: Value }[] = [];
  readonly #notes = new Set<string>();

  constructor(
    private readonly context: CallContext,
    start: Link,
    private readonly name: string,
    private readonly schema: string | undefined,
  ) {
    this.#link = start;
    if (start.name === 'rpc') {
      this.#operation = 'rpc';
      this.#select = [];
      const given = start.arguments?.[1];
      this.#rows = given ? [this.#row(given)] : [[]];
      this.#options(start.arguments?.[2]);
    }
  }

  read(links: readonly Link[]): RestRequest | undefined {
    for (const link of links) {
      const { name, arguments: given } = link;
      if (given === undefined) break;
      if (!this.#take(link, name, given)) break;
    }
    if (this.#operation === undefined) return undefined;
    return {
      operation: this.#operation,
      name: this.name,
      nameLink: this.#link,
      filters: this.#filters,
      orders: this.#orders,
      limits: this.#limits,
      isOne: this.#isOne,
      rows: this.#rows,
      isMany: this.#isMany,
      ignoresDuplicates: this.#ignoresDuplicates,
      equals: this.#equals,
      notes: [...this.#notes],
      ...(this.#isHead && { isHead: true }),
      ...(this.schema !== undefined && { schema: this.schema }),
      ...(this.#select && { select: this.#select }),
      ...(this.#count !== undefined && { count: this.#count }),
      ...(this.#onConflict && { onConflict: this.#onConflict }),
    };
  }

  #take(link: Link, name: string, given: readonly Value[]): boolean {
    const [first, second] = given;
    switch (name) {
      case 'select':
        this.#selected(link, first, second);
        return true;
      case 'insert':
      case 'upsert':
      case 'update':
      case 'delete':
        this.#operation = name;
        this.#link = link;
        if (first && name !== 'delete') this.#written(first);
        this.#options(name === 'delete' ? first : second);
        return true;
      case 'match':
        if (first?.kind !== 'object') this.#note('Conditions added at run time are not included.');
        else
          for (const { key, value } of settledEntries(first))
            if (typeof key === 'string') this.#filter(key, 'eq', value, false);
        return true;
      case 'not':
      case 'filter': {
        const operator = second && stringOf(second);
        const column = first && textOf(first, this.context);
        const isNegated = name === 'not' || operator?.startsWith('not.') === true;
        if (operator !== undefined && column && given[2])
          this.#filter(column.text, operator.replace(/^not\./, ''), given[2], isNegated);
        else this.#note('A condition is known at run time only; it is not included.');
        return true;
      }
      case 'or': {
        const text = first && textOf(first, this.context);
        if (text === undefined) {
          this.#note('Conditions added at run time are not included.');
          return true;
        }
        const of = referenced(second);
        this.#filters.push({
          of,
          logic: { kind: 'or', isNegated: false, parts: logicParts(text.text) },
          values: text.values,
        });
        return true;
      }
      case 'textSearch':
        this.#textSearch(given);
        return true;
      case 'order':
        this.#ordered(given);
        return true;
      case 'limit':
        if (first)
          this.#limits.push({ of: referenced(second), limit: [parameter(first)], offset: [constant(0, first)] });
        return true;
      case 'range':
        this.#range(given);
        return true;
      case 'single':
      case 'maybeSingle':
        this.#isOne = true;
        return true;
      default: {
        const operator = operators[name];
        const column = first && textOf(first, this.context);
        if (operator === undefined)
          return /^(?:csv|geojson|returns|overrideTypes|throwOnError|abortSignal|setHeader|retry|explain|rollback|maxAffected)$/.test(
            name,
          );
        if (column === undefined || column.values.length > 0)
          this.#note('A condition is known at run time only; it is not included.');
        else if (second) this.#filter(column.text, operator, second, false);
        return true;
      }
    }
  }

  #note(sentence: string): void {
    this.#notes.add(sentence);
  }

  #selected(link: Link, first: Value | undefined, options: Value | undefined): void {
    if (this.#operation === undefined) {
      this.#operation = 'select';
      this.#link = link;
      this.#options(options);
    }
    const text = first === undefined ? undefined : textOf(first, this.context);
    if (first !== undefined && text === undefined)
      this.#note('What is selected is known at run time only; * is shown.');
    this.#select = selectItems(text?.text ?? '*');
  }

  #options(options: Value | undefined): void {
    const count = stringOf(entry(options, 'count'));
    if (count !== undefined) this.#count = count;
    const onConflict = stringOf(entry(options, 'onConflict'));
    if (onConflict !== undefined) this.#onConflict = onConflict.split(',').map((each) => each.trim());
    if (isTrue(entry(options, 'head'))) this.#isHead = true;
    if (isTrue(entry(options, 'ignoreDuplicates'))) this.#ignoresDuplicates = true;
  }

  #written(value: Value): void {
    const followed = this.#followed(value);
    this.#isMany = followed.kind === 'array';
    const rows =
      followed.kind === 'array' ? followed.elements.map((element) => this.#followed(element.value)) : [followed];
    this.#rows = rows.map((row) => this.#row(row));
  }

  #row(value: Value): RestRequest['rows'][number] {
    const row = this.#followed(value);
    if (row.kind !== 'object' || row.open) {
      this.#note('Which columns are written is known at run time only.');
      if (row.kind !== 'object' || row.entries.length === 0) return this.#likely(row);
    }
    return settledEntries(row).flatMap(({ key, value: given }) =>
      typeof key === 'string' ? [{ column: key, value: given }] : [],
    );
  }

  /** What a whole object of the program most likely has: the columns that need a value. */
  #likely(value: Value): RestRequest['rows'][number] {
    const { models, at } = this.context;
    const required = models.named('supabase', this.name, at.file.uri)?.details?.required;
    return Array.isArray(required) ? required.map((column) => ({ column: String(column), value })) : [];
  }

  #followed(value: Value): Value {
    if (value.kind !== 'chain') return value;
    const origin = this.context.trace(value);
    return origin.kind === 'value' ? origin.value : value;
  }

  #filter(path: string, operator: string, value: Value, isNegated: boolean): void {
    const { of, column } = owner(path);
    if (operator === 'eq' && of === '' && !isNegated) this.#equals.push({ property: column, value });
    const text = operand(operator, this.#followed(value), value);
    this.#filters.push({
      of,
      logic: { kind: 'filter', isNegated, column, operator, value: text.text },
      values: text.values,
    });
  }

  #textSearch([first, second, options]: readonly Value[]): void {
    const column = first && stringOf(first);
    if (column === undefined || second === undefined) return;
    const type = stringOf(entry(options, 'type'));
    const config = stringOf(entry(options, 'config'));
    const kind = { plain: 'plfts', phrase: 'phfts', websearch: 'wfts' }[type ?? ''] ?? 'fts';
    const operator = config === undefined ? kind : `${kind}(${config})`;
    const { of, column: name } = owner(column);
    const logic: Logic = { kind: 'filter', isNegated: false, column: name, operator, value: mark(0) };
    this.#filters.push({ of, logic, values: [[parameter(second)]] });
  }

  #ordered([first, options]: readonly Value[]): void {
    const column = first && textOf(first, this.context);
    if (column === undefined || column.values.length > 0) {
      this.#note('What the rows are sorted by is known at run time only.');
      return;
    }
    const ascending = entry(options, 'ascending');
    const nullsFirst = entry(options, 'nullsFirst');
    if (ascending && ascending.kind !== 'literal')
      this.#note('Whether it is sorted up or down is known at run time only.');
    this.#orders.push({
      of: referenced(options),
      column: column.text,
      direction: ascending?.kind === 'literal' && ascending.value === false ? 'DESC' : 'ASC',
      ...(nullsFirst?.kind === 'literal' && { nulls: nullsFirst.value === true ? 'FIRST' : 'LAST' }),
    });
  }

  /** `range(0, 9)`: the first ten. */
  #range([from, to, options]: readonly Value[]): void {
    if (from === undefined || to === undefined) return;
    const [first, last] = [numberOf(from), numberOf(to)];
    const limit: GeneratedParameter =
      first !== undefined && last !== undefined
        ? constant(last - first + 1, to)
        : { source: `${sourceOf(to)} - ${sourceOf(from)} + 1`, range: to.range };
    this.#limits.push({ of: referenced(options), limit: [limit], offset: [parameter(from)] });
  }
}
