import { partsOf } from '../value-access';
import type { FunctionValue, Value } from '../values';

const known = new WeakMap<Value, number>();

/** How many values a value is made of, itself included: what it costs to write it out once more. */
export function sizeOf(value: Value): number {
  if (value.kind === 'literal' || value.kind === 'runtime') return 1;
  const before = known.get(value);
  if (before !== undefined) return before;
  const size = 1 + partsSize(value);
  known.set(value, size);
  return size;
}

function partsSize(value: Value): number {
  switch (value.kind) {
    case 'object':
      return sum(
        value.entries,
        (entry) => sizeOf(entry.value) + (typeof entry.key === 'string' ? 0 : sizeOf(entry.key)),
      );
    case 'array':
      return sum(value.elements, (element) => sizeOf(element.value));
    case 'chain':
      return (
        (typeof value.root === 'string' ? 0 : sizeOf(value.root)) +
        sum(value.links, (link) => 1 + (link.arguments === undefined ? 0 : sum(link.arguments, sizeOf)))
      );
    case 'template':
      return sum(value.values, sizeOf);
    case 'function':
      return sum(value.body, (step) => sizeOf(step.value));
    case 'choice':
      return sum(value.options, (option) => sizeOf(option.value));
    default:
      return 0;
  }
}

function sum<T>(list: readonly T[], measure: (item: T) => number): number {
  let total = 0;
  for (const item of list) total += measure(item);
  return total;
}

const withFunctions = new WeakMap<Value, boolean>();

/** Whether a function that runs later stands in it: what such a function says is not known yet, and may be about the value itself. */
export function holdsLater(value: Value, isLater: (value: FunctionValue) => boolean): boolean {
  if (value.kind === 'function') return isLater(value);
  if (value.kind === 'literal' || value.kind === 'runtime') return false;
  const before = withFunctions.get(value);
  if (before !== undefined) return before;
  const found = partsOf(value).some((part) => holdsLater(part, isLater));
  withFunctions.set(value, found);
  return found;
}
