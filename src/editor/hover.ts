import * as vscode from 'vscode';
import { unknownText } from './call-text';
import { abortOn } from './commands';
import type { DatabaseService } from './database-service';
import type { DocumentTracker } from './document-tracker';
import type { ErrorReporter } from './error-reporter';
import type { Feature } from './feature';
import type { GrowthNotes } from './growth-notes';
import { hoverCommands, hoverText } from './hover-text';
import { documentSelector } from './languages';
import { toRange } from './positions';
import type { TrackedDocument, TrackedQuery } from './tracked-document';

/** A hover that takes longer than this is answered with what is known, and the person points again. */
const PATIENCE_MS = 1_500;

/** Verdict, plan and fixes where one points at a query. */
export class QueryHover implements Feature, vscode.HoverProvider {
  readonly #tracker: DocumentTracker;
  readonly #databases: DatabaseService;
  readonly #growth: GrowthNotes;
  readonly #errors: ErrorReporter;

  constructor(options: {
    readonly tracker: DocumentTracker;
    readonly databases: DatabaseService;
    readonly growth: GrowthNotes;
    readonly errors: ErrorReporter;
  }) {
    this.#tracker = options.tracker;
    this.#databases = options.databases;
    this.#growth = options.growth;
    this.#errors = options.errors;
  }

  register(context: vscode.ExtensionContext): void {
    context.subscriptions.push(vscode.languages.registerHoverProvider(documentSelector, this));
  }

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const offset = document.offsetAt(position);
    const tracked = await this.#tracker.ready(document);
    const unknown = tracked?.withoutSqlAt(offset);
    if (unknown)
      return new vscode.Hover(
        new vscode.MarkdownString(unknownText(unknown.call), true),
        toRange(document, unknown.nameRange),
      );
    const query = tracked?.queryAt(offset);
    if (!tracked || !query || token.isCancellationRequested) return undefined;
    const ofCall = tracked.ofCall(query);
    const isAnything = query.isExplainable || query.query.site.call || tracked.findingsOf(query).length > 0;
    if (query.query.parsed.ok && !isAnything) return undefined;
    const waiting = query.judgement || query.touched ? undefined : await this.#waitForPlan(tracked, query, token);
    if (token.isCancellationRequested) return undefined;
    const argument = { uri: document.uri.toString(), offset: query.range.start };
    const findings = tracked.findingsOfCall(query);
    const text = hoverText({ query, ofCall, findings, argument, waiting, growth: this.#growth.noteOf(query) });
    if (text === '') return undefined;
    const markdown = new vscode.MarkdownString(text, true);
    markdown.isTrusted = { enabledCommands: hoverCommands };
    markdown.supportHtml = false;
    return new vscode.Hover(markdown, toRange(document, query.range));
  }

  /** What to say instead of a plan; undefined when the plan is there. */
  async #waitForPlan(
    tracked: TrackedDocument,
    query: TrackedQuery,
    token: vscode.CancellationToken,
  ): Promise<string | undefined> {
    if (!query.isExplainable) return undefined;
    const linked = abortOn(token);
    const asked = this.#ask(tracked, query, linked.signal).catch((error: unknown) => {
      this.#errors.logOnly('Planning for a hover', error);
      return undefined;
    });
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<string>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS, 'Asking the planner… Point again in a moment.');
    });
    try {
      return await Promise.race([asked, patience]);
    } finally {
      clearTimeout(timer);
      linked.dispose();
    }
  }

  async #ask(tracked: TrackedDocument, query: TrackedQuery, signal: AbortSignal): Promise<string | undefined> {
    const work = await this.#databases.automaticWork(tracked.document.uri);
    if (!work) {
      const state = await this.#databases.stateOf(tracked.document.uri);
      if (state.kind === 'none') return state.problem?.message ?? state.reason;
      return state.kind === 'restricted' ? state.reason : 'Not planned yet: choose Explain.';
    }
    await this.#tracker.judgeAutomatically(tracked, query, work, signal);
    return undefined;
  }
}
