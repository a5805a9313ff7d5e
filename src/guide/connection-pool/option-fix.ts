import type { PoolOptionNames, PoolSetting, PoolUse } from '../../code/pools/pool-use';
import type { CommandFix } from '../../nouns/check';
import type { DocumentEdit, EditFix } from '../../nouns/fix';
import { nameOf } from './copies';

/** A change of one of a pool's options: where its number stands, the variable that gives it, or where it can be put in. */
export function optionFix(
  pool: PoolUse,
  option: keyof PoolOptionNames,
  setting: PoolSetting | undefined,
  /** In ms, for times. */
  value: number,
  note?: string,
): EditFix | CommandFix | undefined {
  if (setting?.parts) return partsFix(pool, setting.parts, value, note);
  const name = setting?.name ?? pool.options?.names[option];
  // The server's own timeouts are in ms in every library.
  const isSeconds = pool.options?.unit === 's' && option === 'waitMs';
  const written = String(isSeconds ? value / 1000 : value);
  const more = note === undefined ? {} : { note };
  if (setting?.variable !== undefined) {
    const command = `${setting.variable}=${written}`;
    const title = `Set the variable ${setting.variable} to ${written} for ${nameOf(pool)}`;
    return { kind: 'command', title, command, placeholders: [], ...more };
  }
  // A number as it is written; of an expression nobody knows which part of it to change.
  if (setting?.range && setting.value !== undefined && setting.source === undefined) {
    const edit = { uri: setting.path ?? pool.path, range: setting.range, newText: written };
    return { kind: 'edit', title: `Set ${name ?? 'it'} of ${nameOf(pool)} to ${written}`, edits: [edit], ...more };
  }
  if (name === undefined || setting?.range) return undefined;
  const entry = entryOf(pool, name, written);
  const edit = addedOption(pool, entry);
  return edit && { kind: 'edit', title: `Add ${entry} to ${nameOf(pool)}`, edits: [edit], ...more };
}

/** `max: 5`, `pool_size=5`, `'max_size': 5` */
function entryOf({ options }: PoolUse, name: string, written: string): string {
  if (options?.style === 'keyword') return `${name}=${written}`;
  return options?.style === 'dict' ? `'${name}': ${written}` : `${name}: ${written}`;
}

/** The sum, divided as it is now: `pool_size=3, max_overflow=5`. Undefined where one of them is no number in the file. */
function partsFix(
  pool: PoolUse,
  parts: readonly PoolSetting[],
  value: number,
  note: string | undefined,
): EditFix | undefined {
  const [first, ...others] = parts;
  const whole = parts.reduce((sum, part) => sum + (part.value ?? 0), 0);
  if (!first || whole === 0 || parts.some((part) => part.source !== undefined || part.variable !== undefined))
    return undefined;
  const rest = others.map((part) => Math.floor(((part.value ?? 0) * value) / whole));
  const named = [first, ...others].map((part, i) => ({
    part,
    name: part.name ?? pool.options?.names.max ?? '',
    next: i === 0 ? value - rest.reduce((sum, one) => sum + one, 0) : (rest[i - 1] ?? 0),
  }));
  const edits = named.flatMap(({ part, next }) =>
    part.range ? [{ uri: part.path ?? pool.path, range: part.range, newText: String(next) }] : [],
  );
  const added = named.filter(({ part }) => !part.range).map(({ name, next }) => entryOf(pool, name, String(next)));
  const insertion = added.length > 0 ? addedOption(pool, added.join(', ')) : undefined;
  if (added.length > 0 && !insertion) return undefined;
  const title = `Set ${named.map(({ name, next }) => `${name} to ${next}`).join(' and ')} of ${nameOf(pool)}`;
  return {
    kind: 'edit',
    title,
    edits: [...edits, ...(insertion ? [insertion] : [])],
    ...(note !== undefined && { note }),
  };
}

/** `entry` among the pool's options; undefined where nobody knows where they stand. */
export function addedOption({ options }: PoolUse, entry: string): DocumentEdit | undefined {
  if (!options?.insertion) return undefined;
  const { range, before, after } = options.insertion;
  return { uri: options.path, range, newText: `${before}${entry}${after}` };
}
