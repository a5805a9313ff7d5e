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
  /** SQL → what the planner said. */
  readonly #known = new Map<string, PlannedQuery>();

  constructor({ databases, analyzers }: { readonly databases: DatabaseService; readonly analyzers: AnalyzerService }) {
    this.#databases = databases;
    this.#analyzers = analyzers;
  }

  /** Of its dearest statement; undefined when none is known. */
  of(query: ListedQuery): PlannedQuery | undefined {
    const known = query.statements.flatMap(({ sql }) => this.#known.get(sql) ?? []);
    return known.sort((a, b) => b.cost - a.cost)[0];
  }

  /** Rejects with the Problem when the database cannot be asked, or with the signal's reason. */
  async plan(
    queries: readonly ListedQuery[],
    signal: AbortSignal,
    onProgress: (message: string) => void,
  ): Promise<void> {
    const target = await this.#databases.explicitTarget();
    const statements = new Map(
      queries.filter(({ isOpen }) => !isOpen).flatMap(({ statements }) => statements.map((one) => [one.sql, one])),
    );
    let done = 0;
    for (const statement of statements.values()) {
      signal.throwIfAborted();
      onProgress(`${++done} of ${statements.size}`);
      const judgement = await this.#databases.withPassword(() => this.#judge(statement, target, signal));
      if (judgement) this.#known.set(statement.sql, plannedOf(judgement));
    }
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
