/** Of an alias of pg_class: `{ "fillfactor": "70" }` */
export function optionsOf(c: string): string {
  return `CASE WHEN ${c}.reloptions IS NULL THEN '{}' ELSE
    (SELECT json_object_agg(option_name, option_value) FROM pg_options_to_table(${c}.reloptions)) END`;
}

interface Named {
  readonly schema: string;
  readonly table?: string;
  readonly name: string;
}

/** Sorted here: with many relations the server would write a temporary file for it. */
export function byName(one: Named, other: Named): number {
  return (
    compare(one.schema, other.schema) || compare(one.table ?? '', other.table ?? '') || compare(one.name, other.name)
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
