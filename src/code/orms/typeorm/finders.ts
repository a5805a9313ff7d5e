import { entry, entryNames, isObject, numberOf, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { GeneratedStatement, OrmCall } from '../orm';
import type { Asked } from '../support/model-call';
import { quoted, StatementText } from '../support/statement-text';
import { objectOf, ormCall } from './call';
import { ConditionReader } from './conditions';
import { columnAt, type Entity, entityOf, primaryColumns } from './entity';
import { FindOptions } from './find-options';
import { separateStatements } from './relation-loading';
import { countSql, existsSql } from './select-counts';
import { SelectQuery } from './select-query';

const one = /^findOne(?:By)?(?:OrFail)?$/;
const aggregates: Readonly<Record<string, string>> = { sum: 'SUM', average: 'AVG', minimum: 'MIN', maximum: 'MAX' };

/** find(options), findBy(where), findOne(options), count(options), exists(options), sum('views', where), … */
export function readFinder(asked: Asked): OrmCall | undefined {
  const { link, model, arguments: given } = asked;
  const entity = entityOf(model);
  if (entity === undefined) return undefined;
  const { name } = link;
  if (name in aggregates) return aggregate(asked, entity);
  if (name === 'findByIds' || name === 'findOneById') return byIds(asked, entity);
  const isBy = /By(?:OrFail)?$/.test(name);
  const [first, second] = given;
  if (one.test(name) && !isBy && first !== undefined && !isObject(first)) return byKey(asked, entity, first, second);
  const options = isBy ? whereOption(first) : findOptions(first);
  const finder = new Finder(asked, entity);
  finder.find.apply(options);
  if (one.test(name)) {
    finder.query.take = finder.query.text.parameter({ source: '1', constant: 1, range: link.range });
    return finder.call('find one', { isMany: false, hasLimit: true, ...objectOf(isBy ? undefined : first) });
  }
  const { query } = finder;
  const hasLimit = query.take !== undefined;
  if (/^count/.test(name)) {
    const select = entry(options, 'select');
    return finder.call('count', { isMany: false, statements: [query.text.write(countSql(query, isObject(select)))] });
  }
  if (/^exist/.test(name)) {
    return finder.call('exists', { isMany: false, statements: [query.text.write(existsSql(query))] });
  }
  const statements = finder.statements();
  // A page that is not full tells the total by itself.
  if (/^findAndCount/.test(name) && hasLimit) {
    statements.push({ ...query.text.write(countSql(query, isObject(entry(options, 'select')))), isFollowUp: true });
  }
  return finder.call('find', {
    isMany: numberOf(entry(options, 'take')) !== 1,
    hasLimit,
    statements,
    ...objectOf(isBy ? undefined : first),
  });
}

/** One SELECT while its options are read. */
class Finder {
  readonly query = new SelectQuery(new StatementText());
  readonly find: FindOptions;
  readonly #asked: Asked;
  readonly #entity: Entity;

  constructor(asked: Asked, entity: Entity) {
    this.#asked = asked;
    this.#entity = entity;
    this.query.main = { name: entity.name, entity };
    this.query.selects = [{ selection: entity.name }];
    this.find = new FindOptions(this.query, asked.context);
  }

  statements(): GeneratedStatement[] {
    const statements = this.query.statements();
    for (const { relation, options } of this.find.separate) {
      statements.push(...separateStatements(relation, options));
    }
    return statements;
  }

  call(operation: OrmCall['operation'], given: Partial<OrmCall>): OrmCall {
    const { find } = this;
    const selected = this.query.selects.flatMap(({ selection }) => {
      const [alias, ...path] = selection.split('.');
      return alias === this.#entity.name && path.length > 0 ? path.join('.') : [];
    });
    const isKnown = !this.query.isUnknown;
    const unknown = isKnown ? [] : ['A key that a join needs is not known.'];
    return ormCall(this.#asked.link, this.#asked.model, [...this.#entity.notes, ...find.notes, ...unknown], {
      operation,
      isMany: false,
      statements: given.statements ?? this.statements(),
      loads: operation === 'count' || operation === 'exists' ? [] : find.loads,
      equals: find.equals,
      isOnlyEquals: find.isOnlyEquals,
      ...(selected.length === 0 ? {} : { selects: selected }),
      ...given,
      ...(isKnown ? {} : { statements: [] }),
    });
  }
}

function whereOption(where: Value | undefined): Value | undefined {
  if (where === undefined) return undefined;
  const { range } = where;
  return { kind: 'object', entries: [{ key: 'where', keyRange: range, value: where }], range };
}

/** The older form `find({ status: 'draft' })` gives the conditions themselves. */
function findOptions(options: Value | undefined): Value | undefined {
  const known =
    /^(?:where|select|relations|order|skip|take|cache|comment|lock|withDeleted|loadEagerRelations|loadRelationIds|relationLoadStrategy|transaction|join)$/;
  if (!isObject(options) || options.entries.length === 0 || options.open) return options;
  return entryNames(options).some((name) => known.test(name)) ? options : whereOption(options);
}

/** `findOne(id)` and `findOne(id, options)` of older versions. */
function byKey(asked: Asked, entity: Entity, id: Value, options: Value | undefined): OrmCall {
  const finder = new Finder(asked, entity);
  finder.find.apply(options);
  const { query } = finder;
  query.take = query.text.parameter({ source: '1', constant: 1, range: asked.link.range });
  const [key] = primaryColumns(entity);
  query.wheres.push({ type: 'and', text: idsCondition(query, entity, id, asked) });
  return finder.call('find one', {
    isMany: false,
    hasLimit: true,
    equals: key === undefined ? [] : [{ property: key.path, value: id }],
    isOnlyEquals: true,
  });
}

function byIds(asked: Asked, entity: Entity): OrmCall | undefined {
  const [ids, options] = asked.arguments;
  if (ids === undefined) return undefined;
  if (asked.link.name === 'findOneById') return byKey(asked, entity, ids, options);
  const finder = new Finder(asked, entity);
  finder.find.apply(options);
  finder.query.wheres.push({ type: 'and', text: idsCondition(finder.query, entity, ids, asked) });
  return finder.call('find', { isMany: true, isOnlyEquals: false });
}

function idsCondition(query: SelectQuery, entity: Entity, ids: Value, { context }: Asked): string {
  const reader = new ConditionReader({
    text: query.text,
    context,
    entity,
    prefix: `${entity.name}.`,
    parameters: new Map(),
    notes: new Set(),
    subQuery: () => undefined,
  });
  return reader.inIds(ids) ?? '1=1';
}

function aggregate(asked: Asked, entity: Entity): OrmCall | undefined {
  const [property, where] = asked.arguments;
  const path = stringOf(property);
  const finder = new Finder(asked, entity);
  finder.find.apply(whereOption(where));
  const { query } = finder;
  const name = aggregates[asked.link.name] ?? '';
  const column = path === undefined ? undefined : columnAt(entity, path);
  if (column === undefined) {
    const note = 'The column that it reads is known at run time only.';
    return ormCall(asked.link, asked.model, [note], { operation: 'aggregate', isMany: false, statements: [] });
  }
  query.selects = [{ selection: `${name}(${quoted(entity.name)}.${quoted(column.column)})`, aliasName: name }];
  query.hasGlobalOrder = false;
  query.givesEntities = false;
  return finder.call('aggregate', { isMany: false, statements: [query.text.write(query.sql())] });
}
