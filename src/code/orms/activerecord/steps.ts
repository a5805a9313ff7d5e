import { isFalse, numberOf, stringOf } from '../../facts/value-access';
import type { Link, Value } from '../../facts/values';
import { conditionsOf, ordersOf, runtimeNote } from './conditions';
import { joinsOf } from './joins';
import { columnOf, type Load, type Relation } from './relation';
import { columnsIn, merged, readFrom, unscoped, withOrWithout, withoutColumns } from './rewrites';
import { listed, sqlTextOf, wordOf } from './symbols';
import type { Walker, WalkScope } from './walker';

/** What a step of a relation makes of it; undefined for what is none. */
export function stepOf(relation: Relation, link: Link, walker: Walker, scope: WalkScope): Relation | undefined {
  const given = link.arguments ?? [];
  const noted = (note: string): Relation => ({ ...relation, notes: [...relation.notes, note], isOnlyEquals: false });
  switch (link.name) {
    case 'all':
    case 'references':
    case 'readonly':
    case 'strict_loading':
    case 'extending':
    case 'annotate':
    case 'with_deleted':
      return relation;
    case 'unscoped':
      return given.length === 0 && !relation.isOfRow
        ? { ...walker.start(relation.facts), conditions: [], orders: [] }
        : undefined;
    case 'none':
      return { ...relation, isNone: true };
    case 'where':
      return given.length === 0 ? relation : withConditions(relation, given, walker, scope, false);
    case 'not':
      return withConditions(relation, given, walker, scope, true);
    case 'rewhere': {
      const columns = columnsIn(given[0]);
      return columns
        ? withConditions(withoutColumns(relation, columns), given, walker, scope, false)
        : { ...withConditions(relation, given, walker, scope, false), notes: [...relation.notes, runtimeNote] };
    }
    case 'missing':
    case 'associated': {
      const word = link.name === 'missing' ? 'LEFT OUTER JOIN' : 'INNER JOIN';
      const joins = joinsOf(relation, given, word, walker);
      return withOrWithout(relation, joins, given, walker, link.name === 'missing') ?? noted(runtimeNote);
    }
    case 'or':
      return either(relation, given[0], walker, scope);
    case 'order': {
      const orders = ordersOf(relation, listed(given) ?? given);
      return orders ? { ...relation, orders: [...relation.orders, ...orders] } : noted('The order is set at run time.');
    }
    case 'reorder': {
      const orders = ordersOf(relation, listed(given) ?? given);
      return orders ? { ...relation, orders } : noted('The order is set at run time.');
    }
    case 'reverse_order':
      return { ...relation, orders: reversed(relation) };
    case 'limit':
      return given[0] ? { ...relation, limit: relation.text.parameter(walker.parameter(given[0])) } : relation;
    case 'offset':
      return given[0] ? { ...relation, offset: relation.text.parameter(walker.parameter(given[0])) } : relation;
    case 'distinct':
    case 'uniq':
      return { ...relation, isDistinct: true };
    case 'lock':
      return given[0] && isFalse(given[0]) ? relation : { ...relation, lock: stringOf(given[0]) ?? 'FOR UPDATE' };
    case 'includes':
    case 'preload':
    case 'eager_load':
      return { ...relation, loads: [...relation.loads, ...loadsOf(given, link.name)] };
    case 'joins':
    case 'left_joins':
    case 'left_outer_joins': {
      const joins = joinsOf(relation, given, link.name === 'joins' ? 'INNER JOIN' : 'LEFT OUTER JOIN', walker);
      return joins
        ? { ...relation, joins: [...relation.joins, ...joins], isOnlyEquals: false }
        : noted('A join is not included.');
    }
    case 'select': {
      if (given.some(({ kind }) => kind === 'function')) return undefined;
      const selects = columnsOf(relation, given);
      return selects
        ? { ...relation, selects: [...relation.selects, ...selects] }
        : noted('The columns are chosen at run time.');
    }
    case 'group': {
      const groups = columnsOf(relation, given);
      return groups
        ? { ...relation, groups: [...relation.groups, ...groups] }
        : noted('The groups are chosen at run time.');
    }
    case 'having': {
      const { texts, notes } = conditionsOf(relation, given, walker, scope);
      return { ...relation, having: [...relation.having, ...texts], notes: [...relation.notes, ...notes] };
    }
    case 'reselect':
    case 'regroup': {
      const columns = columnsOf(relation, given);
      if (!columns) return noted(`What ${link.name} changes is not included.`);
      return link.name === 'reselect' ? { ...relation, selects: columns } : { ...relation, groups: columns };
    }
    case 'merge':
      return merged(relation, given[0], walker, scope) ?? noted('What merge changes is not included.');
    case 'unscope':
      return unscoped(relation, given) ?? noted('What unscope changes is not included.');
    case 'from':
      return readFrom(relation, given, walker, scope) ?? noted('What from changes is not included.');
    case 'create_with':
      return { ...relation, notes: [...relation.notes, 'What create_with sets is not included.'] };
    case 'with':
    case 'in_order_of':
    case 'excluding':
    case 'without':
      return noted(`What ${link.name} changes is not included.`);
    case 'page':
    case 'per':
      // kaminari
      return { ...noted('The page is chosen at run time.'), limit: relation.limit ?? pageSize(relation, link) };
    default:
      return undefined;
  }
}

function pageSize({ text }: Relation, { range, arguments: [size] = [] }: Link): string {
  const constant = numberOf(size);
  return text.parameter({ source: 'the size of a page', ...(constant === undefined ? {} : { constant }), range });
}

function withConditions(
  relation: Relation,
  given: readonly Value[],
  walker: Walker,
  scope: WalkScope,
  isNegated: boolean,
): Relation {
  const { texts, equals, isOnlyEquals, notes } = conditionsOf(relation, given, walker, scope, isNegated);
  return {
    ...relation,
    conditions: [...relation.conditions, ...texts],
    equals: isNegated ? relation.equals : [...relation.equals, ...equals],
    isOnlyEquals: relation.isOnlyEquals && isOnlyEquals,
    notes: [...relation.notes, ...notes],
  };
}

/** `Post.where(a).or(Post.where(b))`: both sides' conditions, read with the first one's parameters. */
function either(relation: Relation, other: Value | undefined, walker: Walker, scope: WalkScope): Relation {
  const blank: Relation = { ...relation, conditions: [], joins: [], loads: [], orders: [], groups: [], selects: [] };
  const links = other?.kind === 'chain' ? other.links : [];
  let right: Relation | undefined = other?.kind === 'chain' ? blank : undefined;
  for (const link of links) {
    const named = relation.facts.scopes.get(link.name);
    right = right && (named ? walker.apply(right, named) : stepOf(right, link, walker, scope));
  }
  if (!right || right.conditions.length === 0)
    return { ...relation, notes: [...relation.notes, runtimeNote], isOnlyEquals: false };
  const text = `(${relation.conditions.join(' AND ')} OR ${right.conditions.join(' AND ')})`;
  return { ...relation, conditions: [text], equals: [], isOnlyEquals: false, notes: right.notes };
}

/** For `last`. */
export function reversed({ orders, facts }: Relation): Relation['orders'] {
  if (orders.length === 0) return [{ text: `${columnOf(facts, facts.primaryKey)} DESC` }];
  return orders.map(({ text, reversed: other }) => ({ text: other ?? reversedText(text), reversed: text }));
}

function reversedText(text: string): string {
  if (/\sdesc\s*$/i.test(text)) return text.replace(/\sdesc\s*$/i, ' ASC');
  return `${text.replace(/\sasc\s*$/i, '')} DESC`;
}

/** `:title` is a column, `'COUNT(*) AS n'` is SQL. */
export function columnsOf(relation: Relation, given: readonly Value[]): string[] | undefined {
  const values = listed(given);
  const columns = values?.map((value) => {
    const text = sqlTextOf(value);
    const word = wordOf(value) ?? '';
    const isColumn = text?.startsWith(':') || relation.facts.model.columns.some(({ column }) => column === word);
    return isColumn ? columnOf(relation.facts, word) : text;
  });
  return columns?.every((one) => one !== undefined) ? columns.flatMap((one) => one ?? []) : undefined;
}

/** `includes(:author, comments: [:author])` → author, comments, comments.author */
function loadsOf(given: readonly Value[], way: string): Load[] {
  const found: Load[] = [];
  const add = (value: Value, before: string): void => {
    const word = wordOf(value);
    if (word !== undefined) found.push({ path: before + word, range: value.range, way: way as Load['way'] });
    else if (value.kind === 'array') for (const { value: one } of value.elements) add(one, before);
    else if (value.kind === 'object')
      for (const { key, keyRange, value: inner } of value.entries) {
        if (typeof key !== 'string') continue;
        found.push({ path: before + key, range: keyRange, way: way as Load['way'] });
        add(inner, `${before}${key}.`);
      }
  };
  for (const value of given) add(value, '');
  return found;
}
