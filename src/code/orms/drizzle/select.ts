import {
  constant,
  isUndefined,
  itemsOf,
  LibraryFunction,
  LibraryThing,
  type Method,
  nowhere,
  type RecordThing,
  type Thing,
  textOf,
} from '../interpreter/things';
import { setOperators } from '../support/set-operators';
import { type Chunk, isSql, joined, Query, Sql, Subquery } from './chunks';
import { clause, isBlank, type Join, joinSql, list_, lockingSql, unqualified } from './select-clauses';
import {
  condition,
  fieldsOfSource,
  flatFields,
  fromSql,
  nameOfSource,
  seenFields,
  selectionSql,
  withSql,
} from './selection';

export interface SelectStart {
  readonly fields?: Thing | undefined;
  readonly ctes: readonly Thing[];
  readonly distinct?: true | readonly Thing[];
  readonly notes: Set<string>;
}

/** `db.select({ … })`, which waits for `.from(…)`. */
export class SelectBuilder extends LibraryThing {
  readonly #start: SelectStart;

  constructor(start: SelectStart) {
    super();
    this.#start = start;
  }

  override get(name: string): Thing | undefined {
    if (name !== 'from') return undefined;
    return new LibraryFunction(([source]) => {
      if (!isSql(source)) return undefined;
      return new Select(source instanceof Query ? source.sql() : source, this.#start);
    });
  }
}

interface SetOperation {
  readonly type: string;
  readonly right: Query;
  orderBy?: readonly Thing[];
  limit?: Thing | undefined;
  offset?: Thing | undefined;
}

const joins: Readonly<Record<string, readonly [type: string, isLateral: boolean]>> = {
  leftJoin: ['left', false],
  leftJoinLateral: ['left', true],
  rightJoin: ['right', false],
  innerJoin: ['inner', false],
  innerJoinLateral: ['inner', true],
  fullJoin: ['full', false],
  crossJoin: ['cross', false],
  crossJoinLateral: ['cross', true],
};

/** A SELECT that is being put together, as PgSelectBase of drizzle-orm: its methods change it. */
export class Select extends Query {
  override readonly operation = 'find';
  readonly source: Thing;
  readonly #start: SelectStart;
  #fields: RecordThing;
  readonly #isPartial: boolean;
  readonly #joins: Join[] = [];
  readonly #operations: SetOperation[] = [];
  #where: Thing | undefined;
  #having: Thing | undefined;
  #groupBy: readonly Thing[] = [];
  #orderBy: readonly Thing[] = [];
  #limit: Thing | undefined;
  #offset: Thing | undefined;
  #locking: Chunk = '';

  constructor(source: Thing, start: SelectStart) {
    super();
    this.source = source;
    this.#start = start;
    this.#isPartial = start.fields?.kind === 'record';
    const none: RecordThing = { kind: 'record', entries: new Map(), ranges: new Map(), isOpen: false, range: nowhere };
    this.#fields = start.fields?.kind === 'record' ? start.fields : (fieldsOfSource(source) ?? none);
    if (start.fields !== undefined && !isUndefined(start.fields) && start.fields.kind !== 'record') {
      start.notes.add('The selected columns are known at run time only.');
    }
  }

  get fields(): RecordThing {
    return this.#fields;
  }

  get where(): Thing | undefined {
    return this.#where;
  }

  get hasLimit(): boolean {
    return this.#limit !== undefined || this.#operations.at(-1)?.limit !== undefined;
  }

  get limit(): Thing | undefined {
    return this.#limit;
  }

  get isGrouped(): boolean {
    return this.#groupBy.length > 0;
  }

  get hasJoins(): boolean {
    return this.#joins.length > 0 || this.#operations.length > 0;
  }

  addOperations(type: string, others: readonly Thing[]): void {
    for (const right of others) if (right instanceof Query) this.#operations.push({ type, right });
  }

  override get(name: string): Thing | undefined {
    const method = this.#method(name);
    return method === undefined ? super.get(name) : new LibraryFunction(method);
  }

  #method(name: string): Method | undefined {
    const join = joins[name];
    if (join !== undefined) return ([table, on]) => this.#join(join, table, on);
    const operator = setOperators[name];
    if (operator !== undefined) {
      return ([other]) => {
        const right = other?.kind === 'function' ? other.call([setFunctions]) : other;
        this.addOperations(operator, right === undefined ? [] : [right]);
        return this;
      };
    }
    switch (name) {
      case 'where':
        return ([of]) => {
          this.#where = condition(this.#seen(of, 'sql'), this.#start.notes);
          return this;
        };
      case 'having':
        return ([of]) => {
          this.#having = condition(this.#seen(of, 'sql'), this.#start.notes);
          return this;
        };
      case 'groupBy':
        return (given) => {
          this.#groupBy = this.#columns(given);
          return this;
        };
      case 'orderBy':
        return (given) => {
          const last = this.#operations.at(-1);
          if (last === undefined) this.#orderBy = this.#columns(given);
          else last.orderBy = this.#columns(given);
          return this;
        };
      case 'limit':
        return ([count]) => {
          const last = this.#operations.at(-1);
          const limit = isUndefined(count) ? undefined : count;
          if (last === undefined) this.#limit = limit;
          else last.limit = limit;
          return this;
        };
      case 'offset':
        return ([count]) => {
          const last = this.#operations.at(-1);
          const offset = isUndefined(count) || (count?.kind === 'constant' && count.value === 0) ? undefined : count;
          if (last === undefined) this.#offset = offset;
          else last.offset = offset;
          return this;
        };
      case 'for':
        return ([strength, config]) => {
          this.#locking = lockingSql(textOf(strength) ?? 'update', config);
          return this;
        };
      case 'as':
        return ([alias]) => {
          const text = textOf(alias);
          return text === undefined ? undefined : new Subquery(text, this.sql(), this.#fields, false);
        };
      default:
        return undefined;
    }
  }

  #join(
    [type, isLateral]: readonly [string, boolean],
    table: Thing | undefined,
    on: Thing | undefined,
  ): Thing | undefined {
    if (table === undefined || !isSql(table)) return undefined;
    const name = nameOfSource(table);
    if (!this.#isPartial) {
      const base = nameOfSource(this.source);
      const entries =
        this.#joins.length === 0 && base !== undefined
          ? new Map<string, Thing>([[base, this.#fields]])
          : this.#fields.entries;
      const joined = fieldsOfSource(table);
      this.#fields = {
        ...this.#fields,
        entries: name === undefined || joined === undefined ? entries : new Map([...entries, [name, joined]]),
      };
    }
    this.#joins.push({ type, isLateral, table, on: condition(this.#seen(on, 'sql'), this.#start.notes), name });
    return this;
  }

  #seen(of: Thing | undefined, as: 'sql' | 'alias'): Thing | undefined {
    return of?.kind === 'function' ? of.call([seenFields(this.#fields, as)]) : of;
  }

  #columns(given: readonly Thing[]): readonly Thing[] {
    const [first] = given;
    const all = first?.kind === 'function' ? itemsOf(this.#seen(first, 'alias')) : given;
    const known = all.filter(isSql).filter((each) => !isBlank(each));
    if (known.length < all.filter((each) => !isUndefined(each)).length) {
      this.#start.notes.add('Columns that are known at run time only are left out of ORDER BY or GROUP BY.');
    }
    return known;
  }

  /** As PgDialect.buildSelectQuery. */
  sql(): Sql {
    const { ctes, distinct } = this.#start;
    const list = flatFields(this.#fields);
    const selection: Chunk = list.length === 0 ? '*' : selectionSql(list, this.#joins.length === 0);
    const select = new Sql([
      withSql(ctes),
      'select',
      distinct === undefined
        ? ''
        : distinct === true
          ? ' distinct'
          : new Sql([' distinct on (', joined(distinct, ', '), ')']),
      ' ',
      selection,
      ' from ',
      fromSql(this.source),
      ...this.#joins.map(joinSql),
      clause(' where ', this.#where),
      list_(' group by ', this.#groupBy),
      clause(' having ', this.#having),
      list_(' order by ', this.#orderBy),
      clause(' limit ', this.#limit),
      clause(' offset ', this.#offset),
      this.#locking,
    ]);
    return this.#operations.reduce((left, { type, right, orderBy = [], limit, offset }) => {
      const order = orderBy.map(unqualified);
      return new Sql([
        '(',
        left,
        `) ${type}(`,
        right.sql(),
        ')',
        list_(' order by ', order),
        clause(' limit ', limit),
        clause(' offset ', offset),
      ]);
    }, select);
  }
}

/** `union(a, b)` of drizzle-orm/pg-core: the first one takes the others. */
export function setFunction(name: string): Thing | undefined {
  const operator = setOperators[name];
  if (operator === undefined) return undefined;
  return new LibraryFunction(([left, ...others]) => {
    if (!(left instanceof Select)) return undefined;
    left.addOperations(operator, others);
    return left;
  });
}

const setFunctions: RecordThing = {
  kind: 'record',
  entries: new Map(Object.keys(setOperators).map((name) => [name, setFunction(name) ?? constant(undefined)])),
  ranges: new Map(),
  isOpen: false,
  range: nowhere,
};
