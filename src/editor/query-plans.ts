import type * as vscode from 'vscode';
import type { ListedQuery } from '../analysis/code/listed-queries';
import { statementToPlan } from '../analysis/explainable';
import type { Judgement } from '../analysis/judgement';
import type { Target } from '../database/planner';
import { statementMs } from '../plan/worst-node';
import type { AnalyzerService } from './analyzer-service';
import type { DatabaseService } from './database-service';
import type { PlannedQuery } from './listed-query';

/** Plans of the listed queries, asked for by a person: estimates only, nothing is run. */
export class QueryPlans {
  readonly #databases: DatabaseService;
  readonly #analyzers: AnalyzerService;
  /** Database and SQL → what the planner said. */
  readonly #known = new Map<string, PlannedQuery>();

  constructor({ databases, analyzers }: { readonly databases: DatabaseService; readonly analyzers: AnalyzerService }) {
    this.#databases = databases;
    this.#analyzers = analyzers;
  }

  /** Of its dearest statement; undefined when none is known. */
  of(uri: vscode.Uri, query: ListedQuery): PlannedQuery | undefined {
    const known = query.statements.flatMap(({ sql }) => this.#known.get(this.#keyOf(uri, sql)) ?? []);
    return known.sort((a, b) => b.cost - a.cost)[0];
  }

  /** Rejects with the Problem when the database cannot be asked, or with the signal's reason. */
  async plan(
    queries: readonly { readonly uri: vscode.Uri; readonly query: ListedQuery }[],
    signal: AbortSignal,
    onProgress: (message: string) => void,
  ): Promise<void> {
    const statements = new Map(
      queries
        .filter(({ query }) => !query.isOpen)
        .flatMap(({ uri, query }) =>
          query.statements.map((statement) => [this.#keyOf(uri, statement.sql), { uri, statement }]),
        ),
    );
    let done = 0;
    for (const [key, { uri, statement }] of statements) {
      signal.throwIfAborted();
      onProgress(`${++done} of ${statements.size}`);
      const target = await this.#databases.explicitTarget(uri);
      const judgement = await this.#databases.withPassword(() => this.#judge(statement, target, signal), uri);
      if (judgement) this.#known.set(key, plannedOf(judgement));
    }
  }

  #keyOf(uri: vscode.Uri, sql: string): string {
    return `${this.#databases.partOf(uri)}\n${sql}`;
  }

  async #judge(
    { sql, parameters }: ListedQuery['statements'][number],
    target: Target,
    signal: AbortSignal,
  ): Promise<Judgement | undefined> {
    const analyzer = await this.#analyzers.analyzer();
    const parsed = analyzer.parser.parse(sql);
    const sourceMap = { toDocument: () => 0, rangeToDocument: () => ({ start: 0, end: 0 }) };
    const site = { uri: '', range: { start: 0, end: 0 }, library: '', sql, parameters, sourceMap };
    const query = { site, parsed, findings: [] };
    if (!statementToPlan(query)) return undefined;
    const judgement = await analyzer.judge(query, { target, mode: 'estimate', signal });
    const { problem } = judgement;
    if (problem?.kind === 'authentication' || problem?.kind === 'unreachable') throw problem;
    return judgement;
  }
}

function plannedOf({ explained, problem, findings }: Judgement): PlannedQuery {
  const ms = explained && statementMs(explained.plan);
  return {
    cost: explained?.plan.root.totalCost ?? 0,
    findings,
    ...(ms !== undefined && { ms }),
    ...(problem && { problem: problem.message }),
  };
}
