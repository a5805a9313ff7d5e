import {
  elementsOf,
  entry,
  entryNames,
  isFalse,
  isObject,
  isTrue,
  oneOrMany,
  stringOf,
} from '../../facts/value-access';
import type { ChainValue, FunctionValue, Link, Value } from '../../facts/values';
import type { Model } from '../../models/model';
import type { CallContext } from '../orm';
import { quoted, type StatementText } from '../support/statement-text';
import { ConditionReader } from './conditions';
import { type Entity, entityOf, relationAt } from './entity';
import { FindOptions } from './find-options';
import { modelAt, receiverOf } from './receivers';
import { type Condition, type Join, type Loaded, SelectQuery } from './select-query';
import { bindParameters } from './statement-text';
import type { InsertOptions } from './writes';

export type BuilderKind = 'select' | 'insert' | 'update' | 'delete' | 'soft delete' | 'restore' | 'relation';

/** Follows the calls of one query builder and keeps what they ask. */
export class QueryBuilder {
  readonly query: SelectQuery;
  readonly loads: Loaded[] = [];
  kind: BuilderKind = 'select';
  model: Model | undefined;
  /** Of an INSERT. */
  rows: Value[] | undefined;
  insert: InsertOptions = {};
  /** Of an UPDATE. */
  set: Value | undefined;
  returning: Value | undefined;
  /** Of `relation(Post, 'tags').of(id)`. */
  relation: string | undefined;
  of: Value | undefined;
  find: FindOptions | undefined;
  #context: CallContext;
  readonly #notes: Set<string>;
  readonly #parameters: Map<string, Value>;
  #conditions: ConditionReader | undefined;

  constructor(
    text: StatementText,
    context: CallContext,
    notes: Set<string>,
    parameters: Map<string, Value> = new Map(),
  ) {
    this.query = new SelectQuery(text);
    this.#context = context;
    this.#notes = notes;
    this.#parameters = parameters;
  }

  get entity(): Entity | undefined {
    return this.model && entityOf(this.model);
  }

  /** `repository.createQueryBuilder('post')` */
  start(model: Model, alias: string | undefined): void {
    const entity = entityOf(model);
    const name = alias ?? model.name;
    this.model = model;
    this.query.main = { name, ...(entity === undefined ? {} : { entity }) };
    this.query.selects = [{ selection: name }];
  }

  /** The calls that follow stand in another function: their names are to be read there. */
  moveTo(context: CallContext): void {
    this.#context = context;
    this.#conditions = undefined;
  }

  /** The wheres of whatever it is now. */
  get wheres(): Condition[] {
    return this.query.wheres;
  }

  /** Puts the values of `:name` in, once all are known. */
  bound(sql: string): string {
    return bindParameters(sql, this.#parameters, this.query.text);
  }

  apply(link: Link): void {
    const given = link.arguments;
    if (given === undefined) return;
    const [first, second] = given;
    switch (link.name) {
      case 'select':
        if (first !== undefined) this.query.selects = this.#selections(first, second);
        return;
      case 'addSelect':
        if (first !== undefined) this.query.selects.push(...this.#selections(first, second));
        return;
      case 'from':
      case 'addFrom':
      case 'into':
        this.#from(first, stringOf(second));
        if (link.name === 'into') this.#columns(second);
        return;
      case 'insert':
        this.kind = 'insert';
        return;
      case 'values':
        this.rows = oneOrMany(first);
        if (first !== undefined && first.kind === 'array' && first.open)
          this.#notes.add('How many rows it inserts is known at run time only.');
        return;
      case 'orIgnore':
        this.insert = { ...this.insert, isIgnoring: true };
        return;
      case 'orUpdate':
        this.#orUpdate(given);
        return;
      case 'update':
        this.kind = 'update';
        if (first !== undefined) this.#from(first, undefined);
        if (second !== undefined) this.set = second;
        if (first !== undefined && isObject(first)) this.set = first;
        return;
      case 'set':
        this.set = first;
        return;
      case 'delete':
        this.kind = 'delete';
        return;
      case 'softDelete':
        this.kind = 'soft delete';
        return;
      case 'restore':
        this.kind = 'restore';
        return;
      case 'returning':
      case 'output':
        this.returning = first;
        this.insert = { ...this.insert, ...(first === undefined ? {} : { returning: first }) };
        return;
      case 'relation':
        this.kind = 'relation';
        if (second !== undefined && first !== undefined) this.model = modelAt(first, this.#context.at, this.#context);
        this.relation = stringOf(second ?? first);
        return;
      case 'of':
        this.of = first;
        return;
      default:
        if (!this.#join(link) && !this.#order(link) && !this.#switch(link)) this.#condition(link);
    }
  }

  #condition(link: Link): void {
    this.#conditions ??= this.#conditionReader();
    const isHaving = /having$/i.test(link.name);
    if (this.#conditions.read(link, isHaving ? this.query.havings : this.query.wheres)) return;
    if (!isSilent(link.name)) this.#notes.add(`What ${link.name}() adds is not included.`);
  }

  #conditionReader(): ConditionReader {
    const { query } = this;
    const isSelect = this.kind === 'select';
    const { entity } = this;
    return new ConditionReader({
      text: query.text,
      context: this.#context,
      entity,
      prefix: isSelect && query.main ? `${query.main.name}.` : '',
      parameters: this.#parameters,
      notes: this.#notes,
      subQuery: (value, name) => this.#subQuery(value, name),
      joined: (path) => {
        const join = query.joins.find((each) => each.parent === query.main?.name && each.relation?.path === path);
        return join?.alias.entity && { alias: join.alias.name, entity: join.alias.entity };
      },
    });
  }

  #selections(value: Value, alias: Value | undefined): { selection: string; aliasName?: string }[] {
    const elements = elementsOf(value);
    if (elements !== undefined) return elements.flatMap((each) => this.#selections(each, undefined));
    const name = stringOf(alias);
    this.#conditions ??= this.#conditionReader();
    const text = value.kind === 'function' ? this.#subQueryOf(value) : this.#conditions.written(value);
    if (text === undefined) {
      this.#notes.add('A selection that is made at run time is not included.');
      return [];
    }
    return [{ selection: text, ...(name === undefined ? {} : { aliasName: name }) }];
  }

  #from(target: Value | undefined, alias: string | undefined): void {
    if (target === undefined || isObject(target)) return;
    const subQuery = target.kind === 'function' ? this.#returnsQuery(target) : undefined;
    if (subQuery !== undefined) {
      this.query.main = { name: alias ?? '', source: subQuery };
      return;
    }
    const model = modelAt(target, this.#context.at, this.#context);
    const entity = model && entityOf(model);
    if (model === undefined || entity === undefined) {
      const table = stringOf(target);
      if (table === undefined) this.#notes.add('The table that it reads is known at run time only.');
      else if (this.query.main === undefined) {
        const source = table.startsWith('(') ? table : table.split('.').map(quoted).join('.');
        this.query.main = { name: alias ?? table, source };
      }
      return;
    }
    this.model = model;
    this.query.main = { name: alias ?? model.name, entity };
    this.#conditions = undefined;
  }

  #columns(columns: Value | undefined): void {
    const names = elementsOf(columns)?.flatMap((each) => stringOf(each) ?? []);
    if (names !== undefined && names.length > 0) this.insert = { ...this.insert, columns: names };
  }

  #orUpdate([first, second, third]: readonly Value[]): void {
    const texts = (value: Value | undefined) => elementsOf(value)?.flatMap((each) => stringOf(each) ?? []);
    const predicate = stringOf(entry(third, 'indexPredicate'));
    this.insert = {
      ...this.insert,
      conflict: {
        overwrite: texts(first) ?? texts(entry(first, 'overwrite')) ?? [],
        target: texts(second) ?? stringOf(second) ?? texts(entry(first, 'conflict_target')),
        ...(isTrue(entry(third, 'skipUpdateIfNoValuesChanged')) ? { onlyChanged: true } : {}),
        ...(predicate === undefined ? {} : { predicate }),
      },
    };
  }

  #join(link: Link): boolean {
    const match = /^(left|inner)Join(AndSelect|AndMapOne|AndMapMany)?$/.exec(link.name);
    if (match === null || link.arguments === undefined) return false;
    const isMapped = match[2]?.startsWith('AndMap') === true;
    const [target, alias, condition, parameters] = isMapped ? link.arguments.slice(1) : link.arguments;
    const name = stringOf(alias);
    this.#conditions ??= this.#conditionReader();
    this.#conditions.addParameters(parameters);
    const on = condition === undefined ? undefined : this.#conditions.text(condition);
    if (target === undefined || name === undefined) {
      this.#notes.add('A join that is made at run time is not included.');
      return true;
    }
    const direction: Join['direction'] = match[1] === 'left' ? 'LEFT' : 'INNER';
    if (!this.#joinTo(direction, target, name, on, match[2] !== undefined, link)) {
      this.#notes.add(`The join ${name} is not understood and is not included.`);
      return true;
    }
    if (match[2] !== undefined) this.query.selects.push({ selection: name });
    return true;
  }

  #joinTo(
    direction: Join['direction'],
    target: Value,
    name: string,
    condition: string | undefined,
    isSelected: boolean,
    link: Link,
  ): boolean {
    const on = condition === undefined ? {} : { condition };
    const path = this.#conditions?.written(target);
    const [parent = '', ...rest] = path?.split('.') ?? [];
    const parentEntity = this.query.aliasNamed(parent)?.entity;
    const relation = parentEntity && relationAt(parentEntity, rest.join('.'));
    if (relation !== undefined) {
      this.query.join(direction, { name, entity: relation.target }, { parent, relation, ...on });
      const range = link.arguments?.[0]?.range ?? link.range;
      if (isSelected) this.loads.push({ path: this.#pathTo(parent, relation.path), range });
      return true;
    }
    if (target.kind === 'function') {
      const source = this.#returnsQuery(target);
      if (source === undefined) return this.#joinEntity(direction, target, name, on);
      this.query.join(direction, { name, source }, on);
      return true;
    }
    if (path?.startsWith('(')) {
      this.query.join(direction, { name, source: path }, on);
      return true;
    }
    if (this.#joinEntity(direction, target, name, on)) return true;
    if (path === undefined || parentEntity !== undefined) return false;
    this.query.join(direction, { name, source: path.split('.').map(quoted).join('.') }, on);
    return true;
  }

  #joinEntity(direction: Join['direction'], target: Value, name: string, on: { condition?: string }): boolean {
    const model = modelAt(target, this.#context.at, this.#context);
    const entity = model && entityOf(model);
    if (entity === undefined) return false;
    this.query.join(direction, { name, entity }, on);
    return true;
  }

  /** `author.profile` → the way from the main entity. */
  #pathTo(alias: string, path: string): string {
    const join = this.query.joins.find((each) => each.alias.name === alias);
    return join?.parent === undefined || join.relation === undefined
      ? path
      : `${this.#pathTo(join.parent, join.relation.path)}.${path}`;
  }

  #order(link: Link): boolean {
    const [first, second, third] = link.arguments ?? [];
    const { query } = this;
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
    this.#conditions ??= this.#conditionReader();
    const text = value === undefined ? undefined : this.#conditions.written(value);
    if (text !== undefined) this.query.groupBys.push(text);
    else if (value !== undefined) this.#notes.add('A group that is made at run time is not included.');
  }

  #addOrder(value: Value | undefined, direction: Value | undefined, nulls: Value | undefined): void {
    if (value === undefined) return;
    if (isObject(value)) {
      for (const name of entryNames(value)) this.#addOrder(keyOf(name, value), entry(value, name), undefined);
      return;
    }
    this.#conditions ??= this.#conditionReader();
    const text = this.#conditions.written(value);
    if (text === undefined) {
      this.#notes.add('An order that is made at run time is not included.');
      return;
    }
    const given = stringOf(direction) ?? stringOf(entry(direction, 'order'));
    if (direction !== undefined && given === undefined)
      this.#notes.add('The direction of the order is known at run time only.');
    const last = stringOf(nulls) ?? stringOf(entry(direction, 'nulls'));
    this.query.orderBys.set(text, `${given ?? 'ASC'}${last === undefined ? '' : ` ${last}`}`);
  }

  #switch(link: Link): boolean {
    const [first] = link.arguments ?? [];
    const { query } = this;
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
      case 'setFindOptions':
        this.find = new FindOptions(query, this.#context);
        this.find.apply(first);
        return true;
      default:
        return false;
    }
  }

  #returnsQuery(value: FunctionValue): string | undefined {
    const result = value.body.find((step) => step.isReturned)?.value;
    return result?.kind === 'chain' ? this.#subQuery(result, value.parameters[0]?.name, true) : undefined;
  }

  #subQueryOf(value: FunctionValue): string | undefined {
    return this.#returnsQuery(value);
  }

  /**
   * The text of `qb.subQuery().select(…).from(…).getQuery()` and of another builder's `.getQuery()`; with `isWhole` also of
   * one that is returned without it.
   */
  #subQuery(value: Value, parameterName: string | undefined, isWhole = false): string | undefined {
    if (value.kind !== 'chain') return undefined;
    const { links, root } = value;
    const end = links.findIndex(({ name }) => name === 'getQuery' || name === 'getSql');
    if (end < 0 && !isWhole) return undefined;
    const inner = new QueryBuilder(this.query.text, this.#context, this.#notes, this.#parameters);
    const start = this.#startOf(value, inner, parameterName);
    if (start === undefined) return undefined;
    for (const link of links.slice(start + 1, end < 0 ? undefined : end)) inner.apply(link);
    inner.query.parent = this.query;
    inner.query.givesEntities = false;
    const isSub =
      links.slice(0, start + 1).some(({ name }) => name === 'subQuery') || (isWhole && root === parameterName);
    const sql = inner.query.sql();
    return isSub ? `(${sql})` : sql;
  }

  #startOf(chain: ChainValue, inner: QueryBuilder, parameterName: string | undefined): number | undefined {
    const sub = chain.links.findIndex(({ name }) => name === 'subQuery');
    if (sub >= 0) return sub;
    if (parameterName !== undefined && chain.root === parameterName) return -1;
    return startOfBuilder(chain, inner, this.#context);
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

/** Begins a builder at `….createQueryBuilder(…)` and gives that link's index; undefined when it is none of TypeORM's. */
export function startOfBuilder(chain: ChainValue, builder: QueryBuilder, context: CallContext): number | undefined {
  const index = chain.links.findIndex(({ name }) => name === 'createQueryBuilder');
  const link = chain.links[index];
  if (link?.arguments === undefined) return undefined;
  const receiver = receiverOf(chain, index, context);
  if (receiver === undefined) return undefined;
  const [first, second] = link.arguments;
  if (receiver.kind === 'repository' || receiver.kind === 'active record') {
    if (receiver.model === undefined) return undefined;
    builder.start(receiver.model, stringOf(first));
  } else if (first !== undefined && second !== undefined) {
    const model = modelAt(first, context.at, context);
    if (model === undefined) return undefined;
    builder.start(model, stringOf(second));
  }
  return index;
}

function keyOf(name: string, value: Value): Value {
  return { kind: 'literal', value: name, range: value.range };
}

/** Calls that change nothing of the SQL. */
function isSilent(name: string): boolean {
  return /^(?:cache|comment|clone|printSql|useTransaction|callListeners|setQueryRunner|updateEntity|whereEntity|useIndex|maxExecutionTime|setOption|disableEscaping|expressionMap|getParameters|getQuery|getSql)$/.test(
    name,
  );
}
