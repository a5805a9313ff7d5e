import type { Snapshot } from '../../database/snapshot';
import type { TableUse } from '../uses/table-use';
import { columnOf, indexColumn, isInCodeOrder, isOrderable, typeOf } from './column-facts';
import type { IndexSet } from './kind';

const classes: readonly (readonly [RegExp, string])[] = [
  [/^text$/, 'text_pattern_ops'],
  [/^character varying(?:\(\d+\))?$/, 'varchar_pattern_ops'],
  [/^character(?:\(\d+\))?$/, 'bpchar_pattern_ops'],
];

/** `slug LIKE 'abc%'`: in another collation than C only the pattern classes are in the order of the letters' codes. */
export function prefixIndexes(use: TableUse, snapshot: Snapshot): IndexSet[] {
  return [...use.prefixes].flatMap((key): IndexSet[] => {
    if (!isOrderable(use, key)) return [];
    const type = use.expressions.has(key) ? 'text' : typeOf(use, key);
    const operatorClass = classes.find(([pattern]) => pattern.test(type))?.[1];
    if (operatorClass === undefined) return [];
    const isPlain = columnOf(use.table, key) !== undefined && isInCodeOrder(use, key, snapshot);
    const column = { ...indexColumn(use, key), ...(!isPlain && { operatorClass }) };
    const equal = [...use.equal].filter((name) => name !== key && isOrderable(use, name)).slice(0, 2);
    const single: IndexSet = [{ method: 'btree', columns: [column] }];
    if (equal.length === 0) return [single];
    return [single, [{ method: 'btree', columns: [...equal.map((name) => indexColumn(use, name)), column] }]];
  });
}
