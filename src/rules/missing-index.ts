import type { Finding, Json } from '../nouns/finding';
import type { IndexFix } from '../nouns/fix';
import type { PlanNode } from '../nouns/plan';
import { describeNode } from '../plan/describe-node';
import { formatCost, formatCount, formatGain } from '../plan/format';
import { mayStopEarly, roundOverLoops, rowsRead } from '../plan/scan-rows';
import { isNegligible } from '../plan/verdict';
import { planNodes } from '../plan/walk-plan';
import { isMeasured, statementMs } from '../plan/worst-node';
import { indexColumnsSql } from '../sql/create-index';
import { columnPlace } from './places';
import type { PlanContext, PlanRule } from './rule';
import { severityOf } from './weight';

/** A B-tree index that the planner was asked about, chose, and found at least a tenth cheaper. */
export const missingIndex: PlanRule = {
  id: 'missing-index',
  title: 'An index would make this query cheaper',
  reference: 'https://www.postgresql.org/docs/current/indexes-intro.html',
  check(context) {
    if (isNegligible(context.explained.plan)) return [];
    return bestByTable(context.indexes, 'btree').map((fixes) => indexFinding('missing-index', fixes, context));
  },
};

/** The proofs of one table, the cheapest plan first: one finding offers the best and lists the others. */
export function bestByTable(indexes: readonly IndexFix[], method: IndexFix['index']['method']): IndexFix[][] {
  const byTable = new Map<string, IndexFix[]>();
  for (const fix of indexes) {
    if (fix.index.method !== method || fix.proof.costAfter >= fix.proof.costBefore) continue;
    const table = `${fix.index.schema}.${fix.index.table}`;
    byTable.set(table, [...(byTable.get(table) ?? []), fix]);
  }
  return [...byTable.values()].map((fixes) => fixes.sort((a, b) => a.proof.costAfter - b.proof.costAfter));
}

function indexFinding(rule: string, fixes: IndexFix[], context: PlanContext): Finding {
  const [best] = fixes as [IndexFix];
  const { costBefore, costAfter, assumed } = best.proof;
  const columns = best.index.columns.map((column) => column.name);
  const message =
    `${whatHappens(best, context)}; an index on (${indexColumnsSql(best.index)}) makes it ` +
    `${formatGain(costBefore, costAfter)} cheaper (cost ${formatCost(costBefore)} → ${formatCost(costAfter)})` +
    (assumed ? '. Table sizes are assumed' : '');
  return {
    rule,
    severity: severityOf((costBefore - costAfter) / costBefore, context.explained.plan),
    confidence: 'proved',
    message: `${message}.`,
    range: columnPlace(context.site, context.statement, columns, ['where', 'from', 'order by', 'group by']),
    evidence: indexEvidence(best, context),
    fixes,
    nodeId: scanOf(best, context.explained.plan.root)?.id,
  };
}

/** The numbers behind a proved index, for every rule that proposes one. */
export function indexEvidence(fix: IndexFix, context: PlanContext): Record<string, Json> {
  const { plan, valuesSaid } = context.explained;
  const { proof } = fix;
  const scan = scanOf(fix, plan.root);
  const ms = statementMs(plan);
  return {
    table: `${fix.index.schema}.${fix.index.table}`,
    costBefore: proof.costBefore,
    costAfter: proof.costAfter,
    timesCheaper: Math.round((proof.costBefore / Math.max(proof.costAfter, 0.01)) * 10) / 10,
    nodesBefore: planNodes(proof.before.root).map(describeNode),
    nodesAfter: planNodes(proof.after.root).map(describeNode),
    ...(scan?.actual && { rowsRead: Math.round(rowsRead(scan)), rowsKept: Math.round(scan.actual.rows) }),
    ...(tableRows(fix, context) !== undefined && { tableRows: tableRows(fix, context) as number }),
    ...(ms !== undefined && { ms }),
    ...(valuesSaid && { values: valuesSaid }),
    indexSizeBytes: proof.sizeBytes,
    provedBy: proof.by,
    assumedSizes: proof.assumed,
  };
}

/** `Reads all 200,000 rows of posts to return 10`; without a sequential scan what the plan does instead. */
export function whatHappens(fix: IndexFix, context: PlanContext): string {
  const { plan } = context.explained;
  const scan = scanOf(fix, plan.root);
  const table = fix.index.table;
  if (scan === undefined) return `Reads ${table} without a fitting index`;
  if (!scan.type.includes('Seq Scan')) return `Runs ${describeNode(scan)}${keeps(scan)}`;
  const loops = isMeasured(plan) && scan.properties['Parallel Aware'] !== true ? (scan.actual?.loops ?? 1) : 1;
  const rows = tableRows(fix, context);
  const all = rows === undefined ? `the whole table ${table}` : `all ${formatCount(rows)} rows of ${table}`;
  if (loops > 1) return `Reads ${all} ${formatCount(loops)} times`;
  return `Reads ${all}${returns(context)}`;
}

function keeps(scan: PlanNode): string {
  if (scan.actual === undefined || scan.rowsRemoved === 0) return '';
  return `, which reads ${formatCount(roundOverLoops(rowsRead(scan), scan))} rows to keep ${formatCount(roundOverLoops(scan.actual.rows, scan))}`;
}

function returns({ statement, explained }: PlanContext): string {
  const { root } = explained.plan;
  if (statement.kind !== 'select') return '';
  if (root.actual !== undefined) return ` to return ${formatCount(root.actual.rows)}`;
  return ` to return ${root.type === 'Limit' ? '' : 'about '}${formatCount(root.planRows)}`;
}

/** The scan of the fix's table that costs most. */
function scanOf(fix: IndexFix, root: PlanNode): PlanNode | undefined {
  const weight = (node: PlanNode) => (node.actual?.totalMs ?? 0) + node.totalCost / 1e6;
  return planNodes(root)
    .filter((node) => node.relation?.name === fix.index.table && node.type.endsWith('Scan'))
    .sort((a, b) => weight(b) - weight(a))[0];
}

/** From a run where it can be seen, else from the catalog. */
function tableRows(fix: IndexFix, context: PlanContext): number | undefined {
  const { index } = fix;
  const scan = scanOf(fix, context.explained.plan.root);
  const isWhole = scan?.actual?.loops === 1 || scan?.properties['Parallel Aware'] === true;
  if (
    scan?.type === 'Seq Scan' &&
    isWhole &&
    scan.actual !== undefined &&
    !mayStopEarly(scan, context.explained.plan)
  ) {
    return roundOverLoops(rowsRead(scan), scan);
  }
  const table = context.snapshot?.tables.find(({ schema, name }) => schema === index.schema && name === index.table);
  return table === undefined || table.rows < 0 ? undefined : table.rows;
}
