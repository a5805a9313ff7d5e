import type { PlanNode } from '../nouns/plan';
import { describeNode } from '../plan/describe-node';
import { formatBytes, formatCount } from '../plan/format';
import { parentsById, planNodes } from '../plan/walk-plan';
import { shareWithInputs } from '../plan/worst-node';
import { clausePlace } from './places';
import type { PlanRule } from './rule';
import { leastShare, matters, severityOf } from './weight';
import { hashMemMultiplier, raiseWorkMem, workMem } from './work-mem';

/**
 * The hash table of a join or of an aggregate did not fit into work_mem × hash_mem_multiplier.
 */
export const hashSpill: PlanRule = {
  id: 'hash-spill',
  title: 'A hash table goes through temporary files',
  reference: 'https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-HASH-MEM-MULTIPLIER',
  check({ site, statement, explained, snapshot }) {
    const { plan } = explained;
    const parents = parentsById(plan.root);
    return planNodes(plan.root).flatMap((node) => {
      const spill = readSpill(node);
      const concerned = node.type === 'Hash' ? (parents.get(node.id) ?? node) : node;
      if (spill === undefined || !matters(concerned, plan)) return [];
      const raise = raiseWorkMem(spill.neededBytes / hashMemMultiplier(plan, snapshot));
      const enough = raise === undefined ? '' : `; ${formatBytes(raise.bytes)} would keep it in memory`;
      const rows = node.actual?.rows ?? node.planRows;
      return [
        {
          rule: 'hash-spill',
          severity: severityOf(leastShare, plan),
          confidence: 'likely' as const,
          message: `The hash table of ${formatCount(rows)} rows (${describeNode(concerned)}) is split into ${spill.batches} batches on disk: work_mem is ${formatBytes(workMem(plan, snapshot))}${enough}.`,
          range: node.type === 'Hash' ? clausePlace(site, statement, 'from') : clausePlace(site, statement, 'group by'),
          evidence: {
            node: describeNode(concerned),
            rows: Math.round(rows),
            batches: spill.batches,
            peakBytes: spill.peakBytes,
            neededBytes: spill.neededBytes,
            workMemBytes: workMem(plan, snapshot),
            share: shareWithInputs(concerned, plan),
          },
          fixes: raise === undefined ? [] : [raise.fix],
          nodeId: node.id,
        },
      ];
    });
  },
};

/**
 * Memory that would do, measured on PostgreSQL 18: a join's table takes at most the peak of one batch times their
 * number; an aggregate's the peak and twice what it wrote (its rows are packed on disk).
 */
function readSpill(node: PlanNode): { batches: number; peakBytes: number; neededBytes: number } | undefined {
  const { properties } = node;
  const peakBytes = Number(properties['Peak Memory Usage'] ?? 0) * 1024;
  const joinBatches = Number(properties['Hash Batches'] ?? 0);
  if (node.type === 'Hash' && joinBatches > 1) {
    // The processes of a parallel hash share one table, and their memory for it.
    const processes = properties['Parallel Aware'] === true ? Math.max(1, node.actual?.loops ?? 1) : 1;
    return { batches: joinBatches, peakBytes, neededBytes: (peakBytes * joinBatches) / processes };
  }
  const aggregateBatches = Number(properties['HashAgg Batches'] ?? 0);
  const diskBytes = Number(properties['Disk Usage'] ?? 0) * 1024;
  if (aggregateBatches <= 1 || diskBytes === 0) return undefined;
  return { batches: aggregateBatches, peakBytes, neededBytes: peakBytes + 2 * diskBytes };
}
