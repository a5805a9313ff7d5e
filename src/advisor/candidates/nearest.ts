import type { Snapshot } from '../../database/snapshot';
import type { TableUse } from '../uses/table-use';
import { hasExtension, indexColumn, isTextColumn, typeOf } from './column-facts';
import type { IndexSet } from './kind';

/** `ORDER BY place <-> $1 LIMIT 10`: GiST gives the nearest first. */
export function nearestIndexes(use: TableUse, snapshot: Snapshot): IndexSet[] {
  return [...use.nearest].flatMap((key): IndexSet[] => {
    if (/^(?:point|box|circle|polygon)$/.test(typeOf(use, key)) || /^point\(/.test(key)) {
      return [[{ method: 'gist', columns: [indexColumn(use, key)] }]];
    }
    if (!isTextColumn(use, key) || !hasExtension(snapshot, 'pg_trgm')) return [];
    return [[{ method: 'gist', columns: [{ ...indexColumn(use, key), operatorClass: 'gist_trgm_ops' }] }]];
  });
}
