import * as vscode from 'vscode';
import type { FactName } from '../../guide/facts';
import type { MaintenanceTask } from '../../nouns/check';
import type { AnalyzerService } from '../analyzer-service';
import { type Commands, withProgress } from '../commands';
import type { DatabaseService } from '../database-service';
import type { ErrorReporter } from '../error-reporter';
import type { Feature } from '../feature';
import type { CheckPage } from './check-page';
import type { GuideRun, GuideService } from './guide-service';
import { GuideView, type Rows } from './guide-view';

/** What a row's menu, a button of a page or a link hands over. */
interface CheckArgument {
  readonly point?: string;
  readonly check?: string;
}

/** The views of the guide: Checklist, Workload, Indexes, Maintenance. Nothing is read before somebody asks. */
export class GuideViews implements Feature {
  readonly #guide: GuideService;
  readonly #commands: Commands;
  readonly #databases: DatabaseService;
  readonly #analyzers: AnalyzerService;
  readonly #errors: ErrorReporter;
  #page: Promise<CheckPage> | undefined;

  constructor(options: {
    readonly guide: GuideService;
    readonly commands: Commands;
    readonly databases: DatabaseService;
    readonly analyzers: AnalyzerService;
    readonly errors: ErrorReporter;
  }) {
    this.#guide = options.guide;
    this.#commands = options.commands;
    this.#databases = options.databases;
    this.#analyzers = options.analyzers;
    this.#errors = options.errors;
  }

  register(context: vscode.ExtensionContext): void {
    const guide = this.#guide;
    const errors = this.#errors;
    // What a view says before it has rows depends on whether there is a database. Nothing is asked of it.
    const prepare = () => this.#databases.state();
    const view = (id: string, rows: () => Promise<Rows>) => new GuideView({ id, guide, errors, prepare, rows });
    const checklist = new GuideView({
      id: 'planlight.checklist',
      guide,
      errors,
      prepare,
      rows: async () => (await import('./checklist-rows')).checklistRows,
      badge: async ({ points }) => (await import('./checklist-rows')).badgeOf(points),
    });
    const workload = view('planlight.workload', async () => (await import('./workload-rows')).workloadRows);
    const indexes = view('planlight.indexes', async () => (await import('./index-rows')).indexRows);
    const maintenance = view('planlight.maintenance', async () => (await import('./maintenance-rows')).maintenanceRows);
    context.subscriptions.push(
      checklist,
      workload,
      indexes,
      maintenance,
      { dispose: () => void this.#page?.then((page) => page.dispose()) },
      this.#databases.onDidChange(({ kind }) => this.#setContext('planlight.databaseKind', kind)),
    );
    const register = (id: string, title: string, run: (argument: unknown) => Promise<unknown>) =>
      this.#commands.register(context, id, title, run);
    register('planlight.runChecklist', 'Run the Checklist', () => this.#run({}));
    register('planlight.runChecks', 'Check Again', (argument) => this.#run(aboutOf(argument)));
    register('planlight.showCheck', 'Show Details', (argument) => this.#show(aboutOf(argument), context.extensionUri));
    register('planlight.openGuidePage', 'Open a Page of the Guide', async (point) => {
      const { openGuidePage } = await import('./guide-page');
      await openGuidePage(context.extensionUri, point);
    });
    register('planlight.readStatistics', 'Read the Statistics', () => this.#gather(['health', 'code']));
    register('planlight.searchIndexes', 'Search for Missing Indexes', () => this.#gather(['health', 'code', 'advice']));
    register('planlight.orderWorkload', 'Order the Workload', () => chooseOrder(workload));
    register('planlight.filterWorkload', 'Filter the Workload', () =>
      askFilter(workload, 'the statement or its place'),
    );
    register('planlight.filterIndexes', 'Filter the Indexes', () => askFilter(indexes, 'the index or its table'));
    register('planlight.filterMaintenance', 'Filter the Tables', () => askFilter(maintenance, 'the table'));
    const onTable = (id: string, title: string, kind: MaintenanceTask['kind']) =>
      register(id, title, async (item) => (await import('./table-commands')).maintain(kind, item));
    onTable('planlight.vacuumTable', 'Vacuum and Analyze', 'vacuum analyze');
    onTable('planlight.analyzeTable', 'Analyze', 'analyze');
    onTable('planlight.reindexTable', 'Reindex Concurrently', 'reindex');
    onTable('planlight.dropIndex', 'Drop Index Concurrently', 'drop index');
    register('planlight.queriesOfTable', 'Show Queries of the Table', async (item) =>
      (await import('./table-commands')).showQueriesOfTable(item),
    );
    register('planlight.explainStatement', 'Explain Statement', async (item) =>
      (await import('./table-commands')).explainStatement(item),
    );
    register('planlight.adviseStatement', 'Advise on the Statement', async (item) => {
      const { adviseStatement } = await import('./advise-statement');
      const statement = await adviseStatement(item, { guide, databases: this.#databases, analyzers: this.#analyzers });
      await (await this.#checkPage(context.extensionUri)).show({ statement });
    });
    register('planlight.openStatement', 'Open the Statement', async (argument) =>
      (await import('./table-commands')).openStatement(argument),
    );
  }

  async #run({ point, check }: CheckArgument): Promise<void> {
    await this.#withProgress('Going through the checklist', (run) =>
      this.#guide.run(run, (one) =>
        check === undefined ? point === undefined || one.point === point : one.id === check,
      ),
    );
  }

  async #show({ point, check }: CheckArgument, extensionUri: vscode.Uri): Promise<void> {
    // A link may name one that was not asked yet: it is, then.
    if (check !== undefined && !this.#guide.check(check)) await this.#run({ check });
    const page = await this.#checkPage(extensionUri);
    if (check !== undefined) await page.show({ check });
    else if (point !== undefined) await page.show({ point });
  }

  #checkPage(extensionUri: vscode.Uri): Promise<CheckPage> {
    this.#page ??= import('./check-page').then(({ CheckPage }) => new CheckPage(this.#guide, extensionUri));
    return this.#page;
  }

  async #gather(names: readonly FactName[]): Promise<void> {
    await this.#withProgress('Reading the statistics', (run) => this.#guide.gather(run, names));
  }

  async #withProgress(title: string, work: (run: GuideRun) => Promise<void>): Promise<void> {
    await withProgress(title, (signal, progress) =>
      work({ signal, onProgress: (message) => progress.report({ message }) }),
    );
  }

  #setContext(key: string, value: unknown): void {
    this.#errors.background('A context key', async () => {
      await vscode.commands.executeCommand('setContext', key, value);
    });
  }
}

async function chooseOrder(view: GuideView): Promise<void> {
  const { orders } = await import('./workload-rows');
  const answer = await vscode.window.showQuickPick(orders, {
    title: 'Order the Workload',
    placeHolder: 'The most first',
  });
  if (answer) view.setOrder(answer.order);
}

async function askFilter(view: GuideView, of: string): Promise<void> {
  const answer = await vscode.window.showInputBox({
    title: 'Filter',
    prompt: `Words of ${of}; nothing shows all`,
    value: view.filter,
  });
  if (answer !== undefined) view.setFilter(answer);
}

/** Of a row, or as a link has it. */
export function aboutOf(argument: unknown): CheckArgument {
  const about = (argument as { about?: unknown } | undefined)?.about ?? argument;
  const { point, check } = (about ?? {}) as CheckArgument;
  return { point, check };
}
