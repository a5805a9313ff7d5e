import { isoTime } from '../iso-time';
import { userSchema } from '../snapshot-reader/queries';
import type { IndexHealth } from './health';
import { rowMaker, type SectionReader, section } from './reading';
import { bytesOf, isLocked, locked, type Sizes, staleSizes } from './relation-size';
import { byName, optionsOf } from './relations';

export interface ReadIndex {
  readonly index: Omit<IndexHealth, 'bloat'>;
  readonly oid: string;
  readonly tableOid: string;
  readonly pages: number;
  /** Numbers of the table's columns in the index's order, 0 for an expression; those that are only included are last. */
  readonly columns: readonly number[];
  /** B-trees with equal keys stored once: of types whose equal values are the same bytes, since 13. */
  readonly storesEqualKeysOnce: boolean;
  readonly options: Readonly<Record<string, string>>;
  readonly isPartial: boolean;
}

/** Indexes of the user's schemas; of partitioned ones the leaves, which alone are files. */
export const readIndexes =
  (sizes: Sizes): SectionReader<readonly ReadIndex[]> =>
  async (query, { version }) => {
    const rows = await query<Row>(indexes(version, sizes));
    const indexOf = rowMaker<Row, NotOfIndex>(notOfIndex);
    const read = rows.map((row): ReadIndex => {
      const { oid, tableOid, pages, columns, storesEqualKeysOnce, isPartial, options } = row;
      return { oid, tableOid, pages, columns, storesEqualKeysOnce, isPartial, options, index: indexOf(row) };
    });
    return section(
      read.sort((one, other) => byName(one.index, other.index)),
      sizes === 'of the last VACUUM' && staleSizes,
    );
  };

interface Row extends Omit<ReadIndex, 'index'>, Omit<IndexHealth, 'bloat' | 'lastScan'> {
  readonly lastScan: string | null;
}
type NotOfIndex = Exclude<keyof ReadIndex, 'index'>;
const notOfIndex: readonly NotOfIndex[] = [
  'oid',
  'tableOid',
  'pages',
  'columns',
  'storesEqualKeysOnce',
  'options',
  'isPartial',
];

/**
 * Support function 4 of an operator class says whether equal values are the same bytes; of texts it depends on the collation.
 * https://www.postgresql.org/docs/current/btree.html#BTREE-DEDUPLICATION
 */
const storesEqualKeysOnce = `
  i.indnkeyatts = i.indnatts AND am.amname = 'btree' AND i.indclass::oid[] <@ (
    SELECT array_agg(o.oid) FROM pg_opclass o JOIN pg_amproc p ON p.amprocfamily = o.opcfamily
      AND p.amproclefttype = o.opcintype AND p.amprocrighttype = o.opcintype AND p.amprocnum = 4
    WHERE o.opcmethod = (SELECT oid FROM pg_am WHERE amname = 'btree'))
  AND NOT i.indcollation::oid[] && (
    SELECT coalesce(array_agg(oid), '{}') FROM pg_collation WHERE NOT collisdeterministic)`;

/** As pg_get_indexdef has it, of an index without expressions, conditions and options. */
const plainDefinition = `format('CREATE %sINDEX %I ON %I.%I USING %s (%s)', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END,
    x.relname, n.nspname, c.relname, am.amname, k.list)`;

/** Where the default classes of operators and the collations of the columns are meant, in rising order. */
const isPlain = (version: number) => `(k.is_plain AND i.indpred IS NULL AND x.reloptions IS NULL
    AND 0 = ALL (i.indoption::int2[]) ${version >= 150000 ? 'AND NOT i.indnullsnotdistinct' : ''}
    AND i.indclass::oid[] <@ (SELECT array_agg(oid) FROM pg_opclass WHERE opcdefault))`;

const keys = `
  SELECT string_agg(coalesce(quote_ident(a.attname), '<expression>'), ', ' ORDER BY p.position) AS list,
    bool_and(coalesce(a.attcollation = p.ordering, false)) AS is_plain
  FROM unnest(i.indkey::int2[], i.indcollation::oid[]) WITH ORDINALITY p (number, ordering, position)
  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.number AND p.number <> 0`;

/**
 * pg_get_indexdef waits for the table's lock, and the server remembers the table afterwards: it is asked only for what is not
 * plain. Of a locked one only the columns are told, and that there is more: no two of those may look alike.
 */
const definition = (version: number, sizes: Sizes): string =>
  `CASE WHEN ${isPlain(version)} THEN ${plainDefinition}
    ${sizes === 'of the files' ? `WHEN NOT (${isLocked('c')} OR ${isLocked('x')}) THEN pg_get_indexdef(x.oid)` : ''}
    ELSE ${plainDefinition} || format(' <details of %I>', x.relname) END`;

const indexes = (version: number, sizes: Sizes): string => `
  WITH ${locked}
  SELECT x.oid::text AS oid, c.oid::text AS "tableOid", n.nspname::text AS schema, c.relname::text AS "table",
    x.relname::text AS name, am.amname::text AS method, ${definition(version, sizes)} AS definition,
    ${bytesOf('x', 'c', sizes)} AS bytes, x.reltuples::float8 AS rows, x.relpages AS pages,
    pg_stat_get_numscans(x.oid)::float8 AS scans,
    ${version >= 160000 ? isoTime('pg_stat_get_lastscan(x.oid)') : 'NULL'} AS "lastScan",
    json_build_object('hits', pg_stat_get_blocks_hit(x.oid)::float8,
      'reads', (pg_stat_get_blocks_fetched(x.oid) - pg_stat_get_blocks_hit(x.oid))::float8) AS blocks,
    i.indisunique AS "isUnique", i.indisprimary AS "isPrimary",
    EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.oid AND k.contype IN ('p', 'u', 'x')) AS "isOfConstraint",
    i.indisvalid AND i.indisready AS "isValid",
    to_json(i.indkey::int2[]) AS columns,
    ${storesEqualKeysOnce} AS "storesEqualKeysOnce", ${optionsOf('x')} AS options,
    i.indpred IS NOT NULL AS "isPartial"
  FROM pg_index i
  JOIN pg_class x ON x.oid = i.indexrelid AND x.relkind = 'i'
  JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = x.relnamespace
  JOIN pg_am am ON am.oid = x.relam
  CROSS JOIN LATERAL (${keys}) k
  WHERE ${userSchema}`;
