import { clientHeldAcrossCall } from './code/client-held-across-call';
import { connectionLeak } from './code/connection-leak';
import { countInLoop } from './code/count-in-loop';
import { independentAwaits } from './code/independent-awaits';
import { joinedLists } from './code/joined-lists';
import { lazyLoadInLoop } from './code/lazy-load-in-loop';
import { poolPerRequest } from './code/pool-per-request';
import { queryPerRow } from './code/query-per-row';
import { sameQueryAgain } from './code/same-query-again';
import { splitWrites } from './code/split-writes';
import { unboundedList } from './code/unbounded-list';
import { unusedColumns } from './code/unused-columns';
import { unusedInclude } from './code/unused-include';
import { workInCode } from './code/work-in-code';
import { writeInLoop } from './code/write-in-loop';
import type { CodeContext, CodeRule, LocatedFinding } from './code-rule';

/** A new rule is a file in code/, a line here and a page in docs/rules. */
export const codeRules: readonly CodeRule[] = [
  connectionLeak,
  poolPerRequest,
  clientHeldAcrossCall,
  queryPerRow,
  lazyLoadInLoop,
  countInLoop,
  writeInLoop,
  sameQueryAgain,
  joinedLists,
  unusedInclude,
  unboundedList,
  workInCode,
  unusedColumns,
  splitWrites,
  independentAwaits,
];

/** What all rules say, the most worth fixing first. */
export function judgeCalls(context: CodeContext): LocatedFinding[] {
  const found = codeRules.flatMap((rule) =>
    rule.check(context).filter(({ uri }) => rule.isMinor !== true || !context.isQuiet(uri)),
  );
  return found.sort((a, b) => b.weight - a.weight);
}
