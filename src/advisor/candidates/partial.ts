import type { Snapshot } from '../../database/snapshot';
import type { IndexColumn } from '../../nouns/fix';
import type { ConstantCondition, TableUse } from '../uses/table-use';
import { distinct, fractionOf, indexColumn, isOrderable } from './column-facts';
import type { IndexSet } from './kind';
import { mainColumns } from './ordered';

/** Where a condition keeps more than this share of the rows, leaving the others out saves too little. */
const mostRows = 1 / 3;
const mostStates = 20;

/** `status = 'draft'` that few rows meet: an index of these rows only. Never for a parameter: its next value is another. */
export function partialIndexes(use: TableUse, snapshot: Snapshot): IndexSet[] {
  // What the statistics do not say is guessed, and a guess is no reason for an index that serves one value only.
  if (snapshot.assumed) return [];
  const rare = use.constants.filter(
    (condition) => isState(condition, use) && (fractionOf(condition, use.table) ?? 1) <= mostRows,
  );
  return rare.flatMap((condition) => {
    const columns = mainColumns(without(use, condition), snapshot);
    return (columns.length > 0 ? columns : alone(use, condition)).map(
      (list): IndexSet => [{ method: 'btree', columns: list, where: condition.sql }],
    );
  });
}

/** The use as it is on the rows that meet the condition. */
function without(use: TableUse, { column }: ConstantCondition): TableUse {
  const drop = (keys: ReadonlySet<string>): Set<string> => new Set([...keys].filter((key) => key !== column));
  return { ...use, equal: drop(use.equal), anyOf: drop(use.anyOf), notNull: drop(use.notNull) };
}

/** Nothing else is asked: its own column, of the few rows. */
function alone(use: TableUse, { column }: ConstantCondition): IndexColumn[][] {
  return isOrderable(use, column) ? [[indexColumn(use, column)]] : [];
}

/** `status = 'draft'` is one of a few states; one of a thousand customers in the text is an example, not a rule. */
function isState({ column, test }: ConstantCondition, use: TableUse): boolean {
  return test.kind !== 'equal' || distinct(use.table, column) <= mostStates;
}
