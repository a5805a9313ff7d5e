import { deleteWithoutWhere, updateWithoutWhere } from './change-without-where';
import { queryInLoop } from './query-in-loop';
import type { TextRule } from './rule';

/** A new rule is a file, a line here and a page in docs/rules. */
export const textRules: readonly TextRule[] = [queryInLoop, updateWithoutWhere, deleteWithoutWhere];
