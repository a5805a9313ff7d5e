import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { indexStatements } from '../advisor/index-statements';
import type { WorkloadAdvice, WorkloadIndex } from '../advisor/workload/advise-workload';
import type { Verification } from '../database/build-index/verify-index';
import type { Server } from '../database/server';
import type { Snapshot } from '../database/snapshot';
import type { Json } from '../nouns/finding';
import { Problem } from '../nouns/problem';
import { needsAnalyze } from '../sql/create-index';
import type { Environment } from './command';

/** What `planlight advise --verify` was told about asking. */
export interface Consent {
  /** `--yes`: the person said it beforehand. */
  readonly yes: boolean;
  /** Where the answer comes from and the question goes: standard input and standard error. */
  readonly input?: Readable & { readonly isTTY?: boolean };
  readonly output?: Writable;
}

/** One measurement: what was built for it, with which query, and what came out. */
export interface VerifiedIndexes {
  /** `src/posts.ts:12` */
  readonly query: string;
  readonly verification: Verification;
}

/**
 * Asks, then builds the advised indexes one after the other on the server, measures the query that gains most from each
 * before and after, and keeps those that help. Undefined: the person said no. What went wrong with one index is told and
 * the next is tried; after an interruption no further one is. Rejects with Problem 'needs-confirmation' where nobody can
 * be asked.
 */
export async function verifyAdvice(
  server: Server,
  { advice, snapshot }: { readonly advice: WorkloadAdvice; readonly snapshot: Snapshot },
  { console, signal, ...consent }: Pick<Environment, 'console' | 'signal'> & Consent,
): Promise<VerifiedIndexes[] | undefined> {
  if (advice.indexes.length === 0) return [];
  console.clear();
  if (!consent.yes && !(await ask(question(server, advice, snapshot), consent, signal))) return undefined;
  const verified: VerifiedIndexes[] = [];
  const settled = new Set<string>();
  for (const one of advice.indexes) {
    if (settled.has(one.index.name)) continue;
    const outcome = greatestGain(one, advice);
    if (!outcome || signal.aborted) continue;
    const { label, statement, valueSets } = outcome.query;
    // A plan that uses several of them needs them all; one that this plan does not use has its own turn later.
    const others = advice.indexes.filter(
      ({ index }) => index !== one.index && outcome.indexes.includes(index.name) && !settled.has(index.name),
    );
    try {
      const verification = await server.verifyIndex({
        fixes: [buildable(one, snapshot), ...others.map((other) => buildable(other, snapshot))],
        statement,
        values: valueSets[0],
        signal,
        onProgress: (fraction, phase) =>
          console.progress(() => `${one.index.name}: ${phase}${fraction === undefined ? '' : percent(fraction)}`),
      });
      verified.push({ query: label, verification });
      settled.add(one.index.name);
      for (const [i, other] of others.entries()) if (verification.helps[i + 1]) settled.add(other.index.name);
      console.clear();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // An interruption, too, ends with what became of the index.
      console.tell(`${one.index.name}: ${[error.message, error.hint].filter((part) => part).join(' ')}`);
    }
  }
  return verified;
}

/** One line for each measurement, for people. */
export function verifiedText(verified: readonly VerifiedIndexes[], server: Server): string {
  const lines = verified.map(({ query, verification }) => `  ${verification.sentence}\n    measured with ${query}`);
  return [`Measured on ${server.label}:`, ...lines].join('\n');
}

/** The same as a member of the JSON report. */
export function verifiedJson(verified: readonly VerifiedIndexes[]): Json {
  return verified.map(({ query, verification: { before, after, kept, dropped, sentence } }) => ({
    query,
    kept,
    dropped,
    sentence,
    before: { ms: before.ms, cost: before.plan.root.totalCost },
    after: { ms: after.ms, cost: after.plan.root.totalCost },
  }));
}

function question({ profile }: Server, { indexes }: WorkloadAdvice, snapshot: Snapshot): string {
  const statements = indexes.map(({ index }) => {
    const { needs, concurrently } = indexStatements(index, snapshot);
    return [needs, concurrently].flatMap((sql) => (sql === undefined ? [] : [`  ${sql};\n`])).join('');
  });
  const analyzed = new Set(indexes.flatMap(({ index }) => (needsAnalyze(index) ? [index.table] : [])));
  const [these, each] =
    indexes.length === 1 ? ['this index', 'it only if that'] : [`these ${indexes.length} indexes`, 'each only if it'];
  return (
    `${statements.join('')}` +
    (analyzed.size > 0 ? `ANALYZE renews the statistics of ${[...analyzed].join(' and ')}. ` : '') +
    `Queries that only read are run six times before and six times after; others are only planned.\n` +
    `Create ${these} on ${profile.database} on ${profile.host}:${profile.port} (${profile.environment}), measure, and keep ${each} helps? [y/N] `
  );
}

async function ask(
  text: string,
  { input = process.stdin, output = process.stderr }: Consent,
  signal: AbortSignal,
): Promise<boolean> {
  if (!input.isTTY) {
    throw new Problem('needs-confirmation', 'Nobody can be asked whether indexes may be created on the database.', {
      hint: 'Say so beforehand with --yes.',
    });
  }
  const lines = createInterface({ input, output });
  try {
    return /^\s*y(es)?\s*$/i.test(await lines.question(text, { signal }));
  } finally {
    lines.close();
  }
}

/** Of the queries whose plans use the index, the one that saves most with all of them. */
function greatestGain(
  { queries }: WorkloadIndex,
  advice: WorkloadAdvice,
): WorkloadAdvice['queries'][number] | undefined {
  const gain = ({ before = 0, after = 0, query }: WorkloadAdvice['queries'][number]) => (before - after) * query.weight;
  return queries.flatMap((position) => advice.queries[position] ?? []).sort((a, b) => gain(b) - gain(a))[0];
}

function buildable({ index }: WorkloadIndex, snapshot: Snapshot) {
  const { needs } = indexStatements(index, snapshot);
  return { index, ...(needs !== undefined && { needs }) };
}

const percent = (fraction: number): string => `, ${Math.round(fraction * 100)} %`;
