import type { PlanNode } from '../nouns/plan';
import { formatBytes, formatCount } from '../plan/format';
import { planNodes } from '../plan/walk-plan';
import { shareOf } from '../plan/worst-node';
import { clausePlace } from './places';
import type { PlanRule } from './rule';
import { matters, severityOf } from './weight';
import { raiseWorkMem, workMem } from './work-mem';

/**
 * In memory a row takes 37 bytes more than on disk: measured on PostgreSQL 18 by sorting 200,000 rows of three widths
 * with growing work_mem (36,424 kB on disk, 43,645 kB in memory; 9,808 and 17,082; 3,552 and 10,832).
 */
const memoryOverDisk = 37;

/**
 * A sort did not fit into work_mem and went through temporary files.
 */
export const sortSpill: PlanRule = {
  id: 'sort-spill',
  title: 'A sort goes through temporary files',
  reference: 'https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM',
  check({ site, statement, explained, snapshot }) {
    const { plan } = explained;
    return planNodes(plan.root).flatMap((node) => {
      const diskBytes = spilledBytes(node);
      if (diskBytes === 0 || !matters(node, plan)) return [];
      const rows = node.actual?.rows ?? node.planRows;
      // Each loop, and each worker's share of a parallel sort, is a sort of its own.
      const needed = diskBytes + (rows / Math.max(1, node.actual?.loops ?? 1)) * memoryOverDisk;
      const raise = raiseWorkMem(needed);
      const enough = raise === undefined ? '' : `; ${formatBytes(raise.bytes)} would keep it in memory`;
      return [
        {
          rule: 'sort-spill',
          severity: severityOf(shareOf(node, plan), plan),
          confidence: 'likely' as const,
          message: `Sorts ${formatCount(rows)} rows through ${formatBytes(diskBytes)} of temporary files: work_mem is ${formatBytes(workMem(plan, snapshot))}${enough}.`,
          range: clausePlace(site, statement, 'order by', 'group by'),
          evidence: {
            rows: Math.round(rows),
            diskBytes,
            neededBytes: Math.round(needed),
            workMemBytes: workMem(plan, snapshot),
            share: shareOf(node, plan),
            sortKey: node.sortKey,
          },
          fixes: raise === undefined ? [] : [raise.fix],
          nodeId: node.id,
        },
      ];
    });
  },
};

/** The most that one process wrote. */
function spilledBytes(node: PlanNode): number {
  const kB = [node.properties, ...workers(node)].map((run) =>
    run['Sort Space Type'] === 'Disk' ? Number(run['Sort Space Used'] ?? 0) : 0,
  );
  return Math.max(...kB) * 1024;
}

function workers(node: PlanNode): Record<string, unknown>[] {
  const { Workers } = node.properties;
  return Array.isArray(Workers) ? Workers.filter((worker) => worker !== null && typeof worker === 'object') : [];
}
