import type { SnapshotIndex, SnapshotTable } from '../database/snapshot';
import type { IndexColumn, IndexDefinition } from '../nouns/fix';
import { quoteIdentifier } from '../sql/identifiers';
import type { IndexShape } from './candidates/kind';
import { type IndexKey, isPrefix, readIndexKey } from './removals/key';

/** Whether an existing index begins with these columns, in the same directions or all reversed. */
export function isServed(table: SnapshotTable, shape: IndexShape): boolean {
  const wanted = keyOfShape(shape);
  return table.indexes.some((index) => {
    const key = index.isValid ? existingKey(index) : undefined;
    if (!key || key.method !== wanted.method || key.predicate !== wanted.predicate) return false;
    // GIN finds by any of its columns, and jsonb's own class does all that jsonb_path_ops does.
    if (key.method === 'gin') {
      const texts = new Set(key.columns.map(({ text }) => text));
      return wanted.columns.every(({ text }) => texts.has(text) || texts.has(text.replace(/ jsonb_path_ops$/, '')));
    }
    return isPrefix(wanted, key) && wanted.included.every((column) => stored(key).has(column));
  });
}

/** The names of the table's indexes that nothing needs any more beside the new one: those that are a beginning of it. */
export function replacedBy(index: IndexDefinition, table: SnapshotTable): string[] {
  const wanted = keyOfShape(index);
  if (wanted.method !== 'btree') return [];
  return table.indexes
    .filter((old) => {
      const key = old.isValid && !old.isPrimary && !old.isUnique ? existingKey(old) : undefined;
      if (key?.method !== 'btree' || key.predicate !== wanted.predicate) return false;
      return isPrefix(key, wanted) && key.included.every((column) => stored(wanted).has(column));
    })
    .map(({ name }) => name);
}

function stored(key: IndexKey): Set<string> {
  return new Set([...key.columns.map(({ text }) => text), ...key.included]);
}

function existingKey({ definition }: SnapshotIndex): IndexKey | undefined {
  const key = readIndexKey(definition);
  return (
    key && {
      ...key,
      columns: key.columns.map((column) => ({ ...column, text: bare(column.text) })),
      predicate: bare(key.predicate.replace(/^where /i, '')),
    }
  );
}

function keyOfShape({ method, columns, include = [], where = '' }: IndexShape): IndexKey {
  return {
    method,
    columns: columns.map((column) => ({
      text: bare(columnText(column)),
      descending: column.descending ?? false,
      nullsFirst: column.nulls === undefined ? (column.descending ?? false) : column.nulls === 'first',
    })),
    included: include.map(quoteIdentifier),
    nullsNotDistinct: false,
    options: '',
    predicate: bare(where),
  };
}

function columnText({ name, isExpression, operatorClass }: IndexColumn): string {
  const key = isExpression ? name : quoteIdentifier(name);
  return operatorClass === undefined ? key : `${key} ${operatorClass}`;
}

/** The server writes casts, spaces and parentheses that a query need not have: `(lower((email)::text))`, `lower(email)`. */
function bare(text: string): string {
  return text
    .replace(/::(?:text|character varying|bpchar)\b(?:\[\])?/g, '')
    .replace(/[()]/g, '')
    .replace(/\s*([^\w\s"'])\s*/g, '$1')
    .trim();
}
