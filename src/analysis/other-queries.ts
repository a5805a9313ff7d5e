import { indexWrites } from '../advisor/index-writes';
import { updatedColumns } from '../advisor/updated-columns';
import type { HypotheticalPlanner, ParameterValues } from '../database/planner';
import type { Snapshot } from '../database/snapshot';
import type { IndexDefinition, IndexFix, OtherQueries, OtherQuery } from '../nouns/fix';
import type { Plan } from '../nouns/plan';
import { Problem } from '../nouns/problem';
import type { Statement } from '../nouns/statement';
import { dearerText } from '../plan/proof-text';
import { planNodes } from '../plan/walk-plan';

/** A statement that was planned, with the indexes that were proposed for it. */
export interface KnownStatement {
  readonly statement: Statement;
  readonly valueSets: readonly ParameterValues[];
  readonly plan: Plan;
  readonly indexes: readonly IndexFix[];
  /** `src/posts.ts:12` */
  readonly place?: () => string;
}

export interface OtherQueriesRequest {
  readonly snapshot: Snapshot;
  /** Undefined: nobody can be asked about this statement with an index. */
  readonly planner: (statement: Statement) => Promise<HypotheticalPlanner | undefined>;
  /** After so long, in ms, the rest is not tried. */
  readonly budgetMs: number;
  readonly signal?: AbortSignal;
}

/** A plan takes 1–2 ms, each statement has up to three: an index is tried on so many others within about a second. */
const mostOthers = 200;
/** What differs by less is the same cost; the planner's own comparison of paths is as coarse (STD_FUZZ_FACTOR 1.01). */
const sameShare = 0.01;
/** Costs below 1 differ by more than that without meaning it. */
const sameCost = 0.1;

/** Costs of a statement, one for each set of values; undefined where it could not be planned. */
type Costs = readonly number[] | undefined;

/** By the index (none: the empty string), then by the statement with its values. */
type KnownCosts = Map<string, Map<string, Costs>>;

interface Entry {
  readonly known: KnownStatement;
  readonly key: string;
}

/** Tries the indexes that are proposed for one statement on all the others; remembers what it asked. */
export class OtherStatements {
  readonly #costs = new WeakMap<Snapshot, KnownCosts>();
  /** The fixes as the advisor gave them, by those with a longer proof. */
  readonly #originals = new WeakMap<IndexFix, IndexFix>();

  /**
   * The fixes whose proof says something else now, with their successors. Rejects with Problem 'cancelled' only; what
   * was asked until then is remembered.
   */
  async prove(
    statements: readonly KnownStatement[],
    request: OtherQueriesRequest,
  ): Promise<ReadonlyMap<IndexFix, IndexFix>> {
    const changed = new Map<IndexFix, IndexFix>();
    const entries = new Map(statements.map((known) => [keyOf(known), known]));
    const byTable = entriesByTable([...entries].map(([key, known]) => ({ key, known })));
    const updates = [...entries.values()].flatMap(({ statement }) => updatedColumns(statement));
    const deadline = performance.now() + request.budgetMs;
    for (const known of statements) {
      for (const fix of known.indexes) {
        if (changed.has(fix)) continue;
        const { schema, table } = fix.index;
        const others = [...(byTable.get(table) ?? [])].filter(
          (one) => one.known.statement.text !== known.statement.text && reads(one.known, schema, table),
        );
        const said = await this.#others(fix.index, others, request, deadline);
        const writes = indexWrites(fix.index, request.snapshot, updates);
        const original = this.#originals.get(fix) ?? fix;
        const proof = { ...original.proof, ...(said && { others: said }), ...(writes && { writes }) };
        if (isSame(proof, fix.proof)) continue;
        const dearer = said && dearerText(said);
        const successor = { ...original, title: dearer ? `${original.title} (${dearer})` : original.title, proof };
        this.#originals.set(successor, original);
        changed.set(fix, successor);
      }
    }
    return changed;
  }

  /** Undefined: no other statement on the table is known, or none could be planned. */
  async #others(
    index: IndexDefinition,
    others: readonly Entry[],
    request: OtherQueriesRequest,
    deadline: number,
  ): Promise<OtherQueries | undefined> {
    const better: OtherQuery[] = [];
    const worse: OtherQuery[] = [];
    let checked = 0;
    for (const other of others.slice(0, mostOthers)) {
      if (performance.now() > deadline) break;
      const before = await this.#cost(other, [], request);
      const after = before && (await this.#cost(other, [index], request));
      if (before === undefined || after === undefined) continue;
      checked++;
      const change = greatestChange(before, after);
      const place = change && other.known.place?.();
      const said = change && { ...(place !== undefined && { place }), sql: other.known.statement.text, ...change };
      if (said) (said.costAfter > said.costBefore ? worse : better).push(said);
    }
    if (checked === 0) return undefined;
    const share = (one: OtherQuery) => Math.abs(Math.log(one.costAfter / one.costBefore));
    const byShare = (a: OtherQuery, b: OtherQuery) => share(b) - share(a);
    return { known: others.length, checked, better: better.sort(byShare), worse: worse.sort(byShare) };
  }

  async #cost(
    { known, key }: Entry,
    indexes: readonly IndexDefinition[],
    { snapshot, planner, signal }: OtherQueriesRequest,
  ): Promise<Costs> {
    const byIndex: KnownCosts = this.#costs.get(snapshot) ?? new Map();
    this.#costs.set(snapshot, byIndex);
    const indexKey = indexes.map((index) => JSON.stringify({ ...index, name: '' })).join('\n');
    const costs = byIndex.get(indexKey) ?? new Map<string, Costs>();
    byIndex.set(indexKey, costs);
    if (costs.has(key)) return costs.get(key);
    if (signal?.aborted) throw new Problem('cancelled', 'Cancelled.');
    // Without the signal: a plan is there in milliseconds, and an abandoned one may cost the planner its process.
    const answer = await plannedCosts(known, indexes, await planner(known.statement));
    costs.set(key, answer);
    return answer;
  }
}

async function plannedCosts(
  { statement, valueSets }: KnownStatement,
  indexes: readonly IndexDefinition[],
  planner: HypotheticalPlanner | undefined,
): Promise<Costs> {
  if (planner === undefined) return undefined;
  const costs: number[] = [];
  try {
    for (const values of valueSets.length > 0 ? valueSets : [undefined]) {
      const { plan } = await planner.plan({ sql: statement.text, values, indexes });
      costs.push(plan.root.totalCost);
    }
    return costs;
  } catch (error) {
    // A statement that this planner cannot plan is not counted among those that were checked.
    if (error instanceof Problem && error.kind !== 'cancelled') return undefined;
    throw error;
  }
}

/** With the values for which it changes most; a loss counts before any gain. Undefined: the cost stays as it is. */
function greatestChange(
  before: readonly number[],
  after: readonly number[],
): { costBefore: number; costAfter: number } | undefined {
  const changes = before
    .map((costBefore, i) => ({ costBefore, costAfter: after[i] ?? costBefore }))
    .filter(({ costBefore, costAfter }) => {
      const difference = Math.abs(costAfter - costBefore);
      return difference > costBefore * sameShare && difference > sameCost;
    });
  const ratio = (change: { costBefore: number; costAfter: number }) => change.costAfter / change.costBefore;
  const dearest = [...changes].sort((a, b) => ratio(b) - ratio(a))[0];
  if (dearest === undefined || dearest.costAfter > dearest.costBefore) return dearest;
  return changes.sort((a, b) => ratio(a) - ratio(b))[0];
}

/** By the bare name of each table that the text names, or the plan, which also shows what stands behind views. */
function entriesByTable(entries: readonly Entry[]): ReadonlyMap<string, ReadonlySet<Entry>> {
  const byTable = new Map<string, Set<Entry>>();
  for (const entry of entries) {
    for (const { name } of relationsOf(entry.known)) {
      const known = byTable.get(name) ?? new Set();
      byTable.set(name, known.add(entry));
    }
  }
  return byTable;
}

function reads(known: KnownStatement, schema: string, table: string): boolean {
  return relationsOf(known).some((one) => one.name === table && (one.schema ?? schema) === schema);
}

function relationsOf({ statement, plan }: KnownStatement): { readonly schema?: string; readonly name: string }[] {
  return [...statement.relations, ...planNodes(plan.root).flatMap(({ relation }) => relation ?? [])];
}

function keyOf({ statement, valueSets }: KnownStatement): string {
  return `${JSON.stringify(valueSets)}\n${statement.text}`;
}

function isSame(a: IndexFix['proof'], b: IndexFix['proof']): boolean {
  return JSON.stringify([a.others, a.writes]) === JSON.stringify([b.others, b.writes]);
}
