import * as vscode from 'vscode';
import type { JudgedQuery } from '../analysis/analyzer';
import type { AnalyzerService } from './analyzer-service';
import type { DocumentTracker } from './document-tracker';
import type { ErrorReporter } from './error-reporter';
import type { Feature } from './feature';
import { QuietWork } from './quiet-work';

/** Nothing was typed, read or planned for so long, in ms: nobody waits for the planner in memory now. */
const QUIET_MS = 700;
/** What could not be tried until then is tried after the next quiet moment; what was asked is remembered. */
const BUDGET_MS = 3_000;

/** Tries what is proposed for one query of the open documents on the others, while nobody types. */
export class OtherQueries implements Feature {
  readonly #tracker: DocumentTracker;
  readonly #analyzers: AnalyzerService;
  readonly #quiet: QuietWork;

  constructor(options: {
    readonly tracker: DocumentTracker;
    readonly analyzers: AnalyzerService;
    readonly errors: ErrorReporter;
  }) {
    this.#tracker = options.tracker;
    this.#analyzers = options.analyzers;
    const run = (signal: AbortSignal) => this.#compare(signal);
    this.#quiet = new QuietWork(options, { title: 'Comparing queries', afterMs: QUIET_MS, run });
  }

  register(context: vscode.ExtensionContext): void {
    this.#quiet.register(context);
  }

  async #compare(signal: AbortSignal): Promise<void> {
    const judged = [...this.#judged()];
    if (!judged.some(({ judgement }) => judgement.planning && judgement.planning.indexes.length > 0)) return;
    const analyzer = await this.#analyzers.analyzer();
    const successors = await analyzer.compare(judged, { budgetMs: BUDGET_MS, signal });
    if (!signal.aborted) this.#tracker.replace(successors);
  }

  *#judged(): Iterable<JudgedQuery> {
    for (const { document, queries } of this.#tracker.all()) {
      for (const { judgement, touched, range } of queries) {
        if (!judgement || touched) continue;
        const line = () => document.positionAt(range.start).line + 1;
        yield { judgement, place: () => `${vscode.workspace.asRelativePath(document.uri)}:${line()}` };
      }
    }
  }
}
