import type { ArrayValue, Branch, ChainValue, Entry, ObjectValue, Spread, Value } from '../values';
import { opened, unknownPart } from './opened';
import { sizeOf } from './sizes';

/** What a name stands for at the end of one arm of a decision. */
export interface ArmValue {
  /** undefined: not known. */
  readonly value: Value | undefined;
  readonly branch: Branch;
}

/** A value that grows beyond this by decisions is told no more: 40 optional filters have 2^40 forms anyway. */
const largest = 2_000;
const mostSpreads = 50;

/**
 * What a name stands for behind a decision: the parts that all arms share, and the rest of each arm marked with its
 * branch. `where = { id }; if (status) where.status = status` → { id, status [branch] }.
 */
export function mergeArms(arms: readonly ArmValue[]): Value | undefined {
  const [first, ...others] = arms;
  if (first === undefined || arms.some((arm) => arm.value === undefined)) return undefined;
  if (others.every((arm) => arm.value === first.value)) return first.value;
  const values = arms.map((arm) => arm.value as Value);
  const merged = mergeObjects(values, arms) ?? mergeArrays(values, arms) ?? mergeChains(values, arms) ?? choice(arms);
  return sizeOf(merged) > largest ? undefined : merged;
}

/** What a name stands for behind a loop whose body may run any number of times. */
export function mergeLoop(before: Value | undefined, after: Value | undefined): Value | undefined {
  if (before === undefined || after === undefined || before === after) return before === after ? before : undefined;
  if (before.kind === 'object' && after.kind === 'object' && isPrefix(before.entries, after.entries)) {
    return opened(before);
  }
  if (before.kind === 'array' && after.kind === 'array' && isPrefix(before.elements, after.elements)) {
    return opened(before);
  }
  if (
    before.kind === 'chain' &&
    after.kind === 'chain' &&
    sameRoot(before, after) &&
    isPrefix(before.links, after.links)
  ) {
    return { ...before, open: true };
  }
  return undefined;
}

function mergeObjects(values: readonly Value[], arms: readonly ArmValue[]): ObjectValue | undefined {
  if (!values.every((value) => value.kind === 'object')) return undefined;
  const objects = values as ObjectValue[];
  const lists = objects.map((object) => object.entries);
  const entries: Entry[] = [];
  let isUnknown = false;
  // `options.where.status = status`: the same names, one with another value.
  let common = 0;
  for (; ; common++) {
    const merged = mergeEntries(
      lists.map((list) => list[common]),
      arms,
    );
    if (merged === undefined) break;
    if (merged === 'unknown') isUnknown = true;
    else entries.push(merged);
  }
  entries.push(
    ...mergeLists(
      lists.map((list) => list.slice(common)),
      arms,
    ),
  );
  const { range } = objects[0] as ObjectValue;
  const rest = mergeSpreads(objects, arms, entries.length);
  const isOpen = objects.some((object) => object.open);
  const merged: ObjectValue = { kind: 'object', entries, ...(isOpen ? { open: true } : {}), ...rest, range };
  return isUnknown ? opened(merged) : merged;
}

/** undefined: the arms differ from here on. */
function mergeEntries(
  entries: readonly (Entry | undefined)[],
  arms: readonly ArmValue[],
): Entry | 'unknown' | undefined {
  const [first] = entries;
  if (first === undefined || entries.every((entry) => entry === first)) return first;
  const values: ArmValue[] = [];
  for (const [i, entry] of entries.entries()) {
    const branch = arms[i]?.branch;
    if (entry === undefined || branch === undefined || entry.key !== first.key || entry.branch !== first.branch)
      return undefined;
    if (entry.keyRange.start !== first.keyRange.start) return undefined;
    values.push({ value: entry.value, branch });
  }
  const value = mergeArms(values);
  return value === undefined ? 'unknown' : { ...first, value };
}

function mergeArrays(values: readonly Value[], arms: readonly ArmValue[]): ArrayValue | undefined {
  if (!values.every((value) => value.kind === 'array')) return undefined;
  const arrays = values as ArrayValue[];
  const elements = mergeLists(
    arrays.map((array) => array.elements),
    arms,
  );
  return {
    kind: 'array',
    elements,
    ...(arrays.some((array) => array.open) ? { open: true } : {}),
    ...mergeSpreads(arrays, arms, elements.length),
    range: (arrays[0] as ArrayValue).range,
  };
}

function mergeChains(values: readonly Value[], arms: readonly ArmValue[]): ChainValue | undefined {
  if (!values.every((value) => value.kind === 'chain')) return undefined;
  const chains = values as ChainValue[];
  const first = chains[0] as ChainValue;
  // `a` or `b.c`: two things; `query` or `query.where(…)`: one that grows.
  if (!chains.every((chain) => sameRoot(chain, first)) || first.links[0] === undefined) return undefined;
  if (!chains.every((chain) => chain.links[0] === first.links[0])) return undefined;
  const links = mergeLists(
    chains.map((chain) => chain.links),
    arms,
  );
  return { ...first, links, ...(chains.some((chain) => chain.open) ? { open: true } : {}) };
}

function sameRoot(a: ChainValue, b: ChainValue): boolean {
  return a.root === b.root && a.rootRange.start === b.rootRange.start && a.isNew === b.isNew;
}

/** The items that all lists begin with, then what is left of each, marked. */
function mergeLists<T extends { readonly branch?: Branch }>(
  lists: readonly (readonly T[])[],
  arms: readonly ArmValue[],
): readonly T[] {
  const first = lists[0] ?? [];
  let common = 0;
  while (common < first.length && lists.every((list) => list[common] === first[common])) common++;
  const merged = first.slice(0, common);
  for (const [i, list] of lists.entries()) {
    const branch = arms[i]?.branch;
    if (branch === undefined) continue;
    for (const item of list.slice(common)) merged.push({ ...item, branch: within(item.branch, branch) });
  }
  return merged;
}

/** Those that not all arms have are put behind all that is known; so is what makes only some arms open. */
function mergeSpreads(
  values: readonly (ObjectValue | ArrayValue)[],
  arms: readonly ArmValue[],
  end: number,
): { readonly spreads?: readonly Spread[] } {
  if (values.every((value) => value.spreads === undefined && value.open === values[0]?.open)) return {};
  const lists = values.map((value) => value.spreads ?? (value.open ? [unknownPart(end, value.range)] : []));
  const merged = mergeLists(lists, arms).map((spread) =>
    lists[0]?.includes(spread) ? spread : { ...spread, at: end },
  );
  // Open without saying why: so it is on every way.
  return merged.length > mostSpreads ? {} : { spreads: merged };
}

/** An inner decision, with the one that is around it. */
export function within(inner: Branch | undefined, outer: Branch | undefined): Branch {
  if (inner === undefined) return outer as Branch;
  if (outer === undefined || isWithin(inner, outer)) return inner;
  return { ...inner, within: within(inner.within, outer) };
}

function isWithin(inner: Branch, outer: Branch): boolean {
  for (let each: Branch | undefined = inner; each !== undefined; each = each.within) {
    if (each.id === outer.id && each.arm === outer.arm) return true;
  }
  return false;
}

function choice(arms: readonly ArmValue[]): Value {
  const options: { value: Value; branch: Branch }[] = [];
  for (const { value, branch } of arms) if (value !== undefined) options.push({ value, branch });
  return { kind: 'choice', options, range: options[0]?.value.range ?? { start: 0, end: 0 } };
}

function isPrefix<T>(before: readonly T[], after: readonly T[]): boolean {
  return before.length <= after.length && before.every((item, i) => item === after[i]);
}
