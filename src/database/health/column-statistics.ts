import { userSchema } from '../snapshot-reader/queries';
import { type SectionReader, section } from './reading';

/** What ANALYZE knows of one column; of an index's expression likewise. */
export interface ColumnStatistics {
  /** pg_attribute.attnum */
  readonly number: number;
  /** Bytes of a type of fixed width; -1: of any width. */
  readonly typeLength: number;
  /** In bytes: 1, 2, 4 or 8. */
  readonly alignment: number;
  /** Average of stored values, in bytes. */
  readonly width: number;
  readonly nullShare: number;
  /** As pg_stats has it: negative is a share of the rows. */
  readonly distinct: number;
  /** Only of columns whose values are in no order on disk. */
  readonly unordered?: { readonly name: string; readonly correlation: number };
}

export interface RelationColumns {
  /** In order; dropped columns and those without statistics are not among them. */
  readonly columns: readonly ColumnStatistics[];
  /** Columns that are stored and of which not enough is known. */
  readonly unknown: number;
  /** Of dropped columns a NULL is stored. */
  readonly dropped: number;
}

/** Columns by the oid of their table, or of the index whose expressions they are. */
export type DatabaseColumns = ReadonlyMap<string, RelationColumns>;

/** pg_stats, once for all that is estimated from it. Of tables that the user may not read, PostgreSQL hides it. */
export const readColumnStatistics: SectionReader<DatabaseColumns> = async (query) => {
  const rows = await query<Row>(statistics);
  const unreadable = rows.filter(({ isReadable }) => !isReadable).length;
  return section(
    new Map(rows.map((row) => [row.oid, columnsOf(row)])),
    unreadable > 0 &&
      `The column statistics of ${unreadable === 1 ? '1 table' : `${unreadable} tables`} are hidden: ` +
        `only a user who may SELECT from a table sees them.`,
  );
};

interface Row {
  readonly oid: string;
  readonly columns: readonly ReadColumn[];
  readonly unknown: number;
  readonly dropped: number;
  readonly isReadable: boolean;
}
type ReadColumn = readonly [
  ...[number: number, typeLength: number, alignment: string, width: number, nullShare: number, distinct: number],
  ...[name: string | null, correlation: number | null],
];

const alignments: Readonly<Record<string, number>> = { c: 1, s: 2, i: 4, d: 8 };

function columnsOf({ columns, unknown, dropped }: Row): RelationColumns {
  const read = columns.map(([number, typeLength, alignment, width, nullShare, distinct, name, correlation]) => ({
    number,
    typeLength,
    alignment: alignments[alignment] ?? 8,
    width,
    nullShare,
    distinct,
    ...(name !== null && correlation !== null && { unordered: { name, correlation } }),
  }));
  return { columns: read.sort((one, other) => one.number - other.number), unknown, dropped };
}

/** The guide's threshold, below which it counts a column's order on disk for nothing. */
const noOrder = 0.1;

/** Virtual columns (since 18) are not stored. `name` is stored otherwise in an index than its statistics say. */
const isStored = `NOT a.attisdropped AND a.attgenerated <> 'v'`;

const statistics = `
  SELECT c.oid::text AS oid,
    coalesce(json_agg(json_build_array(a.attnum, a.attlen, a.attalign, s.avg_width, s.null_frac, s.n_distinct,
      CASE WHEN abs(s.correlation) < ${noOrder} THEN a.attname END, s.correlation))
      FILTER (WHERE ${isStored} AND s.avg_width IS NOT NULL), '[]') AS columns,
    (count(*) FILTER (WHERE ${isStored} AND (s.avg_width IS NULL OR a.atttypid = 'name'::regtype)))::int AS unknown,
    (count(*) FILTER (WHERE NOT (${isStored})))::int AS dropped,
    c.relkind = 'i' OR coalesce(has_any_column_privilege(c.oid, 'SELECT'), false) AS "isReadable"
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
  LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname
    AND s.inherited = (c.relkind = 'p')
  WHERE ${userSchema} AND (c.relkind IN ('r', 'm', 'p')
    OR c.relkind = 'i' AND EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = c.oid AND i.indexprs IS NOT NULL))
  GROUP BY c.oid, c.relkind`;
