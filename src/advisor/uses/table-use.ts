import type { SnapshotTable } from '../../database/snapshot';

/**
 * What one statement asks of one relation in its FROM clause: the conditions that an index could serve. A key is a
 * column's name, or the text of an expression that is listed in `expressions`.
 */
export interface TableUse {
  readonly table: SnapshotTable;
  readonly alias: string;
  /** `author_id = $1`, `deleted_at IS NULL`, `published` */
  readonly equal: Set<string>;
  /** `id IN (…)`, `id = ANY (…)`: like an equality, but the rows do not come in the order of the next column. */
  readonly anyOf: Set<string>;
  /** `created_at > …`, BETWEEN, the first column of a row comparison. */
  readonly ranges: Set<string>;
  /** Keys compared with another relation's. */
  readonly joined: Set<string>;
  /** `body ILIKE '%x%'`: a pattern that starts with a wildcard, or may. */
  readonly contains: Set<string>;
  /** `slug LIKE 'abc%'`: a pattern that surely starts with letters. */
  readonly prefixes: Set<string>;
  /** `deleted_at IS NOT NULL` */
  readonly notNull: Set<string>;
  /** `tags @> …`, `during && …`, `document @@ …`: served by GIN or GiST. */
  readonly operators: readonly OperatorUse[];
  /** `ORDER BY place <-> $1` */
  readonly nearest: Set<string>;
  /** The branches of an OR, when every one of them is a condition on this table: served together or not at all. */
  readonly alternatives: readonly Alternative[][];
  /** ORDER BY, when all of it is keys of this relation. */
  readonly order: readonly OrderColumn[];
  /** Other orders in which rows are wanted: GROUP BY, DISTINCT, windows, row comparisons. */
  readonly orders: readonly (readonly OrderColumn[])[];
  readonly hasLimit: boolean;
  /** Keys that are expressions: `lower(email)`. */
  readonly expressions: Set<string>;
  /** Conditions that are written out in the text: `status = 'draft'`. */
  readonly constants: readonly ConstantCondition[];
  /** The columns that the statement reads of this relation; undefined: all of them, or it is not known. */
  readonly reads: ReadonlySet<string> | undefined;
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

export interface OperatorUse {
  readonly key: string;
  /** As if the key stood on the left: `$1 <@ tags` is `tags @> $1`. */
  readonly operator: string;
}

/** A condition without parameters, as SQL for the predicate of a partial index. */
export interface ConstantCondition {
  readonly column: string;
  readonly sql: string;
  readonly test:
    | { readonly kind: 'equal'; readonly values: readonly string[] }
    | { readonly kind: 'null' | 'not null' | 'true' | 'false' };
}

/** A key of a base relation, however it was named. */
export interface ColumnOf {
  readonly use: MutableTableUse;
  readonly column: string;
}

export interface MutableTableUse extends TableUse {
  alternatives: Alternative[][];
  order: readonly OrderColumn[];
  orders: (readonly OrderColumn[])[];
  hasLimit: boolean;
  operators: OperatorUse[];
  constants: ConstantCondition[];
  reads: Set<string> | undefined;
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
    prefixes: new Set(),
    notNull: new Set(),
    operators: [],
    nearest: new Set(),
    alternatives: [],
    order: [],
    orders: [],
    hasLimit: false,
    expressions: new Set(),
    constants: [],
    reads: new Set(),
  };
}
