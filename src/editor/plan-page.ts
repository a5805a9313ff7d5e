import type { Judgement } from '../analysis/judgement';
import type { Finding } from '../nouns/finding';
import type { Fix, IndexFix } from '../nouns/fix';
import type { Plan } from '../nouns/plan';
import { formatCost, formatMs } from '../plan/format';
import { proofSentences } from '../plan/proof-text';
import { verdict } from '../plan/verdict';
import { statementMs } from '../plan/worst-node';
import type { PageFinding, PageFix, PagePlan, PlanPage } from '../webview/messages';
import { runnable } from './verify-question';

export interface PlanPlace {
  readonly place: string;
  readonly uri: string;
  readonly offset: number;
}

/** What is compared with: the plan as it was without the fix that has just been applied, or with one that is not yet. */
export type Comparison = { readonly before: Plan } | { readonly tried: IndexFix };

/** What the plan view shows of a judgement; undefined when there is no plan. */
export function planPage(
  judgement: Judgement,
  findings: readonly Finding[],
  { place, uri, offset }: PlanPlace,
  comparison?: Comparison,
): PlanPage | undefined {
  const { explained } = judgement;
  if (!explained) return undefined;
  const before = comparison && 'before' in comparison ? comparison.before : undefined;
  const tried = comparison && 'tried' in comparison ? pageFix(comparison.tried) : undefined;
  return {
    place,
    uri,
    offset,
    sql: judgement.query.site.sql,
    target: judgement.target ?? '',
    verdict: verdict(explained.plan),
    values: explained.valuesSaid ?? [],
    notices: explained.notices,
    findings: findings.map(pageFinding),
    plan: pagePlan(before ? 'Before' : 'Plan', before ?? explained.plan),
    after: before && pagePlan('After', explained.plan),
    tried,
  };
}

/** `412 ms, cost 5,013` */
export function planSummary(plan: Plan): string {
  const cost = `cost ${formatCost(plan.root.totalCost)}`;
  const ms = statementMs(plan);
  return ms === undefined ? cost : `${formatMs(ms)}, ${cost}`;
}

function pageFinding(finding: Finding): PageFinding {
  return {
    severity: finding.severity,
    rule: finding.rule,
    message: finding.message,
    confidence: finding.confidence,
    offset: finding.range.start,
    nodeId: finding.nodeId,
    fixes: finding.fixes.map(pageFix),
  };
}

function pageFix(fix: Fix): PageFix {
  if (fix.kind === 'edit') return { title: fix.title };
  if (fix.kind === 'statement') return { title: fix.title, sql: fix.sql };
  const { proof } = fix;
  return {
    title: fix.title,
    sql: runnable([fix]),
    facts: proofSentences(fix),
    before: pagePlan('Without the index', proof.before),
    after: pagePlan('With the index', proof.after),
  };
}

function pagePlan(title: string, plan: Plan): PagePlan {
  return { title, summary: planSummary(plan), json: planJson(plan.json) };
}

/**
 * Pretty JSON in which no string can begin an HTML tag: pev2 shows a plan that it cannot read as HTML. EXPLAIN puts a
 * space behind every `<` operator, so conditions stay readable.
 */
function planJson(json: unknown): string {
  return JSON.stringify(json, null, 2).replace(/<(?=[a-z!/?])/gi, '\\u003c');
}
