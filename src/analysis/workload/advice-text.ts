import { indexStatements } from '../../advisor/index-statements';
import { indexRemovals } from '../../advisor/removals/removals';
import type { WorkloadAdvice, WorkloadIndex } from '../../advisor/workload/advise-workload';
import { entryCost } from '../../advisor/workload/upkeep';
import type { Snapshot } from '../../database/snapshot';
import type { Json } from '../../nouns/finding';
import type { ModelPlace } from '../../nouns/fix';
import { formatBytes, formatCost, formatCount, formatCounted, formatGain, formatMs } from '../../plan/format';
import { indexColumnsSql } from '../../sql/create-index';
import { qualifiedName } from '../../sql/identifiers';
import { changeOf } from '../plan-change';
import type { PassedOver } from './workload';

/** The advice for a workload, and what it rests on. */
export interface AdviceReport {
  readonly advice: WorkloadAdvice;
  readonly snapshot: Snapshot;
  readonly passedOver: readonly PassedOver[];
  /** What the planner in memory had to leave out; one sentence each. */
  readonly leftOut: readonly string[];
  /** Undefined: there was no limit. */
  readonly budgetBytes?: number;
  /** By an index's name the models of the program that can declare it. */
  readonly models?: ReadonlyMap<string, readonly ModelPlace[]>;
  /** What was measured on the server; JSON only. */
  readonly verified?: Json;
}

/** Planner's cost of writing the index for a thousand inserted rows. */
export function writeCost({ index, sizeBytes }: WorkloadIndex, snapshot: Snapshot): number {
  const table = snapshot.tables.find(({ schema, name }) => schema === index.schema && name === index.table);
  return 1_000 * entryCost(index, sizeBytes, table?.rows ?? 0);
}

/** For people: what it comes to, each index, the queries that change, the indexes that could go. */
export function adviceText(report: AdviceReport): string {
  const { advice, snapshot, passedOver, leftOut } = report;
  const blocks = [
    summary(report),
    ...advice.indexes.map((one, i) => indexText(one, i + 1, report)),
    queriesText(report),
    dropText(snapshot),
    listed('Not planned', [
      ...passedOver.map(({ label, why }) => `${label}: ${why}`),
      ...advice.queries.flatMap(({ query, problem }) => (problem ? [`${query.label}: ${problem.message}`] : [])),
    ]),
    listed('Left out by the planner in memory', leftOut),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function summary({ advice, snapshot, budgetBytes }: AdviceReport): string {
  const planned = advice.queries.filter(({ before }) => before !== undefined).length;
  const queries = formatCounted(planned, 'query', 'queries');
  const effort = `${formatCounted(advice.whatIfs, 'what-if')} in ${formatMs(advice.milliseconds)}`;
  const sizes = snapshot.assumed ? ' Table sizes are assumed: no database was asked.' : '';
  const early = advice.isComplete ? '' : ' The search was ended early: this is the best until then.';
  if (planned === 0) return 'There is no query to advise on.';
  if (advice.indexes.length === 0) {
    return `No index makes ${planned === 1 ? 'the query' : `the ${queries}`} clearly cheaper (cost ${formatCost(advice.before)}; ${effort}).${sizes}${early}`;
  }
  const bytes = advice.indexes.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const limit = budgetBytes === undefined ? '' : ` of ${formatBytes(budgetBytes)}`;
  const indexes = formatCounted(advice.indexes.length, 'new index', 'new indexes');
  return (
    `Cost of ${queries}: ${formatCost(advice.before)} → ${formatCost(advice.after)} (${share(advice.before, advice.after)}) ` +
    `with ${indexes} of ${formatBytes(bytes)}${limit}; ${effort}.${sizes}${early}`
  );
}

/** `−17 %`; `−0.4 %`; from half the cost on `2.4 times less` */
function share(before: number, after: number): string {
  if (after <= before / 2) return `${formatGain(before, after)} less`;
  const percent = before === 0 ? 0 : (after / before - 1) * 100;
  const digits = Math.abs(percent) < 10 ? 1 : 0;
  const text = Math.abs(percent).toLocaleString('en-US', { maximumFractionDigits: digits });
  return `${percent < 0 ? '−' : '+'}${text} %`;
}

function indexText(one: WorkloadIndex, number: number, { advice, snapshot, models }: AdviceReport): string {
  const { index, sizeBytes, gain, queries, replaces, guessed } = one;
  const { concurrently, needs, isPartitioned } = indexStatements(index, snapshot);
  const labels = queries.flatMap((query) => advice.queries[query]?.query.label ?? []);
  const include = index.include?.length ? ` INCLUDE (${index.include.join(', ')})` : '';
  const where = index.where === undefined ? '' : ` WHERE ${index.where}`;
  const lines = [
    `${number}. ${qualifiedName(index.schema, index.table)} (${indexColumnsSql(index)})${include}${where}: saves ${formatCost(gain)}, about ${formatBytes(sizeBytes)}`,
    `   for ${listOf(labels)}`,
    `   writing it costs ${formatCost(writeCost(one, snapshot))} for 1,000 inserted rows`,
    ...(replaces.length > 0 ? [`   makes ${replaces.join(', ')} superfluous`] : []),
    ...(models?.get(index.name) ?? []).map(({ model, place }) => `   can be declared in the model ${model}, ${place}`),
    ...(guessed === undefined ? [] : [`   a guess is part of it: ${guessed}`]),
    ...(isPartitioned ? ['   partitioned: not CONCURRENTLY, writes wait meanwhile'] : []),
    ...(needs === undefined ? [] : [`     ${needs};`]),
    `     ${concurrently};`,
  ];
  return lines.join('\n');
}

/** The first few of many. */
function listOf(labels: readonly string[]): string {
  const shown = labels.slice(0, 5).join(', ');
  return labels.length > 5 ? `${shown} and ${formatCount(labels.length - 5)} more` : shown;
}

/** Those whose cost changes, the greatest gain first, and what becomes of their plans. */
function queriesText({ advice, snapshot }: AdviceReport): string {
  const changed = advice.queries
    .flatMap(({ query, before, after, plans }) =>
      before === undefined || after === undefined || Math.abs(after - before) <= before * 0.01
        ? []
        : [{ label: query.label, before, after, plans, saved: (before - after) * query.weight }],
    )
    .sort((a, b) => b.saved - a.saved);
  if (changed.length === 0) return '';
  const rows = changed.map(({ before, after }) => [formatCost(before), formatCost(after), share(before, after)]);
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const lines = changed.flatMap(({ label, plans }, i) => {
    const [before = '', after = '', part = ''] = rows[i] ?? [];
    return [
      `  ${before.padStart(width(0))} → ${after.padEnd(width(1))}  ${part.padStart(width(2))}  ${label}`,
      ...(plans ? [`      ${changeOf(plans.before, plans.after, snapshot)}`] : []),
    ];
  });
  return ['Queries that change:', ...lines].join('\n');
}

function dropText(snapshot: Snapshot): string {
  const removals = indexRemovals(snapshot);
  if (removals.length === 0) return '';
  const lines = removals.flatMap(({ reason, dropSql, sizeBytes, repairSql }) => [
    `  ${reason} (${formatBytes(sizeBytes)})`,
    `    ${dropSql};`,
    ...(repairSql === undefined ? [] : [`    or, if it is wanted: ${repairSql};`]),
  ]);
  return [`${formatCounted(removals.length, 'index', 'indexes')} could go:`, ...lines].join('\n');
}

function listed(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`${title}:`, ...lines.map((line) => `  ${line}`)].join('\n');
}
