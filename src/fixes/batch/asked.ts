import { elementsOf, stringOf } from '../../code/facts/value-access';
import type { Link, ObjectValue } from '../../code/facts/values';
import { callLink } from '../eager-loading/outer-link';
import type { TurnCall } from './turn-call';

/** The last call of the chain, when the query is named after it and nothing is unknown of it. */
export function lastCall({ repetition: { inner } }: TurnCall): Link | undefined {
  const link = callLink(inner);
  const isLast = link !== undefined && link === inner.chain?.links.findLast((one) => one.arguments);
  return isLast && inner.orm?.notes.length === 0 ? link : undefined;
}

/** One row, by the one column that tells rows apart. */
export function isByPrimaryKey({ property, repetition }: TurnCall): boolean {
  const keys = repetition.inner.orm?.model?.columns.filter(({ isPrimaryKey }) => isPrimaryKey) ?? [];
  return keys.length === 1 && keys[0]?.property === property;
}

/** Where builders know no models: what tables call their own key. */
export function isNamedLikePrimaryKey({ property }: TurnCall): boolean {
  return /^(?:id|uuid)$/.test(property);
}

export function hasOnly(options: ObjectValue, names: readonly string[]): boolean {
  return !options.open && options.entries.every(({ key, branch }) => !branch && names.includes(String(key)));
}

/** Whether the rows have the key: it is selected by its name, or nothing is selected by name. */
export function hasColumn(links: readonly Link[], selects: RegExp, property: string, hasAll: boolean): boolean {
  const selected = links.filter(({ name }) => selects.test(name));
  if (selected.length === 0) return hasAll;
  const columns = selected.flatMap(({ arguments: given }) => (given ?? []).flatMap((one) => elementsOf(one) ?? [one]));
  return (
    columns.some((column) => stringOf(column) === property || stringOf(column) === '*') ||
    (selected.every(({ arguments: given }) => given?.length === 0) && hasAll)
  );
}
