import type { WorkloadQuery } from '../advisor/workload/workload';
import type { Target } from '../database/planner';
import { Problem } from '../nouns/problem';
import type { Parameter } from '../nouns/query-site';
import type { Statement } from '../nouns/statement';

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
      const { valueSets = [] } = await target.explain({ statement, parameters, mode: 'estimate', signal });
      queries.push({ label, statement, valueSets, weight });
    } catch (error) {
      if (!(error instanceof Problem) || error.kind === 'cancelled') throw error;
      passedOver.push({ label, why: error.message });
    }
  }
  return { queries, passedOver };
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
