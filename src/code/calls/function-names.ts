import type { FileFacts } from '../facts/facts';
import type { Value } from '../facts/values';
import type { Place } from '../resolve/origin';

/** `list` for `PostsService.list`, `resolvers.Query.list`. */
export function lastName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** The names under which functions are called: their own, what holds a wrapped one, what imports call them. */
export function namesOf(places: readonly Place[], files: Iterable<FileFacts>): Set<string> {
  const names = new Set<string>();
  let isDefault = false;
  for (const { file, function: index } of places) {
    const facts = file.functions[index];
    if (!facts || index === 0) continue;
    if (facts.name !== '') names.add(lastName(facts.name));
    for (const name of holdersOf(file, index)) names.add(name);
    for (const { name, local, value } of file.exports) {
      const isOfThis = (local !== undefined && names.has(local)) || (value?.kind === 'function' && value.id === index);
      if (!isOfThis && !(value?.kind === 'chain' && names.has(String(value.root)))) continue;
      if (name === 'default' || name === '=') isDefault = true;
      else names.add(name);
    }
  }
  for (const { imports } of files) {
    for (const { local, name } of imports) {
      if (names.has(name) || (isDefault && (name === 'default' || name === '*'))) names.add(local);
    }
  }
  return names;
}

/** `const getUser = cache(async (id) => …)`; `exports.list = wrap(async () => …)` */
export function holdersOf(file: FileFacts, index: number): string[] {
  const facts = file.functions[index];
  if (!facts?.callback || facts.parent === undefined) return [];
  const parent = file.functions[facts.parent];
  const binding = parent?.uses[facts.callback.use]?.binding;
  const pattern = binding === undefined ? undefined : parent?.bindings[binding]?.pattern;
  const isWrapped = (value: Value) =>
    value.kind === 'chain' &&
    value.links.some((link) => link.arguments?.some((one) => one.kind === 'function' && one.id === index));
  const exported = file.exports.flatMap(({ name, value }) => (value && isWrapped(value) ? [name] : []));
  const fields = file.classes.flatMap((one) =>
    one.fields.flatMap(({ name, value }) => (value && isWrapped(value) ? [name] : [])),
  );
  return [...(pattern && pattern.name !== '' ? [pattern.name] : []), ...exported, ...fields].filter(
    (name) => name !== 'default' && name !== '=' && name !== '*',
  );
}

/** The innermost function with a name around a place; undefined at the top level. */
export function nameAround({ file, function: start }: Place): string | undefined {
  for (let index: number | undefined = start; index !== undefined && index > 0; index = file.functions[index]?.parent) {
    const name = file.functions[index]?.name;
    if (name) return name;
  }
  return undefined;
}
