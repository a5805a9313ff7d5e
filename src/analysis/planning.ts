import { indexWrites } from '../advisor/index-writes';
import { adviseQuery } from '../advisor/query/advise-query';
import { updatedColumns } from '../advisor/updated-columns';
import type { ExplainResult, HypotheticalPlanner, Target } from '../database/planner';
import type { Snapshot } from '../database/snapshot';
import type { WhatIfPlanner } from '../database/what-if/planner';
import type { IndexFix } from '../nouns/fix';
import { Problem } from '../nouns/problem';
import type { Parameter } from '../nouns/query-site';
import type { Statement } from '../nouns/statement';
import { isNegligible } from '../plan/verdict';
import type { SqlParser } from '../sql/parser';
import { type KnownStatement, OtherStatements } from './other-queries';
import { SharedWork } from './shared-work';

export type PlanningMode = 'estimate' | 'analyze';

/** Everything the planners said of one statement; knows nothing of where it stands. */
export interface Planning {
  readonly target: Target;
  readonly explained?: ExplainResult;
  readonly snapshot?: Snapshot;
  readonly indexes: readonly IndexFix[];
  readonly problem?: Problem;
}

/** A statement that was planned here, and where it stands for people: `src/posts.ts:12`. */
export interface PlannedStatement {
  readonly statement: Statement;
  readonly planning: Planning;
  readonly place?: () => string;
}

interface PlanningRequest {
  readonly target: Target;
  readonly mode: PlanningMode;
  readonly confirmed?: boolean;
  readonly fresh?: boolean;
  readonly signal?: AbortSignal;
}

/** How many statements' plans are kept. A plan of ten nodes is about 20 kB with its proofs. */
const KEPT = 2_000;

/** These say something of the moment, not of the statement: ask again next time. */
const passing: ReadonlySet<string> = new Set([
  'cancelled',
  'timeout',
  'unreachable',
  'authentication',
  'tls',
  'server',
]);

/** The advisor's limits: a tenth of the cost, and half of it for an index that is read as a whole. */
const noBetterIndex = 'The indexes are fine: no other one would make this clearly cheaper.';

const changesRows: ReadonlySet<Statement['kind']> = new Set(['delete', 'update', 'merge']);

/** Asks each statement's plan once per target and keeps it until the target changes. */
export class PlanningDesk {
  readonly #kept = new Map<string, Planning>();
  readonly #work = new SharedWork<Planning>();
  readonly #others = new OtherStatements();
  readonly #whatIf: WhatIfPlanner | undefined;
  readonly #parser: SqlParser | undefined;

  constructor(whatIf: WhatIfPlanner | undefined, parser?: SqlParser) {
    this.#whatIf = whatIf;
    this.#parser = parser;
  }

  known(statement: Statement, parameters: readonly Parameter[], target: Target): Planning | undefined {
    const kept = (mode: PlanningMode) => this.#kept.get(keyOf(statement, parameters, target, mode));
    return kept('analyze') ?? kept('estimate');
  }

  async plan(statement: Statement, parameters: readonly Parameter[], request: PlanningRequest): Promise<Planning> {
    const { target, mode, signal } = request;
    const key = keyOf(statement, parameters, target, mode);
    const kept = this.#kept.get(key);
    // A person who confirmed a run wants it to happen now.
    if (kept && !request.confirmed && !request.fresh) return kept;
    try {
      const planning = await this.#work.run(`${key}\n${request.confirmed ?? false}`, signal, (shared) =>
        this.#ask(statement, parameters, { ...request, signal: shared }),
      );
      if (!planning.problem || !passing.has(planning.problem.kind)) this.#keep(key, planning);
      return planning;
    } catch (error) {
      return { target, indexes: [], problem: toProblem(error) };
    }
  }

  /**
   * Tries what is proposed for each statement on the others of the same target, and remembers what came out. Gives the
   * plannings that changed, with their successors. Rejects with Problem 'cancelled' only.
   */
  async compare(
    planned: readonly PlannedStatement[],
    options: { readonly budgetMs: number; readonly signal?: AbortSignal },
  ): Promise<ReadonlyMap<Planning, Planning>> {
    const successors = new Map<Planning, Planning>();
    const deadline = performance.now() + options.budgetMs;
    for (const group of bySnapshot(planned)) {
      const { target, snapshot } = group[0].planning;
      if (!snapshot) continue;
      const fixes = await this.#others.prove(group.flatMap(knownStatement), {
        snapshot,
        planner: (statement) => this.#hypothetical(statement, snapshot, { target, mode: 'estimate' }),
        budgetMs: deadline - performance.now(),
        signal: options.signal,
      });
      for (const { planning } of group) {
        if (!planning.indexes.some((fix) => fixes.has(fix))) continue;
        successors.set(planning, { ...planning, indexes: planning.indexes.map((fix) => fixes.get(fix) ?? fix) });
      }
    }
    for (const [key, planning] of this.#kept) this.#kept.set(key, successors.get(planning) ?? planning);
    return successors;
  }

  async #ask(statement: Statement, parameters: readonly Parameter[], request: PlanningRequest): Promise<Planning> {
    const { target } = request;
    let explained: ExplainResult;
    try {
      explained = await explain(statement, parameters, request);
    } catch (error) {
      return { target, indexes: [], problem: toProblem(error) };
    }
    const notices = [...explained.notices];
    let snapshot: Snapshot | undefined;
    let indexes: readonly IndexFix[] = [];
    try {
      snapshot = await target.snapshot(request.signal);
      // No rule speaks about such a statement, so nobody has to be asked what would make it cheaper; but what it does for
      // foreign keys is not in its plan.
      if (!isNegligible(explained.plan) || changesRows.has(statement.kind)) {
        const advised = await this.#advise(statement, { parameters, explained, snapshot }, request);
        if (advised?.length === 0 && !isNegligible(explained.plan)) notices.push(noBetterIndex);
        indexes = advised ?? [];
      }
    } catch (error) {
      const problem = toProblem(error);
      if (problem.kind === 'cancelled') throw problem;
      notices.push(`No index was tried: ${problem.message}`);
    }
    return { target, explained: { ...explained, notices }, snapshot, indexes };
  }

  /** Undefined when there is no planner to ask. */
  async #advise(
    statement: Statement,
    known: {
      readonly parameters: readonly Parameter[];
      readonly explained: ExplainResult;
      readonly snapshot: Snapshot;
    },
    request: PlanningRequest,
  ): Promise<readonly IndexFix[] | undefined> {
    const { parameters, explained, snapshot } = known;
    const planner = await this.#hypothetical(statement, snapshot, request);
    if (!planner) return undefined;
    const valueSets = explained.valueSets ?? [];
    const options = {
      statement,
      valueSets,
      parameters,
      snapshot,
      parser: this.#parser,
      planner,
      signal: request.signal,
    };
    const fixes = await adviseQuery(options);
    const updates = updatedColumns(statement);
    return fixes.map((fix) => ({
      ...fix,
      proof: { ...fix.proof, writes: indexWrites(fix.index, snapshot, updates) },
    }));
  }

  /** The planner in memory, unless it had to leave out a table of the statement and the server has HypoPG. */
  async #hypothetical(
    statement: Statement,
    snapshot: Snapshot,
    { target, signal }: PlanningRequest,
  ): Promise<HypotheticalPlanner | undefined> {
    const inMemory = await this.#whatIf?.open(snapshot, signal);
    const names = statement.relations.map((relation) => relation.name);
    const missing = inMemory?.leftOut.some((sentence) => names.some((name) => mentions(sentence, name))) ?? true;
    return (missing ? await target.hypotheticalPlanner?.(signal) : undefined) ?? inMemory;
  }

  #keep(key: string, planning: Planning): void {
    this.#kept.delete(key);
    this.#kept.set(key, planning);
    if (this.#kept.size > KEPT) {
      const oldest = this.#kept.keys().next().value;
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
  }
}

/** Plans of one snapshot can be compared; a snapshot that was read anew is another one. */
function bySnapshot(planned: readonly PlannedStatement[]): [PlannedStatement, ...PlannedStatement[]][] {
  const groups = new Map<Snapshot, [PlannedStatement, ...PlannedStatement[]]>();
  for (const one of planned) {
    const { snapshot } = one.planning;
    const group = snapshot && groups.get(snapshot);
    if (group) group.push(one);
    else if (snapshot) groups.set(snapshot, [one]);
  }
  return [...groups.values()];
}

function knownStatement({ statement, planning, place }: PlannedStatement): KnownStatement[] {
  const { explained, indexes } = planning;
  return explained ? [{ statement, valueSets: explained.valueSets ?? [], plan: explained.plan, indexes, place }] : [];
}

/** A run that the server or our caution refuses still has an estimate to show; the notice says why it is one. */
async function explain(
  statement: Statement,
  parameters: readonly Parameter[],
  { target, mode, confirmed, signal }: PlanningRequest,
): Promise<ExplainResult> {
  try {
    return await target.explain({ statement, parameters, mode, confirmed, signal });
  } catch (error) {
    const problem = toProblem(error);
    const estimateHelps = mode === 'analyze' && ['timeout', 'refused', 'unsupported'].includes(problem.kind);
    if (!estimateHelps) throw problem;
    const estimate = await target.explain({ statement, parameters, mode: 'estimate', signal });
    return { ...estimate, notices: [`Not run, only planned: ${problem.message}`, ...estimate.notices] };
  }
}

/** `Table app.parts is left out`, `Column places.spot has type …`; `art` is in none of them. */
function mentions(sentence: string, name: string): boolean {
  for (let at = sentence.indexOf(name); at >= 0; at = sentence.indexOf(name, at + 1)) {
    const isWhole = !/[\w$]$/.test(sentence.slice(0, at)) && !/^[\w$]/.test(sentence.slice(at + name.length));
    if (isWhole) return true;
  }
  return false;
}

/** The parameters count with what their values depend on: `LIKE $1` is another question when `%` is put before it. */
function keyOf(statement: Statement, parameters: readonly Parameter[], target: Target, mode: PlanningMode): string {
  const asked = JSON.stringify(parameters.map(({ kind, wildcards, constant }) => [kind, wildcards, constant]));
  return `${target.key}\n${target.generation}\n${mode}\n${asked}\n${statement.text}`;
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Error && error.name === 'AbortError')
    return new Problem('cancelled', 'Cancelled.', { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  return new Problem('server', message, { cause: error });
}
