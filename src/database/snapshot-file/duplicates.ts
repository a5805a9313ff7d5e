import type { Snapshot } from '../snapshot';

/** `tables[7] is public.posts once more, as tables[2]` */
export function duplicateIn({ tables }: Snapshot): string | undefined {
  const relations = new Map<string, string>();
  const again = (schema: string, name: string, path: string): string | undefined => {
    const key = JSON.stringify([schema, name]);
    const first = relations.get(key);
    relations.set(key, path);
    return first === undefined ? undefined : `${path} is ${schema}.${name} once more, as ${first}`;
  };
  for (const [i, table] of tables.entries()) {
    const found = again(table.schema, table.name, `tables[${i}]`);
    if (found !== undefined) return found;
    const columns = new Set<string>();
    for (const [k, { name }] of table.columns.entries()) {
      if (columns.has(name)) return `tables[${i}].columns[${k}] is ${name} once more`;
      columns.add(name);
    }
  }
  for (const [i, { schema, indexes }] of tables.entries()) {
    for (const [k, { name }] of indexes.entries()) {
      const found = again(schema, name, `tables[${i}].indexes[${k}]`);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
