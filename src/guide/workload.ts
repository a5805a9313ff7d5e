import type { Health, StatementStatistic, StatementStatistics } from '../database/health/health';
import type { StatementReading } from '../sql/statement-reading';
import type { WorkspaceQuery } from './facts';

/** What the server counted, and who sends it. */
export interface Workload {
  /** Of the last reset, ISO 8601 by the server's clock. */
  readonly since?: string;
  readonly readAt: string;
  /** Time and calls of all statements of the database, also of those that are not listed. */
  readonly totalMs: number;
  readonly totalCalls: number;
  /** What took most time first. */
  readonly rows: readonly WorkloadRow[];
}

export interface WorkloadRow {
  /** Stays the same from one reading to the next. */
  readonly id: string;
  /** Of all entries of the same fingerprint together: lists of different length, other search paths. */
  readonly statistic: StatementStatistic;
  readonly entries: number;
  /** Of the whole time; 0.12 is 12 %. */
  readonly share: number;
  /** The places in the workspace that send it, each once; tests and scripts last. */
  readonly places: readonly WorkspaceQuery[];
  /**
   * 'here': by `places`; 'session': what drivers and libraries send (BEGIN, SET, questions about types); 'elsewhere':
   * nobody in this workspace that could be read; 'hidden': its text is not shown to this user, or cannot be read.
   */
  readonly sender: 'here' | 'session' | 'elsewhere' | 'hidden';
}

export const workloadOrders = ['total', 'mean', 'calls', 'rows', 'buffers', 'temp', 'wal'] as const;
export type WorkloadOrder = (typeof workloadOrders)[number];

const amounts: Readonly<Record<WorkloadOrder, (statistic: StatementStatistic) => number>> = {
  total: ({ totalMs }) => totalMs,
  mean: ({ meanMs }) => meanMs,
  calls: ({ calls }) => calls,
  rows: ({ rows }) => rows,
  buffers: ({ sharedHits, sharedReads }) => sharedHits + sharedReads,
  temp: ({ temporaryRead, temporaryWritten }) => temporaryRead + temporaryWritten,
  wal: ({ walBytes }) => walBytes,
};

export function inOrder(rows: readonly WorkloadRow[], order: WorkloadOrder): WorkloadRow[] {
  const amount = amounts[order];
  return [...rows].sort((a, b) => amount(b.statistic) - amount(a.statistic) || (a.id < b.id ? -1 : 1));
}

/** Undefined where the server does not count its statements, or was not asked. */
export function workloadOf(health: Health | undefined, queries: readonly WorkspaceQuery[]): Workload | undefined {
  if (!health || 'missing' in health.statements) return undefined;
  return workloadIn(health.statements.value, health.readAt, queries);
}

export function workloadIn(
  { since, totalMs, totalCalls, statements }: StatementStatistics,
  readAt: string,
  queries: readonly WorkspaceQuery[],
): Workload {
  const senders = new Senders(queries);
  const rows = grouped(statements).map((entries): WorkloadRow => {
    const statistic = together(entries);
    const places = statistic.reading ? senders.of(statistic.reading) : [];
    return {
      id: statistic.reading?.fingerprint ?? statistic.queryId,
      statistic,
      entries: entries.length,
      share: totalMs > 0 ? Math.min(1, statistic.totalMs / totalMs) : 0,
      places,
      sender: places.length > 0 ? 'here' : absentSender(statistic),
    };
  });
  return {
    ...(since !== undefined && { since }),
    readAt,
    totalMs,
    totalCalls,
    rows: inOrder(rows, 'total'),
  };
}

/** What pools and drivers send in every session, whose text the parser may not understand: `DEALLOCATE $1`. */
const ofSessions =
  /^\s*(?:begin|start|commit|end|rollback|abort|savepoint|release|set|reset|show|discard|deallocate|fetch|move|close|listen|unlisten)\b/i;

const ofCatalog = /^(?:pg_catalog\.|information_schema\.|pg_)/;

function absentSender({ text, reading }: StatementStatistic): WorkloadRow['sender'] {
  if (text !== undefined && (reading?.kind === 'transaction' || ofSessions.test(text))) return 'session';
  if (reading && reading.tables.length > 0 && reading.tables.every((name) => ofCatalog.test(name))) return 'session';
  return reading ? 'elsewhere' : 'hidden';
}

type Reading = Pick<StatementReading, 'fingerprint' | 'form' | 'tables'>;

class Senders {
  readonly #byKey = new Map<string, { readonly query: WorkspaceQuery; readonly tables: readonly string[] }[]>();

  constructor(queries: readonly WorkspaceQuery[]) {
    for (const query of queries) {
      for (const reading of [query, ...(query.otherForms ?? [])]) {
        for (const key of keysOf(reading)) {
          const known = this.#byKey.get(key) ?? [];
          this.#byKey.set(key, known);
          known.push({ query, tables: reading.tables });
        }
      }
    }
  }

  /** By the fingerprint; where nobody has it, by the form: libraries make up aliases, and nobody can know all of them. */
  of(reading: Reading): WorkspaceQuery[] {
    for (const key of keysOf(reading)) {
      const found = this.#with(key, reading);
      // Who looks for the sender wants the program, not its tests.
      if (found.length > 0) return found.sort((a, b) => Number(a.isAside === true) - Number(b.isAside === true));
    }
    return [];
  }

  #with(key: string, reading: Reading): WorkspaceQuery[] {
    const places = new Map<string, WorkspaceQuery>();
    for (const { query, tables } of this.#byKey.get(key) ?? []) {
      const place = `${query.path}:${query.range.start}:${query.range.end}`;
      if (!places.has(place) && areOfSameSchemas(tables, reading.tables)) places.set(place, query);
    }
    return [...places.values()];
  }
}

const keysOf = ({ fingerprint, form }: Partial<Reading>): string[] =>
  [fingerprint, form && `form ${form}`].filter((key) => key !== undefined);

/** The rows of a workload, by the statements that somebody writes. */
export class CountedStatements {
  readonly #byKey = new Map<string, WorkloadRow[]>();

  constructor(rows: readonly WorkloadRow[]) {
    for (const row of rows) {
      for (const key of keysOf(row.statistic.reading ?? {})) {
        this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), row]);
      }
    }
  }

  /** Of statements that differ in their aliases only, the one that took most time. */
  of(reading: Reading): WorkloadRow | undefined {
    return keysOf(reading)
      .flatMap((key) => this.#byKey.get(key) ?? [])
      .find(({ statistic }) => areOfSameSchemas(reading.tables, statistic.reading?.tables ?? []));
  }
}

/** `audit.events` is not `shop.events`; `events` may be either. */
function areOfSameSchemas(one: readonly string[], other: readonly string[]): boolean {
  const qualified = other.filter((name) => name.includes('.'));
  return one.every((name) => {
    if (!name.includes('.') || other.includes(name)) return true;
    const bare = name.slice(name.indexOf('.') + 1);
    return other.includes(bare) || !qualified.some((known) => known.slice(known.indexOf('.') + 1) === bare);
  });
}

/** Entries of the same statement, in the order of their first. */
function grouped(
  statements: readonly StatementStatistic[],
): (readonly [StatementStatistic, ...StatementStatistic[]])[] {
  const groups = new Map<string, [StatementStatistic, ...StatementStatistic[]]>();
  for (const statement of statements) {
    const { reading, queryId } = statement;
    const key = reading ? `${reading.fingerprint} ${reading.tables.join(' ')}` : queryId;
    const known = groups.get(key);
    if (known) known.push(statement);
    else groups.set(key, [statement]);
  }
  return [...groups.values()];
}

const summed = [
  ...(['calls', 'totalMs', 'planMs', 'rows', 'sharedHits', 'sharedReads', 'sharedDirtied', 'sharedWritten'] as const),
  ...(['temporaryRead', 'temporaryWritten', 'ioMs', 'walBytes'] as const),
];

/** The text and the identifier are those of the entry that took most time. */
function together(entries: readonly [StatementStatistic, ...StatementStatistic[]]): StatementStatistic {
  const most = entries.reduce((best, one) => (one.totalMs > best.totalMs ? one : best));
  if (entries.length === 1) return most;
  const sum = (amount: (entry: StatementStatistic) => number) =>
    entries.reduce((total, entry) => total + amount(entry), 0);
  const sums = Object.fromEntries(summed.map((name) => [name, sum((entry) => entry[name])])) as Record<
    (typeof summed)[number],
    number
  >;
  const meanMs = sums.calls > 0 ? sums.totalMs / sums.calls : 0;
  const squares = sum(({ calls, meanMs: mean, deviationMs }) => calls * (deviationMs ** 2 + mean ** 2));
  return {
    ...most,
    ...sums,
    meanMs,
    maxMs: Math.max(...entries.map(({ maxMs }) => maxMs)),
    deviationMs: Math.sqrt(Math.max(0, sums.calls > 0 ? squares / sums.calls - meanMs ** 2 : 0)),
  };
}
