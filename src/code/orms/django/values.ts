import { stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import { argument, type Grouped } from './expressions';
import { quote } from './lookups';
import type { Query } from './query';
import type { Selected } from './select';

/** `annotate(Count('comments'), total=Sum('score'))`; alias() does not select them. */
export function annotate(query: Query, values: readonly Value[], isSelected: boolean): void {
  for (const value of values) {
    if (value.kind === 'object') {
      if (value.open) query.unknown('Annotations added at run time are not read.');
      for (const { key, value: given } of value.entries) add(query, String(key), given, isSelected);
    } else add(query, undefined, value, isSelected);
  }
}

function add(query: Query, named: string | undefined, value: Value, isSelected: boolean): void {
  const found = argument(value, query);
  // `Count('comments')` is comments__count.
  const call = value.kind === 'chain' ? value.links.at(-1) : undefined;
  const word = value.kind === 'chain' && call ? (call.name === '' ? String(value.root) : call.name) : '';
  const name = named ?? (found?.path === undefined ? undefined : `${found.path}__${word.toLowerCase()}`);
  if (!found || name === undefined) {
    query.unknown(`The annotation ${named ?? word} is not read.`);
    return;
  }
  query.annotations.set(name, found);
  if (found.isAggregate) query.group ??= query.columns ? groupsOf(query.columns) : rowGroups(query);
  if (!isSelected) return;
  if (!query.columns) query.selectedAnnotations.add(name);
  else
    query.columns = [...query.columns, { text: found.text, name, group: found.group, isAggregate: found.isAggregate }];
}

function groupsOf(columns: readonly Selected[]): Grouped[] {
  return columns.filter((one) => !one.isAggregate).flatMap(({ group }) => group ?? []);
}

/** Each row is a group. */
function rowGroups({ model, alias }: Query): Grouped[] {
  const key = model.columns.find(({ isPrimaryKey }) => isPrimaryKey);
  return [{ text: [`${alias}.${quote(key?.column ?? 'id')}`], alias, isKey: true }];
}

/** `values('id', 'author__name', total=Sum('score'))`; without names all columns. */
export function selectValues(query: Query, values: readonly Value[]): void {
  const expressions = values.flatMap((value) =>
    value.kind === 'object' ? value.entries.filter(({ key }) => !/^(?:flat|named)$/.test(String(key))) : [],
  );
  const names = values.filter(({ kind }) => kind !== 'object').map(stringOf);
  const all =
    names.length + expressions.length > 0
      ? names
      : [...query.model.columns.map(({ property }) => property), ...query.selectedAnnotations];
  const found = all.map((name) => (name === undefined ? undefined : query.named(name)));
  if (!found.every((one) => one !== undefined)) query.unknown('The columns are not known.');
  query.columns = found.filter((one) => one !== undefined);
  for (const { key, value } of expressions) add(query, String(key), value, true);
}
