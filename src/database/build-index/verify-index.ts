import { Problem } from '../../nouns/problem';
import type { Statement } from '../../nouns/statement';
import { formatCost, formatMs } from '../../plan/format';
import { planNodes } from '../../plan/walk-plan';
import { needsAnalyze } from '../../sql/create-index';
import { quoteIdentifier } from '../../sql/identifiers';
import type { Gate, Transaction } from '../gate';
import type { ParameterValues } from '../planner';
import { type BuildableIndex, type BuildOptions, buildIndex } from './create-index';
import { type BuiltIndex, dropIndex, dropIndexSql } from './drop-index';
import { type Timing, timeStatement } from './verify-index-timing';

export interface VerifyRequest extends BuildOptions {
  /** Several are built one after the other and measured together: the later ones count on the earlier ones. */
  readonly fixes: readonly [BuildableIndex, ...BuildableIndex[]];
  readonly statement: Statement;
  /** The values of `$1`, `$2`, … in all runs: those of the fix's proof. */
  readonly values?: ParameterValues;
  /** How often the statement is timed, before and after; 5 by default. */
  readonly runs?: number;
  /** The person said yes to running a data-changing statement, each time rolled back. Else its plans are compared. */
  readonly confirmed?: boolean;
}

export interface Verification {
  readonly before: Timing;
  readonly after: Timing;
  /** For each of the request's indexes: it stays. */
  readonly helps: readonly boolean[];
  /** Names of the indexes that stay, as they are called there. */
  readonly kept: readonly string[];
  /** Names of those that were dropped again. */
  readonly dropped: readonly string[];
  /** `posts_author_id_idx: 41 ms → 0.3 ms (median of 5), the plan uses it; kept.` */
  readonly sentence: string;
}

const usualRuns = 5;
/** Whoever pays for an index at every write wants at least a tenth back; the same share as the advisor's. */
const leastGain = 0.1;
/** A run of 0.01 ms differs from the next by a third, for nothing; EXPLAIN tells microseconds. */
const leastGainMs = 0.1;

/**
 * Builds the indexes, measures the statement before and after, and keeps what the plan uses if it is faster. However
 * it ends, nothing stays that was not proved to help, or the Problem says what does and how to remove it.
 */
export async function verifyIndex(
  gate: Gate,
  refuseDangerous: (transaction: Transaction) => Promise<void>,
  request: VerifyRequest,
): Promise<Verification> {
  const { fixes, statement, values, runs = usualRuns, confirmed = false, onProgress, signal } = request;
  const timing = { gate, refuseDangerous, statement, values, runs, confirmed, signal };
  onProgress(undefined, 'measuring without the index');
  const before = await timeStatement(timing);
  const built: BuiltIndex[] = [];
  try {
    for (const fix of fixes) built.push(await buildIndex(gate, fix, request));
    await analyzeTables(gate, fixes, request);
    onProgress(undefined, 'measuring with the index');
    const after = await timeStatement(timing);
    const used = usedBy(after, built);
    const kept = isFaster(before, after) ? used : [];
    const helps = built.map((index) => kept.includes(index));
    const dropped = built.filter((index) => !kept.includes(index));
    for (const index of [...dropped].reverse()) {
      onProgress(undefined, 'removing the index again');
      await dropIndex(gate, index, () => undefined);
      built.splice(built.indexOf(index), 1);
    }
    // Nothing is known of its parameters: without values it cannot run.
    const why = statement.readsOnly ? ' without values' : '';
    const names = { kept: kept.map(({ name }) => name), dropped: dropped.map(({ name }) => name) };
    return {
      before,
      after,
      helps,
      ...names,
      sentence: resultText(before, after, { ...names, used: used.length, why }),
    };
  } catch (error) {
    throw await withoutThem(gate, built, error);
  }
}

async function analyzeTables(
  gate: Gate,
  fixes: readonly BuildableIndex[],
  { onProgress, signal }: BuildOptions,
): Promise<void> {
  const tables = fixes.flatMap(({ index }) => (needsAnalyze(index) ? [index] : []));
  for (const { schema, table } of tables) {
    onProgress(undefined, `ANALYZE ${table}`);
    await gate.session(signal, ({ query }) => query(`ANALYZE ${quoteIdentifier(schema)}.${quoteIdentifier(table)}`));
  }
}

function usedBy({ plan }: Timing, indexes: readonly BuiltIndex[]): BuiltIndex[] {
  const names = new Set(planNodes(plan.root).map(({ index }) => index));
  return indexes.filter(({ name }) => names.has(name));
}

/**
 * By a tenth and 0.1 ms in the median, and beyond the spread: three of four runs with the index are shorter than three of four
 * without it. A statement that was not run is judged by its cost.
 */
function isFaster(before: Timing, after: Timing): boolean {
  if (after.cancelledAfterMs !== undefined) return false;
  if (before.cancelledAfterMs !== undefined) {
    return quantile(after.ms, 0.75) <= before.cancelledAfterMs * (1 - leastGain);
  }
  if (after.ms.length === 0) return after.plan.root.totalCost <= before.plan.root.totalCost * (1 - leastGain);
  return (
    quantile(before.ms, 0.5) - quantile(after.ms, 0.5) >= leastGainMs &&
    quantile(after.ms, 0.5) <= quantile(before.ms, 0.5) * (1 - leastGain) &&
    quantile(after.ms, 0.75) < quantile(before.ms, 0.25)
  );
}

/** The nearest of the values, which come in order; of five the third is the median. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
}

function resultText(
  before: Timing,
  after: Timing,
  { kept, dropped, used, why }: { kept: readonly string[]; dropped: readonly string[]; used: number; why: string },
): string {
  const names = [...kept, ...dropped];
  const it = names.length === 1 ? 'it' : 'them';
  const measured = `${names.join(' and ')}: ${changeText(before, after, why)}`;
  if (dropped.length === 0) return `${measured}, the plan uses ${it}; kept.`;
  if (kept.length > 0) {
    return `${measured}, the plan uses ${kept.join(' and ')}; kept. Dropped again, unused: ${dropped.join(' and ')}.`;
  }
  if (used === 0) return `${measured}, the plan does not use ${it}; dropped again.`;
  return `${measured}, the plan uses ${it}, but that is not clearly faster; dropped again.`;
}

/** `41 ms → 0.3 ms (median of 5)`, `more than 5 s → 0.3 ms (median of 5)`, `cost 5,013 → 28 (planned, not run)` */
function changeText(before: Timing, after: Timing, why: string): string {
  if (before.ms.length === 0 && before.cancelledAfterMs === undefined) {
    return `cost ${formatCost(before.plan.root.totalCost)} → ${formatCost(after.plan.root.totalCost)} (planned${why}, not run)`;
  }
  const runs = Math.min(...[before.ms.length, after.ms.length].filter((length) => length > 0));
  return `${timeText(before)} → ${timeText(after)}${Number.isFinite(runs) ? ` (median of ${runs})` : ''}`;
}

function timeText({ ms, cancelledAfterMs }: Timing): string {
  return cancelledAfterMs === undefined ? formatMs(quantile(ms, 0.5)) : `more than ${formatMs(cancelledAfterMs)}`;
}

/** What was built goes again; the Problem to throw says so, or what stays and how to remove it. */
async function withoutThem(gate: Gate, built: readonly BuiltIndex[], error: unknown): Promise<unknown> {
  if (!(error instanceof Problem) || built.length === 0) return error;
  const { kind, hint } = error;
  const names = built.map(({ name }) => name).join(' and ');
  const left: BuiltIndex[] = [];
  for (const index of [...built].reverse()) {
    try {
      await dropIndex(gate, index, () => undefined);
    } catch {
      left.unshift(index);
    }
  }
  if (left.length === 0) {
    return new Problem(kind, `${error.message} ${names} ${built.length === 1 ? 'was' : 'were'} dropped again.`, {
      hint,
      cause: error,
    });
  }
  const stays = `${left.map(({ name }) => name).join(' and ')} may still be there, without proof that it helps.`;
  return new Problem(kind === 'cancelled' ? 'server' : kind, `${error.message} ${stays}`, {
    hint: `To remove it: ${left.map(dropIndexSql).join('; ')}`,
    cause: error,
  });
}
