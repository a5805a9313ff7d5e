import * as vscode from 'vscode';
import { explainableStatement, whyNotExplainable } from '../analysis/explainable';
import type { Judgement } from '../analysis/judgement';
import type { Server } from '../database/server';
import { terminated, textToCopy } from '../fixes/fix-statements';
import { indexBelowQuery } from '../fixes/index-below-query';
import type { Finding } from '../nouns/finding';
import type { IndexFix, StatementFix } from '../nouns/fix';
import type { Plan } from '../nouns/plan';
import { Problem } from '../nouns/problem';
import { describeNode } from '../plan/describe-node';
import { scanOfTable, tellingNode } from '../plan/telling-node';
import { type Commands, withProgress } from './commands';
import type { DatabaseService } from './database-service';
import { databaseName } from './database-state';
import type { DocumentTracker } from './document-tracker';
import type { Feature } from './feature';
import { writeMigration } from './migration-file';
import { planSummary } from './plan-page';
import type { PlanViews } from './plan-views';
import { toRange } from './positions';
import { type IndexPlanArgument, isIndexPlanArgument } from './query-argument';
import type { QueryFinder } from './query-finder';
import { type OnProgress, workOnServer } from './server-work';
import type { TrackedDocument, TrackedQuery } from './tracked-document';
import { runnable, verifyQuestion } from './verify-question';

/** An index to create because of a query. */
export interface FixTask {
  readonly tracked: TrackedDocument;
  readonly query: TrackedQuery;
  readonly finding: Finding;
  readonly fix: IndexFix;
}

/** What the quick fixes do. */
export class FixCommands implements Feature {
  readonly #commands: Commands;
  readonly #databases: DatabaseService;
  readonly #tracker: DocumentTracker;
  readonly #views: PlanViews;
  readonly #finder: QueryFinder;

  constructor(options: {
    readonly commands: Commands;
    readonly databases: DatabaseService;
    readonly tracker: DocumentTracker;
    readonly views: PlanViews;
    readonly finder: QueryFinder;
  }) {
    this.#commands = options.commands;
    this.#databases = options.databases;
    this.#tracker = options.tracker;
    this.#views = options.views;
    this.#finder = options.finder;
  }

  register(context: vscode.ExtensionContext): void {
    const register = (id: string, title: string, run: (argument: unknown) => Promise<unknown>) =>
      this.#commands.register(context, id, title, run);
    register('planlight.runIndex', 'Create Index', (task) => this.#runIndex(task as FixTask));
    register('planlight.verifyIndex', 'Create and Measure Index', (task) => this.#verifyIndex(task as FixTask));
    register('planlight.showIndexPlan', 'Show Plan with Index', (task) => this.#showPlan(task));
    register('planlight.insertIndex', 'Insert Index', (task) => insertBelow(task as FixTask));
    register('planlight.writeMigration', 'New Migration', (task) => newMigration(task as FixTask));
    register('planlight.tellNote', 'Note of a Fix', async (note) => {
      if (typeof note === 'string') void vscode.window.showInformationMessage(`Planlight: ${note}`);
    });
    register('planlight.copyFix', 'Copy Statement', (fix) => copy(fix as IndexFix | StatementFix));
  }

  async #runIndex({ tracked, query, fix }: FixTask): Promise<void> {
    const { uri } = tracked.document;
    const state = await this.#databases.stateOf(uri);
    if (state.kind !== 'server') throw new Problem('no-database', 'No database is in use to create the index on.');
    const answer = await vscode.window.showWarningMessage(
      `Create this index on ${databaseName(state.profile)}?`,
      { modal: true, detail: `${runnable([fix])}\n\nThe table can be read and written meanwhile.` },
      'Create Index',
    );
    if (answer !== 'Create Index') return;
    const before = query.judgement;
    if (!(await this.#build(state.server, fix, uri))) return;
    const change = await this.#compare(tracked, query, fix.index.table, before);
    void vscode.window.showInformationMessage(`Planlight: the index is there. ${change}.`);
  }

  async #verifyIndex(task: FixTask): Promise<void> {
    const { tracked, query, fix } = task;
    const { uri } = tracked.document;
    const state = await this.#databases.stateOf(uri);
    if (state.kind !== 'server') throw new Problem('no-database', 'No database is in use to create the index on.');
    const fixes = fixesWith(task);
    const statement = explainableStatement(query.query);
    if (!statement) throw new Problem('unsupported', whyNotExplainable(query.query));
    const { message, detail } = verifyQuestion(fixes, statement, databaseName(state.profile));
    const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, 'Create and Measure');
    if (answer !== 'Create and Measure') return;
    const before = query.judgement;
    const values = fix.proof.values ?? before?.explained?.values;
    const result = await this.#cancellable(`Measuring ${fix.index.name}`, uri, (signal, onProgress) =>
      state.server.verifyIndex({ fixes, statement, values, signal, onProgress }),
    );
    if (result === undefined) return;
    if (result.kept.length > 0) await this.#compare(tracked, query, fix.index.table, before);
    void vscode.window.showInformationMessage(`Planlight: ${result.sentence}`);
  }

  /** From a quick fix, or from the link in a hover. */
  async #showPlan(argument: unknown): Promise<void> {
    const task = isIndexPlanArgument(argument) ? await this.#find(argument) : (argument as FixTask);
    const { tracked, query, fix } = task;
    if (!query.judgement) throw new Problem('unsupported', 'The query has changed: its plan is no longer known.');
    await this.#views.show({ tracked, query }, query.judgement, { tried: fix });
  }

  async #find(argument: IndexPlanArgument): Promise<Pick<FixTask, 'tracked' | 'query' | 'fix'>> {
    const found = await this.#finder.find(argument);
    const fixes = found.query.findings.flatMap((finding) => finding.fixes);
    const fix = fixes.find((one): one is IndexFix => one.kind === 'index' && one.index.name === argument.index);
    if (!fix) throw new Problem('unsupported', 'The query has changed: this index is no longer proposed for it.');
    return { ...found, fix };
  }

  /** False: the person cancelled it. */
  async #build(server: Server, fix: IndexFix, resource: vscode.Uri): Promise<boolean> {
    const built = await this.#cancellable(`Creating ${fix.index.name}`, resource, async (signal, onProgress) => {
      await server.createIndex(fix, { signal, onProgress });
      return true;
    });
    return built === true;
  }

  #cancellable<T>(
    title: string,
    resource: vscode.Uri,
    work: (signal: AbortSignal, onProgress: OnProgress) => Promise<T>,
  ): Promise<T | undefined> {
    const ifCancelled = 'no unfinished index was left behind';
    return workOnServer(this.#databases, { title, ifCancelled, resource }, work);
  }

  /** The same question to the same planner, now that the index is there. Gives the change: `Seq Scan on posts, 412 ms → …` */
  async #compare(
    tracked: TrackedDocument,
    query: TrackedQuery,
    table: string,
    before: Judgement | undefined,
  ): Promise<string> {
    const target = await this.#databases.explicitTarget(tracked.document.uri);
    const current = tracked.queries.find((other) => other.query.site.sql === query.query.site.sql) ?? query;
    const beforePlan = before?.explained?.plan;
    const mode = beforePlan?.source === 'analyze' ? 'analyze' : 'estimate';
    const after = await withProgress('Explaining the query again', (signal) =>
      this.#tracker.judge(tracked, current, { target, mode, signal }),
    );
    const afterPlan = after.explained?.plan;
    if (!afterPlan)
      throw after.problem ?? new Problem('server', 'The index is there, but the query could not be explained.');
    const comparable = beforePlan && beforePlan.source !== 'what-if' ? beforePlan : undefined;
    await this.#views.show({ tracked, query: current }, after, comparable && { before: comparable });
    const now = inShort(afterPlan, table);
    return comparable ? `${inShort(comparable, table)} → ${now}` : now;
  }
}

/** `Seq Scan on posts, 412 ms, cost 5,013`: how the table with the index is read, whatever else there is. */
function inShort(plan: Plan, table: string): string {
  return `${describeNode(scanOfTable(plan, table) ?? tellingNode(plan))}, ${planSummary(plan)}`;
}

/**
 * With the other indexes of the finding, which were proved together with it, and those of the steps before, which it
 * counts on.
 */
function fixesWith({ query, finding, fix }: FixTask): readonly [IndexFix, ...IndexFix[]] {
  const together = finding.fixes.filter((one): one is IndexFix => one.kind === 'index');
  const all = query.judgement?.planning?.indexes ?? [];
  const first = all.findIndex((one) => together.includes(one));
  const [head, ...rest] = [...all.slice(0, Math.max(0, first)), ...together].filter((one) => !one.foreignKey);
  return head ? [head, ...rest] : [fix];
}

async function insertBelow({ tracked: { document }, query, fix }: FixTask): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of indexBelowQuery(fix, document.getText(), query.range).edits) {
    edit.replace(document.uri, toRange(document, range), newText);
  }
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new Problem('unsupported', 'The editor did not accept the change; is the file read-only?');
  }
}

async function newMigration({ tracked, fix }: FixTask): Promise<void> {
  const folder = vscode.workspace.getWorkspaceFolder(tracked.document.uri) ?? vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Problem('unsupported', 'Open a folder first: a migration needs a place to go.');
  for (const document of await writeMigration(folder, fix, tracked.document.uri)) {
    await vscode.window.showTextDocument(document, { preview: false });
  }
}

async function copy(fix: IndexFix | StatementFix): Promise<void> {
  const text = fix.kind === 'index' ? textToCopy(fix) : `${terminated(fix.sql)}\n`;
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage('Planlight: statement copied', 3_000);
}
