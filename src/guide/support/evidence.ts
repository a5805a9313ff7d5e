import type { FactEvidence, TableEvidence } from '../../nouns/check';
import type { Json } from '../../nouns/finding';

/** More rows than that nobody reads. */
const mostRows = 50;

/** `raw` is the number itself, for JSON; `source` the formula or where a threshold comes from. */
export function fact(label: string, value: string, more: { raw?: Json; source?: string } = {}): FactEvidence {
  return { kind: 'fact', label, value, ...more };
}

/** Columns by name; those that begin with `#` hold numbers: `['Table', '#Dead rows']`. */
export function table(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): TableEvidence {
  return {
    kind: 'table',
    title,
    columns: columns.map((name) => (name.startsWith('#') ? { title: name.slice(1), isNumber: true } : { title: name })),
    rows: rows.slice(0, mostRows),
    ...(rows.length > mostRows && { more: rows.length - mostRows }),
  };
}
