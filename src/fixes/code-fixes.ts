import type { Repetition } from '../code/calls/repetition';
import type { ResultUses } from '../code/calls/result-uses';
import type { SameQuery } from '../code/calls/same-queries';
import type { Sequence } from '../code/calls/sequences';
import type { SplitWrites } from '../code/calls/split-writes';
import { isTemplate } from '../code/file-roles';
import type { Checkout } from '../code/pools/checkouts';
import type { PoolUse } from '../code/pools/pool-use';
import type { EditFix } from '../nouns/fix';
import { bulkWrite } from './batch/bulk-write';
import type { ColumnTypeOf } from './batch/column-types';
import { firstAnswer } from './batch/first-answer';
import { groupedCount } from './batch/grouped-count';
import { hoistedQuery } from './batch/hoisted-query';
import { pythonBatch } from './batch/python/python-batch';
import { rowsByKey } from './batch/rows-by-key';
import { rubyBatch } from './batch/ruby/ruby-batch';
import { textWrite } from './batch/text-write';
import { eagerLoading } from './eager-loading/eager-loading';
import { giveBack } from './give-back';
import { hoistPool } from './hoist-pool';
import { inQuery } from './in-query/in-query';
import { newAssociation } from './new-association/new-association';
import { together } from './together';
import { inTransaction } from './transaction';

/** The text of a file of the program, as the edits' offsets count in it; undefined when it cannot be had. */
export type TextOf = (uri: string) => string | undefined;

export interface FixableFinding {
  readonly repetition?: Repetition;
  readonly sequence?: Sequence;
  readonly same?: SameQuery;
  readonly result?: ResultUses;
  readonly split?: SplitWrites;
  readonly checkout?: Checkout;
  readonly pool?: PoolUse;
}

/** What can be written instead, the best first; none rather than one that may change what the program does. */
export function codeFixes(
  { repetition, sequence, same, result, split, checkout, pool }: FixableFinding,
  textOf: TextOf,
  typeOf: ColumnTypeOf = () => undefined,
): EditFix[] {
  // The text of a template is no program: what it shows is mended where the rows are asked for.
  const isShown = repetition !== undefined && isTemplate(repetition.loop.uri);
  if (isShown) {
    const fix = eagerLoading(repetition, textOf);
    return fix && isOfProgram(fix) ? [fix] : [];
  }
  const ofRows =
    repetition &&
    (eagerLoading(repetition, textOf) ??
      groupedCount(repetition, textOf) ??
      rowsByKey(repetition, textOf) ??
      bulkWrite(repetition, textOf) ??
      textWrite(repetition, textOf, typeOf) ??
      hoistedQuery(repetition, textOf) ??
      rubyBatch(repetition, textOf) ??
      pythonBatch(repetition, textOf));
  const fixes = [
    ofRows,
    repetition && newAssociation(repetition, textOf),
    sequence && together(sequence, textOf),
    same && firstAnswer(same, textOf),
    result && inQuery(result, textOf),
    split && inTransaction(split, textOf),
    checkout && giveBack(checkout, textOf),
    pool && hoistPool(pool, textOf),
  ];
  return fixes.filter((fix) => fix !== undefined);
}

function isOfProgram({ edits }: EditFix): boolean {
  return edits.every(({ uri }) => uri !== undefined && !isTemplate(uri));
}
