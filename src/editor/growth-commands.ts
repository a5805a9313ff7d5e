import * as vscode from 'vscode';
import { whyNotExplainable } from '../analysis/explainable';
import { Problem } from '../nouns/problem';
import type { AnalyzerService } from './analyzer-service';
import { type Commands, withProgress } from './commands';
import type { DatabaseService } from './database-service';
import type { Feature } from './feature';
import type { FoundQuery, QueryFinder } from './query-finder';
import { TextPages } from './text-pages';

const FACTORS = [10, 100, 1_000];

/** Show How This Query Grows: a page of text beside the query. */
export class GrowthCommands implements Feature {
  readonly #commands: Commands;
  readonly #databases: DatabaseService;
  readonly #analyzers: AnalyzerService;
  readonly #finder: QueryFinder;
  readonly #pages = new TextPages('planlight-growth');

  constructor(options: {
    readonly commands: Commands;
    readonly databases: DatabaseService;
    readonly analyzers: AnalyzerService;
    readonly finder: QueryFinder;
  }) {
    this.#commands = options.commands;
    this.#databases = options.databases;
    this.#analyzers = options.analyzers;
    this.#finder = options.finder;
  }

  register(context: vscode.ExtensionContext): void {
    this.#pages.register(context);
    this.#commands.register(context, 'planlight.showGrowth', 'Show How This Query Grows', (argument) =>
      this.#show(argument),
    );
  }

  async #show(argument: unknown): Promise<void> {
    const found = await this.#finder.find(argument);
    const text = await withProgress('Planning the query with larger tables', (signal) =>
      this.#databases.withPassword(() => this.#textOf(found, signal), found.tracked.document.uri),
    );
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    await this.#pages.show(`Growth of ${labelOf(found)}`, text, where);
  }

  async #textOf(found: FoundQuery, signal: AbortSignal): Promise<string> {
    const { query, parsed } = { query: found.query, parsed: found.query.query.parsed };
    if (!parsed.ok) throw new Problem('syntax', `This statement is broken: ${parsed.problem.message}.`);
    if (!query.isExplainable) throw new Problem('unsupported', whyNotExplainable(query.query));
    const [{ growStatement }, { GrowingTables }, { queryGrowthText }, { EmbeddedTarget }] = await Promise.all([
      import('../analysis/growth/statements'),
      import('../analysis/growth/tables'),
      import('../analysis/growth/text'),
      import('../database/embedded-target'),
    ]);
    const asked = await this.#databases.explicitTarget(found.tracked.document.uri);
    const [snapshot, whatIf] = [await asked.snapshot(signal), await this.#analyzers.whatIf()];
    const planner = await whatIf.open(snapshot, signal);
    const target = new EmbeddedTarget({ label: asked.label, whatIf, read: async () => snapshot });
    const { statement } = parsed;
    const { parameters } = query.query.site;
    const options = { target, snapshot, factors: FACTORS, signal };
    const growth = await growStatement({ statement, parameters }, planner, options);
    const one = { label: labelOf(found), sql: query.query.site.sql, growth };
    return queryGrowthText(one, {
      statements: [one],
      tables: new GrowingTables(snapshot, {}),
      factors: FACTORS,
      passedOver: [],
      assumed: snapshot.assumed,
      leftOut: [],
    });
  }
}

/** `posts.ts, line 12` */
function labelOf({ tracked, query }: FoundQuery): string {
  const name = vscode.workspace.asRelativePath(tracked.document.uri).split('/').at(-1);
  return `${name}, line ${tracked.document.positionAt(query.range.start).line + 1}`;
}
