import type { CheckResult, GuideFix } from '../../nouns/check';
import type { Check } from '../check';

/** What is wrong, asked by three to six checks. */
export interface Diagnosis {
  readonly id: 'high-cpu' | 'high-memory' | 'pool-exhausted';
  /** `High CPU usage` */
  readonly title: string;
  readonly checks: readonly Check[];
  /** By the checks' ids; pure. */
  conclude(results: ReadonlyMap<string, CheckResult>): Conclusion;
}

export interface Conclusion {
  /** One sentence. */
  readonly says: string;
  /** The likeliest first. */
  readonly causes: readonly Cause[];
  /** What could not be found out, a sentence each. */
  readonly missing: readonly string[];
}

export interface Cause {
  /** The check that found it. */
  readonly check: string;
  readonly says: string;
  /** What to do, a sentence. */
  readonly advice: string;
  readonly fixes: readonly GuideFix[];
}

/** What a check means for this trouble when it does not pass. */
export interface Advice {
  readonly check: Check;
  readonly advice: string;
  /** It shows the trouble rather than its cause: told last, or when no cause is found. */
  readonly isSymptom?: true;
}

/** Causes before symptoms, what fails now before what only deserves attention, then in the order of `advices`. */
export function concluded(
  results: ReadonlyMap<string, CheckResult>,
  advices: readonly Advice[],
  nothing: string,
): Conclusion {
  const found = advices.flatMap(({ check: { id }, advice, isSymptom = false }) => {
    const result = results.get(id);
    return result ? [{ id, advice, isSymptom, result }] : [];
  });
  const causes = [false, true].flatMap((asSymptom) =>
    (['failed', 'attention'] as const).flatMap((state) =>
      found
        .filter(({ isSymptom, result }) => isSymptom === asSymptom && result.state === state)
        .map(({ id, advice, result }): Cause => ({ check: id, says: result.says, advice, fixes: result.fixes ?? [] })),
    ),
  );
  const unseen = found.filter(({ result }) => result.state === 'unknown').flatMap(({ result }) => result.missing ?? []);
  const [first] = causes;
  const otherwise = unseen.length > 0 ? 'What could be seen does not explain it.' : nothing;
  return {
    says: first ? `The likeliest cause: ${first.says}` : otherwise,
    causes,
    missing: [...new Set(unseen)],
  };
}
