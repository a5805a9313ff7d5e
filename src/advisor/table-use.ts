import type { SnapshotTable } from '../database/snapshot';

/** What one statement asks of one relation in its FROM clause: the conditions that an index could serve. */
export interface TableUse {
  readonly table: SnapshotTable;
  readonly alias: string;
  /** `author_id = $1`, `deleted_at IS NULL`, `published` */
  readonly equal: Set<string>;
  /** `id IN (…)`, `id = ANY (…)`: like an equality, but the rows do not come in the order of the next column. */
  readonly anyOf: Set<string>;
  /** `created_at > …`, BETWEEN, the first column of a row comparison. */
  readonly ranges: Set<string>;
  /** Columns compared with another relation's. */
  readonly joined: Set<string>;
  /** `body ILIKE '%x%'`: a pattern that starts with a wildcard, or may. */
  readonly contains: Set<string>;
  /** The branches of an OR, when every one of them is a condition on this table: served together or not at all. */
  readonly alternatives: readonly Alternative[][];
  /** ORDER BY, when all of it is columns of this relation. */
  readonly order: readonly OrderColumn[];
  readonly hasLimit: boolean;
}

export interface OrderColumn {
  readonly name: string;
  readonly descending: boolean;
  readonly nulls?: 'first' | 'last';
}

export interface Alternative {
  readonly column: string;
  readonly kind: 'equal' | 'range' | 'contains';
}

/** A column of a base relation, however it was named. */
export interface ColumnOf {
  readonly use: MutableTableUse;
  readonly column: string;
}

export interface MutableTableUse extends TableUse {
  alternatives: Alternative[][];
  order: readonly OrderColumn[];
  hasLimit: boolean;
}

export function emptyUse(table: SnapshotTable, alias: string): MutableTableUse {
  return {
    table,
    alias,
    equal: new Set(),
    anyOf: new Set(),
    ranges: new Set(),
    joined: new Set(),
    contains: new Set(),
    alternatives: [],
    order: [],
    hasLimit: false,
  };
}
