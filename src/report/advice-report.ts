import { indexStatements } from '../advisor/index-statements';
import { removalObjects } from '../advisor/removals/json';
import { indexRemovals } from '../advisor/removals/removals';
import { type AdviceReport, adviceText, writeCost } from '../analysis/workload/advice-text';
import { qualifiedName } from '../sql/identifiers';

/** What `planlight advise` prints. */
export const adviceReporters: Readonly<Record<'text' | 'json', (report: AdviceReport) => string>> = {
  text: adviceText,
  json: adviceJson,
};

function adviceJson({ advice, snapshot, passedOver, leftOut, budgetBytes, models, verified }: AdviceReport): string {
  const round = (value: number): number => Math.round(value * 100) / 100;
  const object = {
    cost: { before: round(advice.before), after: round(advice.after) },
    whatIfs: advice.whatIfs,
    milliseconds: Math.round(advice.milliseconds),
    complete: advice.isComplete,
    ...(budgetBytes !== undefined && { budget: budgetBytes }),
    assumed: snapshot.assumed,
    indexes: advice.indexes.map((one) => {
      const { concurrently, sql, needs } = indexStatements(one.index, snapshot);
      return {
        table: qualifiedName(one.index.schema, one.index.table),
        name: one.index.name,
        definition: `${sql};`,
        concurrently: `${concurrently};`,
        ...(needs !== undefined && { needs: `${needs};` }),
        size: one.sizeBytes,
        gain: round(one.gain),
        queries: one.queries.map((query) => advice.queries[query]?.query.label),
        writeCost: round(writeCost(one, snapshot)),
        replaces: one.replaces,
        ...(models?.has(one.index.name) && { models: models.get(one.index.name) }),
        ...(one.guessed !== undefined && { guessed: one.guessed }),
      };
    }),
    drop: removalObjects(indexRemovals(snapshot)),
    queries: advice.queries.map(({ query, before, after, indexes, problem }) => ({
      file: query.label,
      weight: query.weight,
      before: before === undefined ? null : round(before),
      after: after === undefined ? null : round(after),
      indexes,
      ...(problem && { problem: problem.message }),
    })),
    passedOver: passedOver.map(({ label, why }) => ({ file: label, why })),
    leftOut,
    ...(verified !== undefined && { verified }),
  };
  return JSON.stringify(object, null, 2);
}
