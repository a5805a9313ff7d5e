import { foreignKeyQueries } from '../../advisor/foreign-keys';
import type { WorkloadQuery } from '../../advisor/workload/workload';
import type { Target } from '../../database/planner';
import { Problem } from '../../nouns/problem';
import type { Parameter } from '../../nouns/query-site';
import type { Statement } from '../../nouns/statement';
import type { SqlParser } from '../../sql/parser';

/** A statement that was found somewhere, before it is known whether there is a plan for it. */
export interface FoundStatement {
  /** `src/posts.ts:12` */
  readonly label: string;
  readonly statement: Statement;
  readonly parameters: readonly Parameter[];
  /** How often it is called, where that is known; 1 elsewhere. */
  readonly weight: number;
}

/** A statement of the workload that is passed over, and why; one sentence. */
export interface PassedOver {
  readonly label: string;
  readonly why: string;
}

export interface Workload {
  readonly queries: readonly WorkloadQuery[];
  readonly passedOver: readonly PassedOver[];
}

/** Of statements that differ in their constants only, so many stand for all. */
const mostOfOneShape = 3;

/** Chooses values for parameters, and takes equal statements together. Rejects with 'cancelled' only. */
export async function gatherWorkload(
  found: readonly FoundStatement[],
  options: {
    readonly target: Target;
    readonly parser: SqlParser;
    readonly signal?: AbortSignal;
    readonly onProgress?: (done: number, all: number) => void;
  },
): Promise<Workload> {
  const { target, signal, onProgress } = options;
  const kept = represent(found);
  const queries: WorkloadQuery[] = [];
  const passedOver: PassedOver[] = [];
  for (const [done, { label, statement, parameters, weight }] of kept.entries()) {
    onProgress?.(done, kept.length);
    try {
      const { plan, valueSets = [] } = await target.explain({ statement, parameters, mode: 'estimate', signal });
      queries.push({ label, statement, valueSets, parameters, plan, weight });
      queries.push(...(await behind(statement, label, weight, options)));
    } catch (error) {
      if (!(error instanceof Problem) || error.kind === 'cancelled') throw error;
      passedOver.push({ label, why: error.message });
    }
  }
  return { queries, passedOver };
}

/** The queries that PostgreSQL itself runs for each row that the statement deletes, or whose key it changes. */
async function behind(
  statement: Statement,
  label: string,
  weight: number,
  { target, parser, signal }: { readonly target: Target; readonly parser: SqlParser; readonly signal?: AbortSignal },
): Promise<WorkloadQuery[]> {
  return foreignKeyQueries(statement, await target.snapshot(signal), parser).flatMap((query) => {
    const parsed = parser.parse(query.sql);
    const key = query.columns.map((column) => `${query.table.name}.${column}`).join(', ');
    // The trigger's query is planned once for every key alike.
    return parsed.ok
      ? [{ label: `${label} (foreign key ${key})`, statement: parsed.statement, valueSets: [], weight }]
      : [];
  });
}

/** Equal texts once, with their weights added up; of one shape the first few, with the weight of all. */
function represent(found: readonly FoundStatement[]): FoundStatement[] {
  const shapes = new Map<string, Map<string, FoundStatement[]>>();
  for (const one of found) {
    const texts = shapes.get(one.statement.fingerprint) ?? new Map<string, FoundStatement[]>();
    shapes.set(one.statement.fingerprint, texts);
    texts.set(one.statement.text, [...(texts.get(one.statement.text) ?? []), one]);
  }
  return [...shapes.values()].flatMap((texts) => {
    const weight = weightOf([...texts.values()].flat());
    const kept = [...texts.values()].slice(0, mostOfOneShape);
    const share = weight / weightOf(kept.flat());
    return kept.flatMap((same): FoundStatement[] => {
      const [first] = same;
      if (!first) return [];
      const others = same.length - 1;
      const label = others === 0 ? first.label : `${first.label} and ${others} more`;
      return [{ ...first, label, weight: weightOf(same) * share }];
    });
  });
}

const weightOf = (found: readonly FoundStatement[]): number => found.reduce((sum, { weight }) => sum + weight, 0);
