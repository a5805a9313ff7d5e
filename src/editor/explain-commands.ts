import * as vscode from 'vscode';
import { Problem } from '../nouns/problem';
import { formatCounted } from '../plan/format';
import { planText } from '../plan/plan-text';
import { statementItem } from './call-text';
import { type Commands, withProgress } from './commands';
import type { DatabaseService } from './database-service';
import type { DocumentTracker } from './document-tracker';
import type { Feature } from './feature';
import { countFixes } from './lens-title';
import type { PlanViews } from './plan-views';
import { isQueryArgument } from './query-argument';
import type { QueryExplainer } from './query-explainer';
import type { FoundQuery, QueryFinder } from './query-finder';

/** Explain Query, Explain Analyze Query, Open Plan, Explain File, and the hover's Copy. */
export class ExplainCommands implements Feature {
  readonly #commands: Commands;
  readonly #finder: QueryFinder;
  readonly #explainer: QueryExplainer;
  readonly #views: PlanViews;
  readonly #tracker: DocumentTracker;
  readonly #databases: DatabaseService;

  constructor(options: {
    readonly commands: Commands;
    readonly finder: QueryFinder;
    readonly explainer: QueryExplainer;
    readonly views: PlanViews;
    readonly tracker: DocumentTracker;
    readonly databases: DatabaseService;
  }) {
    this.#commands = options.commands;
    this.#finder = options.finder;
    this.#explainer = options.explainer;
    this.#views = options.views;
    this.#tracker = options.tracker;
    this.#databases = options.databases;
  }

  register(context: vscode.ExtensionContext): void {
    const register = (id: string, title: string, run: (argument: unknown) => Promise<unknown>) =>
      this.#commands.register(context, id, title, run);
    register('planlight.explainQuery', 'Explain Query', (argument) => this.#explain(argument, 'estimate'));
    register('planlight.explainAnalyzeQuery', 'Explain Analyze Query', (argument) =>
      this.#explain(argument, 'analyze'),
    );
    register('planlight.openPlan', 'Open Plan', (argument) => this.#openPlan(argument));
    register('planlight.explainFile', 'Explain File', () => this.#explainFile());
    register('planlight.copyPlan', 'Copy Plan', (argument) => this.#copy(argument));
  }

  async #explain(argument: unknown, mode: 'estimate' | 'analyze'): Promise<void> {
    const found = await this.#one(await this.#finder.find(argument), argument);
    if (!found) return;
    const title = mode === 'analyze' ? 'Running and measuring the query' : 'Explaining the query';
    const judgement = await withProgress(title, (signal) => this.#explainer.explain(found, mode, signal));
    if (judgement) await this.#views.show(found, judgement);
  }

  /** Of the statements that a call sends the dearest; the one that a person picks while nothing is known of them. */
  async #one(found: FoundQuery, argument: unknown): Promise<FoundQuery | undefined> {
    const ofCall = found.tracked.ofCall(found.query);
    const isNamed = isQueryArgument(argument) && argument.part !== undefined;
    if (isNamed || ofCall.length === 1 || ofCall.some(({ judgement }) => judgement?.explained)) return found;
    const items = ofCall.filter((query) => query.isExplainable).map((query) => statementItem(query));
    if (items.length < 2) return found;
    const title = 'Which of the statements that this call sends?';
    const picked = await vscode.window.showQuickPick(items, { title, matchOnDetail: true });
    return picked && { ...found, query: picked.query };
  }

  async #openPlan(argument: unknown): Promise<void> {
    const found = await this.#finder.find(argument);
    const known = found.query.touched ? undefined : found.query.judgement;
    if (known?.explained) await this.#views.show(found, known);
    else await this.#explain(argument, 'estimate');
  }

  async #explainFile(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const tracked = document && (await this.#tracker.upToDate(document));
    if (!tracked) throw new Problem('not-understood', 'Open a file that holds queries first.');
    if (tracked.leftAlone) throw new Problem('unsupported', tracked.leftAlone);
    const queries = tracked.queries.filter((query) => query.isExplainable);
    const target = await this.#databases.explicitTarget(document.uri);
    let failed = 0;
    await withProgress(`Explaining ${formatCounted(queries.length, 'query', 'queries')}`, async (signal, progress) => {
      for (const [index, query] of queries.entries()) {
        signal.throwIfAborted();
        progress.report({ message: `${index + 1} of ${queries.length}`, increment: 100 / queries.length });
        if (query.judgement?.explained?.plan.source === 'analyze') continue;
        const judgement = await this.#databases.withPassword(async () => {
          const answer = await this.#tracker.judge(tracked, query, { target, mode: 'estimate', signal });
          if (answer.problem?.kind === 'authentication' || answer.problem?.kind === 'unreachable') throw answer.problem;
          return answer;
        }, document.uri);
        if (judgement.problem) failed++;
      }
    });
    const findings = tracked.queries.flatMap((query) => query.findings);
    const parts = [
      formatCounted(queries.length, 'query', 'queries'),
      formatCounted(findings.length, 'finding'),
      formatCounted(countFixes(findings), 'fix', 'fixes'),
    ];
    if (failed > 0) parts.push(`${failed} without a plan`);
    void vscode.window.showInformationMessage(`Planlight: ${parts.join(', ')}.`);
    if (findings.length > 0) await vscode.commands.executeCommand('workbench.actions.view.problems');
  }

  async #copy(argument: unknown): Promise<void> {
    const { query } = await this.#finder.find(argument);
    const plan = query.judgement?.explained?.plan;
    const lines = [query.query.site.sql];
    if (plan) lines.push('', planText(plan, { maxLines: 2_000 }));
    await vscode.env.clipboard.writeText(`${lines.join('\n')}\n`);
    vscode.window.setStatusBarMessage('Planlight: query and plan copied', 3_000);
  }
}
