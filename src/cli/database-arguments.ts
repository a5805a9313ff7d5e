import { type Given, text, upTo } from './command';

/** How a command finds its planner. */
export interface DatabaseArguments {
  readonly database?: string;
  readonly timeoutMs: number;
  /** Rows of each table where no database is asked. */
  readonly assumedRows: number;
}

export const databaseOptions = {
  database: { type: 'string' },
  timeout: { type: 'string' },
  rows: { type: 'string' },
} as const;

/** As the settings of the same names in package.json: an hour in ms, and a thousand million rows. */
const longestTimeout = 3_600_000;
const mostRows = 1_000_000_000;

export function databaseArguments(given: Given): DatabaseArguments {
  return {
    database: text(given, 'database'),
    timeoutMs: upTo(longestTimeout, given, 'timeout', '5000'),
    assumedRows: upTo(mostRows, given, 'rows', '100000'),
  };
}
