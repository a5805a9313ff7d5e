import type { Link, Value } from '../../facts/values';
import type { SqlText } from '../support/sql-text';
import type { Logic, SelectItem } from './query-text';

/** What a chain asks of PostgREST: the parts of its URL and its body. */
export interface RestRequest {
  readonly operation: 'select' | 'insert' | 'update' | 'upsert' | 'delete' | 'rpc';
  readonly schema?: string;
  /** The table or the function. */
  readonly name: string;
  readonly nameLink: Link;
  /** undefined for a write that gives nothing back. */
  readonly select?: readonly SelectItem[];
  readonly filters: readonly Filter[];
  readonly orders: readonly Order[];
  readonly limits: readonly { readonly of: string; readonly limit: SqlText; readonly offset: SqlText }[];
  readonly count?: string;
  /** Only the number is wanted: `{ head: true }`. */
  readonly isHead?: boolean;
  readonly isOne: boolean;
  /** Of insert, upsert and update; of rpc the arguments. */
  readonly rows: readonly (readonly { readonly column: string; readonly value: Value }[])[];
  readonly isMany: boolean;
  readonly onConflict?: readonly string[];
  readonly ignoresDuplicates: boolean;
  readonly equals: readonly { readonly property: string; readonly value: Value }[];
  readonly notes: readonly string[];
}

export interface Filter {
  /** Embedded tables on the way: `author` of `.eq('author.name', 'x')`; '' for the row itself. */
  readonly of: string;
  readonly logic: Logic;
  /** Values of the program, by their number in the text. */
  readonly values: readonly SqlText[];
}

export interface Order {
  readonly of: string;
  readonly column: string;
  readonly direction: 'ASC' | 'DESC';
  readonly nulls?: 'FIRST' | 'LAST';
}
