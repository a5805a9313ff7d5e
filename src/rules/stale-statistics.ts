import type { Finding } from '../nouns/finding';
import type { StatementFix } from '../nouns/fix';
import type { Plan, PlanNode } from '../nouns/plan';
import { describeNode } from '../plan/describe-node';
import { formatCount } from '../plan/format';
import { estimatedRows, mayStopEarly, roundOverLoops, rowsRead } from '../plan/scan-rows';
import { parentsById, planNodes } from '../plan/walk-plan';
import { qualifiedName, quoteIdentifier } from '../sql/identifiers';
import { clausePlace } from './places';
import type { PlanContext, PlanRule } from './rule';
import { leastShare, matters, severityOf } from './weight';

/** The factor from which the planner tends to choose another join or scan; below it costs differ, shapes rarely do. */
const factor = 10;
/** An estimate that is wrong among fewer rows changes little; one that is too high does less harm than one too low. */
const fewRows = { tooLow: 1_000, tooHigh: 10_000 };

/**
 * A scan gives ten times more or fewer rows than the planner thought. One finding: the scan that is off the most,
 * since joins above only inherit the mistake.
 */
export const staleStatistics: PlanRule = {
  id: 'stale-statistics',
  title: 'The planner misjudges how many rows there are',
  reference: 'https://www.postgresql.org/docs/current/planner-stats.html',
  check(context) {
    const { plan } = context.explained;
    const parents = parentsById(plan.root);
    const off = planNodes(plan.root)
      .filter((node) => isMisjudged(node, plan) && matters(parents.get(node.id) ?? node, plan))
      .sort((a, b) => misjudgement(b) - misjudgement(a))[0];
    return off === undefined ? [] : [misjudgedFinding(off, context)];
  },
};

function isMisjudged(node: PlanNode, plan: Plan): boolean {
  if (node.relation === undefined || !node.type.endsWith('Scan') || (node.actual?.loops ?? 0) === 0) return false;
  const actual = node.actual?.rows ?? 0;
  if (misjudgement(node) < factor) return false;
  if (actual > estimatedRows(node)) return actual >= fewRows.tooLow;
  return estimatedRows(node) >= fewRows.tooHigh && !mayStopEarly(node, plan);
}

/** How many times too high or too low; fewer than one row counts as one. */
function misjudgement(node: PlanNode): number {
  const estimated = Math.max(1, estimatedRows(node));
  const actual = Math.max(1, node.actual?.rows ?? 0);
  return Math.max(estimated / actual, actual / estimated);
}

function misjudgedFinding(node: PlanNode, context: PlanContext): Finding {
  const { plan } = context.explained;
  const relation = node.relation as NonNullable<PlanNode['relation']>;
  const table = qualifiedName(relation.schema, relation.name);
  const actual = node.actual?.rows ?? 0;
  const columns = filterColumns(node, context);
  const analyze: StatementFix = {
    kind: 'statement',
    title: `Gather statistics of ${relation.name}`,
    sql: `ANALYZE ${table}`,
  };
  const correlated = columns.length > 1 && !sizeIsStale(node, context);
  const fixes = correlated ? [extendedStatistics(table, relation.name, columns), analyze] : [analyze];
  const advice = correlated
    ? `${columns.slice(0, -1).join(', ')} and ${columns.at(-1)} are probably correlated, which CREATE STATISTICS tells the planner`
    : `ANALYZE ${table} may put it right`;
  return {
    rule: 'stale-statistics',
    severity: severityOf(leastShare, plan),
    confidence: 'likely',
    message: `The planner expects ${formatCount(estimatedRows(node))} rows from ${describeNode(node)} and gets ${formatCount(roundOverLoops(actual, node))}; ${advice}.`,
    range: clausePlace(context.site, context.statement, 'where', 'from'),
    evidence: {
      table: relation.name,
      node: describeNode(node),
      estimatedRows: estimatedRows(node),
      actualRows: Math.round(actual),
      factor: Math.round(misjudgement(node)),
      condition: Object.values(node.conditions).join(' AND '),
    },
    fixes,
    nodeId: node.id,
  };
}

/** The catalog's row count is far from what a full scan met: the statistics are old, whatever the columns. */
function sizeIsStale(node: PlanNode, { snapshot }: PlanContext): boolean {
  const table = snapshot?.tables.find(({ name }) => name === node.relation?.name);
  if (table === undefined || node.type !== 'Seq Scan' || node.actual?.loops !== 1) return false;
  const read = Math.max(1, rowsRead(node));
  return table.rows > read * 2 || table.rows < read / 2;
}

function filterColumns(node: PlanNode, { expressions }: PlanContext): string[] {
  const conditions = ['Index Cond', 'Recheck Cond', 'Filter'].flatMap((key) => node.conditions[key] ?? []);
  const names = conditions.flatMap((condition) => expressions?.columns(condition) ?? []).map(({ name }) => name);
  return [...new Set(names)];
}

function extendedStatistics(table: string, name: string, columns: readonly string[]): StatementFix {
  const statistics = quoteIdentifier(`${name}_${columns.join('_')}_stats`.slice(0, 63));
  return {
    kind: 'statement',
    title: `Tell the planner that ${columns.join(', ')} belong together`,
    sql: `CREATE STATISTICS ${statistics} (dependencies, mcv) ON ${columns.map(quoteIdentifier).join(', ')} FROM ${table};\nANALYZE ${table}`,
  };
}
