/** A database as the planner sees it: schema and statistics, no rows. */
export interface Snapshot {
  /** server_version_num: 180004 */
  readonly version: number;
  /** True when sizes are assumed because no database was asked. */
  readonly assumed: boolean;
  /** CREATE SCHEMA, TYPE, DOMAIN, FUNCTION, EXTENSION in an order that works; run before the tables, one by one. */
  readonly prelude: readonly string[];
  readonly tables: readonly SnapshotTable[];
  /** CREATE VIEW and MATERIALIZED VIEW after the tables. */
  readonly views: readonly string[];
  /** Planner settings that differ from the default: random_page_cost, work_mem, … */
  readonly settings: Readonly<Record<string, string>>;
  /** Extensions installed (name → version), and those that could be installed. */
  readonly extensions: Readonly<Record<string, string>>;
  readonly availableExtensions: readonly string[];
  /** The search path's schemas, in order. */
  readonly searchPath: readonly string[];
  /** The database's default collation (datcollate); 'C' and its like make `LIKE 'abc%'` use a plain index. */
  readonly collation?: string;
  /** What was left out, and why; one sentence each. */
  readonly leftOut: readonly string[];
  /** When the server counted what `activity` of tables and indexes says. */
  readonly counting?: Counting;
}

/** The server's counters of use and their time. */
export interface Counting {
  /** ISO 8601, by the server's clock. */
  readonly until: string;
  /** Of the last pg_stat_reset(); absent: never, so since the database was made. */
  readonly since?: string;
  /** A standby counts its own reads; writes it does not count. */
  readonly isStandby: boolean;
}

/** pg_stat_user_tables, in rows since the counting began. */
export interface TableActivity {
  readonly inserts: number;
  readonly updates: number;
  /** Of the updates: those that needed no new index entries. */
  readonly hotUpdates: number;
  readonly deletes: number;
  /** Sequential and index scans. */
  readonly scans: number;
}

export interface IndexActivity {
  readonly scans: number;
  /** ISO 8601; since PostgreSQL 16. */
  readonly lastScan?: string;
  /** Transactions that wrote something since the index was made or altered, on the whole server. */
  readonly transactionsSince: number;
}

/** What else hangs on an index, so that it cannot be dropped for a duplicate. */
export type IndexDuty =
  /** Of a primary key, unique or exclusion constraint. */
  | 'constraint'
  /** It is checked at commit, so it does not do for what is checked at once. */
  | 'deferrable'
  /** A foreign key points at its columns. */
  | 'foreign key'
  | 'replica identity'
  /** The table was clustered by it. */
  | 'cluster'
  /** Part of a partitioned table's index, with which it goes. */
  | 'part'
  /** Not valid yet: somebody is building it. */
  | 'building';

export interface SnapshotTable {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'partitioned table' | 'materialized view' | 'foreign table';
  readonly columns: readonly SnapshotColumn[];
  /** Constraints as `ALTER TABLE … ADD CONSTRAINT …` (checks, primary and unique keys) except foreign keys. */
  readonly constraints: readonly string[];
  readonly foreignKeys: readonly string[];
  readonly indexes: readonly SnapshotIndex[];
  /** 8 kB pages and rows, of pg_class; `pages` is the file's real size where it can be read. */
  readonly pages: number;
  readonly rows: number;
  readonly allVisiblePages: number;
  /** Of a partitioned table: `RANGE (created_at)`. Its pages, rows and statistics are those of all partitions together. */
  readonly partitionKey?: string;
  /** Of a partition: whose, and which part of it: `FOR VALUES FROM (…) TO (…)`, `DEFAULT`. */
  readonly partitionOf?: PartitionOf;
  /** The tables that it INHERITS from, in their order; a partition's parent is not among them. */
  readonly inherits?: readonly { readonly schema: string; readonly table: string }[];
  readonly extendedStatistics?: readonly ExtendedStatistics[];
  readonly activity?: TableActivity;
}

/** Of CREATE STATISTICS. Columns are numbered from 1 as in `columns`, the object's expressions from -1 downwards. */
export interface ExtendedStatistics {
  readonly schema: string;
  readonly name: string;
  /** pg_get_statisticsobjdef */
  readonly definition: string;
  /** Of the table with all that inherits from it; a partitioned table has no others. */
  readonly isInherited: boolean;
  /** `{"1, 2": 11, "1, 3": 500}` */
  readonly distinct?: string;
  /** `{"1 => 2": 1.000000}` */
  readonly dependencies?: string;
}

export interface PartitionOf {
  readonly schema: string;
  readonly table: string;
  readonly bound: string;
}

export interface SnapshotColumn {
  readonly name: string;
  /** As format_type prints it. */
  readonly type: string;
  readonly notNull: boolean;
  readonly default?: string;
  /** The expression of a generated column. */
  readonly generated?: string;
  /** The generated column is computed when read (since 18), not stored. */
  readonly isVirtual?: boolean;
  readonly collation?: string;
  readonly statistics?: ColumnStatistics;
  /** Of a table that others inherit from: with their rows. A partitioned table's are in `statistics`. */
  readonly inheritedStatistics?: ColumnStatistics;
}

/** One row of pg_stats; arrays are in PostgreSQL's array text form. */
export interface ColumnStatistics {
  readonly nullFraction: number;
  readonly averageWidth: number;
  readonly distinct: number;
  readonly mostCommonValues?: string;
  readonly mostCommonFrequencies?: string;
  readonly histogramBounds?: string;
  readonly correlation?: number;
  readonly mostCommonElements?: string;
  readonly mostCommonElementFrequencies?: string;
  readonly elementCountHistogram?: string;
  /** Of range types, since 17. */
  readonly rangeLengthHistogram?: string;
  readonly rangeEmptyFraction?: number;
  readonly rangeBoundsHistogram?: string;
}

export interface SnapshotIndex {
  readonly name: string;
  /** pg_get_indexdef */
  readonly definition: string;
  readonly isPrimary: boolean;
  readonly isUnique: boolean;
  readonly isValid: boolean;
  readonly method: string;
  /** Key columns in order; expressions as SQL. */
  readonly columns: readonly { readonly name?: string; readonly expression?: string; readonly descending: boolean }[];
  readonly predicate?: string;
  readonly pages: number;
  readonly rows: number;
  /** Of the index's expressions, by the name of the index's column (`lower`, `expr`). */
  readonly statistics?: Readonly<Record<string, ColumnStatistics>>;
  /** Of a partitioned table's index: of all its parts together. Absent: not known. */
  readonly activity?: IndexActivity;
  /** Absent: not known. */
  readonly duties?: readonly IndexDuty[];
}
