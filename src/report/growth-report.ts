import type { GrownPlan } from '../analysis/growth/growth';
import { nameOf } from '../analysis/growth/tables';
import { type GrowthFacts, growthNotes, growthText, mainStep, worstFirst } from '../analysis/growth/text';

export type GrowthFormat = 'text' | 'json';

/** One report for each format, without a final line break. docs/growth.md describes the JSON. */
export const growthReporters: Readonly<Record<GrowthFormat, (facts: GrowthFacts) => string>> = {
  text: growthText,
  json: (facts) => JSON.stringify(growthJson(facts), null, 2),
};

function growthJson(facts: GrowthFacts): unknown {
  return {
    tables: facts.tables.said,
    factors: facts.factors,
    assumed: facts.assumed,
    queries: worstFirst(facts.statements).map(({ label, sql, growth }) => ({
      file: label,
      sql,
      tables: facts.tables.of(growth.today.plan).map((table) => ({ name: nameOf(table), rows: table.rows })),
      law: growth.law,
      exponent: rounded(growth.exponent),
      today: at(growth.today),
      steps: growth.steps.map(at),
      changes: growth.changes.map(({ before, after, what }) => ({
        factor: rounded(after.factor),
        what,
        costBefore: rounded(before.cost),
        costAfter: rounded(after.cost),
      })),
      overLimit: growth.overLimit
        ? { limit: rounded(growth.overLimit.limit), factor: rounded(growth.overLimit.at.factor) }
        : null,
    })),
    passedOver: facts.passedOver.map(({ label, why }) => ({ file: label, why })),
    notes: growthNotes(facts),
  };
}

const at = (grown: GrownPlan) => ({ factor: grown.factor, cost: rounded(grown.cost), step: mainStep(grown.plan) });

/** Two digits behind the point, as EXPLAIN prints costs. */
const rounded = (value: number): number => Math.round(value * 100) / 100;
