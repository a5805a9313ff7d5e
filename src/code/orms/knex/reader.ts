import type { TextRange } from '../../../nouns/text-range';
import { sourceOf } from '../../facts/value-access';
import type { ArrayValue, ChainValue, ObjectValue } from '../../facts/values';
import type { Origin, Tracer } from '../../resolve/origin';
import { joined, type SqlText, sql } from '../support/sql-text';
import { callableAt, callableOf } from './callables';
import { runCallable } from './called';
import { type Expression, type ObjectEntry, parameterOf, type SubQuery } from './expression';
import { type NameMapper, quotedName, quotedPart } from './names';
import { like, runtime } from './rows';
import { type Callable, isTarget, type Located, type Scope, type Target, valueAt } from './scope';

/** What knex, objection and bookshelf know beside the builder: their own functions, and what a callback is handed. */
export interface Dialect {
  /** `knex.raw(…)`, `db('posts').where(…)`, `Post.query()`; undefined when the chain is none of the library's. */
  expression(chain: ChainValue, scope: Scope, reader: Reader): Expression | undefined;
  newQuery(reader: Reader): Target & SubQuery;
}

const deepest = 8;

/** Reads one call's arguments: each value of the program as a name, a parameter or a sub-query. */
export class Reader {
  /** What is not known of the call, a sentence each. */
  readonly notes = new Set<string>();
  /** Names in the SQL → where the call's document has them. */
  readonly places = new Map<string, TextRange>();
  /** Something without which there is no statement is known at run time only. */
  isUnknown = false;
  #depth = 0;

  constructor(
    readonly tracer: Tracer,
    readonly mapName: NameMapper,
    readonly dialect: Dialect,
    /** The call: what stands in another file has its place. */
    readonly home: { readonly uri: string; readonly range: TextRange },
  ) {}

  note(text: string): void {
    this.notes.add(text);
  }

  /** There is no statement without it. */
  unknown(text: string): void {
    this.isUnknown = true;
    this.notes.add(text);
  }

  expression(located: Located): Expression {
    const read = this.#deeper(() => this.#expression(located)) ?? runtime(located.value);
    return located.scope.at.file.uri === this.home.uri ? read : { ...read, range: this.home.range };
  }

  #expression(located: Located): Expression {
    const { value, scope } = located;
    const { range } = value;
    switch (value.kind) {
      case 'literal':
        return { kind: 'literal', value: value.value, source: sourceOf(value), range };
      case 'object':
        return this.#object(value, scope);
      case 'array':
        return this.#array(value, scope);
      case 'function':
        return { kind: 'callable', range, callable: callableOf(value, scope) };
      case 'chain':
        return this.#chain(value, scope);
      case 'template':
      case 'choice':
      case 'runtime':
        return runtime(value);
    }
  }

  /** With what it spreads, where that is known: `[...summary, 'body']`. */
  #array(value: ArrayValue, scope: Scope): Expression {
    const elements: Located[] = [];
    const spreads = value.spreads ?? [];
    let isOpen = value.open === true && spreads.length === 0;
    for (let i = 0; i <= value.elements.length; i++) {
      for (const spread of spreads.filter(({ at }) => at === i)) {
        const inner = this.expression({ value: spread.value, scope });
        if (inner.kind !== 'array' || inner.isOpen || spread.branch) isOpen = true;
        if (inner.kind === 'array') elements.push(...inner.elements);
      }
      const element = value.elements[i];
      if (element) elements.push({ value: element.value, scope });
    }
    return { kind: 'array', elements, isOpen, source: sourceOf(value), range: value.range };
  }

  /** With what it spreads, where that is known: `{ ...defaults, title }`. */
  #object(value: ObjectValue, scope: Scope): Expression {
    const entries = new Map<string, ObjectEntry>();
    const spreads = value.spreads ?? [];
    let isOpen = value.open === true && spreads.length === 0;
    for (let i = 0; i <= value.entries.length; i++) {
      for (const spread of spreads.filter(({ at }) => at === i)) {
        const inner = this.expression({ value: spread.value, scope });
        if (inner.kind !== 'object' || inner.isOpen || spread.branch) isOpen = true;
        if (inner.kind === 'object') for (const each of inner.entries) entries.set(each.key, each);
      }
      const entry = value.entries[i];
      if (typeof entry?.key === 'string') {
        const located: Located = { value: entry.value, scope };
        entries.set(entry.key, { key: entry.key, value: located, range: entry.keyRange });
      } else if (entry) isOpen = true;
    }
    return { kind: 'object', entries: [...entries.values()], isOpen, source: sourceOf(value), range: value.range };
  }

  #chain(chain: ChainValue, scope: Scope): Expression {
    const bound = typeof chain.root === 'string' ? scope.names.get(chain.root) : undefined;
    if (bound !== undefined && !isTarget(bound)) {
      const inside = valueAt(
        bound.value,
        chain.links.map(({ name }) => name),
      );
      if (inside && !chain.links.some((link) => link.arguments)) {
        const read = this.expression({ value: inside, scope: bound.scope });
        return read.kind === 'runtime' ? runtime(chain) : read;
      }
      return runtime(chain);
    }
    if (isTarget(bound) && chain.links.length === 0 && 'sql' in bound) {
      return { kind: 'query', query: bound as Target & SubQuery, range: chain.range };
    }
    const known = this.dialect.expression(chain, scope, this) ?? this.#mapped(chain, scope);
    if (known) return known;
    if (chain.links.some((link) => link.arguments)) return runtime(chain);
    return this.#traced(this.tracer.trace(chain, scope.at), chain);
  }

  #traced(origin: Origin, chain: ChainValue): Expression {
    if (origin.kind === 'value' && origin.value !== chain) {
      const read = this.expression({ value: origin.value, scope: { at: origin.at, names: new Map() } });
      return read.kind === 'runtime' ? runtime(chain) : read;
    }
    if (origin.kind === 'element' && origin.of.kind === 'value' && origin.of.value.kind === 'array') {
      const { value, at } = origin.of;
      const [first] = value.elements;
      // The rows of one list are alike.
      if (first) return like(this, { value: first.value, scope: { at, names: new Map() } }, chain);
    }
    const callable = callableAt(origin);
    return callable ? { kind: 'callable', callable, range: chain.range } : runtime(chain);
  }

  /** `tags.map((name) => ({ name }))`: rows like this one, as many as there are at run time. */
  #mapped(chain: ChainValue, scope: Scope): Expression | undefined {
    const link = chain.links.at(-1);
    const [callback] = link?.arguments ?? [];
    if (link?.name !== 'map' || callback?.kind !== 'function') return undefined;
    const returned = callback.body.find((step) => step.isReturned)?.value;
    if (returned === undefined || (returned.kind !== 'object' && returned.kind !== 'array')) return undefined;
    const element: Located = {
      value: returned,
      scope: { at: { ...scope.at, function: callback.id }, names: scope.names },
    };
    return { kind: 'array', elements: [element], isOpen: true, source: sourceOf(chain), range: chain.range };
  }

  /** Lets a function of the program act on what it is handed. */
  call(callable: Callable, given: readonly (Located | Target)[], self?: Target): void {
    this.#deeper(() => runCallable(this, callable, given, self));
  }

  /** Undefined when functions and values lead into each other too deep. */
  #deeper<T>(work: () => T): T | undefined {
    if (this.#depth >= deepest) return undefined;
    this.#depth++;
    try {
      return work();
    } finally {
      this.#depth--;
    }
  }

  /** A column or a table: `'p.id as postId'`, `{ postId: 'p.id' }`, raw SQL, a sub-query; undefined when it is known at run time only. */
  name(expression: Expression): SqlText | undefined {
    switch (expression.kind) {
      case 'literal':
        if (typeof expression.value === 'number') return [String(expression.value)];
        if (typeof expression.value !== 'string') return undefined;
        this.#place(expression.value, expression.range);
        return [this.quoted(expression.value)];
      case 'sql':
        return expression.sql;
      case 'callable':
      case 'query':
        return this.aliased(this.subQuery(expression));
      case 'object':
        return this.#aliases(expression.entries);
      case 'array': {
        const names = this.names(expression.elements);
        return names.length > 0 ? joined(names, ', ') : undefined;
      }
      case 'runtime':
        return undefined;
    }
  }

  /** `p.created_at` → the place of `p` and of `created_at`. */
  #place(name: string, range: TextRange): void {
    if (range === this.home.range) return;
    for (const part of name.split(/\.| as /i)) {
      const mapped = this.mapName(part.trim());
      if (!this.places.has(mapped)) this.places.set(mapped, range);
    }
  }

  #aliases(entries: readonly ObjectEntry[]): SqlText | undefined {
    const texts: SqlText[] = [];
    for (const { key, value } of entries) {
      const expression = this.expression(value);
      const isQuery = expression.kind === 'query' || expression.kind === 'callable';
      const name = isQuery ? sql`(${this.subQuery(expression).sql()})` : this.name(expression);
      if (name === undefined) return undefined;
      texts.push(sql`${name} as ${quotedPart(key, this.mapName)}`);
    }
    return texts.length > 0 ? joined(texts, ', ') : undefined;
  }

  /** The names of a list; those that are known at run time only are left out and said. */
  names(list: readonly Located[]): SqlText[] {
    return list.flatMap((each) => {
      const expression = this.expression(each);
      if (expression.kind === 'literal' && (expression.value === undefined || expression.value === null)) return [];
      const all = expression.kind === 'array' ? this.names(expression.elements) : [this.name(expression)];
      if (all.includes(undefined) || (expression.kind === 'array' && expression.isOpen)) {
        this.note('Columns that are chosen at run time are not included.');
      }
      return all.filter((name) => name !== undefined);
    });
  }

  quoted(name: string): string {
    return quotedName(name, this.mapName);
  }

  /** What is bound: a placeholder, raw SQL as it is, a sub-query in parentheses. */
  parameter(expression: Expression): SqlText {
    switch (expression.kind) {
      case 'sql':
        return expression.sql;
      case 'query':
      case 'callable':
        return this.aliased(this.subQuery(expression));
      default:
        return [parameterOf(expression)];
    }
  }

  /** What stands behind IN: `($1, $2)`, `(($1, $2), ($3, $4))`, a sub-query; a list of unknown length is one placeholder. */
  list(expression: Expression): SqlText {
    if (expression.kind === 'sql') return sql`(${expression.sql})`;
    if (expression.kind !== 'array') {
      const parameter = this.parameter(expression);
      return expression.kind === 'query' || expression.kind === 'callable' ? parameter : sql`(${parameter})`;
    }
    const elements = expression.elements.map((element) => {
      const inner = this.expression(element);
      return inner.kind === 'array' ? this.list(inner) : this.parameter(inner);
    });
    if (elements.length === 0) return sql`(${[parameterOf(expression)]})`;
    return sql`(${joined(elements, ', ')})`;
  }

  subQuery(expression: Expression & { kind: 'query' | 'callable' }): SubQuery {
    if (expression.kind === 'query') return expression.query;
    const query = this.dialect.newQuery(this);
    this.call(expression.callable, [query], query);
    return query;
  }

  /** `(select …) as "recent"` */
  aliased(query: SubQuery): SqlText {
    const text = sql`(${query.sql()})`;
    return query.alias === undefined ? text : sql`${text} as ${this.quoted(query.alias)}`;
  }
}
