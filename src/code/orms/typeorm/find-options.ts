import {
  elementsOf,
  entry,
  entryOf,
  isFalse,
  isNullLiteral,
  isObject,
  isTrue,
  isUndefinedLiteral,
  settledEntries,
  stringOf,
} from '../../facts/value-access';
import type { ObjectValue, Value } from '../../facts/values';
import type { CallContext, OrmCall } from '../orm';
import { followed } from '../support/program-values';
import { quoted } from '../support/statement-text';
import { columnAt, type Entity, type EntityRelation, relationAt } from './entity';
import { FindWhere } from './find-where';
import { Operators } from './operators';
import { asTree } from './option-tree';
import { joinEagerRelations, joinTypeOf } from './relation-joins';
import type { Loaded, SelectQuery } from './select-query';
import { aliasOf } from './statement-text';

interface PlannedJoin {
  readonly type: 'LEFT' | 'INNER';
  readonly isSelected: boolean;
  readonly hasSelection: boolean;
  readonly alias: string;
  readonly parent: string;
  readonly relation: EntityRelation;
}

/** Turns `{ where, relations, select, order, skip, take, … }` into what the query builder would be asked. */
export class FindOptions {
  readonly #query: SelectQuery;
  readonly #operators: Operators;
  readonly #context: CallContext;
  readonly #joins: PlannedJoin[] = [];
  #selects: string[] = [];
  readonly #where: FindWhere;
  #isKnown = true;
  readonly #notes = new Set<string>();
  readonly loads: Loaded[] = [];
  /** With `relationLoadStrategy: 'query'`: relations that have statements of their own. */
  readonly separate: { readonly relation: EntityRelation; readonly options: Value | undefined }[] = [];

  constructor(query: SelectQuery, context: CallContext) {
    this.#query = query;
    this.#context = context;
    this.#operators = new Operators(query.text, context);
    this.#where = new FindWhere({
      text: query.text,
      operators: this.#operators,
      note: (text) => this.#note(text),
      follow: (value) => followed(value, context),
      joinFor: (relation, alias) => this.#joinFor(relation, alias),
    });
  }

  get notes(): string[] {
    return [...this.#notes, ...this.#operators.notes];
  }

  apply(given: Value | undefined): void {
    const options = given && followed(given, this.#context);
    const query = this.#query;
    const { main } = query;
    if (main?.entity === undefined) return;
    const { name, entity } = main;
    if (options !== undefined && !isObject(options) && !isUndefinedLiteral(options)) {
      this.#note('The options are made at run time and are not included.');
      this.#isKnown = false;
    }
    if (isObject(options) && options.open) this.#note('Options added at run time are not included.');
    const isSeparate = stringOf(entry(options, 'relationLoadStrategy')) === 'query';
    if (isTrue(entry(options, 'withDeleted'))) query.withDeleted = true;
    const select = asTree(entry(options, 'select'));
    this.#select(select, entity, name);
    if (this.#selects.length > 0) query.selects = this.#selects.map((selection) => ({ selection }));
    this.#selects = [];
    const relations = asTree(entry(options, 'relations'));
    const isEager = !isFalse(entry(options, 'loadEagerRelations'));
    this.#relations(relations, select, entity, name, '', '', 'INNER', isSeparate);
    if (relations !== undefined && isEager && !isSeparate) this.#eagerRelations(relations, select, entity, name, '');
    query.selects.push(...this.#selects.map((selection) => ({ selection })));
    this.where(entry(options, 'where'), entity, name);
    this.#order(entry(options, 'order'), entity, name);
    this.#applyJoins();
    this.#page(options);
    this.#lock(entry(options, 'lock'));
    if (isEager && !isSeparate) joinEagerRelations(query, name, entity, (loaded) => this.loads.push(loaded));
    if (isEager && isSeparate) {
      for (const relation of entity.relations.filter((each) => each.isEager)) {
        if (!this.separate.some((each) => each.relation === relation))
          this.separate.push({ relation, options: undefined });
      }
    }
    if (entry(options, 'loadRelationIds') !== undefined)
      this.#note('The queries for ids of relations are not included.');
  }

  where(value: Value | undefined, entity: Entity, alias: string): void {
    if (value === undefined || isNullLiteral(value)) return;
    const text = this.#where.read(value, entity, alias);
    for (const each of this.#where.counts) this.#query.wheres.push({ type: 'and', text: each });
    if (text !== '') this.#query.wheres.push({ type: 'and', text: text.startsWith('(') ? text : `(${text})` });
  }

  get equals(): OrmCall['equals'] {
    return this.#where.equals;
  }

  get isOnlyEquals(): boolean {
    return this.#where.isOnlyEquals && this.#isKnown;
  }

  #note(text: string): void {
    this.#notes.add(text);
  }

  #page(options: Value | undefined): void {
    const [skip, take] = [entry(options, 'skip'), entry(options, 'take')];
    if (skip !== undefined) this.#query.skip = this.#query.text.value(skip);
    if (take !== undefined) this.#query.take = this.#query.text.value(take);
  }

  #lock(lock: Value | undefined): void {
    const modes: Readonly<Record<string, string>> = {
      pessimistic_read: ' FOR SHARE',
      pessimistic_write: ' FOR UPDATE',
      for_no_key_update: ' FOR NO KEY UPDATE',
      for_key_share: ' FOR KEY SHARE',
    };
    const mode = modes[stringOf(entry(lock, 'mode')) ?? ''];
    if (mode === undefined) return;
    const tables = elementsOf(entry(lock, 'tables'))?.flatMap((each) => stringOf(each) ?? []) ?? [];
    const aliases = [this.#query.main, ...this.#query.joins.map((join) => join.alias)];
    const of = tables.flatMap((table) => aliases.find((alias) => alias?.entity?.table === table)?.name ?? []);
    const locked = stringOf(entry(lock, 'onLocked'));
    this.#query.lock =
      mode +
      (of.length === 0 ? '' : ` OF ${of.map(quoted).join(', ')}`) +
      (locked === 'nowait' ? ' NOWAIT' : locked === 'skip_locked' ? ' SKIP LOCKED' : '');
  }

  #select(select: ObjectValue | undefined, entity: Entity, alias: string, prefix = ''): void {
    for (const { key, value } of select === undefined ? [] : settledEntries(select)) {
      if (typeof key !== 'string' || isFalse(value)) continue;
      const path = prefix + key;
      if (columnAt(entity, path) !== undefined) this.#selects.push(`${alias}.${path}`);
      else if (entity.embeddeds.has(path) && isObject(value)) this.#select(value, entity, alias, `${path}.`);
    }
  }

  #relations(
    relations: ObjectValue | undefined,
    select: ObjectValue | undefined,
    entity: Entity,
    alias: string,
    prefix: string,
    path: string,
    parentType: PlannedJoin['type'],
    isSeparate: boolean,
  ): void {
    if (relations?.open) this.#note('Relations added at run time are not included.');
    for (const each of relations === undefined ? [] : settledEntries(relations)) {
      const { key, value } = each;
      if (typeof key !== 'string' || isFalse(value)) continue;
      const own = prefix + key;
      const selection = selectionOf(select, key);
      const relation = relationAt(entity, own);
      if (relation === undefined) {
        if (entity.embeddeds.has(own) && isObject(value)) {
          this.#relations(value, selection, entity, alias, `${own}.`, path, parentType, isSeparate);
        } else this.#note(`${entity.name} has no relation ${own} that is known.`);
        continue;
      }
      const joined = joinAlias(alias, own);
      const type = joinTypeOf(relation, this.#query.withDeleted, parentType);
      const full = path === '' ? own : `${path}.${own}`;
      const columns =
        selection === undefined
          ? undefined
          : settledEntries(selection).flatMap((s) => (typeof s.key === 'string' ? s.key : []));
      this.loads.push({ path: full, range: each.keyRange, ...(columns === undefined ? {} : { columns }) });
      if (isSeparate) {
        this.separate.push({ relation, options: value });
        continue;
      }
      this.#joins.push({
        type,
        isSelected: true,
        hasSelection: selection !== undefined,
        alias: joined,
        parent: alias,
        relation,
      });
      if (selection !== undefined) this.#select(selection, relation.target, joined);
      if (isObject(value)) this.#relations(value, selection, relation.target, joined, '', full, type, isSeparate);
    }
  }

  #eagerRelations(
    relations: ObjectValue,
    select: ObjectValue | undefined,
    entity: Entity,
    alias: string,
    prefix: string,
  ): void {
    for (const { key, value } of settledEntries(relations)) {
      if (typeof key !== 'string' || isFalse(value)) continue;
      const own = prefix + key;
      const selection = selectionOf(select, key);
      const relation = relationAt(entity, own);
      if (relation === undefined) {
        if (isObject(value)) this.#eagerRelations(value, selection, entity, alias, `${own}.`);
        continue;
      }
      const joined = joinAlias(alias, own);
      const parentType = this.#joins.find((join) => join.alias === joined)?.type ?? 'INNER';
      for (const eager of relation.target.relations.filter((each) => each.isEager)) {
        const eagerAlias = aliasOf('__', joined, `${joined}_${eager.path.replace('.', '_')}`);
        if (this.#joins.some((join) => join.alias === eagerAlias)) continue;
        const type = joinTypeOf(eager, this.#query.withDeleted, parentType);
        this.#joins.push({
          type,
          isSelected: true,
          hasSelection: false,
          alias: eagerAlias,
          parent: joined,
          relation: eager,
        });
      }
      if (isObject(value)) this.#eagerRelations(value, selection, relation.target, joined, '');
    }
  }

  #applyJoins(): void {
    for (const { type, alias, parent, relation, isSelected, hasSelection } of this.#joins) {
      this.#query.join(type, { name: alias, entity: relation.target }, { parent, relation });
      if (isSelected && !hasSelection) this.#query.selects.push({ selection: alias });
    }
  }

  #joinFor(relation: EntityRelation, alias: string): string {
    const joined = joinAlias(alias, relation.path);
    if (!this.#joins.some((join) => join.alias === joined)) {
      const parentType = this.#joins.find((join) => join.alias === alias)?.type ?? 'INNER';
      const type = joinTypeOf(relation, this.#query.withDeleted, parentType);
      this.#joins.push({ type, isSelected: false, hasSelection: false, alias: joined, parent: alias, relation });
    }
    return joined;
  }

  #order(order: Value | undefined, entity: Entity, alias: string, prefix = ''): void {
    if (order === undefined) return;
    if (!isObject(order)) {
      this.#note('An order that is made at run time is not included.');
      return;
    }
    if (order.open) this.#note('An order that is added at run time is not included.');
    for (const { key, keyRange, value } of settledEntries(order)) {
      if (typeof key !== 'string') {
        this.#note('An order by a property that is chosen at run time is not included.');
        continue;
      }
      const path = prefix + key;
      const relation = relationAt(entity, path);
      const column = columnAt(entity, path);
      if (column !== undefined) {
        this.#query.text.place(column.column, keyRange);
        this.#query.orderBys.set(`${alias}.${path}`, directionOf(value));
      } else if (entity.embeddeds.has(path)) this.#order(value, entity, alias, `${path}.`);
      else if (relation !== undefined) this.#order(value, relation.target, this.#joinFor(relation, alias));
      else this.#note(`${entity.name} has no property ${path} that is known.`);
    }
  }
}

function selectionOf(select: ObjectValue | undefined, key: string): ObjectValue | undefined {
  const value = entryOf(select, key)?.value;
  return isObject(value) ? value : undefined;
}

function joinAlias(alias: string, path: string): string {
  return aliasOf('__', alias, `${alias}_${path.replace('.', '_')}`);
}

function directionOf(value: Value): string {
  const given = isObject(value) ? entry(value, 'direction') : value;
  const isDescending = /^desc$/i.test(stringOf(given) ?? '') || (given?.kind === 'literal' && given.value === -1);
  const nulls = stringOf(entry(value, 'nulls'))?.toUpperCase();
  return (isDescending ? 'DESC' : 'ASC') + (nulls === undefined ? '' : ` NULLS ${nulls}`);
}
