import type { TextRange } from '../../../nouns/text-range';
import { elementsOf, entry, entryNames, isFalse, isObject, isTrue, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import { isToMany, isToOne, type MikroEntity, type Prop, propOf } from './entity';

/** One relation (or lazy property) that is to be loaded, with those below it. */
export interface Hint {
  readonly prop: Prop;
  readonly range: TextRange;
  readonly children: Hint[];
}

/** `['author.profile', 'tags']` → a tree; `['*']` and true are not followed. */
export function readPopulate(value: Value | undefined, entity: MikroEntity, notes: Set<string>): Hint[] {
  const hints: Hint[] = [];
  if (value !== undefined && value.kind === 'literal' && value.value === true)
    notes.add('All relations are loaded; their queries are not included.');
  if (value?.kind === 'array' && value.open) notes.add('Relations added at run time are not included.');
  else if (
    value !== undefined &&
    value.kind !== 'array' &&
    !isFalse(value) &&
    !isObject(value) &&
    !isTrue(value) &&
    stringOf(value) === undefined
  ) {
    notes.add('Which relations are loaded is known at run time only.');
  }
  const paths = isObject(value)
    ? entryNames(value).map((path) => ({ path, range: value.range }))
    : (elementsOf(value) ?? (value === undefined ? [] : [value])).map((each) => ({
        path: stringOf(each) ?? '',
        range: each.range,
      }));
  for (const { path, range } of paths) {
    if (path === '*') notes.add('All relations are loaded; their queries are not included.');
    addHint(
      hints,
      path
        .replace(/:ref$/, '')
        .split('.')
        .filter((name) => name !== '' && !/^[$*]/.test(name)),
      entity,
      range,
      notes,
    );
  }
  return hints;
}

function addHint(
  hints: Hint[],
  [name, ...rest]: readonly string[],
  entity: MikroEntity,
  range: TextRange,
  notes: Set<string>,
): void {
  if (name === undefined) return;
  const prop = propOf(entity, name);
  if (prop === undefined) {
    notes.add(`${entity.name} has no property ${name} that is known.`);
    return;
  }
  let hint = hints.find((each) => each.prop === prop);
  if (hint === undefined) {
    hint = { prop, range, children: [] };
    hints.push(hint);
  }
  if (prop.target === undefined && prop.kind !== 'scalar' && prop.kind !== 'embedded') {
    notes.add(`The entity of ${name} is not known.`);
  }
  if (prop.target !== undefined) addHint(hint.children, rest, prop.target, range, notes);
}

/** Relations that are always loaded are added to what is asked for. */
export function addEager(hints: Hint[], entity: MikroEntity, depth = 0): void {
  if (depth > 5) return;
  for (const prop of entity.props) {
    if (!prop.isEager || prop.target === undefined) continue;
    if (!hints.some((hint) => hint.prop === prop)) hints.push({ prop, range: prop.range, children: [] });
  }
  for (const hint of hints)
    if (hint.prop.target !== undefined && hint.prop.target !== entity)
      addEager(hint.children, hint.prop.target, depth + 1);
}

export type Strategy = 'joined' | 'select-in' | 'balanced';

export function strategyOf(options: Value | undefined): Strategy {
  const value = entry(options, 'strategy');
  const name = stringOf(value) ?? (value?.kind === 'chain' ? value.links.at(-1)?.name : undefined);
  if (name === 'select-in' || name === 'SELECT_IN') return 'select-in';
  return name === 'balanced' || name === 'BALANCED' ? 'balanced' : 'joined';
}

/** Whether a relation comes with a join rather than with a query of its own. */
export function isJoined({ prop }: Hint, strategy: Strategy): boolean {
  if (prop.target === undefined) return false;
  if (strategy === 'joined' || (strategy === 'balanced' && isToOne(prop))) return true;
  // Its key is in the other table: that takes a join anyway.
  return prop.kind === '1:1' && !prop.isOwner;
}

export function hasToMany(hints: readonly Hint[]): boolean {
  return hints.some((hint) => isToMany(hint.prop) || hasToMany(hint.children));
}

export function pathsOf(hints: readonly Hint[], prefix = ''): { path: string; range: TextRange }[] {
  return hints.flatMap(({ prop, range, children }) =>
    prop.target === undefined
      ? []
      : [{ path: prefix + prop.name, range }, ...pathsOf(children, `${prefix}${prop.name}.`)],
  );
}
