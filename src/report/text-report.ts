import { formatCount, formatCounted, formatMs } from '../plan/format';
import { proofText, sideEffects } from '../plan/proof-text';
import type { CheckReport, PlanningSummary, ReportFinding, ReportFix } from './check-report';

/** For a person at a terminal: each finding with its place, then its fixes, then the sum. */
export function textReport(report: CheckReport, planning?: PlanningSummary): string {
  const blocks = report.findings.map(findingText);
  return [...blocks, summary(report, planning)].join('\n\n');
}

/** `src/posts.ts:42:18` is what terminals and editors make a link of. */
function findingText(finding: ReportFinding): string {
  // What the parser or the server says needs no word on how sure we are.
  const sure = isOfTheServer(finding) ? '' : ` (${finding.confidence})`;
  const head = `${finding.file}:${finding.line}:${finding.column}  ${finding.severity}  ${finding.rule}${sure}`;
  return [head, `  ${finding.message}`, ...circumstances(finding), ...finding.fixes.flatMap(fixLines)].join('\n');
}

/** `Took 65.2 ms with author_id = 17 (most common value).`, `Planned with LIMIT 10 (assumed).` */
function circumstances({ evidence: { ms, values } }: ReportFinding): string[] {
  const planned = typeof ms === 'number' ? `Took ${formatMs(ms)}` : 'Planned';
  const given = Array.isArray(values) && values.length > 0 ? ` with ${values.join(', ')}` : '';
  return planned === 'Planned' && given === '' ? [] : [`  ${planned}${given}.`];
}

const isOfTheServer = ({ rule }: ReportFinding): boolean => rule === 'syntax-error' || rule === 'no-plan';

export function fixLines(fix: ReportFix): string[] {
  switch (fix.kind) {
    case 'edit':
      return [`  Fix: ${fix.title}`];
    case 'statement':
      return [`  Fix: ${fix.title}`, ...indent(fix.sql)];
    case 'index': {
      const statements = fix.needs === undefined ? fix.concurrently : `${fix.needs};\n${fix.concurrently}`;
      const effects = sideEffects(fix).map((sentence) => `  ${sentence}`);
      const models = (fix.models ?? []).map(
        ({ model, place }) => `  It can be declared in the model ${model}, ${place}.`,
      );
      return [`  Fix, ${proofText(fix.proof)}`, ...indent(statements), ...models, ...effects];
    }
  }
}

function indent(sql: string): string[] {
  return `${sql.replace(/;\s*$/, '')};`.split('\n').map((line) => `    ${line}`);
}

function summary({ files, queries, findings }: CheckReport, planning: PlanningSummary | undefined): string {
  const found = findings.length === 0 ? 'No findings' : formatCounted(findings.length, 'finding');
  const where = `${formatCounted(queries.length, 'query', 'queries')} of ${formatCounted(files, 'file')}`;
  return `${found} in ${where}${plannedBy(planning)}.`;
}

/** Says what is true only: `, planned by blog@localhost:5432`, `, 8 of 10 planned by …`. */
function plannedBy(planning: PlanningSummary | undefined): string {
  if (planning?.target === undefined || planning.asked === 0) return '';
  const { target, asked, planned } = planning;
  if (planned === 0) return `, none planned by ${target}`;
  if (planned === asked) return `, planned by ${target}`;
  return `, ${formatCount(planned)} of ${formatCount(asked)} planned by ${target}`;
}
