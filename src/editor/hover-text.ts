import type { Finding } from '../nouns/finding';
import type { Fix } from '../nouns/fix';
import { planText } from '../plan/plan-text';
import { proofSentences } from '../plan/proof-text';
import { verdict } from '../plan/verdict';
import { callText } from './call-text';
import { codeBlock, commandLink, plain } from './markdown';
import type { IndexPlanArgument, QueryArgument } from './query-argument';
import type { TrackedQuery } from './tracked-document';
import { runnable } from './verify-question';

/** The only commands that a hover's text may run. */
export const hoverCommands = [
  'planlight.explainQuery',
  'planlight.explainAnalyzeQuery',
  'planlight.openPlan',
  'planlight.copyPlan',
  'planlight.chooseDatabase',
  'planlight.showIndexPlan',
  'planlight.showGrowth',
  'planlight.showSql',
] as const;

const MOST_PLAN_LINES = 18;
const MOST_FINDINGS = 5;

export interface HoverContent {
  readonly query: TrackedQuery;
  /** The other statements that the query's call sends, with itself. */
  readonly ofCall: readonly TrackedQuery[];
  /** Of all of them. */
  readonly findings: readonly Finding[];
  readonly argument: QueryArgument;
  /** What is missing to see a plan, or that the planner is being asked. */
  readonly waiting?: string;
  /** What becomes of a query that is fine today. */
  readonly growth?: string;
}

/** Verdict, what one can do next (in sight without scrolling), plan, findings with their fixes; Markdown. */
export function hoverText({ query, ofCall, findings: given, argument, waiting, growth }: HoverContent): string {
  const { parsed } = query.query;
  const parts: string[] = query.query.site.call ? [callText(query, ofCall, argument)] : [];
  const explained = query.judgement?.explained;
  const problem = query.judgement?.problem;
  if (!parsed.ok) {
    parts.push(`**Syntax error:** ${plain(parsed.problem.message)}`);
  } else if (explained) {
    parts.push(`**${plain(verdict(explained.plan))}**`);
    parts.push(links(argument, true, query.judgement?.target));
    parts.push(codeBlock(planText(explained.plan, { maxLines: MOST_PLAN_LINES }), 'text'));
  } else if (problem && problem.kind !== 'cancelled') {
    parts.push(
      [problem.message, problem.hint]
        .filter((part) => part !== undefined)
        .map(plain)
        .join(' '),
    );
  } else if (waiting) {
    parts.push(`*${plain(waiting)}*`);
  }
  if (parsed.ok && !explained) parts.push(links(argument, false, query.judgement?.target));
  const findings = given.filter((finding) => finding.rule !== 'syntax-error' || parsed.ok);
  for (const finding of findings.slice(0, MOST_FINDINGS)) {
    parts.push(`${mark(finding.severity)} ${plain(finding.message)} *(${finding.confidence})*`);
    parts.push(...finding.fixes.map((fix) => fixText(fix, argument)));
  }
  if (findings.length > MOST_FINDINGS)
    parts.push(`and ${findings.length - MOST_FINDINGS} more findings in the plan view.`);
  if (explained && growth !== undefined) {
    const link = commandLink('Show how it grows', 'planlight.showGrowth', argument, 'Its plan at larger sizes');
    parts.push(`$(graph-line) ${plain(growth)} ${link}`);
  }
  if (explained) {
    const said = explained.valuesSaid ?? [];
    if (said.length > 0) parts.push(`Planned with ${said.map(plain).join(', ')}.`);
    parts.push(...explained.notices.map((notice) => plain(notice)));
  }
  return parts.join('\n\n');
}

function mark(severity: string): string {
  return severity === 'error' ? '$(error)' : severity === 'warning' ? '$(warning)' : '$(info)';
}

function fixText(fix: Fix, argument: QueryArgument): string {
  if (fix.kind === 'edit') return `$(lightbulb) ${plain(fix.title)}`;
  if (fix.kind === 'statement') return `$(lightbulb) ${plain(fix.title)}\n${codeBlock(fix.sql, 'sql')}`;
  // The finding says already which index, and what it changes.
  const link = commandLink(
    'Show the plan with this index',
    'planlight.showIndexPlan',
    { ...argument, index: fix.index.name } satisfies IndexPlanArgument,
    'The plan before and after, as the planner would make them',
  );
  return [codeBlock(runnable([fix]), 'sql'), '', [...proofSentences(fix).map(plain), link].join(' ')].join('\n');
}

function links(argument: QueryArgument, hasPlan: boolean, target: string | undefined): string {
  const entries = [
    commandLink('Explain', 'planlight.explainQuery', argument, 'Plan this query without running it'),
    commandLink('Analyze', 'planlight.explainAnalyzeQuery', argument, 'Run this query and measure it'),
  ];
  if (hasPlan) {
    entries.push(
      commandLink('Open plan', 'planlight.openPlan', argument, 'The whole plan, with the findings beside it'),
    );
    entries.push(commandLink('Copy', 'planlight.copyPlan', argument, 'Copy the query and its plan'));
  }
  const line = entries.join(' · ');
  return target === undefined ? line : `${line}   ${plain(target)}`;
}
