import type { PlanNode } from '../nouns/plan';
import { formatCount, formatMs } from '../plan/format';
import { rowsRead } from '../plan/scan-rows';
import { isNegligible } from '../plan/verdict';
import { planNodes } from '../plan/walk-plan';
import { statementMs } from '../plan/worst-node';
import { clausePlace } from './places';
import type { PlanRule } from './rule';
import { severityOf } from './weight';

/** From here on a scan per row is felt: a small table of 1,000 rows read 1,000 times is a million rows. */
const manyLoops = 1000;

/**
 * A nested loop reads a table from end to end for each row of its other side.
 */
export const nestedLoopMany: PlanRule = {
  id: 'nested-loop-many',
  title: 'A join reads a whole table again for every row',
  reference: 'https://www.postgresql.org/docs/current/planner-optimizer.html',
  check({ site, statement, explained, indexes }) {
    const { plan } = explained;
    const ms = statementMs(plan);
    if (ms === undefined || isNegligible(plan)) return [];
    for (const loop of planNodes(plan.root)) {
      const inner = loop.type === 'Nested Loop' ? loop.children[1] : undefined;
      const scan = inner && wholeScan(inner);
      const loops = inner?.actual?.loops ?? 0;
      if (inner?.actual === undefined || scan?.relation === undefined || loops <= manyLoops) continue;
      const spentMs = inner.actual.totalMs + (loop.actual?.selfMs ?? 0);
      const table = scan.relation.name;
      // The index that missing-index proposes already says it, with a proof.
      if (spentMs < ms / 2 || indexes.some((fix) => fix.index.table === table)) continue;
      const perLoop = rowsRead(scan) / Math.max(1, scan.actual?.loops ?? 1);
      return [
        {
          rule: 'nested-loop-many',
          severity: severityOf(spentMs / ms, plan),
          confidence: 'likely',
          message: `Goes through ${formatCount(perLoop)} rows of ${table} ${formatCount(loops)} times (${formatMs(spentMs)} of ${formatMs(ms)}): no index serves the join condition${condition(loop)}.`,
          range: clausePlace(site, statement, 'from', 'where'),
          evidence: {
            table,
            loops,
            rowsPerLoop: Math.round(perLoop),
            ms: spentMs,
            statementMs: ms,
            joinFilter: loop.conditions['Join Filter'] ?? scan.conditions.Filter ?? '',
            rowsRemoved: Math.round(loop.rowsRemoved),
          },
          fixes: [],
          nodeId: loop.id,
        },
      ];
    }
    return [];
  },
};

/** The sequential scan that the inner side consists of, with or without a Materialize around it. */
function wholeScan(inner: PlanNode): PlanNode | undefined {
  const node = inner.type === 'Materialize' ? inner.children[0] : inner;
  return node?.type === 'Seq Scan' ? node : undefined;
}

function condition(loop: PlanNode): string {
  const filter = loop.conditions['Join Filter'];
  return filter === undefined || filter.length > 80 ? '' : ` ${filter}`;
}
