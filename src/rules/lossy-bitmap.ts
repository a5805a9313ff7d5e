import { formatBytes, formatCount } from '../plan/format';
import { planNodes } from '../plan/walk-plan';
import { shareWithInputs } from '../plan/worst-node';
import { clausePlace } from './places';
import type { PlanRule } from './rule';
import { leastShare, matters, severityOf } from './weight';
import { raiseWorkMem, workMem } from './work-mem';

/** One page's entry in the bitmap: PagetableEntry and its place in the hash, as tbm_calculate_entries counts them. */
const bytesPerPage = 64;

/**
 * A bitmap that outgrew work_mem remembers only pages, not rows: every row on such a page is checked again.
 */
export const lossyBitmap: PlanRule = {
  id: 'lossy-bitmap',
  title: 'A bitmap scan forgets which rows it was looking for',
  reference: 'https://www.postgresql.org/docs/current/using-explain.html',
  check({ site, statement, explained, snapshot }) {
    const { plan } = explained;
    return planNodes(plan.root).flatMap((node) => {
      const lossy = Number(node.properties['Lossy Heap Blocks'] ?? 0);
      const pages = lossy + Number(node.properties['Exact Heap Blocks'] ?? 0);
      const rechecked = Number(node.properties['Rows Removed by Index Recheck'] ?? 0) * (node.actual?.loops ?? 1);
      // What was rechecked and kept cost little: only rows read for nothing count.
      if (lossy === 0 || rechecked < (node.actual?.rows ?? 0) || !matters(node, plan)) return [];
      const raise = raiseWorkMem(pages * bytesPerPage);
      if (raise === undefined || raise.bytes <= workMem(plan, snapshot)) return [];
      return [
        {
          rule: 'lossy-bitmap',
          severity: severityOf(leastShare, plan),
          confidence: 'likely' as const,
          message: `work_mem of ${formatBytes(workMem(plan, snapshot))} holds only part of the bitmap: ${formatCount(lossy)} of ${formatCount(pages)} pages are read whole and ${formatCount(rechecked)} rows thrown away; ${formatBytes(raise.bytes)} is enough.`,
          range: clausePlace(site, statement, 'where', 'from'),
          evidence: {
            table: node.relation?.name ?? '',
            lossyPages: lossy,
            pages,
            rowsRechecked: rechecked,
            workMemBytes: workMem(plan, snapshot),
            share: shareWithInputs(node, plan),
          },
          fixes: [raise.fix],
          nodeId: node.id,
        },
      ];
    });
  },
};
