import type { FileFacts } from '../facts/facts';
import type { Model } from '../models/model';

/** Where something stands, and numbers that change when something else is written before it. */
const places = /^(?:\w*Range|range|id|function|within|callback|use|binding|scope)$/;

/**
 * What other files can see of a file, as a text to compare: an edit inside of a function, or of the arguments in what it
 * returns, leaves it as it is; a new import, export, class, constant or type changes it.
 */
export function declarationsOf({ imports, exports, classes, types, functions, text }: FileFacts): string {
  const [top] = functions;
  const shapes = functions.flatMap(({ name, parameters, returns, returnType }) =>
    name === '' ? [] : [[name, parameters, returns, returnType]],
  );
  return (
    JSON.stringify([imports, exports, classes, types, top?.bindings, top?.uses, text], withoutPlaces) +
    JSON.stringify(shapes, withoutArguments)
  );
}

/** What a named function does is its own affair; one that is given to a call (`pgTable('posts', …, (t) => [index().on(t.id)])`) says more. */
function withoutPlaces(key: string, value: unknown): unknown {
  if (places.test(key)) return undefined;
  return key === 'value' && isFunction(value) ? 'function' : value;
}

function isFunction(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'function';
}

function withoutArguments(key: string, value: unknown): unknown {
  return key === 'arguments' || key === 'body' || places.test(key) ? undefined : value;
}

/** What models say, as a text to compare. A library's own details may hold anything: where they cannot be written, nothing is equal. */
export function modelsText(models: readonly Model[]): string {
  try {
    return JSON.stringify(models, withoutFiles);
  } catch {
    // Circular details.
    return `${Date.now()} ${Math.random()}`;
  }
}

function withoutFiles(key: string, value: unknown): unknown {
  if (/^(?:\w*Range|range)$/.test(key)) return undefined;
  if (value instanceof Map || value instanceof Set) return [...value];
  const isFile = typeof value === 'object' && value !== null && 'functions' in value && 'imports' in value;
  return isFile ? String((value as unknown as FileFacts).uri) : value;
}
