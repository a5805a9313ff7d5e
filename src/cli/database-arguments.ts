import { type Given, text, upTo, wrong } from './command';

/** How a command finds its planner. */
export interface DatabaseArguments {
  readonly database?: string;
  /** A file of `planlight snapshot`, instead of a database. */
  readonly snapshot?: string;
  readonly timeoutMs: number;
  /** Rows of each table where no database is asked. */
  readonly assumedRows: number;
}

export const databaseOptions = {
  database: { type: 'string' },
  snapshot: { type: 'string' },
  timeout: { type: 'string' },
  rows: { type: 'string' },
} as const;

/** As the settings of the same names in package.json: an hour in ms, and a thousand million rows. */
const longestTimeout = 3_600_000;
const mostRows = 1_000_000_000;

export function databaseArguments(given: Given): DatabaseArguments {
  const database = text(given, 'database');
  const snapshot = text(given, 'snapshot');
  if (database !== undefined && snapshot !== undefined) throw wrong('Give --database or --snapshot, not both');
  if (snapshot !== undefined && given.values.analyze === true) {
    throw wrong('--analyze runs statements, and a snapshot has no rows: it needs --database');
  }
  return {
    database,
    snapshot,
    timeoutMs: upTo(longestTimeout, given, 'timeout', '5000'),
    assumedRows: upTo(mostRows, given, 'rows', '100000'),
  };
}
