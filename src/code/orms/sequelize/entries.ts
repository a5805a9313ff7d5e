import { isUndefinedLiteral } from '../../facts/value-access';
import type { Entry, ObjectValue, Value } from '../../facts/values';
import type { Place, Tracer } from '../../resolve/origin';

/** An entry with the place in which its names are to be read: what is spread may stand in another file. */
export interface PlacedEntry extends Entry {
  readonly at: Place;
}

export interface Entries {
  readonly entries: readonly PlacedEntry[];
  /** More may be there at run time. */
  readonly isOpen: boolean;
}

const mostDepth = 8;

/** Each name once with the entry that wins, spread objects of the program written out: `{ ...defaults, limit: 10 }`. */
export function entriesOf(object: ObjectValue, at: Place, tracer: Tracer, depth = 0): Entries {
  const spreads = object.spreads ?? [];
  let isOpen = object.open === true && spreads.length === 0;
  const byName = new Map<Entry['key'], PlacedEntry>();
  const add = (entries: readonly PlacedEntry[]) => {
    for (const each of entries) byName.set(each.key, each);
  };
  for (let i = 0; i <= object.entries.length; i++) {
    for (const spread of spreads.filter((each) => each.at === i)) {
      const found = depth > mostDepth ? undefined : objectAt(spread.value, at, tracer);
      if (found === undefined) isOpen = true;
      else {
        const inner = entriesOf(found.object, found.at, tracer, depth + 1);
        add(inner.entries);
        isOpen ||= inner.isOpen;
      }
    }
    const entry = object.entries[i];
    if (entry) add([{ ...entry, at }]);
  }
  const entries = [...byName.values()].filter(({ value }) => !isUndefinedLiteral(value));
  return { entries, isOpen };
}

/** An object that stands here, or under a name elsewhere. */
export function objectAt(
  value: Value | undefined,
  at: Place,
  tracer: Tracer,
): { readonly object: ObjectValue; readonly at: Place } | undefined {
  if (value?.kind === 'object') return { object: value, at };
  const origin = value?.kind === 'chain' ? tracer.trace(value, at) : undefined;
  return origin?.kind === 'value' && origin.value.kind === 'object'
    ? { object: origin.value, at: origin.at }
    : undefined;
}
