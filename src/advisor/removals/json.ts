import type { Json } from '../../nouns/finding';
import type { IndexRemoval } from './removals';

/** As `planlight advise --format json` prints them, under `drop`; sizes in bytes, writes in rows a day. */
export function removalObjects(removals: readonly IndexRemoval[]): Readonly<Record<string, Json>>[] {
  return removals.map((removal) => ({
    index: removal.schema === 'public' ? removal.index : `${removal.schema}.${removal.index}`,
    table: removal.schema === 'public' ? removal.table : `${removal.schema}.${removal.table}`,
    reason: removal.reason,
    kind: removal.kind,
    size: removal.sizeBytes,
    writesPerDay: removal.writesPerDay ?? null,
    sql: `${removal.dropSql};`,
    ...(removal.replacedBy !== undefined && { replacedBy: removal.replacedBy }),
    ...(removal.repairSql !== undefined && { repair: `${removal.repairSql};` }),
    ...(removal.nonHotShare !== undefined && { nonHotShare: Math.round(removal.nonHotShare * 1000) / 1000 }),
  }));
}
