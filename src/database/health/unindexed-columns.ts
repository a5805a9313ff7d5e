import { userSchema } from '../snapshot-reader/queries';
import type { UnindexedColumn } from './health';
import { type SectionReader, section } from './reading';

const most = 500;

/**
 * The guide's query (n_distinct > 100, correlation < 0.1, in no index), with three things set right: the index must be of
 * the same table, a negative n_distinct is a share of the rows, and rows in falling order (-1) are in order, too.
 */
export const readUnindexedColumns: SectionReader<readonly UnindexedColumn[]> = async (query) => {
  const rows = await query<UnindexedColumn & { unreadable: number }>(unindexed);
  const found = rows.slice(0, most).map(({ schema, table, column, distinct, correlation }) => {
    return { schema, table, column, distinct, correlation };
  });
  return section(found, rows.length > most && `Only the ${most} of the largest tables are listed.`);
};

const unindexed = `
  SELECT s.schemaname::text AS schema, s.tablename::text AS "table", s.attname::text AS "column", s.n_distinct::float8 AS distinct,
    s.correlation::float8 AS correlation
  FROM pg_stats s
  JOIN pg_namespace n ON n.nspname = s.schemaname
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename AND c.relkind IN ('r', 'm', 'p')
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
  WHERE ${userSchema} AND s.inherited = (c.relkind = 'p') AND abs(s.correlation) < 0.1
    AND CASE WHEN s.n_distinct < 0 THEN -s.n_distinct * c.reltuples ELSE s.n_distinct END > 100
    AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND a.attnum = ANY (i.indkey::int2[]))
  ORDER BY c.relpages DESC, 1, 2, 3 LIMIT ${most + 1}`;
