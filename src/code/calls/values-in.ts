import type { ChainValue, FunctionStep, Value } from '../facts/values';
import { chainsIn } from './chains';

/** With what functions in it say: `where((qb) => qb.where('id', post.id))`. */
export function chainsWithBodies(value: Value): ChainValue[] {
  return [value, ...bodiesIn(value).map((step) => step.value)].flatMap(chainsIn);
}

function bodiesIn(value: Value): FunctionStep[] {
  if (value.kind === 'function') return value.body.flatMap((step) => [step, ...bodiesIn(step.value)]);
  return partsOf(value).flatMap(bodiesIn);
}

/** A value and all that it is made of. */
export function valuesBelow(value: Value): Value[] {
  return [value, ...partsOf(value).flatMap(valuesBelow)];
}

/** What is known as text only: `page * 10`. */
export function runtimeSources(value: Value): string[] {
  if (value.kind === 'runtime') return [value.source];
  if (value.kind === 'function') return value.body.flatMap((step) => runtimeSources(step.value));
  return partsOf(value).flatMap(runtimeSources);
}

function partsOf(value: Value): Value[] {
  switch (value.kind) {
    case 'chain': {
      const root = typeof value.root === 'string' ? [] : [value.root];
      return [...root, ...value.links.flatMap((link) => link.arguments ?? [])];
    }
    case 'object':
      return [...value.entries, ...(value.spreads ?? [])].map((one) => one.value);
    case 'array':
      return [...value.elements, ...(value.spreads ?? [])].map((one) => one.value);
    case 'template':
      return [...value.values];
    case 'choice':
      return value.options.map((option) => option.value);
    default:
      return [];
  }
}
