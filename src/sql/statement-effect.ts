import type { Statement } from '../nouns/statement';
import { walk } from './ast';

/** What running a statement that does not only read would do, as a verb: `changes data`, `locks rows` (FOR UPDATE). */
export function effectOf(statement: Statement): 'changes data' | 'locks rows' {
  let changes = statement.kind !== 'select';
  walk(statement.ast, (type, node) => {
    if (/^(?:Insert|Update|Delete|Merge)Stmt$/.test(type) || node.intoClause !== undefined) changes = true;
    return undefined;
  });
  return changes ? 'changes data' : 'locks rows';
}
