import { firstLinks } from '../calls/chains';
import { constantOf, entry, nameOf, sourceOf } from '../facts/value-access';
import type { ChainValue, ObjectValue, Value } from '../facts/values';
import type { Located } from '../orms/support/program-values';
import { located } from '../orms/support/program-values';
import type { Place, Tracer } from '../resolve/origin';
import { functionOf } from '../resolve/read-folder';
import type { PoolSetting } from './pool-use';

/** What stands under `extra.max` of any of the objects; the first path that is written counts, of objects the last. */
export function optionAt(
  objects: readonly Located[],
  paths: readonly string[],
  tracer: Tracer,
): (Located & { readonly path: string }) | undefined {
  for (const path of paths) {
    for (const object of objects.toReversed()) {
      const found = inside(object, path.split('.'), tracer);
      if (found) return { ...found, path };
    }
  }
  return undefined;
}

function inside(object: Located, names: readonly string[], tracer: Tracer): Located | undefined {
  let one: Located | undefined = object;
  for (const name of names) {
    const holder: Located | undefined = one && objectAt(one.value, one.at, tracer);
    const value: Value | undefined = holder && entry(holder.value, name);
    one = holder && value && { value, at: holder.at };
    if (!one) return undefined;
  }
  return one;
}

/** Names by which configurations are kept apart, the one that matters first. */
export const environments: readonly string[] = ['production', 'prod', 'staging', 'default', 'development'];

/** The object that a value is, also where one of several is chosen at run time: `config[process.env.NODE_ENV]` is its production. */
export function objectAt(given: Value, at: Place, tracer: Tracer): (Located & { value: ObjectValue }) | undefined {
  const value = chosenAs(given, at);
  if (value.kind === 'choice') {
    const found = value.options.flatMap((option) => objectAt(option.value, at, tracer) ?? []);
    return found[0];
  }
  const last = value.kind === 'chain' ? value.links.at(-1) : undefined;
  if (value.kind !== 'chain' || last?.name !== '[]') {
    const one = located(value, at, tracer);
    return one?.value.kind === 'object' ? { ...one, value: one.value } : undefined;
  }
  const all = tracer.traceLinks(value, value.links.length - 1, at);
  if (all.kind !== 'value' || all.value.kind !== 'object') return undefined;
  for (const name of environments) {
    const own = entry(all.value, name);
    const found = own && objectAt(own, all.at, tracer);
    if (found) return found;
  }
  return undefined;
}

/** After `const config = configs[env]`, `config` is `configs[env]`. */
function chosenAs(value: Value, { file, function: index }: Place): Value {
  const name = nameOf(value);
  if (name === undefined) return value;
  for (let id: number | undefined = index; id !== undefined; id = file.functions[id]?.parent) {
    const own = file.functions[id]?.bindings.find(({ pattern }) => pattern.name === name)?.value;
    if (own) return own.kind === 'chain' && own.links.at(-1)?.name === '[]' ? own : value;
  }
  return value;
}

/** `factor`: how many ms its unit has. `path`: the file of the pool. */
export function settingOf(
  found: Located | undefined,
  { path, factor, without }: { readonly path: string; readonly factor: number; readonly without: number | undefined },
  tracer: Tracer,
): PoolSetting | undefined {
  if (!found) return without === undefined ? undefined : { value: without * factor, isDefault: true };
  const placeOf = ({ value, at }: Located) => ({
    range: value.range,
    ...(at.file.uri === path ? {} : { path: at.file.uri }),
  });
  const followed = located(found.value, found.at, tracer) ?? found;
  const own = numberIn(followed.value);
  // The constant that is meant, wherever it stands.
  if (own !== undefined) return { value: own * factor, isDefault: false, ...placeOf(followed) };
  const source = sourceOf(found.value);
  const given = returnedBy(found, tracer) ?? followed.value;
  const variable = variableIn([source, sourceOf(given)].join(' '));
  const value = numberIn(given) ?? fallbackIn(given);
  return {
    ...(value === undefined ? {} : { value: value * factor }),
    isDefault: false,
    ...placeOf(found),
    source,
    ...(variable === undefined ? {} : { variable }),
  };
}

/** What a function of the program gives: `environment.getMaxPool()`. Undefined where it may give several things. */
function returnedBy({ value, at }: Located, tracer: Tracer): Value | undefined {
  if (value.kind !== 'chain' || !value.links.at(-1)?.arguments) return undefined;
  const callee = functionOf(tracer.trace(firstLinks(value, value.links.length, true), at));
  const [first, ...others] = callee?.function.returns ?? [];
  return others.length === 0 ? first : undefined;
}

/** `false` switches a timeout off: 0. */
function numberIn(value: Value): number | undefined {
  const constant = constantOf(value);
  if (constant === false) return 0;
  const number = typeof constant === 'string' && constant.trim() !== '' ? Number(constant) : constant;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** `parseInt(process.env.POOL_MAX || '20', 10)` → 20, `isProduction ? 40 : 6` → 40 */
function fallbackIn(value: Value): number | undefined {
  if (value.kind === 'choice') {
    const numbers = value.options.flatMap((option) => numberIn(option.value) ?? fallbackIn(option.value) ?? []);
    return numbers.length === 1 ? numbers[0] : undefined;
  }
  if (value.kind === 'chain') {
    const [first, second] = value.links.at(-1)?.arguments ?? [];
    if (!/^(?:Number|parseInt|parseFloat|int|toInteger|toNumber)$/.test(calledOf(value))) {
      // `os.environ.get('POOL', 10)`, `configService.get('POOL', 10)`
      return /(?:get|getenv)$/.test(calledOf(value)) && second ? (numberIn(second) ?? undefined) : undefined;
    }
    return first && (numberIn(first) ?? fallbackIn(first));
  }
  if (value.kind !== 'runtime') return undefined;
  const ofProduction =
    /prod\w*['"]?\s*\)?\s*\?\s*(\d+)/i.exec(value.source)?.[1] ??
    /\bdev\w*['"]?\s*\)?\s*\?\s*\d+\s*:\s*(\d+)\s*$|^isDev\w*\s*\?\s*\d+\s*:\s*(\d+)$/i
      .exec(value.source)
      ?.slice(1)
      .find((one) => one !== undefined);
  if (ofProduction !== undefined) return Number(ofProduction);
  const found = /(?:\|\||\?\?)\s*['"]?(\d[\d_]*)['"]?[\s,)\d]*$/.exec(value.source)?.[1];
  return found === undefined ? undefined : Number(found.replaceAll('_', ''));
}

function calledOf({ root, links }: ChainValue): string {
  const last = links.at(-1);
  return last === undefined || last.name === ''
    ? typeof root === 'string' && links.length < 2
      ? root
      : ''
    : last.name;
}

/** The environment variable that a text reads: `process.env.POOL_MAX || 20`, `env.POOL_MAX`, `os.environ['POOL_MAX']`. */
export function variableIn(text: string): string | undefined {
  return (
    /\benv(?:iron)?(?:\.get)?[.([]+\s*['"]?([A-Z][A-Z0-9_]+)/.exec(text)?.[1] ??
    /\b(?:getenv|get|getOrThrow)\(\s*['"]([A-Z][A-Z0-9_]+)['"]/.exec(text)?.[1]
  );
}

/** The variable of a value, where it is one: a chain, or what a name stands for. */
export function variableOf(value: Value, at: Place, tracer: Tracer): string | undefined {
  const followed = nameOf(value) === undefined ? value : (located(value, at, tracer)?.value ?? value);
  return variableIn(`${sourceOf(value)} ${sourceOf(followed)}`);
}
