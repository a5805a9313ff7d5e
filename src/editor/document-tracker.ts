import * as vscode from 'vscode';
import type { Judgement } from '../analysis/judgement';
import { whyNotRead } from '../code/left-alone';
import type { Target } from '../database/planner';
import type { Finding } from '../nouns/finding';
import type { SourceDocument } from '../nouns/query-site';
import type { AnalyzerService } from './analyzer-service';
import type { CodeIndex, DocumentCalls } from './code-index';
import type { AutomaticWork, DatabaseService } from './database-service';
import type { ErrorReporter } from './error-reporter';
import { isReadable } from './languages';
import { PlanQueue } from './plan-queue';
import { isLong, priorityOf, queriesToPlan } from './queries-to-plan';
import { TrackedCall, TrackedDocument, TrackedFinding, TrackedQuery } from './tracked-document';

/** Typing pauses are longer than this, words are typed faster. */
const PAUSE_MS = 250;
/** Scrolling stops for longer than this where somebody reads. */
const SCROLL_PAUSE_MS = 200;

/** SQL text and its lenses wait so long for the calls of the same document. */
const CALLS_PATIENCE_MS = 300;

const noCalls: DocumentCalls = { sites: [], withoutSql: [] };

export interface JudgeOptions {
  readonly target: Target;
  readonly mode: 'estimate' | 'analyze';
  readonly confirmed?: boolean;
  readonly fresh?: boolean;
  readonly signal?: AbortSignal;
}

/** Reads the open documents as they change, and gets plans for the queries of those that can be seen. */
export class DocumentTracker implements vscode.Disposable {
  readonly #analyzers: AnalyzerService;
  readonly #databases: DatabaseService;
  readonly #code: CodeIndex;
  readonly #errors: ErrorReporter;
  readonly #queue: PlanQueue;
  readonly #documents = new Map<string, TrackedDocument>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #readings = new Map<string, Promise<void>>();
  readonly #changed = new vscode.EventEmitter<TrackedDocument>();
  readonly #closed = new vscode.EventEmitter<TrackedDocument>();

  /** Something that is shown of the document is different now. */
  readonly onDidChange = this.#changed.event;
  readonly onDidClose = this.#closed.event;

  constructor(options: {
    readonly analyzers: AnalyzerService;
    readonly databases: DatabaseService;
    readonly code: CodeIndex;
    readonly errors: ErrorReporter;
  }) {
    this.#analyzers = options.analyzers;
    this.#databases = options.databases;
    this.#code = options.code;
    this.#errors = options.errors;
    this.#queue = new PlanQueue({ concurrency: 2, errors: options.errors });
  }

  register(context: vscode.ExtensionContext): void {
    context.subscriptions.push(
      this,
      vscode.workspace.onDidOpenTextDocument((document) => this.#open(document)),
      vscode.workspace.onDidChangeTextDocument((event) => this.#change(event)),
      vscode.workspace.onDidSaveTextDocument((document) => this.#schedule(document, 0)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#close(document)),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const editor of editors) this.#planSoon(editor.document);
      }),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.#scrolled(textEditor.document)),
      this.#databases.onDidChange(() => this.#planAgain()),
      this.#code.onDidChange(() => this.#readAgain()),
    );
    for (const document of vscode.workspace.textDocuments) this.#open(document);
  }

  get(document: vscode.TextDocument): TrackedDocument | undefined {
    return this.#documents.get(document.uri.toString());
  }

  all(): Iterable<TrackedDocument> {
    return this.#documents.values();
  }

  /** The document as last read; waits for the first reading only. */
  async ready(document: vscode.TextDocument): Promise<TrackedDocument | undefined> {
    if (!isReadable(document) || document.isClosed) return undefined;
    this.#open(document);
    const tracked = this.get(document);
    while (tracked && tracked.readVersion < 0 && this.#readings.has(tracked.key)) {
      await this.#readings.get(tracked.key);
    }
    return tracked;
  }

  /** The document as it is at this moment: a command must not act on the text of 200 ms ago. */
  async upToDate(document: vscode.TextDocument): Promise<TrackedDocument | undefined> {
    const tracked = await this.ready(document);
    // An edit during the reading makes it stale again; somebody who types all the time gets the last one.
    for (let tries = 0; tracked && tracked.readVersion !== document.version && tries < 5; tries++) {
      await this.#read(tracked);
    }
    return tracked;
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
      this.#changed.fire(tracked);
    }
    return judgement;
  }

  /** The same answers with more to them. */
  replace(successors: ReadonlyMap<Judgement, Judgement>): void {
    for (const tracked of this.#documents.values()) {
      let isChanged = false;
      for (const query of tracked.queries) {
        const successor = query.judgement && successors.get(query.judgement);
        if (!successor) continue;
        query.judgement = successor;
        isChanged = true;
      }
      if (isChanged) this.#changed.fire(tracked);
    }
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

  #open(document: vscode.TextDocument): void {
    if (!isReadable(document) || this.#documents.has(document.uri.toString())) return;
    const tracked = new TrackedDocument(document);
    this.#documents.set(tracked.key, tracked);
    this.#errors.background('Reading a document', () => this.#read(tracked));
  }

  #change(event: vscode.TextDocumentChangeEvent): void {
    const tracked = this.get(event.document);
    if (!tracked || event.contentChanges.length === 0) return;
    for (const query of tracked.queries) {
      const before = query.touched;
      for (const change of event.contentChanges) query.apply(change);
      if (query.touched && !before) this.#queue.cancel((key) => key === jobKey(tracked, query));
    }
    for (const anchor of [...tracked.programFindings, ...tracked.withoutSql]) {
      for (const change of event.contentChanges) anchor.apply(change);
    }
    this.#changed.fire(tracked);
    this.#schedule(event.document, Math.max(PAUSE_MS, Math.min(2_000, tracked.readMs * 4)));
  }

  #schedule(document: vscode.TextDocument, afterMs: number): void {
    const tracked = this.get(document);
    if (!tracked) return;
    this.#startTimer(tracked.key, afterMs, () => {
      if (tracked.readVersion !== document.version)
        this.#errors.background('Reading a document', () => this.#read(tracked));
    });
  }

  #scrolled(document: vscode.TextDocument): void {
    const tracked = this.get(document);
    if (!tracked || !isLong(tracked)) return;
    this.#startTimer(scrollKey(tracked), SCROLL_PAUSE_MS, () => {
      const version = tracked.readVersion;
      this.#askPlanner(tracked, () => tracked.readVersion === version);
    });
  }

  #startTimer(key: string, afterMs: number, run: () => void): void {
    this.#stopTimer(key);
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      run();
    }, afterMs);
    this.#timers.set(key, timer);
  }

  #stopTimer(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }

  #close(document: vscode.TextDocument): void {
    const tracked = this.get(document);
    if (!tracked) return;
    this.#stopTimer(tracked.key);
    this.#stopTimer(scrollKey(tracked));
    this.#documents.delete(tracked.key);
    this.#code.close(document);
    this.#queue.cancel((key) => key.startsWith(`${tracked.key}\n`));
    this.#closed.fire(tracked);
  }

  async #read(tracked: TrackedDocument): Promise<void> {
    const reading = this.#readNow(tracked).finally(() => {
      if (this.#readings.get(tracked.key) === reading) this.#readings.delete(tracked.key);
    });
    this.#readings.set(tracked.key, reading);
    await reading;
  }

  async #readNow(tracked: TrackedDocument): Promise<void> {
    const analyzer = await this.#analyzers.analyzer();
    const { document } = tracked;
    const started = performance.now();
    // The first reading is waited for, so it begins anew after an edit; a later one leaves that to the next pause.
    do {
      if (document.isClosed) return;
      const text = document.getText();
      const version = document.version;
      const leftAlone = reasonToLeaveAlone({ languageId: document.languageId, text });
      const isWanted = () => !document.isClosed && document.version === version;
      const source = { uri: tracked.key, languageId: document.languageId, text };
      const previous = tracked.queries.map(({ query }) => query);
      const calls = leftAlone ? noCalls : await this.#calls(tracked, source);
      const reading = leftAlone
        ? { queries: [], leftAlone }
        : await analyzer.readInSlices(source, { isWanted, previous, calls: calls.sites });
      if (!reading || !isWanted()) continue;
      tracked.leftAlone = leftAlone ?? (reading.leftAlone && `This file is left alone: ${reading.leftAlone}.`);
      tracked.readMs = performance.now() - started;
      tracked.queries = reading.queries.map((query) => new TrackedQuery(query));
      tracked.withoutSql = calls.withoutSql.map((call) => new TrackedCall(call));
      tracked.readVersion = version;
      await this.#planDocument(tracked, () => tracked.readVersion === version);
      return;
    } while (tracked.readVersion < 0);
  }

  /**
   * The document's library calls. The program answers in a thread of its own, which may be busy: SQL text does not
   * wait for it, and the document is read again when it has answered.
   */
  async #calls(tracked: TrackedDocument, source: SourceDocument): Promise<DocumentCalls> {
    const asked = this.#code.callsOf(tracked.document, source);
    if (!asked) return noCalls;
    const late = Symbol();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<typeof late>((resolve) => {
      timer = setTimeout(resolve, CALLS_PATIENCE_MS, late);
    });
    const answer = asked.catch((error: unknown) => {
      this.#errors.logOnly('Reading the calls of a document', error);
      return noCalls;
    });
    const first = await Promise.race([answer, patience]);
    clearTimeout(timer);
    if (first !== late) return first;
    const { version } = tracked.document;
    void answer.then(({ sites, withoutSql }) => {
      if (sites.length + withoutSql.length > 0 && tracked.document.version === version) {
        this.#errors.background('Reading a document', () => this.#read(tracked));
      }
    });
    return noCalls;
  }

  /** Shows what the text says and what is already known, then asks for the rest. */
  async #planDocument(tracked: TrackedDocument, isCurrent: () => boolean): Promise<void> {
    const state = this.#databases.settledOf(tracked.document.uri);
    const analyzer = await this.#analyzers.analyzer();
    if (state?.kind === 'server' || state?.kind === 'embedded') {
      const targets = state.kind === 'server' ? [state.server, state.offline] : [state.target];
      for (const query of tracked.queries) {
        for (const target of targets) query.judgement ??= analyzer.cached(query.query, target);
      }
    }
    this.#changed.fire(tracked);
    this.#askPlanner(tracked, isCurrent);
  }

  #askPlanner(tracked: TrackedDocument, isCurrent: () => boolean): void {
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
    if (forgotten.some((query) => !query.judgement)) this.#changed.fire(tracked);
  }

  #planSoon(document: vscode.TextDocument): void {
    const tracked = this.get(document);
    if (!tracked || tracked.readVersion < 0) return;
    const version = tracked.readVersion;
    this.#errors.background('Planning', () => this.#planDocument(tracked, () => tracked.readVersion === version));
  }

  /** The program around the documents changed: their calls may send something else. */
  #readAgain(): void {
    for (const tracked of this.#documents.values()) {
      if (tracked.readVersion >= 0 && this.#code.mayHold(tracked.document)) {
        this.#errors.background('Reading a document', () => this.#read(tracked));
      }
    }
  }

  /** What is said of the programs, by document. */
  setProgramFindings(findings: ReadonlyMap<TrackedDocument, readonly Finding[]>): void {
    for (const [tracked, found] of findings) {
      if (found.length === 0 && tracked.programFindings.length === 0) continue;
      tracked.programFindings = found.map((finding) => new TrackedFinding(finding));
      tracked.programVersion = tracked.document.version;
      this.#changed.fire(tracked);
    }
  }

  #planAgain(): void {
    this.#queue.cancel(() => true);
    for (const tracked of this.#documents.values()) {
      for (const query of tracked.queries) query.outdate();
      this.#planSoon(tracked.document);
    }
  }

  dispose(): void {
    this.#queue.cancel(() => true);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#documents.clear();
    this.#changed.dispose();
    this.#closed.dispose();
  }
}

function jobKey(tracked: TrackedDocument, query: TrackedQuery): string {
  return `${tracked.key}\n${query.query.site.sql}`;
}

function scrollKey(tracked: TrackedDocument): string {
  return `${tracked.key}\nscrolled`;
}

function reasonToLeaveAlone(source: Pick<SourceDocument, 'languageId' | 'text'>): string | undefined {
  const why = whyNotRead(source);
  return why && `This file is left alone: ${why}. Select a statement to explain it.`;
}
