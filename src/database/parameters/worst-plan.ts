import type { Plan } from '../../nouns/plan';
import type { ExplainResult } from '../planner';
import type { CandidateValues } from './parameter-values';

/** Plans the statement with each candidate; the worst is shown. Undefined without a candidate. */
export async function worstPlan(
  candidates: readonly CandidateValues[],
  explain: (values: CandidateValues['values']) => Promise<Plan>,
): Promise<Pick<ExplainResult, 'plan' | 'values' | 'valuesSaid' | 'valueSets'> | undefined> {
  const planned: { plan: Plan; candidate: CandidateValues }[] = [];
  for (const candidate of candidates) planned.push({ plan: await explain(candidate.values), candidate });
  planned.sort((a, b) => b.plan.root.totalCost - a.plan.root.totalCost);
  const [worst] = planned;
  if (!worst) return undefined;
  const sets = new Set([worst, planned[Math.floor(planned.length / 2)], planned.at(-1)]);
  return {
    plan: worst.plan,
    values: worst.candidate.values,
    valuesSaid: worst.candidate.said,
    valueSets: [...sets].flatMap((one) => (one ? [one.candidate.values] : [])),
  };
}
