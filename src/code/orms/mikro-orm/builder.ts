import { elementsOf, isObject, oneOrMany, stringOf } from '../../facts/value-access';
import type { ChainValue, Link, Value } from '../../facts/values';
import type { Model } from '../../models/model';
import type { CallContext, GeneratedStatement, OrmCall } from '../orm';
import { quoted } from '../support/statement-text';
import { ormCall } from './call';
import { ConditionReader } from './conditions';
import { columnsIn, type MikroEntity, mikroEntityOf, propOf } from './entity';
import { Finding } from './finding';
import { libraryCall } from './program';
import { entities, receiverOf } from './receivers';
import { type SelectQuery, tableText } from './select-query';
import { insertSql, returnedRaw, setTexts, writeWhere } from './writes';

export const executors: ReadonlySet<string> = new Set([
  'execute',
  'getResult',
  'getResultList',
  'getSingleResult',
  'getResultAndCount',
  'getCount',
  'getFirst',
]);

/** `em.createQueryBuilder(Post, 'p').select('*').where({ … }).getResult()`; `index` is the link that sends it. */
export function readBuilder(chain: ChainValue, index: number, context: CallContext): OrmCall | undefined {
  const link = chain.links[index];
  const start = chain.links.findIndex(({ name }) => name === 'createQueryBuilder' || name === 'qb');
  const begin = chain.links[start];
  if (link === undefined || begin?.arguments === undefined || start > index) return undefined;
  const receiver = receiverOf(chain, start, context);
  if (receiver?.kind !== 'manager' && receiver?.kind !== 'repository') return undefined;
  const isManager = receiver.kind === 'manager';
  const [first, second] = begin.arguments;
  const model = receiver.kind === 'repository' ? receiver.model : first && entities.at(first, context.at, context);
  const entity = model && mikroEntityOf(model);
  if (model === undefined || entity === undefined) return undefined;
  const builder = new Builder(model, entity, stringOf(isManager ? second : first), context);
  for (const each of chain.links.slice(start + 1, index)) builder.apply(each);
  if (chain.open) builder.note('Conditions added at run time are not included.');
  return builder.call(link);
}

class Builder {
  readonly #model: Model;
  readonly #entity: MikroEntity;
  readonly #context: CallContext;
  readonly #notes: Set<string>;
  readonly #query: SelectQuery;
  readonly #conditions: ConditionReader;
  readonly #finding: Finding;
  #kind: 'select' | 'count' | 'insert' | 'update' | 'delete' | 'truncate' = 'select';
  #data: Value | undefined;
  readonly #wheres: Value[] = [];
  #hasFields = false;

  constructor(model: Model, entity: MikroEntity, alias: string | undefined, context: CallContext) {
    this.#model = model;
    this.#entity = entity;
    this.#context = context;
    this.#notes = new Set(entity.notes);
    this.#finding = new Finding(entity, undefined, context, this.#notes, alias);
    this.#query = this.#finding.query;
    this.#conditions = this.#finding.conditions;
  }

  note(text: string): void {
    this.#notes.add(text);
  }

  apply(link: Link): void {
    const given = link.arguments;
    if (given === undefined) return;
    const [first, second] = given;
    const query = this.#query;
    const { text } = query;
    switch (link.name) {
      case 'select':
        query.fields = [];
        this.#select(first);
        return;
      case 'addSelect':
        this.#select(first);
        return;
      case 'distinct':
        query.distinct = 'distinct ';
        return;
      case 'count':
        this.#kind = 'count';
        return;
      case 'where':
      case 'andWhere':
        this.#where(first, second);
        return;
      case 'orWhere': {
        const before = query.wheres.join(' and ');
        query.wheres = [];
        this.#where(first, second);
        const later = query.wheres.join(' and ');
        query.wheres = before === '' ? [later] : [`(${before} or ${later})`];
        return;
      }
      case 'orderBy':
      case 'andOrderBy':
        if (link.name === 'orderBy') query.orders = [];
        for (const each of oneOrMany(first)) this.#finding.orderBy(each, this.#entity, query.alias);
        return;
      case 'groupBy':
        query.groupBys.push(...oneOrMany(first).flatMap((each) => this.#field(each)));
        return;
      case 'having': {
        const sql = this.#written(first, second);
        if (sql !== undefined) query.havings.push(`(${sql})`);
        else this.#notes.add('A condition on groups is not included.');
        return;
      }
      case 'limit':
        if (first !== undefined) query.limit = text.value(first);
        if (second !== undefined) query.offset = text.value(second);
        return;
      case 'offset':
        if (first !== undefined) query.offset = text.value(first);
        return;
      case 'insert':
      case 'update':
        this.#kind = link.name;
        this.#data = first;
        return;
      case 'delete':
        this.#kind = 'delete';
        if (first !== undefined) this.#wheres.push(first);
        return;
      case 'truncate':
        this.#kind = 'truncate';
        return;
      default:
        if (
          !this.#join(link) &&
          !/^(?:cache|comment|hintComment|setLoggerContext|clone|populate|withSchema|setFlag|unsetFlag|as)$/.test(
            link.name,
          )
        ) {
          this.#notes.add(`What ${link.name}() adds is not included.`);
        }
    }
  }

  #select(value: Value | undefined): void {
    this.#hasFields = true;
    this.#query.fields.push(...oneOrMany(value).flatMap((each) => this.#field(each)));
  }

  /** `'p.title'`, `'*'`, raw('count(*) as n') */
  #field(value: Value): string[] {
    const query = this.#query;
    const name = stringOf(value);
    if (name === undefined) {
      const call = value.kind === 'chain' ? libraryCall(this.#context.trace(value), this.#context.at) : undefined;
      const sql = call?.name === 'raw' ? stringOf(call.arguments[0]) : undefined;
      if (sql === undefined) this.#notes.add('A field that is chosen at run time is not included.');
      return sql === undefined ? [] : [sql];
    }
    if (name === '*') return [`${quoted(query.alias)}.*`];
    const dot = name.indexOf('.');
    const alias = dot < 0 ? query.alias : name.slice(0, dot);
    const rest = name.slice(dot + 1);
    if (rest === '*') return [`${quoted(alias)}.*`];
    const entity = query.entityAt(alias);
    const prop = entity && propOf(entity, rest);
    if (prop === undefined) return [/^\w+$/.test(rest) ? query.column(alias, rest) : name];
    return columnsIn(prop).map((column) => query.column(alias, column));
  }

  #where(first: Value | undefined, parameters: Value | undefined): void {
    if (first === undefined) return;
    const sql = this.#written(first, parameters);
    if (sql !== undefined) {
      this.#query.wheres.push(`(${sql})`);
      return;
    }
    this.#wheres.push(first);
    if (this.#kind === 'select' || this.#kind === 'count') {
      this.#query.wheres.push(...this.#conditions.read(first, this.#entity, this.#query.alias));
    }
  }

  /** `'lower(name) = ?', [name]` */
  #written(first: Value | undefined, parameters: Value | undefined): string | undefined {
    const sql = stringOf(first);
    if (sql === undefined) return undefined;
    const values = elementsOf(parameters) ?? [];
    let next = 0;
    return sql.replaceAll('?', () => {
      const value = values[next++];
      return value === undefined
        ? this.#query.text.parameter({ source: '?', range: first?.range ?? { start: 0, end: 0 } })
        : this.#query.text.value(value);
    });
  }

  #join(link: Link): boolean {
    const match = /^(left|inner)?[jJ]oin(AndSelect)?$/.exec(link.name);
    const [target, alias, condition] = link.arguments ?? [];
    if (match === null || target === undefined) return false;
    const path = stringOf(target);
    const name = stringOf(alias);
    const query = this.#query;
    const dot = path?.indexOf('.') ?? -1;
    const owner = path === undefined || dot < 0 ? query.alias : path.slice(0, dot);
    const entity = query.entityAt(owner);
    const prop = entity && path !== undefined ? propOf(entity, path.slice(dot + 1)) : undefined;
    const type = match[1] === 'left' ? 'left' : 'inner';
    const joined =
      prop === undefined || name === undefined
        ? undefined
        : query.join(owner, prop, type, { alias: name, ...(match[2] ? { isPopulated: true } : {}) });
    if (joined === undefined || prop?.target === undefined) {
      this.#notes.add('A join that is not understood is not included.');
      return true;
    }
    if (condition !== undefined && isObject(condition)) {
      const on = this.#conditions.read(condition, prop.target, joined);
      query.joins.at(-1)?.conditions.push(...on);
    }
    if (match[2] !== undefined) {
      if (!this.#hasFields) query.fields.push(`${quoted(query.alias)}.*`);
      this.#hasFields = true;
      const columns = prop.target.props.filter((each) => !each.isVirtual && !each.isLazy).flatMap(columnsIn);
      query.fields.push(
        ...columns.map((column) => `${query.column(joined, column)} as ${quoted(`${joined}__${column}`)}`),
      );
    }
    return true;
  }

  call(link: Link): OrmCall {
    const query = this.#query;
    const { text } = query;
    const notes = this.#notes;
    const asked = (
      operation: OrmCall['operation'],
      isMany: boolean,
      statements: readonly (GeneratedStatement | undefined)[],
    ) =>
      ormCall(link, this.#model, notes, {
        operation,
        isMany,
        hasLimit: query.limit !== undefined,
        statements: statements.flatMap((each) => each ?? []),
        ...(this.#kind === 'select' ? { loads: this.#loads() } : {}),
      });
    const [where] = this.#wheres;
    const write = (sql: string | undefined) => (sql === undefined ? undefined : text.write(sql));
    const conditions = new ConditionReader(text, this.#context, notes, undefined);
    // Without a condition that is not known it would seem to change every row.
    const writeTo = (begin: string, end = '') => {
      const sql = begin + writeWhere(this.#entity, where, text, this.#context, notes, conditions) + end;
      return conditions.isUnknown ? undefined : write(sql);
    };
    switch (this.#kind) {
      case 'insert': {
        const rows = oneOrMany(this.#data);
        return asked('insert', rows.length > 1, [write(insertSql(this.#entity, rows, text, this.#context, notes))]);
      }
      case 'update': {
        const sets = this.#data === undefined ? [] : setTexts(this.#entity, this.#data, text, this.#context, notes);
        const returned = returnedRaw(this.#entity, this.#data, this.#context);
        const begin = `update ${tableText(this.#entity)} set ${sets.join(', ')}`;
        return asked('update', true, [sets.length === 0 ? undefined : writeTo(begin, returned)]);
      }
      case 'delete':
        return asked('delete', true, [writeTo(`delete from ${tableText(this.#entity)}`)]);
      case 'truncate':
        return asked('delete', true, [write(`truncate table ${tableText(this.#entity)}`)]);
      case 'count':
        return asked('count', false, [write(query.countSql())]);
    }
    if (!this.#hasFields) query.fields.push(`${quoted(query.alias)}.*`);
    if (link.name === 'getCount') return asked('count', false, [write(query.countSql())]);
    if (link.name === 'getSingleResult') {
      query.limit = text.parameter({ source: '1', constant: 1, range: link.range });
      return asked('find one', false, [write(query.sql())]);
    }
    const count = link.name === 'getResultAndCount' ? [write(query.countSql())] : [];
    return asked('find', true, [write(query.sql()), ...count]);
  }

  #loads(): OrmCall['loads'] {
    return this.#query.joins
      .filter((join) => join.isPopulated && !join.isPivot && join.owner === this.#query.alias)
      .map(({ prop }) => ({ path: prop.name, range: prop.range }));
  }
}
