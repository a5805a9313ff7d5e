import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Severity } from '../nouns/finding';
import type { CheckReport, ReportFinding } from './check-report';
import { ruleCatalog } from './rule-catalog';

const levels: Record<Severity, 'error' | 'warning' | 'note'> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'note',
};

/** SARIF 2.1.0, for code-scanning services. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function sarifReport(report: CheckReport): string {
  const rules = ruleCatalog.map(({ id, title, reference }) => ({
    id,
    shortDescription: { text: title },
    helpUri: reference,
  }));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Planlight', rules } },
        columnKind: 'utf16CodeUnits',
        results: report.findings.map(result),
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}

function result(finding: ReportFinding) {
  return {
    ruleId: finding.rule,
    ...(ruleIndex(finding.rule) >= 0 && { ruleIndex: ruleIndex(finding.rule) }),
    level: levels[finding.severity],
    message: { text: messageWithFixes(finding) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(finding.file) },
          region: {
            startLine: finding.line,
            startColumn: finding.column,
            endLine: finding.endLine,
            endColumn: finding.endColumn,
          },
        },
      },
    ],
    ...relatedLocations(finding),
    ...sarifFixes(finding),
    properties: { confidence: finding.confidence, evidence: finding.evidence },
  };
}

function relatedLocations({ related = [] }: ReportFinding) {
  if (related.length === 0) return {};
  return {
    relatedLocations: related.map(({ file, message, line, column, endLine, endColumn }) => ({
      message: { text: message },
      physicalLocation: {
        artifactLocation: { uri: uriOf(file) },
        ...(line !== undefined && { region: { startLine: line, startColumn: column, endLine, endColumn } }),
      },
    })),
  };
}

function ruleIndex(id: string): number {
  return ruleCatalog.findIndex((rule) => rule.id === id);
}

/** SARIF's fixes are edits of files; statements to run go into the message. */
function messageWithFixes({ message, fixes }: ReportFinding): string {
  const statements = fixes.flatMap((fix) =>
    fix.kind === 'index' ? [fix.needs, fix.concurrently] : fix.kind === 'statement' ? [fix.sql] : [],
  );
  return [message, ...statements.filter((sql) => sql !== undefined)].join('\n');
}

function sarifFixes({ file, fixes }: ReportFinding) {
  const edits = fixes.flatMap((fix) => (fix.kind === 'edit' ? [fix] : []));
  if (edits.length === 0) return {};
  return {
    fixes: edits.map((fix) => ({
      description: { text: fix.title },
      artifactChanges: [
        {
          artifactLocation: { uri: uriOf(file) },
          replacements: fix.edits.map(({ line, column, endLine, endColumn, newText }) => ({
            deletedRegion: { startLine: line, startColumn: column, endLine, endColumn },
            insertedContent: { text: newText },
          })),
        },
      ],
    })),
  };
}

/** Relative paths stay relative, as URI references: `my dir/a.sql` → `my%20dir/a.sql`. */
function uriOf(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
}
