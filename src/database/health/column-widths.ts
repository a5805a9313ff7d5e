import { userSchema } from '../snapshot-reader/queries';
import { type SectionReader, section } from './reading';

/** What ANALYZE knows of one column; of an index's expression likewise. */
export interface ColumnWidth {
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
}

/** Columns by the oid of their table, or of the index whose expressions they are. */
export interface ColumnWidths {
  readonly ofRelation: ReadonlyMap<string, RelationColumns>;
}

export interface RelationColumns {
  /** In order; dropped columns and those without statistics are not among them. */
  readonly columns: readonly ColumnWidth[];
  /** Columns that are stored and of which nothing is known. */
  readonly unknown: number;
  /** Of dropped columns a NULL is stored. */
  readonly dropped: number;
}

export const readColumnWidths: SectionReader<ColumnWidths> = async (query, { user }) => {
  const rows = await query<Row>(widths);
  const unreadable = rows.filter(({ isReadable }) => !isReadable).length;
  const ofRelation = new Map(
    rows.map(({ oid, columns, unknown, dropped }) => [oid, { columns: columns.map(columnOf), unknown, dropped }]),
  );
  return section(
    { ofRelation },
    unreadable > 0 &&
      `The statistics of ${unreadable === 1 ? '1 table' : `${unreadable} tables`} that ${user} may not read are hidden.`,
  );
};

interface Row {
  readonly oid: string;
  readonly columns: readonly (readonly [number, number, string, number, number, number])[];
  readonly unknown: number;
  readonly dropped: number;
  readonly isReadable: boolean;
}

const alignments: Readonly<Record<string, number>> = { c: 1, s: 2, i: 4, d: 8 };

function columnOf([number, typeLength, alignment, width, nullShare, distinct]: Row['columns'][number]): ColumnWidth {
  return { number, typeLength, alignment: alignments[alignment] ?? 8, width, nullShare, distinct };
}

/** Virtual columns (since 18) are not stored. `name` is stored otherwise in an index than its statistics say. */
const isStored = `NOT a.attisdropped AND a.attgenerated <> 'v'`;

const widths = `
  SELECT c.oid::text AS oid,
    coalesce(json_agg(json_build_array(a.attnum, a.attlen, a.attalign, s.avg_width, s.null_frac, s.n_distinct)
      ORDER BY a.attnum) FILTER (WHERE ${isStored} AND s.avg_width IS NOT NULL), '[]') AS columns,
    (count(*) FILTER (WHERE ${isStored} AND (s.avg_width IS NULL OR a.atttypid = 'name'::regtype)))::int AS unknown,
    (count(*) FILTER (WHERE NOT (${isStored})))::int AS dropped,
    c.relkind = 'i' OR coalesce(has_any_column_privilege(c.oid, 'SELECT'), false) AS "isReadable"
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
  LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname AND NOT s.inherited
  WHERE ${userSchema} AND (c.relkind IN ('r', 'm')
    OR c.relkind = 'i' AND EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = c.oid AND i.indexprs IS NOT NULL))
  GROUP BY c.oid, c.relkind`;
