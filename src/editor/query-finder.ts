import * as vscode from 'vscode';
import { Problem } from '../nouns/problem';
import type { AnalyzerService } from './analyzer-service';
import type { DocumentTracker } from './document-tracker';
import { isReadable } from './languages';
import { isQueryArgument } from './query-argument';
import { TrackedDocument, TrackedQuery } from './tracked-document';

export interface FoundQuery {
  readonly tracked: TrackedDocument;
  readonly query: TrackedQuery;
}

/** Which query a command is about: the one a link names, the selection, or the one at the cursor. */
export class QueryFinder {
  readonly #tracker: DocumentTracker;
  readonly #analyzers: AnalyzerService;
  /** The last selection that was taken as a statement, for the plan view's buttons: nothing else knows it as a query. */
  #lastSelected: (FoundQuery & { readonly version: number }) | undefined;

  constructor(tracker: DocumentTracker, analyzers: AnalyzerService) {
    this.#tracker = tracker;
    this.#analyzers = analyzers;
  }

  async find(argument: unknown): Promise<FoundQuery> {
    if (isQueryArgument(argument)) {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(argument.uri, true));
      const found = await this.#at(document, argument.offset);
      const part = argument.part && found.tracked.ofCall(found.query)[argument.part - 1];
      return part ? { ...found, query: part } : found;
    }
    const editor = vscode.window.activeTextEditor;
    if (!editor) throw new Problem('not-understood', 'Open a file and put the cursor into a query first.');
    const { document, selection } = editor;
    if (!selection.isEmpty) {
      const found = await this.#selected(document, selection);
      if (found) return found;
    }
    return this.#at(document, document.offsetAt(selection.active));
  }

  async #at(document: vscode.TextDocument, offset: number): Promise<FoundQuery> {
    const tracked = isReadable(document) ? await this.#tracker.upToDate(document) : undefined;
    const query = tracked?.queryAt(offset);
    const last = this.#lastSelected;
    if (!query && last && last.tracked.document === document && last.version === document.version) {
      if (last.tracked.queryAt(offset)) return last;
    }
    if (tracked?.leftAlone) throw new Problem('unsupported', tracked.leftAlone);
    const call = query
      ? undefined
      : tracked?.withoutSql.find(({ range }) => range.start <= offset && offset <= range.end);
    if (call) {
      throw new Problem('not-understood', `What this call sends is not known. ${call.call.notes.join(' ')}`);
    }
    if (!tracked || !query) throw new Problem('not-understood', 'There is no query at the cursor.');
    return { tracked, query };
  }

  /** A query inside the selection or around it; in any text at all, else, the selection itself as one statement. */
  async #selected(document: vscode.TextDocument, selection: vscode.Selection): Promise<FoundQuery | undefined> {
    const start = document.offsetAt(selection.start);
    const end = document.offsetAt(selection.end);
    const tracked = isReadable(document) ? await this.#tracker.upToDate(document) : undefined;
    const inside = tracked?.queries.filter(({ range }) => start <= range.end && range.start <= end) ?? [];
    if (tracked && inside.length === 1 && inside[0]) return { tracked, query: inside[0] };
    if (inside.length > 1) {
      throw new Problem('not-understood', `${inside.length} queries are selected; select one, or use Explain File.`);
    }
    const analyzer = await this.#analyzers.analyzer();
    const text = document.getText(selection);
    const { queries } = analyzer.read({ uri: document.uri.toString(), languageId: 'sql', text });
    const [query] = queries;
    if (!query) return undefined;
    if (queries.length > 1) throw new Problem('not-understood', `${queries.length} queries are selected; select one.`);
    if (!query.parsed.ok) {
      throw new Problem('syntax', `The selection is no SQL statement: ${query.parsed.problem.message}.`);
    }
    const own = new TrackedDocument(document);
    const found = new TrackedQuery(query);
    found.range = { start: start + found.range.start, end: start + found.range.end };
    found.delta = start;
    own.queries = [found];
    this.#lastSelected = { tracked: own, query: found, version: document.version };
    return this.#lastSelected;
  }
}
