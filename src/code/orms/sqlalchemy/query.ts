import { constantOf, elementsOf, isNullLiteral, pathOf, sourceOf } from '../../facts/value-access';
import type { Link, Value } from '../../facts/values';
import type { Association, Model } from '../../models/model';
import type { CallContext, OrmCall } from '../orm';
import { joined, type SqlText, sql, statementsOf } from '../support/sql-text';

const operators: Readonly<Record<string, string>> = {
  __eq__: '=',
  __ne__: '!=',
  __lt__: '<',
  __le__: '<=',
  __gt__: '>',
  __ge__: '>=',
  like: 'LIKE',
  ilike: 'ILIKE',
};

export function quote(name: string): string {
  return /^[a-z_][a-z\d_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function bound(value: Value): SqlText {
  const constant = constantOf(value);
  return [{ source: sourceOf(value), range: value.range, ...(constant === undefined ? {} : { constant }) }];
}

/** What a select or a Query asks for. */
export class Query {
  readonly model: Model;
  readonly notes: string[] = [];
  readonly loads: { path: string; range: Link['range'] }[] = [];
  readonly equals: { property: string; value: Value }[] = [];
  readonly where: SqlText[] = [];
  readonly #followUps: SqlText[] = [];
  readonly #joins: string[] = [];
  readonly #columns: string[] = [];
  readonly #context: CallContext;
  isOnlyEquals = true;
  isUnknown = false;
  #order: string[] = [];
  limit: Value | number | undefined;
  #offset: Value | undefined;

  constructor(model: Model, context: CallContext) {
    this.model = model;
    this.#context = context;
    for (const association of model.associations)
      if (association.isEager) this.#load([association.name], model.range, String(association.details?.lazy));
  }

  unknown(note: string): void {
    this.isUnknown = true;
    this.notes.push(note);
  }

  step({ name, range, arguments: values = [] }: Link): void {
    switch (name) {
      case 'where':
      case 'filter':
        for (const value of values) this.#add(this.#condition(value, true));
        return;
      case 'filter_by':
        for (const value of values) this.#named(value);
        return;
      case 'options':
        for (const value of values) this.#option(value, range);
        return;
      case 'order_by':
        this.#order.push(...values.map((value) => this.#ordered(value)));
        return;
      case 'limit':
        this.limit = values[0];
        return;
      case 'offset':
        this.#offset = values[0];
        return;
      default:
        this.unknown(`${name}() is not read.`);
    }
  }

  #add(text: SqlText | undefined): void {
    if (text) this.where.push(text);
  }

  #named(value: Value): void {
    if (value.kind !== 'object' || value.open) {
      this.notes.push('Conditions added at run time are not included.');
      this.isOnlyEquals = false;
    }
    for (const { key, value: given } of value.kind === 'object' ? value.entries : []) {
      const column = this.model.columns.find(({ property }) => property === key);
      if (!column) this.unknown(`${String(key)} is no column of ${this.model.name} that is known.`);
      else {
        this.equals.push({ property: column.property, value: given });
        const name = `${quote(this.model.table)}.${quote(column.column)}`;
        this.#add(isNullLiteral(given) ? sql`${name} IS NULL` : sql`${name} = ${bound(given)}`);
      }
    }
  }

  #condition(value: Value, isOuter: boolean): SqlText | undefined {
    const link = value.kind === 'chain' ? value.links.at(-1) : undefined;
    if (value.kind !== 'chain' || !link?.arguments) return this.#unread();
    const values = link.arguments;
    const left = typeof value.root === 'string' ? { ...value, links: value.links.slice(0, -1) } : value.root;
    const [right] = values;
    const called = link.name === '' ? String(value.root) : link.name;
    if (/^(?:and_|or_)$/.test(called)) return this.#several(values, called === 'or_' ? ' OR ' : ' AND ');
    if (/^__(?:and|or)__$/.test(called) && right)
      return this.#several([left, right], called === '__or__' ? ' OR ' : ' AND ');
    if (/^(?:not_|__invert__)$/.test(called)) {
      const inner = this.#condition(called === 'not_' && right ? right : left, false);
      return inner && sql`NOT (${inner})`;
    }
    const column = this.#column(left);
    if (!column || !right) return this.#unread();
    const isNull = isNullLiteral(right);
    const isEqual = called === '__eq__' && !isNull && isOuter && column.isOwn;
    if (isEqual) this.equals.push({ property: column.property, value: right });
    else this.isOnlyEquals = false;
    const { text } = column;
    if (isNull && /^(?:__eq__|is_)$/.test(called)) return sql`${text} IS NULL`;
    if (isNull && /^(?:__ne__|is_not|isnot)$/.test(called)) return sql`${text} IS NOT NULL`;
    if (/^(?:in_|not_in|notin_)$/.test(called)) {
      const elements = right.kind === 'array' && !right.open ? elementsOf(right) : undefined;
      const list = elements ? joined(elements.map(bound), ', ') : bound(right);
      return called === 'in_' ? sql`${text} IN (${list})` : sql`(${text} NOT IN (${list}))`;
    }
    const operator = operators[called];
    const other = this.#column(right);
    if (operator === undefined) return this.#unread();
    return other ? sql`${text} ${operator} ${other.text}` : sql`${text} ${operator} ${bound(right)}`;
  }

  #several(values: readonly Value[], word: string): SqlText | undefined {
    const texts = values.map((value) => this.#condition(value, false)).filter((text) => text !== undefined);
    return texts.length === values.length ? sql`(${joined(texts, word)})` : undefined;
  }

  #unread(): undefined {
    this.isOnlyEquals = false;
    this.unknown('A condition is not read.');
    return undefined;
  }

  /** `Post.status`, also of another model that is joined. */
  #column(value: Value) {
    const path = pathOf(value);
    if (value.kind !== 'chain' || !path || path.length < 2) return undefined;
    const origin = this.#context.tracer.traceLinks(value, value.links.length - 1, this.#context.at);
    const model =
      origin.kind === 'class' ? modelOfClass(origin.class.nameRange.start, origin.file.uri, this.#context) : undefined;
    const column = model?.columns.find(({ property }) => property === path.at(-1));
    if (!model || !column) return undefined;
    if (model !== this.model && !this.#joins.some((join) => join.includes(` ${quote(model.table)} ON`)))
      this.unknown(`${model.name} is not joined.`);
    const text = `${quote(model.table)}.${quote(column.column)}`;
    return { text, property: column.property, isOwn: model === this.model };
  }

  #ordered(value: Value): string {
    const last = value.kind === 'chain' ? value.links.at(-1) : undefined;
    const isCall = value.kind === 'chain' && last?.arguments !== undefined;
    const direction = isCall ? (last.name === '' ? String(value.root) : last.name) : '';
    const inner = isCall
      ? last.name === ''
        ? last.arguments?.[0]
        : { ...value, links: value.links.slice(0, -1) }
      : value;
    const column = inner && this.#column(inner);
    if (!column || !/^(?:|asc|desc)$/.test(direction)) {
      this.unknown('The order is not read.');
      return '';
    }
    return `${column.text}${direction === '' ? '' : ` ${direction.toUpperCase()}`}`;
  }

  /** `selectinload(Post.comments).joinedload(Comment.author)` */
  #option(value: Value, range: Link['range']): void {
    if (value.kind !== 'chain') {
      this.unknown('Options are decided at run time.');
      return;
    }
    const names: string[] = [];
    for (const link of value.links) {
      const kind = link.name === '' ? String(value.root) : link.name;
      const path = pathOf(link.arguments?.[0]);
      if (!/^(?:selectinload|joinedload|subqueryload|contains_eager|orm)$/.test(kind) || !path) {
        if (link.arguments) this.unknown(`The option ${kind} is not read.`);
        continue;
      }
      names.push(path.at(-1) ?? '');
      this.#load([...names], range, kind);
    }
  }

  #load(names: readonly string[], range: Link['range'], kind: string): void {
    let model: Model | undefined = this.model;
    let association: Association | undefined;
    for (const name of names) {
      association = model?.associations.find((one) => one.name === name);
      model = model && association && this.#context.models.target(model, association);
    }
    if (!association || !model) {
      this.unknown(`${names.join('.')} is no relationship that is known.`);
      return;
    }
    this.loads.push({ path: names.join('.'), range });
    const table = quote(model.table);
    const columns = (from: string) => model.columns.map(({ column }) => `${from}.${quote(column)}`).join(', ');
    const isOwn = association.kind === 'belongsTo';
    const key = quote(association.foreignKey[0] ?? '');
    const referenced = quote(association.referenced[0] ?? '');
    const isJoin = /^joined/.test(kind);
    if (names.length > 1 && isJoin) {
      this.unknown('Joins of joins are not read.');
      return;
    }
    if (association.through || (isJoin && /Many$/.test(association.kind) && this.limit)) {
      this.unknown(`How ${names.join('.')} is loaded is not read.`);
      return;
    }
    const own = quote(this.model.table);
    const alias = `${model.table}_1`;
    if (isJoin) {
      const on = isOwn ? `${alias}.${referenced} = ${own}.${key}` : `${own}.${referenced} = ${alias}.${key}`;
      this.#joins.push(`LEFT OUTER JOIN ${table} AS ${alias} ON ${on}`);
      this.#columns.push(columns(alias));
      return;
    }
    const given: SqlText = [{ source: `keys of ${names.join('.')}`, range }];
    this.#followUps.push(
      sql`SELECT ${columns(table)} FROM ${table} WHERE ${table}.${isOwn ? referenced : key} IN (${given})`,
    );
  }

  rows(limit: Value | number | undefined = this.limit): SqlText {
    const own = quote(this.model.table);
    const columns = [...this.model.columns.map(({ column }) => `${own}.${quote(column)}`), ...this.#columns].join(', ');
    const joins = this.#joins.map((one) => ` ${one}`).join('');
    const where = this.where.length === 0 ? [] : sql` WHERE ${joined(this.where, ' AND ')}`;
    const order = this.#order.length === 0 ? '' : ` ORDER BY ${this.#order.join(', ')}`;
    const first = limit === undefined ? [] : sql` LIMIT ${typeof limit === 'number' ? String(limit) : bound(limit)}`;
    const rest = this.#offset === undefined ? [] : sql` OFFSET ${bound(this.#offset)}`;
    return sql`SELECT ${columns} FROM ${own}${joins}${where}${order}${first}${rest}`;
  }

  /** `one`: what is sent for one row more or less. */
  call(operation: OrmCall['operation'], isMany: boolean, nameRange: Link['range'], text?: SqlText): OrmCall {
    const sent = [
      { sql: text ?? this.rows() },
      ...this.#followUps.map((each) => ({ sql: each, isFollowUp: true as const })),
    ];
    return {
      library: 'sqlalchemy',
      operation,
      isMany,
      model: this.model,
      loads: this.loads,
      hasLimit: this.limit !== undefined,
      equals: this.equals,
      isOnlyEquals: this.isOnlyEquals,
      statements: this.isUnknown ? [] : statementsOf(sent),
      notes: [...new Set(this.notes)],
      nameRange,
    };
  }
}

export function modelOfClass(start: number, uri: string, { models }: Pick<CallContext, 'models'>): Model | undefined {
  return models.of('sqlalchemy').find((model) => model.uri === uri && model.range.start === start);
}
