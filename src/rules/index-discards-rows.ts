import type { PlanNode } from '../nouns/plan';
import { formatCount } from '../plan/format';
import { roundOverLoops, rowsRead } from '../plan/scan-rows';
import { planNodes } from '../plan/walk-plan';
import { shareWithInputs } from '../plan/worst-node';
import { clausePlace } from './places';
import type { PlanRule } from './rule';
import { leastShare, matters, severityOf } from './weight';

/** Nine of ten rows read for nothing, and so many of them that each page of the table is probably touched in vain. */
const discardedShare = 0.9;
const manyRows = 1000;

/**
 * An index finds many rows and the filter throws most of them away: a column is missing in the index.
 */
export const indexDiscardsRows: PlanRule = {
  id: 'index-discards-rows',
  title: 'An index finds many rows that the filter throws away',
  reference: 'https://www.postgresql.org/docs/current/indexes-multicolumn.html',
  check({ site, statement, explained, indexes }) {
    const { plan } = explained;
    return planNodes(plan.root).flatMap((scan) => {
      const index = usedIndex(scan);
      const removed = Number(scan.properties['Rows Removed by Filter'] ?? 0) * (scan.actual?.loops ?? 0);
      if (index === undefined || scan.relation === undefined || !matters(scan, plan)) return [];
      if (removed < manyRows || removed < discardedShare * rowsRead(scan)) return [];
      const table = scan.relation.name;
      // The index that missing-index proposes already says it, with a proof.
      if (indexes.some((fix) => fix.index.table === table)) return [];
      return [
        {
          rule: 'index-discards-rows',
          severity: severityOf(Math.min(leastShare, shareWithInputs(scan, plan)), plan),
          confidence: 'likely' as const,
          message: `${index} finds ${formatCount(roundOverLoops(rowsRead(scan), scan))} rows of ${table} and the filter throws ${formatCount(roundOverLoops(removed, scan))} of them away: the index lacks a column of the condition.`,
          range: clausePlace(site, statement, 'where', 'from'),
          evidence: {
            table,
            index,
            rowsRead: Math.round(rowsRead(scan)),
            rowsRemoved: Math.round(removed),
            filter: scan.conditions.Filter ?? '',
            share: shareWithInputs(scan, plan),
          },
          fixes: [],
          nodeId: scan.id,
        },
      ];
    });
  },
};

/** The one index that a scan goes through; a bitmap of several is not one index's fault. */
function usedIndex(scan: PlanNode): string | undefined {
  if (scan.type === 'Index Scan' || scan.type === 'Index Only Scan') return scan.index;
  if (scan.type !== 'Bitmap Heap Scan') return undefined;
  const below = planNodes(scan).flatMap((node) => node.index ?? []);
  return below.length === 1 ? below[0] : undefined;
}
