import type { PlanNode } from '../nouns/plan';
import { formatCount } from '../plan/format';
import { isNegligible } from '../plan/verdict';
import { planNodes } from '../plan/walk-plan';
import { shareWithInputs } from '../plan/worst-node';
import { isNode } from '../sql/ast';
import { clausePlace } from './places';
import type { PlanContext, PlanRule } from './rule';
import { severityOf } from './weight';

/** Fewer rows than this are skipped in a few milliseconds, and a person pages through them. */
const manyRows = 1000;

/**
 * OFFSET reads what it skips. Paging by the last row seen reads only what it returns.
 */
export const deepOffset: PlanRule = {
  id: 'deep-offset',
  title: 'OFFSET reads many rows and throws them away',
  reference: 'https://www.postgresql.org/docs/current/queries-limit.html',
  check(context) {
    const { site, statement, explained } = context;
    const { plan } = explained;
    const limit = planNodes(plan.root).find((node) => node.type === 'Limit');
    if (limit === undefined || isNegligible(plan)) return [];
    const skipped = skippedRows(limit, context);
    const returned = limit.actual?.rows ?? limit.planRows;
    if (skipped === undefined || skipped < manyRows || skipped < 10 * returned) return [];
    return [
      {
        rule: 'deep-offset',
        severity: severityOf(skipped / (skipped + returned), plan),
        confidence: 'likely',
        message: `Reads ${formatCount(skipped)} rows and throws them away to return ${formatCount(returned)}; a condition on the last row seen (WHERE (sort key) > (last value)) instead of OFFSET reads only those.`,
        range: clausePlace(site, statement, 'offset', 'limit'),
        evidence: {
          rowsSkipped: Math.round(skipped),
          rowsReturned: Math.round(returned),
          share: shareWithInputs(limit, plan),
          ...(explained.valuesSaid && { values: explained.valuesSaid }),
        },
        fixes: [],
        nodeId: limit.id,
      },
    ];
  },
};

/** As the run showed, else as the statement says with a number. A placeholder's planned value says nothing. */
function skippedRows(limit: PlanNode, { statement }: PlanContext): number | undefined {
  const offset = literalOffset(statement.ast);
  const input =
    limit.children.find((child) => child.properties['Parent Relationship'] === 'Outer') ?? limit.children[0];
  if (limit.actual !== undefined && input?.actual !== undefined) {
    return hasOffset(statement.ast) ? input.actual.rows - limit.actual.rows : undefined;
  }
  return offset === undefined ? undefined : Math.min(offset, input?.planRows ?? offset);
}

function hasOffset(ast: Record<string, unknown>): boolean {
  return isNode(ast.SelectStmt) && ast.SelectStmt.limitOffset !== undefined;
}

function literalOffset(ast: Record<string, unknown>): number | undefined {
  const offset = isNode(ast.SelectStmt) ? ast.SelectStmt.limitOffset : undefined;
  const constant = isNode(offset) && isNode(offset.A_Const) ? offset.A_Const.ival : undefined;
  return isNode(constant) && typeof constant.ival === 'number' ? constant.ival : undefined;
}
