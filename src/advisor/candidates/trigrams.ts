import type { Snapshot } from '../../database/snapshot';
import type { TableUse } from '../uses/table-use';
import { hasExtension, indexColumn, isTextColumn } from './column-facts';
import type { IndexSet, IndexShape } from './kind';

/** `body ILIKE '%x%'`, `body ~ 'x.*y'`, `name % $1` */
export function trigramIndexes(use: TableUse, snapshot: Snapshot): IndexSet[] {
  const similar = use.operators.filter(({ operator }) => operator === '%').map(({ key }) => key);
  return [...new Set([...use.contains, ...similar])].flatMap((key): IndexSet[] => {
    const index = trigramIndex(use, [key], snapshot);
    return index ? [[index]] : [];
  });
}

/** Undefined where a key is no text (or citext: its own operators are not trigrams'), or pg_trgm is not to be had. */
export function trigramIndex(use: TableUse, keys: readonly string[], snapshot: Snapshot): IndexShape | undefined {
  const isText = keys.every((key) => use.expressions.has(key) || isTextColumn(use, key));
  if (!isText || !hasExtension(snapshot, 'pg_trgm')) return undefined;
  return { method: 'gin', columns: keys.map((key) => ({ ...indexColumn(use, key), operatorClass: 'gin_trgm_ops' })) };
}
