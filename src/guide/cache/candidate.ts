import type { Health, TableHealth } from '../../database/health/health';
import type { WorkspaceFacts, WorkspaceQuery } from '../facts';
import { seen } from '../support/known';
import { isQuery } from '../support/statements';
import { secondsBetween } from '../support/wording';
import { type Workload, type WorkloadRow, workloadOf } from '../workload';
import { type Demand, hitRatio, lifetimeFor } from './estimate';
import { isMadeOf } from './reached';
import { whyNotKept } from './volatile';

/** A statement whose answers are worth keeping. */
export interface Candidate {
  readonly row: WorkloadRow;
  readonly tables: readonly string[];
  readonly demand: Demand;
  /** In s. */
  readonly lifetime: number;
  /** The least that is to be expected. */
  readonly hitRatio: number;
  /** Of the time of all statements. */
  readonly saved: number;
}

/** Below it a cache across the network is not faster: Redis itself answers in a fraction of a ms. This check's own limit. */
const fastMs = 1;
/** Rows a call: more are no small answer to send over and to keep. This check's own limit. */
const manyRows = 1_000;
/** Of the whole time, as for slow statements: by Amdahl's law nobody would notice less. */
export const worthSaving = 0.1;
/** Fewer calls are no habit of a program. */
const fewCalls = 100;

export interface Candidates {
  readonly found: readonly Candidate[];
  /** Those that would be worth it but for one thing, with why, the dearest first. */
  readonly passedOver: readonly { readonly row: WorkloadRow; readonly why: string }[];
  /** Calls that were counted in all. */
  readonly calls: number;
}

/** Undefined where the server does not count its statements, or not since when. */
export function candidatesOf(health: Health, workspace: WorkspaceFacts): Candidates | undefined {
  const workload = workloadOf(health, workspace.queries);
  const seconds = workload && secondsBetween(workload.since, workload.readAt);
  if (!workload || !seconds) return undefined;
  const found: Candidate[] = [];
  const passedOver: { row: WorkloadRow; why: string }[] = [];
  for (const row of workload.rows) {
    if (row.share < worthSaving || !isRead(row)) continue;
    const known = seen(health.tables) ?? [];
    const candidate = estimated(row, { workload, seconds, known, workspace });
    const why = whyNot(row, workspace) ?? whyNotOf(candidate.tables, known);
    if (why !== undefined) passedOver.push({ row, why });
    else if (candidate.saved >= worthSaving) found.push(candidate);
    else passedOver.push({ row, why: 'its tables are written too often for how often it is asked' });
  }
  found.sort((a, b) => b.saved - a.saved);
  return { found, passedOver, calls: workload.totalCalls };
}

function isRead(row: WorkloadRow): boolean {
  const reading = row.statistic.reading;
  return isQuery(row) && reading?.readsOnly === true && reading.tables.length > 0 && row.statistic.calls >= fewCalls;
}

function whyNot({ statistic, places }: WorkloadRow, workspace: WorkspaceFacts): string | undefined {
  const { meanMs, rows, calls, text = '' } = statistic;
  const volatile = whyNotKept(text);
  if (volatile !== undefined) return volatile;
  if (meanMs < fastMs) return 'it is as fast as a cache';
  if (rows / calls > manyRows) return 'its answers are large';
  if (!places.some(({ isAside }) => !isAside)) return 'nothing in this workspace sends it';
  if (places.some((place) => isKept(place, workspace))) return 'a cache stands before it already';
  return undefined;
}

function isKept(query: WorkspaceQuery, { caches, cacheAside }: WorkspaceFacts): boolean {
  const { path, range } = query;
  const wrap = cacheAside?.wraps.find((one) => one.path === path && one.range.start === range.start);
  return wrap?.isKept === true || caches.some((use) => use.does === 'get' && isMadeOf(use, query));
}

/** Only of tables it is known what writes them. */
function whyNotOf(tables: readonly string[], known: readonly TableHealth[]): string | undefined {
  if (known.length === 0) return undefined;
  for (const own of tables) {
    const found = known.find(({ schema, name }) => isSameTable(own, `${schema}.${name}`));
    if (!found) return `what ${own} is made of is not known: a view, or a table of another server`;
    if (found.kind === 'materialized view') return `when ${own} is refreshed is not known`;
  }
  return undefined;
}

interface Around {
  readonly workload: Workload;
  readonly seconds: number;
  readonly known: readonly TableHealth[];
  readonly workspace: WorkspaceFacts;
}

function estimated(row: WorkloadRow, { workload, seconds, known, workspace }: Around): Candidate {
  const tables = tablesOf(row, workspace);
  const demand: Demand = {
    readsPerSecond: row.statistic.calls / seconds,
    writesPerSecond: writesOf(tables, workload) / seconds,
    keys: keysOf(row, tables, known),
  };
  const lifetime = lifetimeFor(demand);
  const ratio = hitRatio(demand, lifetime);
  return { row, tables, demand, lifetime, hitRatio: ratio, saved: ratio * row.share };
}

/** Also those of the other statements of the same call, whose answers are kept with its own: posts and their authors. */
function tablesOf({ statistic, places }: WorkloadRow, { queries }: WorkspaceFacts): string[] {
  const calls = queries.filter(({ path, range }) =>
    places.some((place) => place.path === path && place.range.start === range.start && place.range.end === range.end),
  );
  const all = [
    ...(statistic.reading?.tables ?? []),
    ...calls.flatMap(({ tables, otherForms = [] }) => [...tables, ...otherForms.flatMap((one) => one.tables)]),
  ];
  return all.filter((name, i) => all.findIndex((other) => isSameTable(other, name)) === i);
}

/** Calls of all statements that write one of the tables. */
function writesOf(tables: readonly string[], { rows }: Workload): number {
  return rows
    .filter(({ statistic }) => statistic.reading?.writes.some((name) => tables.some((own) => isSameTable(own, name))))
    .reduce((sum, { statistic }) => sum + statistic.calls, 0);
}

/** One without parameters has one answer; else as many as its largest table has rows, and not more than calls. */
function keysOf({ places, statistic }: WorkloadRow, tables: readonly string[], known: readonly TableHealth[]): number {
  if (!places.some(({ sql }) => /\$\d/.test(sql))) return 1;
  const rows = known
    .filter(({ schema, name }) => tables.some((own) => isSameTable(own, `${schema}.${name}`)))
    .map(({ liveRows, rows: estimate }) => Math.max(liveRows, estimate));
  return Math.max(1, Math.min(statistic.calls, rows.length > 0 ? Math.max(...rows) : statistic.calls));
}

/** `posts` may be that of any schema. */
export function isSameTable(one: string, other: string): boolean {
  if (one.includes('.') && other.includes('.')) return one === other;
  return one.slice(one.lastIndexOf('.') + 1) === other.slice(other.lastIndexOf('.') + 1);
}
