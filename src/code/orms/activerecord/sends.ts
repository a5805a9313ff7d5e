import { elementsOf, entry, isFalse } from '../../facts/value-access';
import type { Link, Value } from '../../facts/values';
import type { GeneratedStatement, OrmCall } from '../orm';
import { conditionsOf } from './conditions';
import { joinedSelect, preloadsOf } from './preloads';
import { columnOf, quotedName, type Relation, selectOf, tailOf } from './relation';
import { columnsOf, reversed } from './steps';
import { wordOf } from './symbols';
import type { Walker, WalkScope } from './walker';
import { changeAll, countedUp, insertInto, insertMany } from './writes';

export interface Sent {
  readonly operation: OrmCall['operation'];
  readonly isMany: boolean;
  readonly relation: Relation;
  readonly statements: readonly GeneratedStatement[];
  readonly hasLimit?: boolean;
  readonly notes?: readonly string[];
}

/** What goes through the rows. */
const iterators =
  /^(?:each|map|collect|flat_map|filter_map|each_with_index|each_with_object|inject|reduce|select|reject|filter|find_all|partition|group_by|index_by|index_with|sort_by|min_by|max_by|to_h|to_a|to_ary|load|records|each_slice|zip|compact|reverse|as_json|to_json|detect|each_entry|uniq|sum|any\?|all\?|none\?|length|entries|sort|join|present\?|blank\?|\[\])$/;

/** What a method of a relation sends; undefined for one that is none. */
export function sentBy(relation: Relation, link: Link | undefined, walker: Walker, scope: WalkScope): Sent | undefined {
  const { text, facts } = relation;
  const given = link?.arguments ?? [];
  const [first] = given;
  const hasBlock = first?.kind === 'function';
  const name = link?.name ?? 'to_a';
  const key = columnOf(facts, facts.primaryKey);
  const one = (range: Relation, operation: OrmCall['operation'] = 'find one'): Sent =>
    rows(range, walker, operation, false);
  const limited = (of: Relation, count: number): Relation => ({
    ...of,
    limit: of.limit ?? text.parameter({ source: String(count), constant: count, range: link?.range ?? noRange }),
  });
  const byKey = [{ text: `${key} ASC`, reversed: `${key} DESC` }];
  const ordered = relation.orders.length > 0 ? relation : { ...relation, orders: byKey };
  const value = (list: string, operation: OrmCall['operation'], of = relation): Sent => ({
    operation,
    isMany: false,
    relation,
    statements: [text.write(selectOf({ ...of, isDistinct: undefined }, list))],
  });
  switch (name.replace(/!$/, '')) {
    case 'second':
    case 'third':
    case 'fourth':
    case 'fifth': {
      const count = ['second', 'third', 'fourth', 'fifth'].indexOf(name) + 1;
      const offset = text.parameter({ source: String(count), constant: count, range: link?.range ?? noRange });
      return one({ ...limited(ordered, 1), offset });
    }
    case 'first':
      return first ? rows(limitedBy(ordered), walker) : one(limited(ordered, 1));
    case 'last': {
      const turned = { ...relation, orders: reversed(relation) };
      return first ? rows(limitedBy(turned), walker) : one(limited(turned, 1));
    }
    case 'take':
    case 'sole':
      return first ? rows(limitedBy(relation), walker) : one(limited(relation, 1));
    case 'find': {
      if (hasBlock || !first) return undefined;
      const list = given.length > 1 ? [...given] : elementsOf(first);
      const items = list?.map((each) => text.parameter(walker.parameter(each)));
      const condition = items
        ? `${key} IN (${items.join(', ')})`
        : `${key} = ${text.parameter(walker.parameter(first))}`;
      const found = { ...relation, conditions: [...relation.conditions, condition] };
      if (items) return rows(found, walker);
      return one(limited({ ...found, equals: [...relation.equals, { property: facts.primaryKey, value: first }] }, 1));
    }
    case 'find_by':
    case 'find_sole_by':
      return one(limited(where(), 1));
    case 'exists?': {
      if (first && (isFalse(first) || hasBlock)) return undefined;
      const isKey = first && first.kind !== 'object' && first.kind !== 'array';
      const equals = isKey ? [`${key} = ${text.parameter(walker.parameter(first))}`] : [];
      const asked = !first
        ? relation
        : isKey
          ? { ...relation, conditions: [...relation.conditions, ...equals] }
          : where();
      return existence(asked);
    }
    case 'any?':
    case 'none?':
    case 'empty?':
      if (!hasBlock && relation.counted === relation.conditions) return undefined;
      return hasBlock ? rows(relation, walker) : existence(relation);
    case 'count':
    case 'many?':
    case 'size': {
      if (hasBlock) return rows(relation, walker);
      if (name === 'size' && relation.counted === relation.conditions) return undefined;
      const column = first
        ? columnsOf(relation, [first])?.[0]
        : relation.selects.length === 1
          ? relation.selects[0]
          : undefined;
      if (relation.groups.length > 0)
        return value(
          `COUNT(${column ?? '*'}) AS ${aliasOf('count', first)}, ${relation.groups.join(', ')}`,
          'aggregate',
        );
      if (relation.limit !== undefined || relation.offset !== undefined) {
        const inner = `SELECT 1 AS one FROM ${quotedName(facts.model.table)} ${tailOf(relation)}`;
        return {
          operation: 'count',
          isMany: false,
          relation,
          statements: [text.write(`SELECT COUNT(*) FROM (${inner}) subquery_for_count`)],
        };
      }
      const counted = relation.isDistinct ? `DISTINCT ${column ?? key}` : (column ?? '*');
      return value(`COUNT(${counted})`, 'count', relation.isDistinct ? { ...relation, orders: [] } : relation);
    }
    case 'sum':
    case 'average':
    case 'minimum':
    case 'maximum': {
      if (hasBlock) return rows(relation, walker);
      const column = first && columnsOf(relation, [first])?.[0];
      const aggregate = { sum: 'SUM', average: 'AVG', minimum: 'MIN', maximum: 'MAX' }[name] ?? 'SUM';
      const group = relation.groups.length > 0 ? `, ${relation.groups.join(', ')}` : '';
      const alias = group === '' ? '' : ` AS ${aliasOf(name, first)}`;
      return column === undefined ? undefined : value(`${aggregate}(${column})${alias}${group}`, 'aggregate');
    }
    case 'pluck':
    case 'pick':
    case 'ids': {
      const columns = name === 'ids' ? [key] : columnsOf(relation, given);
      if (!columns) return undefined;
      const asked = name === 'pick' ? limited(relation, 1) : relation;
      const sql = text.write(selectOf(asked, columns.join(', ')));
      return { operation: 'find', isMany: name !== 'pick', relation: asked, statements: [sql] };
    }
    case 'find_each':
    case 'find_in_batches':
    case 'in_batches': {
      const batch = given.find(({ kind }) => kind === 'object');
      const size = entry(batch, 'batch_size') ?? entry(batch, 'of');
      const bounds = [
        [entry(batch, 'start'), '>='],
        [entry(batch, 'finish'), '<='],
      ] as const;
      const between = bounds.flatMap(([bound, sign]) =>
        bound ? [`${key} ${sign} ${text.parameter(walker.parameter(bound))}`] : [],
      );
      const limit = size
        ? text.parameter(walker.parameter(size))
        : text.parameter({ source: '1000', constant: 1000, range: link?.range ?? noRange });
      const conditions = [...relation.conditions, ...between];
      return {
        ...rows({ ...relation, conditions, orders: byKey, limit }, walker),
        notes: ['One statement for each batch.'],
      };
    }
    case 'update_all':
    case 'delete_all':
    case 'destroy_all':
    case 'touch_all':
      return changeAll(relation, name, given, walker, key);
    case 'create':
    case 'create_or_find_by':
      return insertInto(relation, given, walker);
    case 'find_or_create_by':
    case 'first_or_create': {
      const isFirst = name.startsWith('first_or_create');
      const found = one(limited(isFirst ? ordered : where(), 1));
      const made = insertInto({ ...relation, text: new (text.constructor as new () => typeof text)() }, given, walker);
      const more = made?.statements.map((each) => ({ ...each, isFollowUp: true as const })) ?? [];
      return {
        ...found,
        operation: 'upsert',
        statements: [...found.statements, ...more],
        notes: ['The second one is sent only when none is found.'],
      };
    }
    case 'find_or_initialize_by':
    case 'first_or_initialize':
      return one(limited(where(), 1));
    case 'insert':
    case 'upsert':
    case 'insert_all':
    case 'upsert_all':
      return insertMany(relation, name, given, walker);
    case 'delete_by':
    case 'destroy_by':
      return changeAll(where(), name.replace('_by', '_all'), [], walker, key);
    case 'increment_counter':
    case 'decrement_counter':
      return countedUp(relation, name, given, walker, key);
    case 'explain':
    case 'new':
    case 'build':
    case 'to_sql':
    case 'klass':
    case 'model':
    case 'table_name':
      return undefined;
    default:
      return iterators.test(name) || link === undefined ? rows(relation, walker) : undefined;
  }

  function where(): Relation {
    const { texts, equals, isOnlyEquals, notes } = conditionsOf(relation, given, walker, scope);
    return {
      ...relation,
      conditions: [...relation.conditions, ...texts],
      equals: [...relation.equals, ...equals],
      isOnlyEquals: relation.isOnlyEquals && isOnlyEquals,
      notes: [...relation.notes, ...notes],
    };
  }

  function limitedBy(of: Relation): Relation {
    return first ? { ...of, limit: text.parameter(walker.parameter(first)) } : of;
  }

  function existence(of: Relation): Sent {
    const asked = limited({ ...of, orders: of.orders }, 1);
    return {
      operation: 'exists',
      isMany: false,
      relation: asked,
      statements: [text.write(selectOf({ ...asked, isDistinct: undefined }, '1 AS one'))],
    };
  }
}

/** What an order may name: `count_all`, `sum_views`. */
function aliasOf(aggregate: string, column: Value | undefined): string {
  return `${aggregate}_${(wordOf(column) ?? 'all').replace(/\W+/g, '_').toLowerCase()}`;
}

const noRange = { start: 0, end: 0 };

/** The rows, and what is loaded with them. */
export function rows(
  relation: Relation,
  walker: Walker,
  operation: OrmCall['operation'] = 'find',
  isMany = true,
): Sent {
  const isJoined = relation.loads.some(({ way }) => way === 'eager_load') || isReferenced(relation);
  const joined = isJoined ? joinedSelect(relation, walker) : undefined;
  const hasLimit = relation.limit !== undefined;
  if (joined) return { operation, isMany, relation, hasLimit, statements: [relation.text.write(selectOf(joined))] };
  const unknown = isJoined ? ['What is loaded with the rows comes by a join whose columns are not known.'] : [];
  const statements = [relation.text.write(selectOf(relation)), ...(isJoined ? [] : preloadsOf(relation, walker))];
  return { operation, isMany, relation, hasLimit, statements, notes: unknown };
}

/** `includes(:author).where(users: { name: 'x' })` is a join. */
function isReferenced({ loads, conditions, facts }: Relation): boolean {
  const own = `${quotedName(facts.model.table)}.`;
  return (
    loads.some(({ way }) => way === 'includes') &&
    conditions.some((text) => /^"\w+"\."/.test(text) && !text.startsWith(own))
  );
}
