import { pathOf } from '../../facts/value-access';
import type { ChainValue, Link, Value } from '../../facts/values';
import type { Association, Model } from '../../models/model';
import type { CallContext, OrmCall } from '../orm';
import { setOnce } from '../support/set-once';
import { joined, type SqlText, sql, statementsOf } from '../support/sql-text';
import { bound, columnOf, columnText, expression, type Scope } from './expressions';
import { From } from './from';
import { Loading } from './loading';

export const addedLater = 'Conditions added at run time are not included.';

/** What a select or a Query asks for. */
export class Query implements Scope {
  readonly notes: string[] = [];
  readonly equals: { property: string; value: Value }[] = [];
  readonly where: SqlText[] = [];
  readonly loading = new Loading(this);
  readonly context: CallContext;
  readonly #outer: Query | undefined;
  readonly #selected: SqlText[] = [];
  readonly #entities: Model[] = [];
  readonly #touched = new Set<Model>();
  readonly #from = new From(this);
  readonly #group: SqlText[] = [];
  readonly #having: SqlText[] = [];
  readonly #order: SqlText[] = [];
  isOnlyEquals = true;
  isUnknown = false;
  limit: Value | number | undefined;
  #offset: Value | undefined;
  #distinct: SqlText = [];

  constructor(entities: readonly (Value | Model)[], context: CallContext, outer?: Query) {
    this.context = context;
    this.#outer = outer;
    for (const entity of entities) this.#select(entity);
  }

  #select(given: Value | Model): void {
    const model = 'kind' in given ? this.modelOf(given) : given;
    if (model) {
      this.#entities.push(model);
      this.touch(model);
      return;
    }
    if (!('kind' in given)) return;
    const text = expression(given, this);
    if (text) this.#selected.push(text);
    else this.unknown('What is selected is not read.');
  }

  /** The one model whose rows it gives; undefined for columns and pairs. */
  get model(): Model | undefined {
    return this.#entities.length === 1 && this.#selected.length === 0 ? this.#entities[0] : undefined;
  }

  /** What is in FROM first. */
  get root(): Model | undefined {
    return this.#from.tables[0] ?? [...this.#touched].find((model) => !this.#outer?.has(model));
  }

  has(model: Model): boolean {
    return this.root === model || this.#from.tables.includes(model) || this.#outer?.has(model) === true;
  }

  unknown(note: string): void {
    this.isUnknown = true;
    this.notes.push(note);
  }

  modelOf(value: Value): Model | undefined {
    return modelNamed(value, this.context);
  }

  target(model: Model, association: Association): Model | undefined {
    return this.context.models.target(model, association);
  }

  touch(model: Model): void {
    this.#touched.add(model);
  }

  /** What a name stands for that is set once: `kind = case(…)`. */
  followed(value: Value): Value {
    return setOnce(value, this.context);
  }

  subselect(value: Value): SqlText | undefined {
    if (value.kind !== 'chain') return undefined;
    const isExists = value.root === 'exists' && value.links[0]?.name === '';
    const statement = isExists ? undefined : selectIn(value);
    if (!isExists && !statement) return undefined;
    const inner = new Query(statement?.entities ?? [], this.context, this);
    const steps = isExists ? value.links.slice(1) : (statement?.steps ?? []);
    for (const step of steps) {
      if (!/^(?:scalar_subquery|subquery|as_scalar|exists)$/.test(step.name)) inner.step(step);
    }
    if (inner.isUnknown || inner.notes.length > 0) this.unknown('A statement in this one is not read.');
    const isAsked = isExists || steps.at(-1)?.name === 'exists';
    if (!isAsked) return sql`(${inner.rows()})`;
    return sql`EXISTS (SELECT * ${inner.source()})`;
  }

  step({ name, arguments: values = [] }: Link): void {
    switch (name) {
      case 'where':
      case 'filter':
        for (const value of values) this.#condition(value);
        return;
      case 'filter_by':
        for (const value of values) this.#named(value);
        return;
      case 'having':
        for (const value of values) this.#having.push(this.#text(value, 'A condition'));
        return;
      case 'group_by':
        for (const value of values) this.#group.push(...this.#columns(value));
        return;
      case 'order_by':
        for (const value of values) this.#order.push(this.#ordered(value));
        return;
      case 'options':
        for (const value of values) this.loading.option(value);
        return;
      case 'join':
      case 'outerjoin':
        this.#from.join(values, name === 'outerjoin');
        return;
      case 'join_from':
      case 'outerjoin_from':
      case 'select_from': {
        const model = values[0] && this.modelOf(values[0]);
        if (!model || this.#from.tables.length > 0) this.unknown('What is selected from is not read.');
        else this.#from.tables.push(model);
        if (name !== 'select_from') this.#from.join(values.slice(1), name === 'outerjoin_from');
        return;
      }
      case 'distinct':
        this.#distinct = values.length === 0 ? ['DISTINCT '] : [];
        if (values.length > 0) this.unknown('DISTINCT ON is not read.');
        return;
      case 'with_for_update':
        this.unknown('What is locked is not read.');
        return;
      case 'limit':
        this.limit = values[0];
        return;
      case 'offset':
        this.#offset = values[0];
        return;
      case 'execution_options':
        return;
      default:
        this.unknown(`${name}() is not read.`);
    }
  }

  #text(value: Value, what: string): SqlText {
    const text = expression(value, this);
    if (text) return text;
    this.isOnlyEquals = false;
    this.unknown(`${what} is not read.`);
    return [];
  }

  #condition(given: Value): void {
    const value = this.followed(given);
    const link = value.kind === 'chain' ? value.links.at(-1) : undefined;
    const [right] = link?.arguments ?? [];
    const left = value.kind === 'chain' && typeof value.root !== 'string' ? value.root : undefined;
    const column = left && link?.name === '__eq__' ? columnOf(left, this) : undefined;
    const isOwn =
      column !== undefined && column.model === this.root && value.kind === 'chain' && value.links.length === 1;
    const isValue =
      right !== undefined && !(right.kind === 'literal' && right.value === null) && !columnOf(right, this);
    if (isOwn && isValue) this.equals.push({ property: column.column.property, value: right });
    else this.isOnlyEquals = false;
    this.where.push(this.#text(value, 'A condition'));
  }

  /** `filter_by(title='x')`: of the table that was joined last. */
  #named(value: Value): void {
    if (value.kind !== 'object' || value.open) {
      this.notes.push(addedLater);
      this.isOnlyEquals = false;
    }
    const model = this.#from.tables.at(-1) ?? this.root;
    for (const { key, value: given } of value.kind === 'object' ? value.entries : []) {
      const column = model?.columns.find(({ property }) => property === key);
      if (!model || !column) this.unknown(`${String(key)} is no column of ${model?.name ?? 'a model'} that is known.`);
      else {
        if (model === this.root) this.equals.push({ property: column.property, value: given });
        else this.isOnlyEquals = false;
        const isNull = given.kind === 'literal' && given.value === null;
        const name = columnText(model, column);
        this.where.push(isNull ? sql`${name} IS NULL` : sql`${name} = ${bound(given)}`);
      }
    }
  }

  #columns(value: Value): SqlText[] {
    const model = this.modelOf(value);
    return model ? model.columns.map((column) => [columnText(model, column)]) : [this.#text(value, 'A group')];
  }

  #ordered(value: Value): SqlText {
    let inner = value;
    let [direction, nulls] = ['', ''];
    for (let link = lastCall(inner); link; link = lastCall(inner)) {
      const name = link.name === '' && inner.kind === 'chain' ? String(inner.root) : link.name;
      if (/^(?:asc|desc)$/.test(name)) direction = ` ${name.toUpperCase()}`;
      else if (/^nulls_?(?:first|last)$/.test(name)) nulls = ` NULLS ${name.replace(/^nulls_?/, '').toUpperCase()}`;
      else break;
      const [given] = link.arguments ?? [];
      if (given) inner = given;
      else if (inner.kind === 'chain') inner = { ...inner, links: inner.links.slice(0, -1) };
    }
    return sql`${this.#text(inner, 'The order')}${direction}${nulls}`;
  }

  /** The rows that belong to one: `tags, post_tags WHERE post_tags.post_id = $1`. */
  relatedTo(association: Association, target: Model, key: SqlText): void {
    this.where.push(...this.#from.relatedTo(association, target, key));
  }

  /** FROM, WHERE, GROUP BY and HAVING. */
  source(joins: readonly string[] = []): SqlText {
    const { root } = this;
    for (const model of this.#touched) if (!this.has(model)) this.unknown(`${model.name} is not joined.`);
    if (!root) this.unknown('What is selected from is not known.');
    const clause = (word: string, texts: readonly SqlText[], separator: string) =>
      texts.length === 0 ? [] : sql` ${word} ${joined(texts, separator)}`;
    const where = clause('WHERE', this.where, ' AND ');
    const group = clause('GROUP BY', this.#group, ', ');
    return sql`${this.#from.text(root, joins)}${where}${group}${clause('HAVING', this.#having, ' AND ')}`;
  }

  rows(limit: Value | number | undefined = this.limit): SqlText {
    this.loading.defaults();
    const own = this.#entities.flatMap((model) => model.columns.map((column): SqlText => [columnText(model, column)]));
    const list = joined([...own, ...this.#selected, ...this.loading.columns], ', ');
    const order = this.#order.length === 0 ? [] : sql` ORDER BY ${joined(this.#order, ', ')}`;
    const first = limit === undefined ? [] : sql` LIMIT ${typeof limit === 'number' ? String(limit) : bound(limit)}`;
    const rest = this.#offset === undefined ? [] : sql` OFFSET ${bound(this.#offset)}`;
    return sql`SELECT ${this.#distinct}${list} ${this.source(this.loading.joins)}${order}${first}${rest}`;
  }

  call(operation: OrmCall['operation'], isMany: boolean, nameRange: Link['range'], text?: SqlText): OrmCall {
    const { model } = this;
    this.loading.defaults();
    const sent = [{ sql: text ?? this.rows() }, ...this.loading.followUps()];
    return {
      library: 'sqlalchemy',
      operation,
      isMany,
      ...(model ? { model } : {}),
      loads: this.loading.loads,
      hasLimit: this.limit !== undefined,
      equals: this.equals,
      isOnlyEquals: this.isOnlyEquals,
      statements: this.isUnknown ? [] : statementsOf(sent),
      notes: [...new Set(this.notes)],
      nameRange,
    };
  }
}

function lastCall(value: Value): Link | undefined {
  const link = value.kind === 'chain' ? value.links.at(-1) : undefined;
  return link?.arguments ? link : undefined;
}

/** `select(Post).where(…)`: what it selects, and its steps. */
export function selectIn(
  value: ChainValue,
): { readonly entities: readonly Value[]; readonly steps: readonly Link[] } | undefined {
  const start = value.links.findIndex(
    ({ name, arguments: given }, i) =>
      given && (name === 'select' || (i === 0 && name === '' && value.root === 'select')),
  );
  const found = value.links[start];
  const isFirst = start === 0 || (start === 1 && !value.links[0]?.arguments);
  return found?.arguments && isFirst ? { entities: found.arguments, steps: value.links.slice(start + 1) } : undefined;
}

export function modelNamed(value: Value, context: CallContext): Model | undefined {
  const origin = value.kind === 'chain' && pathOf(value) ? context.trace(value) : undefined;
  return origin?.kind === 'class' ? modelOfClass(origin.class.nameRange.start, origin.file.uri, context) : undefined;
}

export function modelOfClass(start: number, uri: string, { models }: Pick<CallContext, 'models'>): Model | undefined {
  return models.of('sqlalchemy').find((model) => model.uri === uri && model.range.start === start);
}
