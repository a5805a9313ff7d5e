import type { CheckReport, ReportFinding } from './check-report';

const commands = { error: 'error', warning: 'warning', info: 'notice', hint: 'notice' } as const;

/**
 * Workflow commands of GitHub Actions, one line each: `::warning file=a.sql,line=1,…::message`.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubReport(report: CheckReport): string {
  return report.findings.map(command).join('\n');
}

function command(finding: ReportFinding): string {
  const properties = {
    file: finding.file,
    line: finding.line,
    endLine: finding.endLine,
    // GitHub takes columns only for a place within one line.
    ...(finding.line === finding.endLine && { col: finding.column, endColumn: finding.endColumn }),
    title: `Planlight: ${finding.rule}`,
  };
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${commands[finding.severity]} ${list.join(',')}::${escapeData(messageWithFix(finding))}`;
}

function messageWithFix({ message, fixes }: ReportFinding): string {
  const [fix] = fixes;
  if (fix === undefined) return message;
  return `${message}\n${fix.kind === 'index' ? fix.concurrently : fix.kind === 'statement' ? fix.sql : fix.title}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
