import * as vscode from 'vscode';
import type { ListedQuery } from '../analysis/code/listed-queries';
import type { Finding } from '../nouns/finding';
import { Problem } from '../nouns/problem';
import { formatCounted } from '../plan/format';
import type { AnalyzerService } from './analyzer-service';
import type { CodeIndex } from './code-index';
import { type Commands, withProgress } from './commands';
import type { DatabaseService } from './database-service';
import type { DocumentTracker } from './document-tracker';
import type { ErrorReporter } from './error-reporter';
import type { Feature } from './feature';
import { argumentOf, FileItem, isSlow, type QueryEntry, QueryItem } from './listed-query';
import { isQueryArgument } from './query-argument';
import { QueryPlans } from './query-plans';
import { touches } from './ranges';

type Item = FileItem | QueryItem;

/** The files change in bursts. */
const PAUSE_MS = 800;

/** The view Queries: all queries of the workspace by file or by cost. It asks no planner unless told to. */
export class QueriesView implements Feature, vscode.TreeDataProvider<Item> {
  readonly #code: CodeIndex;
  readonly #tracker: DocumentTracker;
  readonly #commands: Commands;
  readonly #errors: ErrorReporter;
  readonly #plans: QueryPlans;
  readonly #changed = new vscode.EventEmitter<undefined>();
  #view: vscode.TreeView<Item> | undefined;
  #queries: ReadonlyMap<string, readonly ListedQuery[]> = new Map();
  #findings: ReadonlyMap<string, readonly Finding[]> = new Map();
  /** Those that the filter leaves. */
  #listed: readonly QueryEntry[] = [];
  #isByCost = false;
  #filter = '';
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(options: {
    readonly code: CodeIndex;
    readonly tracker: DocumentTracker;
    readonly commands: Commands;
    readonly databases: DatabaseService;
    readonly analyzers: AnalyzerService;
    readonly errors: ErrorReporter;
  }) {
    this.#code = options.code;
    this.#tracker = options.tracker;
    this.#commands = options.commands;
    this.#errors = options.errors;
    this.#plans = new QueryPlans(options);
  }

  register(context: vscode.ExtensionContext): void {
    const view = vscode.window.createTreeView('planlight.queries', { treeDataProvider: this, showCollapseAll: true });
    this.#view = view;
    const register = (id: string, title: string, run: (argument: unknown) => unknown) =>
      this.#commands.register(context, id, title, async (argument) => run(argument));
    register('planlight.openQuery', 'Open Query', (argument) => this.#open(argument));
    register('planlight.explainListed', 'Explain Query', (item) => this.#run('planlight.explainQuery', item));
    register('planlight.showListedSql', 'Show SQL', (item) => this.#run('planlight.showSql', item));
    register('planlight.queriesByCost', 'Queries by Cost', () => this.#order(true));
    register('planlight.queriesByFile', 'Queries by File', () => this.#order(false));
    register('planlight.filterQueries', 'Filter Queries', (words) =>
      typeof words === 'string' ? this.#setFilter(words) : this.#askFilter(),
    );
    register('planlight.clearQueryFilter', 'Clear the Filter', () => this.#setFilter(''));
    register('planlight.refreshQueries', 'Refresh Queries', () => this.#read());
    register('planlight.planQueries', 'Plan All Queries', () => this.#planAll());
    context.subscriptions.push(
      view,
      this.#changed,
      { dispose: () => clearTimeout(this.#timer) },
      this.#code.onDidChange(() => this.#soon()),
      this.#code.onDidFind((findings) => {
        this.#findings = findings;
        this.#show();
      }),
      this.#tracker.onDidChange(() => this.#soon()),
      view.onDidChangeVisibility(({ visible }) => this.#soon(visible ? 0 : PAUSE_MS)),
      vscode.workspace.onDidSaveTextDocument(() => this.#soon()),
    );
  }

  getTreeItem(item: Item): Item {
    return item;
  }

  /** Thousands of tooltips are made one by one, when the mouse rests on them. */
  resolveTreeItem(item: Item): Item {
    if (item instanceof QueryItem) item.explain();
    return item;
  }

  getChildren(item?: Item): Item[] {
    if (item instanceof FileItem) return item.entries.map((entry) => new QueryItem(entry, false));
    if (item) return [];
    const entries = this.#listed;
    if (this.#isByCost) {
      const cost = ({ planned }: QueryEntry) => planned?.ms ?? (planned ? planned.cost / 100 : -1);
      return [...entries].sort((a, b) => cost(b) - cost(a)).map((entry) => new QueryItem(entry, true));
    }
    const byFile = new Map<string, QueryEntry[]>();
    for (const entry of entries) {
      const key = entry.uri.toString();
      const known = byFile.get(key);
      if (known) known.push(entry);
      else byFile.set(key, [entry]);
    }
    return [...byFile.values()].flatMap((found) => (found[0] ? [new FileItem(found[0].uri, found)] : []));
  }

  #entries(): QueryEntry[] {
    const wanted = this.#filter.toLowerCase().split(/\s+/);
    const entries: QueryEntry[] = [];
    for (const [path, queries] of this.#queries) {
      const uri = vscode.Uri.file(path);
      const ofFile = this.#findings.get(path) ?? [];
      const name = vscode.workspace.asRelativePath(uri);
      for (const query of queries) {
        const sql = query.statements.map((statement) => statement.sql).join(' ');
        const text = `${name} ${query.name} ${query.library} ${sql}`.toLowerCase();
        if (!wanted.every((word) => text.includes(word))) continue;
        const planned = this.#plans.of(uri, query);
        const findings = [...ofFile.filter(({ range }) => touches(range, query.range)), ...(planned?.findings ?? [])];
        entries.push({ uri, query, planned, findings });
      }
    }
    return entries;
  }

  #soon(afterMs = PAUSE_MS): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // A view that nobody sees costs nothing; its badge is that of the last time.
      if (this.#view?.visible) this.#errors.background('Listing the queries', () => this.#read());
    }, afterMs);
  }

  async #read(): Promise<void> {
    await vscode.window.withProgress({ location: { viewId: 'planlight.queries' } }, async () => {
      this.#queries = await this.#code.queries();
      this.#show();
      // Until then nobody may say that there are none.
      await vscode.commands.executeCommand('setContext', 'planlight.queriesListed', true);
    });
  }

  #show(): void {
    if (!this.#view) return;
    this.#listed = this.#entries();
    const slow = this.#listed.filter(isSlow).length;
    this.#view.badge =
      slow === 0 ? undefined : { value: slow, tooltip: `${formatCounted(slow, 'query', 'queries')} worth a look` };
    this.#view.description = this.#filter === '' ? undefined : `“${this.#filter}”`;
    this.#changed.fire(undefined);
  }

  #order(isByCost: boolean): void {
    this.#isByCost = isByCost;
    void vscode.commands.executeCommand('setContext', 'planlight.queriesByCost', isByCost);
    this.#show();
  }

  async #askFilter(): Promise<void> {
    const answer = await vscode.window.showInputBox({
      title: 'Filter Queries',
      prompt: 'Words of the file, the call, the library or the SQL',
      value: this.#filter,
    });
    if (answer !== undefined) this.#setFilter(answer.trim());
  }

  #setFilter(filter: string): void {
    this.#filter = filter;
    void vscode.commands.executeCommand('setContext', 'planlight.queriesFiltered', filter !== '');
    this.#show();
  }

  async #open(argument: unknown): Promise<void> {
    if (!isQueryArgument(argument)) return;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(argument.uri, true));
    const at = document.positionAt(argument.offset);
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at), preview: true });
  }

  #run(command: string, item: unknown): Thenable<unknown> {
    if (!(item instanceof QueryItem)) throw new Problem('not-understood', 'Choose a query in the view Queries first.');
    return vscode.commands.executeCommand(command, argumentOf(item.entry));
  }

  async #planAll(): Promise<void> {
    if (this.#queries.size === 0) await this.#read();
    const queries = this.#entries();
    await withProgress(`Planning ${formatCounted(queries.length, 'query', 'queries')}`, (signal, progress) =>
      this.#plans.plan(queries, signal, (message) => progress.report({ message })),
    );
    this.#order(true);
  }
}
