import type { IndexFix, OtherQueries, OtherQuery, Proof } from '../nouns/fix';
import { formatBytes, formatCost, formatCount, formatCounted } from './format';
import { oneLine } from './one-line';

const provers: Record<Proof['by'], string> = {
  'what-if': 'by the planner in memory',
  hypopg: 'by the server with HypoPG',
  server: 'on the server',
};

/** `proved by the planner in memory, with assumed table sizes: cost 5,013 → 28, about 4.5 MB` */
export function proofText({ by, assumed, costBefore, costAfter, sizeBytes }: ProofNumbers): string {
  const size = sizeBytes > 0 ? `, about ${formatBytes(sizeBytes)}` : '';
  return `${proverText({ by, assumed })}: cost ${formatCost(costBefore)} → ${formatCost(costAfter)}${size}`;
}

/** `proved by the planner in memory` */
function proverText({ by, assumed }: Pick<Proof, 'by' | 'assumed'>): string {
  return `proved ${provers[by]}${assumed ? ', with assumed table sizes' : ''}`;
}

/** What stands beside a title that has the costs already: `proved by the planner in memory, about 4.5 MB` */
function proofNote(proof: Pick<Proof, 'by' | 'assumed' | 'sizeBytes'>): string {
  return `${proverText(proof)}${proof.sizeBytes > 0 ? `, about ${formatBytes(proof.sizeBytes)}` : ''}`;
}

type ProofNumbers = Pick<Proof, 'by' | 'assumed' | 'costBefore' | 'costAfter' | 'sizeBytes'>;

/** `Proved by the planner in memory, about 4.5 MB.`, and what else the index does. */
export function proofSentences({ index, concurrently, replaces, proof }: IndexFix): string[] {
  const note = proofNote(proof);
  const said = `${note.charAt(0).toUpperCase()}${note.slice(1)}.`;
  return [said, ...sideEffects({ table: index.table, concurrently, replaces, proof })];
}

export interface ProvedIndex {
  /** Without its schema. */
  readonly table: string;
  readonly concurrently: string;
  readonly replaces?: readonly string[];
  readonly proof: Pick<Proof, 'others' | 'writes' | 'guessed'>;
}

/** What else the index does, one sentence each: to the other queries, to writes, to other indexes, while it is built. */
export function sideEffects({
  table,
  concurrently,
  replaces = [],
  proof: { others, writes, guessed },
}: ProvedIndex): string[] {
  const sentences: string[] = [];
  if (guessed !== undefined) sentences.push(`A guess is part of it: ${guessed}.`);
  if (others) sentences.push(othersText(others, table));
  if (writes) sentences.push(writesText(writes, table));
  if (replaces.length > 0) sentences.push(`Beside it nothing needs ${replaces.join(' and ')} any more.`);
  // PostgreSQL refuses CONCURRENTLY on a partitioned table.
  if (!/^CREATE INDEX CONCURRENTLY /.test(concurrently)) {
    sentences.push(`${table} is partitioned, so not CONCURRENTLY: writes wait while it is built.`);
  }
  return sentences;
}

/** `Also makes 3 of 12 other queries on posts cheaper; none dearer.` */
export function othersText(others: OtherQueries, table: string): string {
  const { known, checked, better, worse } = others;
  const all = `${formatCounted(checked, 'other query', 'other queries')} on ${table}`;
  const untried = known > checked ? ` (${formatCount(known - checked)} more could not be tried)` : '';
  const [first] = worse;
  if (first !== undefined) {
    const more = worse.length > 1 ? `, and ${formatCount(worse.length - 1)} more` : '';
    const cheaper = better.length > 0 ? `; ${formatCount(better.length)} cheaper` : '';
    return `Makes ${formatCount(worse.length)} of ${all} dearer${untried}: ${queryText(first)}, cost ${change(first)}${more}${cheaper}.`;
  }
  if (better.length === 0) {
    const none = checked === 1 ? `the other query on ${table}` : `any of the ${all}`;
    return `Does not change the cost of ${none}${untried}.`;
  }
  const [only] = better;
  if (checked === 1 && only) return `Also makes the other query on ${table} cheaper${untried}: cost ${change(only)}.`;
  return `Also makes ${formatCount(better.length)} of ${all} cheaper${untried}; none dearer.`;
}

/** `makes another query 12 % dearer: src/posts.ts:12`; undefined when none is. */
export function dearerText({ worse }: Pick<OtherQueries, 'worse'>): string | undefined {
  const [first] = worse;
  if (first === undefined) return undefined;
  const which = worse.length === 1 ? 'another query' : `${formatCount(worse.length)} other queries, one of them`;
  return `makes ${which} ${percentDearer(first)} dearer: ${queryText(first)}, cost ${change(first)}`;
}

/** `About 1.3 times the index writes for each inserted row (4 indexes on posts instead of 3); its known UPDATEs stay HOT.` */
export function writesText(writes: NonNullable<Proof['writes']>, table: string): string {
  const {
    indexesBefore: before,
    indexesAfter: after,
    everyRow,
    hot,
    hotColumns = [],
    hotShare,
    rowsPerDay = 0,
  } = writes;
  const row = `each inserted row${everyRow ? '' : ' that meets its condition'}`;
  const times = (after / before).toLocaleString('en-US', { maximumFractionDigits: 1 });
  const inserts =
    before === 0
      ? `The first index on ${table}: one index write for ${row}`
      : `About ${times} times the index writes for ${row} (${formatCounted(after, 'index', 'indexes')} on ${table} instead of ${formatCount(before)})`;
  const daily = rowsPerDay > 0 ? `; ${formatCounted(rowsPerDay, 'row is', 'rows are')} written to it a day` : '';
  if (hot === 'kept') return `${inserts}${daily}; the known UPDATEs stay HOT.`;
  if (hot !== 'lost') return `${inserts}${daily}.`;
  const share = hotShare === undefined ? '' : ` (${formatCount(hotShare * 100)} % of all updates so far)`;
  const all = after === 1 ? 'it' : `all ${formatCount(after)}`;
  return `${inserts}${daily}; UPDATEs of ${hotColumns.join(', ')}, which can be HOT now${share}, then write to ${all}.`;
}

/** Where it stands, else how it begins. */
function queryText({ place, sql }: OtherQuery): string {
  return place ?? oneLine(sql, 60);
}

const change = ({ costBefore, costAfter }: OtherQuery): string =>
  `${formatCost(costBefore)} → ${formatCost(costAfter)}`;

function percentDearer({ costBefore, costAfter }: OtherQuery): string {
  const percent = (costAfter / costBefore - 1) * 100;
  return `${percent.toLocaleString('en-US', { maximumFractionDigits: percent < 10 ? 1 : 0 })} %`;
}
