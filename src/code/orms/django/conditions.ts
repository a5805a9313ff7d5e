import { isNullLiteral, propertyOf } from '../../facts/value-access';
import type { ChainValue, ObjectValue, Value } from '../../facts/values';
import { joined, type SqlText, sql } from '../support/sql-text';
import { type Expression, expression } from './expressions';
import { comparisons, lookup, quote } from './lookups';
import type { Query } from './query';
import type { Joined } from './tables';

export const addedLater = 'Conditions added at run time are not included.';

export interface Condition {
  readonly text: SqlText;
  readonly isAggregate: boolean;
  /** Tables without whose row it cannot hold. */
  readonly needs: ReadonlySet<Joined>;
}

/** Reads what is given to filter(), exclude(), Q() and When(): one reader for each call, whose conditions share their joins. */
export class ConditionReader {
  readonly #query: Query;
  readonly #reuse: Set<Joined> | undefined;

  /** `reuse`: lists that are joined already may be taken again; otherwise the conditions are about rows of their own. */
  constructor(query: Query, reuse?: 'all') {
    this.#query = query;
    this.#reuse = reuse ? undefined : new Set();
  }

  /** Conditions that must all hold, or (`isNot`) must not all hold. */
  all(values: readonly Value[], isNot: boolean): Condition[] {
    const before = this.#query.tables.inner();
    const parts = values.flatMap((value) => this.#parts(value, isNot));
    const none = isNot ? this.#joined(parts, 'AND', true) : undefined;
    if (!isNot) this.#settle(parts, 'AND');
    for (const join of before) this.#query.tables.demote(join);
    return isNot ? (none ? [none] : []) : parts;
  }

  /** `Q(a=1, b=2)`, named arguments: each for itself. */
  #parts(value: Value, isNot: boolean): Condition[] {
    if (value.kind === 'object') return this.#named(value, isNot);
    const one = this.#condition(value, isNot);
    return one ? [one] : [];
  }

  #condition(given: Value, isNot: boolean): Condition | undefined {
    const query = this.#query;
    query.isOnlyEquals = false;
    const value = query.followed(given);
    const last = value.kind === 'chain' ? value.links.at(-1) : undefined;
    if (value.kind === 'chain' && last?.arguments) {
      if (typeof value.root !== 'string' && value.links.length === 1) {
        if (last.name === '__invert__') return this.#negated(value, isNot);
        const word = last.name === '__or__' ? 'OR' : last.name === '__and__' ? 'AND' : undefined;
        if (word) return this.#several(operands(value, last.name), word, isNot);
      }
      const name = last.name === '' ? value.root : last.name;
      if (name === 'Q' && value.links.length <= 2) return this.#several(last.arguments, 'AND', isNot);
      const known = expression(value, query);
      if (known) return { text: known.text, isAggregate: known.isAggregate, needs: new Set() };
    }
    query.notes.push(addedLater);
    return undefined;
  }

  #negated({ root }: ChainValue, isNot: boolean): Condition | undefined {
    const inner = typeof root === 'string' ? undefined : this.#query.followed(root);
    const call = inner?.kind === 'chain' ? inner.links.at(-1) : undefined;
    const isQ = inner?.kind === 'chain' && (inner.root === 'Q' || call?.name === 'Q');
    if (!inner) return undefined;
    const given = isQ ? (call?.arguments ?? []) : [inner];
    const parts = given.flatMap((one) => this.#parts(one, !isNot));
    if (!isQ) {
      const [only] = parts;
      return only && { ...only, text: sql`NOT ${only.text}` };
    }
    return this.#joined(parts, 'AND', true);
  }

  #several(values: readonly Value[], word: 'AND' | 'OR', isNot: boolean): Condition | undefined {
    const parts = values.map((value) => this.#parts(value, isNot));
    // One side of an OR that is not known: the other one alone would say something else.
    if (word === 'OR' && parts.some((all) => all.length === 0)) return undefined;
    return this.#joined(parts.flat(), word, false);
  }

  #joined(parts: readonly Condition[], word: 'AND' | 'OR', isNot: boolean): Condition | undefined {
    const [only] = parts;
    if (!only) return undefined;
    const needs = this.#settle(parts, (word === 'AND') === isNot ? 'OR' : 'AND');
    const inner = joined(
      parts.map(({ text }) => text),
      ` ${word} `,
    );
    const text = isNot ? sql`NOT (${inner})` : parts.length === 1 ? inner : sql`(${inner})`;
    const isAggregate = parts.some((one) => one.isAggregate);
    if (isAggregate && !parts.every((one) => one.isAggregate))
      this.#query.unknown('A condition on groups and on rows at once is not read.');
    return { text, isAggregate, needs };
  }

  /** What every part needs is joined as it must be; what only some need may be lacking. */
  #settle(parts: readonly Condition[], word: 'AND' | 'OR'): ReadonlySet<Joined> {
    const votes = new Map<Joined, number>();
    for (const { needs } of parts) for (const join of needs) votes.set(join, (votes.get(join) ?? 0) + 1);
    const needed = new Set<Joined>();
    for (const [join, count] of votes) {
      if (word === 'OR' && count < parts.length) this.#query.tables.promote(join);
      else needed.add(join);
    }
    for (const join of needed) this.#query.tables.demote(join);
    return needed;
  }

  #named(object: ObjectValue, isNot: boolean): Condition[] {
    if (object.open) {
      this.#query.notes.push(addedLater);
      this.#query.isOnlyEquals = false;
    }
    // Django sorts them.
    return object.entries
      .toSorted((a, b) => (String(a.key) < String(b.key) ? -1 : 1))
      .flatMap(({ key, value }) => (typeof key === 'string' ? (this.#comparison(key, value, isNot) ?? []) : []));
  }

  #comparison(key: string, value: Value, isNot: boolean): Condition | undefined {
    const query = this.#query;
    const [first = '', ...names] = key.split('__');
    const annotated = query.annotation(first);
    if (annotated) {
      query.isOnlyEquals = false;
      const text = this.#compared(annotated.text, names.join('__') || 'exact', value, undefined);
      return text && { text, isAggregate: annotated.isAggregate, needs: new Set() };
    }
    const before = isNot ? this.#withoutList(key, value) : undefined;
    if (before) return before;
    const found = query.tables.resolve(key, this.#reuse);
    if (!found) {
      query.unknown(`${key} is no field of ${query.model.name} that is known.`);
      return undefined;
    }
    const { rest: name = 'exact', property, relation, isOwn, joins } = found;
    const isNull = isNullLiteral(value) || (name === 'isnull' && value.kind === 'literal' && value.value === true);
    if (name === 'exact' && isOwn && !isNot) {
      const key = relation && columnKey(relation);
      const compared = key !== undefined && value.kind === 'chain' ? propertyOf(value, key) : value;
      query.equals.push({ property, value: compared });
    } else query.isOnlyEquals = false;
    const text = this.#compared([found.text], name, value, found.column?.type);
    if (!text) return undefined;
    const needs = new Set(isNot || isNull ? [] : joins);
    // Otherwise rows without a value would be neither among those that have it nor among those that have not.
    const isGuarded = isNot && found.isNullable && name !== 'isnull' && !isNullLiteral(value);
    return { text: isGuarded ? sql`(${text} AND ${found.text} IS NOT NULL)` : text, isAggregate: false, needs };
  }

  #compared(column: SqlText, name: string, value: Value, type: string | undefined): SqlText | undefined {
    const query = this.#query;
    const operator = comparisons[name];
    const isTold = value.kind === 'literal' && typeof value.value === 'boolean';
    if (name === 'exact' && isTold && type === 'boolean') return value.value ? column : sql`NOT ${column}`;
    if (name === 'in' && value.kind === 'chain') {
      const inner = query.subquery(value, 'rows');
      if (inner) return sql`${column} IN (${inner})`;
    }
    const right = this.#expression(query.followed(value));
    if (right) {
      if (operator !== undefined) return sql`${column} ${operator} (${right.text})`;
      query.unknown(`The lookup ${name} with an expression is not read.`);
      return undefined;
    }
    const text = lookup(column, name, value);
    if (!text) query.unknown(`The lookup ${name} is not read.`);
    return text;
  }

  #expression(value: Value): Expression | undefined {
    if (value.kind !== 'chain' || !value.links.some((link) => link.arguments)) return undefined;
    return expression(value, this.#query);
  }

  /** `exclude(comment__body='x')`: the rows for which there is none. */
  #withoutList(key: string, value: Value): Condition | undefined {
    const query = this.#query;
    const trial = query.tables.copy().resolve(key, new Set());
    if (!trial?.joins.some(({ isMany }) => isMany)) return undefined;
    const [first, second] = trial.joins;
    const association = first?.association;
    const column = trial.column?.column;
    if (!first?.isMany || !association || column === undefined || isNullLiteral(value) || trial.rest === 'isnull') {
      query.unknown('exclude() over lists of rows is not read.');
      return undefined;
    }
    const isDeep = trial.joins.length > (association.through ? 2 : 1);
    if (isDeep) {
      query.unknown('exclude() over lists of rows is not read.');
      return undefined;
    }
    const prefix = query.tables.nextPrefix();
    const [one, two] = [`${prefix}0`, `${prefix}1`];
    const compared = this.#compared(
      [`${second ? two : one}.${quote(column)}`],
      trial.rest ?? 'exact',
      value,
      trial.column?.type,
    );
    if (!compared) return undefined;
    const { otherKey = [], otherReferenced = [] } = association.through ?? {};
    const on = `${one}.${quote(otherKey[0] ?? '')} = ${two}.${quote(otherReferenced[0] ?? '')}`;
    const from = `${quote(first.table)} ${one}${second ? ` INNER JOIN ${quote(second.table)} ${two} ON (${on})` : ''}`;
    const owner = `${query.tables.root.alias}.${quote(association.referenced[0] ?? 'id')}`;
    const back = `${one}.${quote(association.foreignKey[0] ?? '')} = (${owner})`;
    query.isOnlyEquals = false;
    const text = sql`EXISTS(SELECT 1 AS "a" FROM ${from} WHERE (${compared} AND ${back}) LIMIT 1)`;
    return { text, isAggregate: false, needs: new Set() };
  }
}

function columnKey(model: {
  readonly columns: readonly { readonly property: string; readonly isPrimaryKey?: true }[];
}) {
  return model.columns.find(({ isPrimaryKey }) => isPrimaryKey)?.property;
}

/** `a | b | c` → [a, b, c] */
function operands(value: ChainValue, name: string): Value[] {
  const [link] = value.links;
  const sides = [...(typeof value.root === 'string' ? [] : [value.root]), ...(link?.arguments ?? [])];
  return sides.flatMap((side) => {
    const isSame = side.kind === 'chain' && typeof side.root !== 'string' && side.links.length === 1;
    return isSame && side.links[0]?.name === name ? operands(side, name) : [side];
  });
}
