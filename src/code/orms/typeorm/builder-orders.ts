import { elementsOf, entry, entryNames, isFalse, isObject, stringOf } from '../../facts/value-access';
import type { Link, Value } from '../../facts/values';
import type { ConditionReader } from './conditions';
import type { SelectQuery } from './select-query';

/** Reads orderBy, groupBy, limit, skip, distinct, setLock and their like. */
export class BuilderOrders {
  readonly #query: SelectQuery;
  readonly #notes: Set<string>;
  readonly #reader: () => ConditionReader;

  constructor(query: SelectQuery, notes: Set<string>, reader: () => ConditionReader) {
    this.#query = query;
    this.#notes = notes;
    this.#reader = reader;
  }

  order(link: Link): boolean {
    const [first, second, third] = link.arguments ?? [];
    const query = this.#query;
    switch (link.name) {
      case 'orderBy':
        query.orderBys = new Map();
        this.#addOrder(first, second, third);
        return true;
      case 'addOrderBy':
        this.#addOrder(first, second, third);
        return true;
      case 'groupBy':
        query.groupBys = [];
        this.#addGroup(first);
        return true;
      case 'addGroupBy':
        this.#addGroup(first);
        return true;
      default:
        return false;
    }
  }

  #addGroup(value: Value | undefined): void {
    const text = value === undefined ? undefined : this.#reader().written(value);
    if (text !== undefined) this.#query.groupBys.push(text);
    else if (value !== undefined) this.#notes.add('A group that is made at run time is not included.');
  }

  #addOrder(value: Value | undefined, direction: Value | undefined, nulls: Value | undefined): void {
    if (value === undefined) return;
    if (isObject(value)) {
      for (const name of entryNames(value)) this.#addOrder(keyOf(name, value), entry(value, name), undefined);
      return;
    }
    const text = this.#reader().written(value);
    if (text === undefined) {
      this.#notes.add('An order that is made at run time is not included.');
      return;
    }
    const given = stringOf(direction) ?? stringOf(entry(direction, 'order'));
    if (direction !== undefined && given === undefined)
      this.#notes.add('The direction of the order is known at run time only.');
    const last = stringOf(nulls) ?? stringOf(entry(direction, 'nulls'));
    this.#query.orderBys.set(text, `${given ?? 'ASC'}${last === undefined ? '' : ` ${last}`}`);
  }

  page(link: Link): boolean {
    const [first] = link.arguments ?? [];
    const query = this.#query;
    const amount = () => (first === undefined ? undefined : query.text.value(first));
    switch (link.name) {
      case 'limit':
        query.limit = amount();
        return true;
      case 'offset':
        query.offset = amount();
        return true;
      case 'take':
        query.take = amount();
        return true;
      case 'skip':
        query.skip = amount();
        return true;
      case 'distinct':
        query.distinct = isFalse(first) ? 'no' : 'yes';
        return true;
      case 'distinctOn':
        query.distinct = elementsOf(first)?.flatMap((each) => stringOf(each) ?? []) ?? 'no';
        return true;
      case 'withDeleted':
        query.withDeleted = true;
        return true;
      case 'setLock':
        query.lock = locks[stringOf(first) ?? ''] ?? '';
        return true;
      case 'setOnLocked':
        query.lock += stringOf(first) === 'nowait' ? ' NOWAIT' : ' SKIP LOCKED';
        return true;
      default:
        return false;
    }
  }
}

const locks: Readonly<Record<string, string>> = {
  pessimistic_read: ' FOR SHARE',
  pessimistic_write: ' FOR UPDATE',
  pessimistic_partial_write: ' FOR UPDATE SKIP LOCKED',
  pessimistic_write_or_fail: ' FOR UPDATE NOWAIT',
  for_no_key_update: ' FOR NO KEY UPDATE',
  for_key_share: ' FOR KEY SHARE',
};

function keyOf(name: string, value: Value): Value {
  return { kind: 'literal', value: name, range: value.range };
}
