import type { Judgement } from '../analysis/judgement';
import type { Finding } from '../nouns/finding';
import type { Plan } from '../nouns/plan';
import type { ProblemKind } from '../nouns/problem';
import { describeNode } from '../plan/describe-node';
import { formatCost, formatCounted, formatMs } from '../plan/format';
import { tellingNode } from '../plan/telling-node';
import { statementMs } from '../plan/worst-node';

export interface LensContent {
  readonly findings: readonly Finding[];
  readonly judgement?: Judgement;
  /** The statement was edited since. */
  readonly touched: boolean;
  readonly broken: boolean;
  /** How many statements the call sends, of which this one is the dearest. */
  readonly statements?: number;
  /** What is missing to see a plan: 'choose a database to see more'. */
  readonly missing?: string;
  /** What the server counted: `12,300 calls, 4.1 ms mean`. */
  readonly calls?: string;
}

const short: Partial<Record<ProblemKind, string>> = {
  timeout: 'stopped at the time limit',
  unreachable: 'the database does not answer',
  authentication: 'the database wants a password',
  tls: 'no safe connection to the database',
  cancelled: 'cancelled',
};

/** `Explain · 412 ms · Seq Scan on posts · 1 fix` */
export function lensTitle(content: LensContent): string {
  const parts = ['Explain'];
  if ((content.statements ?? 1) > 1) parts.push(`${content.statements} statements`);
  const { judgement } = content;
  if (content.broken && !content.touched) parts.push('syntax error');
  else if (!content.touched && judgement?.explained)
    parts.push(...planParts(judgement.explained.plan, judgement.targetKind));
  else if (!content.touched && judgement?.problem)
    parts.push(short[judgement.problem.kind] ?? judgement.problem.message);
  else if (content.missing) parts.push(content.missing);
  const fixes = countFixes(content.findings);
  const others = content.findings.filter(
    (finding) => finding.fixes.length === 0 && finding.rule !== 'syntax-error',
  ).length;
  if (fixes > 0) parts.push(formatCounted(fixes, 'fix', 'fixes'));
  else if (others > 0) parts.push(formatCounted(others, 'finding'));
  if (content.calls !== undefined && !content.touched) parts.push(content.calls);
  return parts.join(' · ');
}

export function countFixes(findings: readonly Finding[]): number {
  return new Set(findings.flatMap((finding) => finding.fixes.map((fix) => fix.title))).size;
}

/** Time where it was measured, else the planner's cost and who estimated it; and the node that matters. */
function planParts(plan: Plan, by: Judgement['targetKind']): string[] {
  const ms = statementMs(plan);
  const cost = `cost ${formatCost(plan.root.totalCost)}${by === 'embedded' ? ' in memory' : ''}`;
  return [ms === undefined ? cost : formatMs(ms), describeNode(tellingNode(plan))];
}
