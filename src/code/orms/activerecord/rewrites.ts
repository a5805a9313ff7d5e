import type { Link, Value } from '../../facts/values';
import { columnOf, quotedName, type Relation, selectOf } from './relation';
import { listed, sqlTextOf, symbolOf, wordOf } from './symbols';
import type { Walker, WalkScope } from './walker';

/** `Post.joins(:author).merge(User.active)`: what the other asks for besides; its conditions take the place of those on the same columns. */
export function merged(
  relation: Relation,
  other: Value | undefined,
  walker: Walker,
  scope: WalkScope,
): Relation | undefined {
  const state = other?.kind === 'chain' ? walker.valueOf(other, scope, relation.text) : undefined;
  if (state?.kind !== 'relation') return undefined;
  const columns = state.conditions.flatMap((text) => columnIn(text) ?? []);
  const kept = relation.conditions.filter((text) => !columns.includes(columnIn(text) ?? ''));
  const isOwn = state.facts === relation.facts;
  const { limit = relation.limit, offset = relation.offset, lock = relation.lock } = state;
  return {
    ...relation,
    joins: [...relation.joins, ...state.joins.filter((text) => !relation.joins.includes(text))],
    conditions: [...kept, ...state.conditions],
    orders: [...relation.orders, ...state.orders],
    groups: [...relation.groups, ...state.groups],
    having: [...relation.having, ...state.having],
    selects: [...relation.selects, ...state.selects],
    loads: isOwn ? [...relation.loads, ...state.loads] : relation.loads,
    equals: isOwn ? [...relation.equals, ...state.equals] : relation.equals,
    isOnlyEquals: isOwn && relation.isOnlyEquals && state.isOnlyEquals && kept.length === relation.conditions.length,
    notes: [...relation.notes, ...state.notes],
    isDistinct: relation.isDistinct ?? state.isDistinct,
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
    ...(lock === undefined ? {} : { lock }),
  };
}

/** "posts"."state" of `"posts"."state" = $1` */
function columnIn(text: string): string | undefined {
  return /^"\w+"\."\w+"(?= )/.exec(text)?.[0];
}

/** `rewhere(state: 'x')`: without the conditions on these columns. */
export function withoutColumns(relation: Relation, columns: readonly string[]): Relation {
  const names = columns.map((column) => columnOf(relation.facts, column));
  return {
    ...relation,
    conditions: relation.conditions.filter((text) => !names.includes(columnIn(text) ?? '')),
    equals: relation.equals.filter(({ property }) => !columns.includes(property)),
  };
}

/** The columns that an object of conditions names; undefined where it names others, too. */
export function columnsIn(value: Value | undefined): string[] | undefined {
  if (value?.kind !== 'object' || value.open) return undefined;
  const keys = value.entries.map(({ key }) => key);
  return keys.every((key) => typeof key === 'string')
    ? keys.flatMap((key) => (typeof key === 'string' ? key : []))
    : undefined;
}

/** `unscope(:order, where: :state)` */
export function unscoped(relation: Relation, given: readonly Value[]): Relation | undefined {
  let left: Relation | undefined = relation;
  for (const value of given) {
    if (!left) return undefined;
    const name = symbolOf(value);
    if (name !== undefined) left = withoutPart(left, name);
    else if (value.kind === 'object' && value.entries.every(({ key }) => key === 'where')) {
      const columns: (string | undefined)[] = value.entries.flatMap(
        ({ value: one }) => listed([one])?.map(wordOf) ?? [undefined],
      );
      left = columns.includes(undefined)
        ? undefined
        : withoutColumns(
            left,
            columns.flatMap((one) => one ?? []),
          );
    } else return undefined;
  }
  return left;
}

function withoutPart(relation: Relation, name: string): Relation | undefined {
  const { limit, offset, lock, ...rest } = relation;
  const bounds = { ...(limit === undefined ? {} : { limit }), ...(offset === undefined ? {} : { offset }) };
  switch (name) {
    case 'order':
      return { ...relation, orders: [] };
    case 'where':
      return { ...relation, conditions: [], equals: [], isOnlyEquals: true };
    case 'group':
      return { ...relation, groups: [] };
    case 'having':
      return { ...relation, having: [] };
    case 'select':
      return { ...relation, selects: [] };
    case 'joins':
    case 'left_outer_joins':
      return { ...relation, joins: [] };
    case 'includes':
    case 'preload':
    case 'eager_load':
      return { ...relation, loads: relation.loads.filter(({ way }) => way !== name) };
    case 'limit':
      return { ...rest, ...(offset === undefined ? {} : { offset }), ...(lock === undefined ? {} : { lock }) };
    case 'offset':
      return { ...rest, ...(limit === undefined ? {} : { limit }), ...(lock === undefined ? {} : { lock }) };
    case 'lock':
      return { ...rest, ...bounds };
    default:
      return undefined;
  }
}

/** `Post.from(Post.published, :articles)`, `Post.from('articles a')` */
export function readFrom(
  relation: Relation,
  [first, second]: Link['arguments'] & object,
  walker: Walker,
  scope: WalkScope,
): Relation | undefined {
  const text = sqlTextOf(first);
  if (text !== undefined) return { ...relation, from: text, isOnlyEquals: false };
  const state = first?.kind === 'chain' ? walker.valueOf(first, scope, relation.text) : undefined;
  if (state?.kind !== 'relation') return undefined;
  return { ...relation, from: `(${selectOf(state)}) ${wordOf(second) ?? 'subquery'}`, isOnlyEquals: false };
}

/** `where.missing(:comments)`, `where.associated(:author)` */
export function withOrWithout(
  relation: Relation,
  joins: readonly string[] | undefined,
  names: readonly Value[],
  walker: Walker,
  isMissing: boolean,
): Relation | undefined {
  const texts = names.map((value) => {
    const association = relation.facts.model.associations.find(({ name }) => name === wordOf(value));
    const target = association && walker.models.named(association.target);
    return (
      target && `${quotedName(target.model.table)}.${quotedName(target.primaryKey)} IS ${isMissing ? '' : 'NOT '}NULL`
    );
  });
  if (!joins || texts.includes(undefined)) return undefined;
  const conditions = [...relation.conditions, ...texts.flatMap((text) => text ?? [])];
  return { ...relation, joins: [...relation.joins, ...joins], conditions, isOnlyEquals: false };
}
