/** `['fillfactor=70']` of pg_class.reloptions → `{ fillfactor: '70' }` */
export function optionsOf(options: readonly string[] | null): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (options ?? []).map((option) => {
      const at = option.indexOf('=');
      return [option.slice(0, at), option.slice(at + 1)];
    }),
  );
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
