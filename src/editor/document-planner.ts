import type { Judgement } from '../analysis/judgement';
import type { Target } from '../database/planner';
import type { AnalyzerService } from './analyzer-service';
import type { AutomaticWork, DatabaseService } from './database-service';
import type { ErrorReporter } from './error-reporter';
import { PlanQueue } from './plan-queue';
import { priorityOf, queriesToPlan } from './queries-to-plan';
import type { TrackedDocument, TrackedQuery } from './tracked-document';

export interface JudgeOptions {
  readonly target: Target;
  readonly mode: 'estimate' | 'analyze';
  readonly confirmed?: boolean;
  readonly fresh?: boolean;
  readonly signal?: AbortSignal;
}

/** Gets plans for the queries of the open documents: those that a person asks for, and unasked those that can be seen. */
export class DocumentPlanner {
  readonly #analyzers: AnalyzerService;
  readonly #databases: DatabaseService;
  readonly #errors: ErrorReporter;
  readonly #tell: (tracked: TrackedDocument) => void;
  readonly #queue: PlanQueue;

  constructor(options: {
    readonly analyzers: AnalyzerService;
    readonly databases: DatabaseService;
    readonly errors: ErrorReporter;
    /** Something that is shown of the document is different now. */
    readonly tell: (tracked: TrackedDocument) => void;
  }) {
    this.#analyzers = options.analyzers;
    this.#databases = options.databases;
    this.#errors = options.errors;
    this.#tell = options.tell;
    this.#queue = new PlanQueue({ concurrency: 2, errors: options.errors });
  }

  /** Asks a planner and shows the answer wherever the query stands. */
  async judge(tracked: TrackedDocument, query: TrackedQuery, options: JudgeOptions): Promise<Judgement> {
    const analyzer = await this.#analyzers.analyzer();
    const judgement = await analyzer.judge(query.query, options);
    this.#databases.noteProblem(options.target, judgement.problem);
    if (judgement.problem?.kind !== 'cancelled') {
      for (const other of tracked.queries) {
        if (other.query.site.sql !== query.query.site.sql || other.touched) continue;
        other.judgement =
          other.query === query.query ? judgement : (analyzer.cached(other.query, options.target) ?? judgement);
      }
      this.#tell(tracked);
    }
    return judgement;
  }

  /** As far as one may go unasked: a statement is run only when its text and its functions prove that it just reads. */
  async judgeAutomatically(
    tracked: TrackedDocument,
    query: TrackedQuery,
    work: AutomaticWork,
    signal: AbortSignal,
  ): Promise<Judgement> {
    const readsOnly = query.query.parsed.ok && query.query.parsed.statement.readsOnly;
    const mode = readsOnly ? work.mode : 'estimate';
    const judgement = await this.judge(tracked, query, { target: work.target, mode, signal });
    if (mode === 'estimate' || judgement.problem?.kind !== 'needs-confirmation') return judgement;
    return this.judge(tracked, query, { target: work.target, mode: 'estimate', signal });
  }

  /** Shows what the text says and what is already known, then asks for the rest. */
  async plan(tracked: TrackedDocument, isCurrent: () => boolean): Promise<void> {
    const state = this.#databases.settledOf(tracked.document.uri);
    const analyzer = await this.#analyzers.analyzer();
    if (state?.kind === 'server' || state?.kind === 'embedded') {
      const targets = state.kind === 'server' ? [state.server, state.offline] : [state.target];
      for (const query of tracked.queries) {
        for (const target of targets) query.judgement ??= analyzer.cached(query.query, target);
      }
    }
    this.#tell(tracked);
    this.ask(tracked, isCurrent);
  }

  /** Only what is not known yet. */
  ask(tracked: TrackedDocument, isCurrent: () => boolean): void {
    this.#errors.background('Planning', async () => {
      const work = await this.#databases.automaticWork(tracked.document.uri);
      if (isCurrent()) this.#enqueue(tracked, work);
    });
  }

  #enqueue(tracked: TrackedDocument, work: AutomaticWork | undefined): void {
    const wanted = new Map<string, TrackedQuery>();
    for (const query of work ? queriesToPlan(tracked) : []) wanted.set(jobKey(tracked, query), query);
    this.#queue.cancel((key) => key.startsWith(`${tracked.key}\n`) && !wanted.has(key));
    this.#forgetOutdated(tracked, (query) => wanted.has(jobKey(tracked, query)));
    if (!work) return;
    for (const [key, query] of wanted) {
      this.#queue.add({
        key,
        priority: () => priorityOf(tracked, query),
        run: async (signal) => {
          await this.judgeAutomatically(tracked, query, work, signal);
        },
      });
    }
  }

  /** What is not planned again must not look as if it held. */
  #forgetOutdated(tracked: TrackedDocument, isPlannedAgain: (query: TrackedQuery) => boolean): void {
    const forgotten = tracked.queries.filter((query) => query.outdated && !isPlannedAgain(query));
    for (const query of forgotten) query.outdated = undefined;
    if (forgotten.some((query) => !query.judgement)) this.#tell(tracked);
  }

  /** Nobody needs them any longer. */
  cancel(tracked: TrackedDocument, query?: TrackedQuery): void {
    const wanted = query && jobKey(tracked, query);
    this.#queue.cancel((key) => (wanted === undefined ? key.startsWith(`${tracked.key}\n`) : key === wanted));
  }

  cancelAll(): void {
    this.#queue.cancel(() => true);
  }
}

function jobKey(tracked: TrackedDocument, query: TrackedQuery): string {
  return `${tracked.key}\n${query.query.site.sql}`;
}
