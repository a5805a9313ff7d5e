import * as vscode from 'vscode';
import type { DatabaseService } from './database-service';
import type { DocumentTracker } from './document-tracker';
import type { Feature } from './feature';
import { documentSelector } from './languages';
import { lensTitle } from './lens-title';
import type { ProductionCalls } from './production-calls';
import type { QueryArgument } from './query-argument';
import type { Settings } from './settings';
import type { TrackedDocument, TrackedQuery } from './tracked-document';

/** Many answers in a row redraw the lenses once; thousands of lenses less often, since all of them go to the window. */
const TOGETHER_MS = 60;
const MS_PER_LENS = 0.1;

class QueryLens extends vscode.CodeLens {
  readonly tracked: TrackedDocument;
  readonly query: TrackedQuery;
  readonly argument: QueryArgument;

  constructor(range: vscode.Range, tracked: TrackedDocument, query: TrackedQuery) {
    super(range);
    this.tracked = tracked;
    this.query = query;
    this.argument = { uri: tracked.key, offset: query.range.start };
  }
}

/**
 * One line above each query: `Explain · 412 ms · Seq Scan on posts · 1 fix`. The lines are there from the first answer
 * on and only their titles change, so that the text does not jump.
 */
export class QueryCodeLens implements Feature, vscode.CodeLensProvider<vscode.CodeLens> {
  readonly #tracker: DocumentTracker;
  readonly #databases: DatabaseService;
  readonly #settings: Settings;
  readonly #production: ProductionCalls;
  readonly #changed = new vscode.EventEmitter<void>();
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(tracker: DocumentTracker, databases: DatabaseService, settings: Settings, production: ProductionCalls) {
    this.#tracker = tracker;
    this.#databases = databases;
    this.#settings = settings;
    this.#production = production;
  }

  register(context: vscode.ExtensionContext): void {
    context.subscriptions.push(
      this.#changed,
      { dispose: () => clearTimeout(this.#timer) },
      vscode.languages.registerCodeLensProvider(documentSelector, this),
      this.#tracker.onDidChange((tracked) => this.#soon(tracked.queries.length)),
      this.#databases.onDidChange(() => this.#soon()),
      this.#production.onDidChange(() => this.#soon()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('planlight.codeLens.enabled')) this.#changed.fire();
      }),
    );
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!this.#settings.codeLensEnabled) return [];
    const tracked = await this.#tracker.ready(document);
    if (!tracked) return [];
    if (tracked.leftAlone) return [leftAloneLens(tracked.leftAlone)];
    return [...tracked.heads()].filter(hasLens).map((query) => lensOf(tracked, query));
  }

  resolveCodeLens(lens: vscode.CodeLens): vscode.CodeLens {
    if (!(lens instanceof QueryLens)) return lens;
    const { tracked, query, argument } = lens;
    // Until it is planned again, so that a change in the database changes the title once and not twice.
    const outdated = query.judgement ? undefined : query.outdated;
    const title = lensTitle({
      findings: query.touched ? [] : (outdated?.findings ?? tracked.findingsOf(query)),
      statements: query.query.site.call?.statements,
      judgement: query.judgement ?? outdated,
      touched: query.touched,
      broken: !query.query.parsed.ok,
      missing: this.#missing(tracked.document.uri),
      calls: this.#calls(tracked, query),
    });
    lens.command = { title, command: 'planlight.explainQuery', tooltip: 'Explain this query', arguments: [argument] };
    return lens;
  }

  /** Of the statement itself, or of the form of its call that the server ran. */
  #calls(tracked: TrackedDocument, query: TrackedQuery): string | undefined {
    const statements = tracked
      .statementsOf(query)
      .flatMap(({ query: { parsed } }) => (parsed.ok ? parsed.statement : []));
    return this.#production.of(statements, tracked.document.uri);
  }

  #missing(resource: vscode.Uri): string | undefined {
    const state = this.#databases.settledOf(resource);
    if (state?.kind === 'none') return state.reason;
    // A virtual workspace is restricted too, and trusting it changes nothing.
    return state?.kind === 'restricted' && !vscode.workspace.isTrusted ? 'trust the workspace to see more' : undefined;
  }

  #soon(lenses = 0): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#changed.fire();
      },
      Math.max(TOGETHER_MS, lenses * MS_PER_LENS),
    );
  }
}

/** Broken statements keep their lens: most are broken only while somebody types. */
function hasLens(query: TrackedQuery): boolean {
  return !query.query.parsed.ok || query.isExplainable;
}

function lensOf(tracked: TrackedDocument, query: TrackedQuery): QueryLens {
  const { document } = tracked;
  const start = document.positionAt(query.range.start);
  const line = new vscode.Range(start, start);
  return new QueryLens(line, tracked, query);
}

function leftAloneLens(reason: string): vscode.CodeLens {
  return new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title: `Planlight · ${reason}`, command: '' });
}
