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
  const name = pool.options?.names[option];
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
  const edit = name === undefined || setting?.range ? undefined : addedOption(pool, `${name}: ${written}`);
  return edit && { kind: 'edit', title: `Add ${name}: ${written} to ${nameOf(pool)}`, edits: [edit], ...more };
}

/** `entry` among the pool's options; undefined where nobody knows where they stand. */
export function addedOption({ options }: PoolUse, entry: string): DocumentEdit | undefined {
  if (!options?.insertion) return undefined;
  const { range, before, after } = options.insertion;
  return { uri: options.path, range, newText: `${before}${entry}${after}` };
}
