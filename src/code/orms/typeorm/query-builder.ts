import { elementsOf, isObject, oneOrMany, stringOf } from '../../facts/value-access';
import type { ChainValue, FunctionValue, Link, Value } from '../../facts/values';
import type { Model } from '../../models/model';
import type { CallContext } from '../orm';
import { quoted, type StatementText } from '../support/statement-text';
import { BuilderJoins } from './builder-joins';
import { BuilderOrders } from './builder-orders';
import { startOfBuilder } from './builder-start';
import { ConditionReader, unknownCondition } from './conditions';
import { type Entity, entityOf } from './entity';
import { FindOptions } from './find-options';
import { entities } from './receivers';
import { existsCondition } from './select-counts';
import { type Alias, type Condition, type Loaded, SelectQuery } from './select-query';
import { bindParameters } from './statement-text';
import { conflictOf } from './upsert-options';
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
  readonly #joins: BuilderJoins;
  readonly #orders: BuilderOrders;

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
    this.#orders = new BuilderOrders(this.query, notes, () => this.#reader());
    this.#joins = new BuilderJoins({
      query: this.query,
      loads: this.loads,
      notes,
      conditions: () => this.#reader(),
      returnsQuery: (value) => this.#returnsQuery(value),
      modelOf: (value) => entities.at(value, this.#context.at, this.#context),
    });
  }

  #reader(): ConditionReader {
    this.#conditions ??= this.#conditionReader();
    return this.#conditions;
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
      case 'into':
        this.#from(first, stringOf(second));
        if (link.name === 'into') this.#columns(second);
        return;
      case 'addFrom':
        this.#addFrom(first, stringOf(second));
        return;
      case 'whereExists':
      case 'andWhereExists':
      case 'orWhereExists':
        this.#exists(link.name, first);
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
        this.insert = { ...this.insert, conflict: conflictOf(given) };
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
        if (second !== undefined && first !== undefined)
          this.model = entities.at(first, this.#context.at, this.#context);
        this.relation = stringOf(second ?? first);
        return;
      case 'of':
        this.of = first;
        return;
      default:
        if (link.name === 'setFindOptions') {
          this.find = new FindOptions(this.query, this.#context);
          this.find.apply(first);
        } else if (!this.#joins.read(link) && !this.#orders.order(link) && !this.#orders.page(link))
          this.#condition(link);
    }
  }

  #condition(link: Link): void {
    const isHaving = /having$/i.test(link.name);
    if (this.#reader().read(link, isHaving ? this.query.havings : this.query.wheres)) return;
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
    const text = value.kind === 'function' ? this.#subQueryOf(value) : this.#reader().written(value);
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
    const model = entities.at(target, this.#context.at, this.#context);
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

  #addFrom(target: Value | undefined, alias: string | undefined): void {
    const { main } = this.query;
    const { model } = this;
    this.query.main = undefined;
    this.#from(target, alias);
    const added = this.query.main as Alias | undefined;
    this.query.main = main ?? added;
    this.model = main === undefined ? this.model : model;
    if (main !== undefined && added !== undefined) this.query.others.push(added);
  }

  #exists(name: string, value: Value | undefined): void {
    const inner = new QueryBuilder(this.query.text, this.#context, this.#notes, this.#parameters);
    const start = value?.kind === 'chain' ? this.#startOf(value, inner, undefined) : undefined;
    if (value?.kind !== 'chain' || start === undefined) {
      this.#notes.add(unknownCondition);
      return;
    }
    for (const link of value.links.slice(start + 1)) inner.apply(link);
    if (name === 'whereExists') this.query.wheres.length = 0;
    const type = name === 'whereExists' ? 'simple' : name === 'andWhereExists' ? 'and' : 'or';
    this.query.wheres.push({ type, text: existsCondition(inner.query) });
  }

  #columns(columns: Value | undefined): void {
    const names = elementsOf(columns)?.flatMap((each) => stringOf(each) ?? []);
    if (names !== undefined && names.length > 0) this.insert = { ...this.insert, columns: names };
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

/** Calls that change nothing of the SQL. */
function isSilent(name: string): boolean {
  return /^(?:cache|comment|clone|printSql|useTransaction|callListeners|setQueryRunner|updateEntity|whereEntity|useIndex|maxExecutionTime|setOption|disableEscaping|expressionMap|getParameters|getQuery|getSql)$/.test(
    name,
  );
}
