import type { IndexColumn } from '../nouns/fix';

/** NAMEDATALEN - 1: PostgreSQL cuts longer names. */
const maxBytes = 63;

/** `<table>_<columns>_idx`, at most 63 bytes, not among `taken`. */
export function indexName(table: string, columns: readonly IndexColumn[], taken: ReadonlySet<string>): string {
  const stem = [table, ...columns.map((column) => (column.isExpression ? wordsOf(column.name) : column.name))].join(
    '_',
  );
  for (let count = 0; ; count++) {
    const suffix = count === 0 ? '_idx' : `_idx${count}`;
    const name = `${cut(stem, maxBytes - suffix.length)}${suffix}`;
    if (!taken.has(name)) return name;
  }
}

/** The longest start of so many bytes that does not split a character. */
function cut(text: string, bytes: number): string {
  let result = '';
  let used = 0;
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    result += character;
  }
  return result;
}

/** `lower(email)` → lower_email */
function wordsOf(sql: string): string {
  return sql.match(/\w+/g)?.join('_').toLowerCase() ?? 'expr';
}
