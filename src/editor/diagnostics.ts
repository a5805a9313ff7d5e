import * as vscode from 'vscode';
import type { Finding, Severity } from '../nouns/finding';
import type { ProblemKind } from '../nouns/problem';
import type { DatabaseService } from './database-service';
import { distinctFindings } from './distinct-findings';
import type { DocumentTracker } from './document-tracker';
import type { Feature } from './feature';
import type { PlacesInFiles } from './places-in-files';
import { toRange } from './positions';
import { shifted } from './ranges';
import type { TrackedDocument, TrackedQuery } from './tracked-document';

export const DIAGNOSTIC_SOURCE = 'Planlight';

const severities: Record<Severity, vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** What the server says of the statement itself; trouble with the connection is told once, in the status bar. */
const ofTheStatement: ReadonlySet<ProblemKind> = new Set([
  'missing-object',
  'missing-privilege',
  'row-security',
  'syntax',
  'server',
]);

/** Findings where they stand. They go away with the first key pressed in their query. */
export class FindingDiagnostics implements Feature {
  readonly #tracker: DocumentTracker;
  readonly #databases: DatabaseService;
  readonly #collection = vscode.languages.createDiagnosticCollection('planlight');
  readonly #places: PlacesInFiles;
  #rulePages: vscode.Uri | undefined;

  constructor(tracker: DocumentTracker, databases: DatabaseService, places: PlacesInFiles) {
    this.#tracker = tracker;
    this.#databases = databases;
    this.#places = places;
  }

  register(context: vscode.ExtensionContext): void {
    this.#rulePages = vscode.Uri.joinPath(context.extensionUri, 'docs', 'rules');
    context.subscriptions.push(
      this.#collection,
      this.#tracker.onDidChange((tracked) => this.#publish(tracked)),
      this.#tracker.onDidClose((tracked) => this.#collection.delete(tracked.document.uri)),
    );
  }

  #publish(tracked: TrackedDocument): void {
    const diagnostics = [...tracked.heads()].flatMap((head) => {
      const ofCall = tracked.statementsOf(head);
      const findings = distinctFindings(ofCall.map((query) => query.findings));
      return [
        ...findings.map((finding) => this.#diagnostic(tracked, finding)),
        ...ofCall.flatMap((query) => this.#problem(tracked, query)),
      ];
    });
    for (const { finding } of tracked.programFindings)
      if (finding) diagnostics.push(this.#diagnostic(tracked, finding));
    this.#collection.set(tracked.document.uri, withoutRepetition(diagnostics));
  }

  #diagnostic(tracked: TrackedDocument, finding: Finding): vscode.Diagnostic {
    const range = toRange(tracked.document, finding.range);
    const diagnostic = new vscode.Diagnostic(range, finding.message, severities[finding.severity]);
    diagnostic.source = DIAGNOSTIC_SOURCE;
    diagnostic.code = this.#rulePages
      ? { value: finding.rule, target: vscode.Uri.joinPath(this.#rulePages, `${finding.rule}.md`) }
      : finding.rule;
    diagnostic.relatedInformation = this.#places.related(finding);
    return diagnostic;
  }

  #problem(tracked: TrackedDocument, query: TrackedQuery): vscode.Diagnostic[] {
    const problem = query.judgement?.problem;
    // The workspace's .sql files need not hold the whole schema, so a table missing in memory is no error.
    const asksServer = this.#databases.settledOf(tracked.document.uri)?.kind === 'server';
    if (!problem || query.touched || !asksServer || !ofTheStatement.has(problem.kind)) return [];
    const { site } = query.query;
    const range = problem.range ? shifted(site.sourceMap.rangeToDocument(problem.range), query.delta) : query.range;
    const message = [problem.message, problem.hint].filter((part) => part !== undefined).join(' ');
    const severity = vscode.DiagnosticSeverity.Warning;
    const diagnostic = new vscode.Diagnostic(toRange(tracked.document, range), message, severity);
    diagnostic.source = DIAGNOSTIC_SOURCE;
    diagnostic.code = problem.kind;
    return [diagnostic];
  }
}

/** Two statements of one call may say the same of the same place. */
function withoutRepetition(diagnostics: readonly vscode.Diagnostic[]): vscode.Diagnostic[] {
  const keyOf = ({ range: { start }, message }: vscode.Diagnostic) => `${start.line}:${start.character} ${message}`;
  return [...new Map(diagnostics.map((diagnostic) => [keyOf(diagnostic), diagnostic])).values()];
}
