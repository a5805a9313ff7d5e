import type { Judgement } from '../analysis/judgement';
import type { SourceDocument } from '../nouns/query-site';
import { planText } from '../plan/plan-text';
import { verdict } from '../plan/verdict';
import { buildCheckReport } from './check-report';
import { fixLines } from './text-report';

/** A terminal scrolls: long plans may be long, but 2,000 nodes help nobody. */
const maxLines = 200;

/** What `planlight explain` prints for one statement. */
export function explainReport(
  document: Pick<SourceDocument, 'uri' | 'text'>,
  judgement: Judgement,
  format: 'text' | 'json',
  /** What was not done, beside what the planner says. */
  notDone: readonly string[] = [],
): string {
  const { explained, target, problem } = judgement;
  const notices = [...notDone, ...(explained?.notices ?? [])];
  const { queries, findings } = buildCheckReport([{ document, judgements: [judgement] }]);
  const [query] = queries;
  if (format === 'json') {
    return JSON.stringify(
      {
        sql: query?.sql,
        parameters: query?.parameters,
        ...(target !== undefined && { target }),
        ...(explained && {
          verdict: verdict(explained.plan),
          values: explained.values ?? [],
          notices,
          plan: explained.plan.json,
        }),
        ...(problem && { problem: { kind: problem.kind, message: problem.message } }),
        findings,
      },
      null,
      2,
    );
  }
  if (explained === undefined)
    return problem === undefined ? 'This statement has no plan.' : `No plan: ${problem.message}`;
  const lines = [verdict(explained.plan), '', planText(explained.plan, { maxLines })];
  if (explained.valuesSaid && explained.valuesSaid.length > 0) {
    lines.push('', `Planned with ${explained.valuesSaid.join(', ')}.`);
  }
  if (target !== undefined) lines.push('', `Planned by ${target}.`);
  for (const notice of notices) lines.push(`Note: ${notice}`);
  for (const finding of findings) {
    lines.push('', `${finding.severity}: ${finding.message}`, ...finding.fixes.flatMap(fixLines));
  }
  return lines.join('\n');
}
