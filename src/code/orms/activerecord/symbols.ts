import { elementsOf, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';

/** `'views DESC'`, `Arel.sql('views DESC')` */
export function sqlTextOf(value: Value | undefined): string | undefined {
  if (value?.kind !== 'chain') return stringOf(value);
  const [link, ...more] = value.links;
  return value.root === 'Arel' && link?.name === 'sql' && more.length === 0 ? stringOf(link.arguments?.[0]) : undefined;
}

/** `:author` → author; undefined for what is no symbol. */
export function symbolOf(value: Value | undefined): string | undefined {
  const text = stringOf(value);
  return text?.startsWith(':') ? text.slice(1) : undefined;
}

/** `:author` or `'author'` → author */
export function wordOf(value: Value | undefined): string | undefined {
  return stringOf(value)?.replace(/^:/, '');
}

/** `a, b` and `[a, b]` alike; undefined where more may be there at run time. */
export function listed(values: readonly Value[]): Value[] | undefined {
  if (values.some((value) => value.kind === 'array' && value.open)) return undefined;
  return values.flatMap((value) => elementsOf(value) ?? [value]);
}
