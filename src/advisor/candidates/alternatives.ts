import type { Snapshot } from '../../database/snapshot';
import type { TableUse } from '../uses/table-use';
import { indexColumn, isOrderable } from './column-facts';
import type { IndexSet, IndexShape } from './kind';
import { trigramIndex } from './trigrams';

/** An index for each branch of an OR: more than these are no advice that anyone would take. */
const maxBranches = 4;

/** `title ILIKE … OR body ILIKE …`: one GIN over both; `a = 1 OR b = 2`: a B-tree for each. */
export function alternativeIndexes(use: TableUse, snapshot: Snapshot): IndexSet[] {
  return use.alternatives.flatMap((branches): IndexSet[] => {
    const contained = [...new Set(branches.filter(({ kind }) => kind === 'contains').map(({ column }) => column))];
    const others = [...new Set(branches.filter(({ kind }) => kind !== 'contains').map(({ column }) => column))];
    if (others.length > maxBranches || !others.every((name) => isOrderable(use, name))) return [];
    const trigrams = contained.length > 0 ? trigramIndex(use, contained, snapshot) : undefined;
    if (contained.length > 0 && !trigrams) return [];
    const ordered = others.map((name): IndexShape => ({ method: 'btree', columns: [indexColumn(use, name)] }));
    return [[...(trigrams ? [trigrams] : []), ...ordered]];
  });
}
