import type * as vscode from 'vscode';
import { statementToPlan } from '../analysis/explainable';
import type { ExplainResult } from '../database/planner';
import { Problem } from '../nouns/problem';
import type { AnalyzerService } from './analyzer-service';
import type { DocumentTracker } from './document-tracker';
import type { ErrorReporter } from './error-reporter';
import type { Feature } from './feature';
import { queriesInView } from './queries-to-plan';
import { QuietWork } from './quiet-work';
import type { TrackedQuery } from './tracked-document';

/** Nothing was typed, read or planned for so long, in ms: longer than the comparison of queries waits. */
const QUIET_MS = 1_500;

/** Knows of the queries that can be seen which are fine today and will not be, once it had time to ask. */
export class GrowthNotes implements Feature {
  readonly #tracker: DocumentTracker;
  readonly #analyzers: AnalyzerService;
  readonly #quiet: QuietWork;
  /** By the plan of today, which is made anew whenever something changes. */
  readonly #known = new WeakMap<ExplainResult, { readonly note?: string }>();

  constructor(options: {
    readonly tracker: DocumentTracker;
    readonly analyzers: AnalyzerService;
    readonly errors: ErrorReporter;
  }) {
    this.#tracker = options.tracker;
    this.#analyzers = options.analyzers;
    const run = (signal: AbortSignal) => this.#look(signal);
    this.#quiet = new QuietWork(options, { title: 'Looking at growth', afterMs: QUIET_MS, run });
  }

  register(context: vscode.ExtensionContext): void {
    this.#quiet.register(context);
  }

  /** `Fine today (cost 8.3); at about 40× …`; undefined where there is nothing to say, or it is not known yet. */
  noteOf({ judgement, touched }: TrackedQuery): string | undefined {
    return judgement?.explained && !touched ? this.#known.get(judgement.explained)?.note : undefined;
  }

  async #look(signal: AbortSignal): Promise<void> {
    const waiting = [...this.#tracker.all()].flatMap(queriesInView).filter((query) => this.#isWorthAsking(query));
    if (waiting.length === 0) return;
    const { growthWarning } = await import('../analysis/growth/warning');
    const whatIf = await this.#analyzers.whatIf();
    for (const query of waiting) {
      const explained = query.judgement?.explained;
      const snapshot = query.judgement?.planning?.snapshot;
      const statement = statementToPlan(query.query);
      if (signal.aborted || !explained || !snapshot || !statement) continue;
      try {
        const planner = await whatIf.open(snapshot, signal);
        const asked = { sql: statement.text, values: explained.values, planner, snapshot, signal };
        this.#known.set(explained, { note: await growthWarning(asked) });
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        // Of a table that the memory lacks there is nothing to say; a cancelled question is asked again.
        if (error.kind !== 'cancelled') this.#known.set(explained, {});
      }
    }
  }

  /** What has a warning today needs no other one. */
  #isWorthAsking({ judgement, touched, findings }: TrackedQuery): boolean {
    const { explained, planning } = judgement ?? {};
    if (touched || !explained || !planning?.snapshot || planning.snapshot.assumed) return false;
    if (this.#known.has(explained)) return false;
    return findings.every(({ severity }) => severity !== 'warning' && severity !== 'error');
  }
}
