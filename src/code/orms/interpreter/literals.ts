import type { TextRange } from '../../../nouns/text-range';
import { sourceOf } from '../../facts/value-access';
import type { ArrayValue, ChainValue, ObjectValue, Spread, Value } from '../../facts/values';
import type { Place } from '../../resolve/origin';
import { type ListThing, list, type RecordThing, recordOf, type Thing, type UnknownThing, unknown } from './things';

type Evaluate = (value: Value) => Thing;

/** `{ id: posts.id, ...getTableColumns(users) }` */
export function recordFrom(value: ObjectValue, evaluate: Evaluate): RecordThing {
  const entries = new Map<string, Thing>();
  const ranges = new Map<string, TextRange>();
  let isOpen = value.open === true && value.spreads === undefined;
  const spread = ({ value: held }: Spread) => {
    const thing = evaluate(held);
    const columns = thing.kind === 'library' ? thing.get('...', held.range) : (recordOf(thing) ?? thing);
    if (columns?.kind !== 'record') {
      isOpen ||= columns?.kind !== 'constant';
      return;
    }
    isOpen ||= columns.isOpen;
    for (const [name, each] of columns.entries) entries.set(name, each);
    for (const [name, range] of columns.ranges) ranges.set(name, range);
  };
  inOrder(value.entries, value.spreads, spread, ({ key, keyRange, value: held }) => {
    const name = typeof key === 'string' ? key : nameOf(key, evaluate);
    if (name === undefined) {
      isOpen = true;
      return;
    }
    entries.set(name, evaluate(held));
    ranges.set(name, keyRange);
  });
  return { kind: 'record', entries, ranges, isOpen, range: value.range };
}

/** `[...this.baseFields, 'body']` */
export function listFrom(value: ArrayValue, evaluate: Evaluate): ListThing {
  const items: Thing[] = [];
  let isOpen = value.open === true && value.spreads === undefined;
  const spread = ({ value: held }: Spread) => {
    const thing = evaluate(held);
    if (thing.kind !== 'list' || thing.isOpen) isOpen = true;
    if (thing.kind === 'list') items.push(...thing.items);
  };
  inOrder(value.elements, value.spreads, spread, (element) => items.push(evaluate(element.value)));
  return list(items, value.range, isOpen);
}

/** What is only known at run time, as the program writes it. */
export function unknownOf(value: Value, at: Place): UnknownThing {
  const type = value.kind === 'runtime' ? value.type : undefined;
  const thing = { ...unknown(sourceOf(value), value.range), written: { value, at } };
  return type === undefined ? thing : { ...thing, type };
}

/** Parts and what is spread between them, as they stand. */
function inOrder<T>(
  parts: readonly T[],
  spreads: readonly Spread[] = [],
  spread: (each: Spread) => void,
  part: (each: T) => void,
): void {
  parts.forEach((each, i) => {
    spreads.filter(({ at }) => at === i).forEach(spread);
    part(each);
  });
  spreads.filter(({ at }) => at >= parts.length).forEach(spread);
}

function nameOf(key: ChainValue, evaluate: Evaluate): string | undefined {
  const thing = evaluate(key);
  if (thing.kind !== 'constant' || thing.value === null || thing.value === undefined) return undefined;
  return String(thing.value);
}
