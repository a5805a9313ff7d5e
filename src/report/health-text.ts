import { notesOfFix, textOfFix } from '../analysis/health-report/fix-texts';
import type { HealthReport, ReportCheck, ReportPoint } from '../analysis/health-report/health-report';
import type { CheckState, Evidence, FactEvidence, GuideFix, TableEvidence } from '../nouns/check';
import { formatCounted } from '../plan/format';

const marks: Readonly<Record<CheckState, string>> = {
  passed: '✓',
  attention: '!',
  failed: '✗',
  'not applicable': '–',
  unknown: '?',
};

/** Rows of a table of evidence that a terminal shows. */
const mostRows = 10;

/** For a person at a terminal: each point with its checks, what decided them, and what to do. */
export function healthText({ database, missing, points }: HealthReport): string {
  const head = `Health of ${database ?? 'the workspace (no database was asked)'}`;
  const told = new Set(missing);
  return [head, ...missing, ...points.map((point) => pointText(point, told)), summary(points)].join('\n\n');
}

/** `told`: what stands at the head for all. */
function pointText({ title, state, checks }: ReportPoint, told: ReadonlySet<string>): string {
  return [`${marks[state]} ${title}`, ...checks.flatMap((check) => indent(checkLines(check, told)))].join('\n');
}

function checkLines(
  { title, state, says, missing, evidence, places, fixes }: ReportCheck,
  told: ReadonlySet<string>,
): string[] {
  const head = `${marks[state]} ${title}: ${says}`;
  // What is well needs no proof at a terminal; --format json has it.
  const isQuiet = state === 'passed' || state === 'not applicable';
  const more = isQuiet
    ? []
    : [
        ...evidence.flatMap(evidenceLines),
        ...places.map(({ file, line, message }) => `${file}${line === undefined ? '' : `:${line}`}  ${message}`),
        ...fixes.flatMap(fixLines),
      ];
  return [head, ...indent([...missing.filter((sentence) => !told.has(sentence)), ...more])];
}

function evidenceLines(evidence: Evidence): string[] {
  return evidence.kind === 'fact' ? [factLine(evidence)] : tableLines(evidence);
}

const factLine = ({ label, value, source }: FactEvidence): string =>
  `${label}: ${value}${source === undefined ? '' : ` (${source})`}`;

function tableLines({ title, columns, rows, more = 0 }: TableEvidence): string[] {
  const shown = rows.slice(0, mostRows);
  const all = [columns.map((column) => column.title), ...shown];
  const widths = columns.map((_, i) => Math.max(...all.map((row) => (row[i] ?? '').length)));
  const lines = all.map((row) =>
    row
      .map((cell, i) => (columns[i]?.isNumber ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const rest = more + rows.length - shown.length;
  return [title, ...indent([...lines, ...(rest > 0 ? [`and ${rest} more`] : [])])];
}

function fixLines(fix: GuideFix): string[] {
  const files = fix.kind === 'file' ? fix.files.map(({ path }) => `writes ${path}`) : [];
  const text = textOfFix(fix)?.split('\n') ?? [];
  const notes = notesOfFix(fix);
  return [`Fix: ${fix.title}`, ...indent([...text, ...files, ...notes])];
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function summary(points: readonly ReportPoint[]): string {
  const count = (state: CheckState) => points.filter((point) => point.state === state).length;
  const known = (['failed', 'attention', 'unknown', 'passed', 'not applicable'] as const).filter(
    (state) => count(state) > 0,
  );
  const parts = known.map((state) => `${count(state)} ${state}`);
  return `${formatCounted(points.length, 'point')}: ${parts.join(', ')}.`;
}
