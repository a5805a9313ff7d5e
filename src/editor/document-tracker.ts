import * as vscode from 'vscode';
import type { Judgement } from '../analysis/judgement';
import { whyNotRead } from '../code/left-alone';
import type { Finding } from '../nouns/finding';
import type { SourceDocument } from '../nouns/query-site';
import type { AnalyzerService } from './analyzer-service';
import { CallsOfDocuments, noCalls } from './calls-of-documents';
import type { CodeIndex } from './code-index';
import type { AutomaticWork, DatabaseService } from './database-service';
import { DocumentPlanner, type JudgeOptions } from './document-planner';
import type { ErrorReporter } from './error-reporter';
import { isReadable } from './languages';
import { isLong } from './queries-to-plan';
import { TrackedCall, TrackedDocument, TrackedFinding, TrackedQuery } from './tracked-document';

/** Typing pauses are longer than this, words are typed faster. */
const PAUSE_MS = 250;
/** Scrolling stops for longer than this where somebody reads. */
const SCROLL_PAUSE_MS = 200;

/** Reads the open documents as they change, and gets plans for the queries of those that can be seen. */
export class DocumentTracker implements vscode.Disposable {
  readonly #analyzers: AnalyzerService;
  readonly #databases: DatabaseService;
  readonly #code: CodeIndex;
  readonly #errors: ErrorReporter;
  readonly #calls: CallsOfDocuments;
  readonly #planner: DocumentPlanner;
  readonly #documents = new Map<string, TrackedDocument>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #readings = new Map<string, Promise<void>>();
  /** Counts the changes of the program around the documents: what is read during one begins anew. */
  #program = 0;
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
    this.#calls = new CallsOfDocuments(options);
    this.#planner = new DocumentPlanner({ ...options, tell: (tracked) => this.#changed.fire(tracked) });
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
      await (this.#readings.get(tracked.key) ?? this.#read(tracked));
    }
    return tracked;
  }

  /** Asks a planner and shows the answer wherever the query stands. */
  judge(tracked: TrackedDocument, query: TrackedQuery, options: JudgeOptions): Promise<Judgement> {
    return this.#planner.judge(tracked, query, options);
  }

  /** As far as one may go unasked. */
  judgeAutomatically(
    tracked: TrackedDocument,
    query: TrackedQuery,
    work: AutomaticWork,
    signal: AbortSignal,
  ): Promise<Judgement> {
    return this.#planner.judgeAutomatically(tracked, query, work, signal);
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
      if (query.touched && !before) this.#planner.cancel(tracked, query);
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
      this.#planner.ask(tracked, () => tracked.readVersion === version);
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
    this.#planner.cancel(tracked);
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
    let isStale: boolean;
    // The first reading is waited for, so it begins anew after an edit; a later one leaves that to the next pause.
    do {
      if (document.isClosed) return;
      const program = this.#program;
      const text = document.getText();
      const version = document.version;
      const leftAlone = reasonToLeaveAlone({ languageId: document.languageId, text });
      const isWanted = () => !document.isClosed && document.version === version;
      const source = { uri: tracked.key, languageId: document.languageId, text };
      const previous = tracked.queries.map(({ query }) => query);
      const calls = leftAlone ? noCalls : await this.#calls.of(tracked, source, () => this.#readLate(tracked));
      const reading = leftAlone
        ? { queries: [], leftAlone }
        : await analyzer.readInSlices(source, { isWanted, previous, calls: calls.sites });
      isStale = program !== this.#program;
      if (!reading || !isWanted() || isStale) continue;
      tracked.leftAlone = leftAlone ?? (reading.leftAlone && `This file is left alone: ${reading.leftAlone}.`);
      tracked.readMs = performance.now() - started;
      tracked.queries = reading.queries.map((query) => new TrackedQuery(query));
      tracked.withoutSql = calls.withoutSql.map((call) => new TrackedCall(call));
      tracked.readVersion = version;
      await this.#planner.plan(tracked, () => tracked.readVersion === version);
      return;
    } while (tracked.readVersion < 0 || isStale);
  }

  /** The calls of the text that was read came after it. */
  #readLate(tracked: TrackedDocument): void {
    if (!tracked.document.isClosed) this.#errors.background('Reading a document', () => this.#read(tracked));
  }

  #planSoon(document: vscode.TextDocument): void {
    const tracked = this.get(document);
    if (!tracked || tracked.readVersion < 0) return;
    const version = tracked.readVersion;
    this.#errors.background('Planning', () => this.#planner.plan(tracked, () => tracked.readVersion === version));
  }

  /** The program around the documents changed: their calls may send something else. */
  #readAgain(): void {
    this.#program++;
    this.#calls.forget();
    for (const tracked of this.#documents.values()) {
      if (tracked.readVersion >= 0 && this.#code.mayHold(tracked.document)) {
        this.#errors.background('Reading a document', () => this.#read(tracked));
      }
    }
  }

  /** What is said of the programs, by document. */
  setProgramFindings(findings: ReadonlyMap<TrackedDocument, readonly Finding[]>): void {
    for (const [tracked, found] of findings) {
      // Also where nothing is said: findings of other documents may have edits here.
      tracked.programVersion = tracked.document.version;
      if (found.length === 0 && tracked.programFindings.length === 0) continue;
      tracked.programFindings = found.map((finding) => new TrackedFinding(finding));
      this.#changed.fire(tracked);
    }
  }

  #planAgain(): void {
    this.#planner.cancelAll();
    for (const tracked of this.#documents.values()) {
      for (const query of tracked.queries) query.outdate();
      this.#planSoon(tracked.document);
    }
  }

  dispose(): void {
    this.#planner.cancelAll();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#documents.clear();
    this.#changed.dispose();
    this.#closed.dispose();
  }
}

function scrollKey(tracked: TrackedDocument): string {
  return `${tracked.key}\nscrolled`;
}

function reasonToLeaveAlone(source: Pick<SourceDocument, 'languageId' | 'text'>): string | undefined {
  const why = whyNotRead(source);
  return why && `This file is left alone: ${why}. Select a statement to explain it.`;
}
