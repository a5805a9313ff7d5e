import { isoTime } from '../iso-time';
import { userSchema } from '../snapshot-reader/queries';
import type { IndexHealth } from './health';
import { type SectionReader, section, withoutNulls } from './reading';
import { bytesOf, isLocked, locked, type Sizes, staleSizes } from './relation-size';
import { byName, optionsOf } from './relations';

export interface ReadIndex extends Omit<IndexHealth, 'bloat'> {
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
    return section(
      rows.map((row) => ({ ...withoutNulls(row), options: optionsOf(row.options) })).sort(byName),
      sizes === 'of the last VACUUM' && staleSizes,
    );
  };

interface Row extends Omit<ReadIndex, 'lastScan' | 'options'> {
  readonly lastScan: string | null;
  readonly options: readonly string[] | null;
}

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

/**
 * pg_get_indexdef waits for the table's lock, too. Of a locked one, the columns; expressions and conditions by the index's
 * name, so that no two of them look alike.
 */
const ownDefinition = `
  format('CREATE %sINDEX %I ON %I.%I USING %s (%s)%s', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, x.relname, n.nspname,
    c.relname, am.amname,
    (SELECT string_agg(coalesce(quote_ident(a.attname), format('<expression of %I>', x.relname)), ', ' ORDER BY k.position)
     FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (number, position)
     LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number AND k.number <> 0),
    CASE WHEN i.indpred IS NOT NULL THEN format(' WHERE <condition of %I>', x.relname) ELSE '' END)`;

const definition = (sizes: Sizes): string =>
  sizes === 'of the last VACUUM'
    ? ownDefinition
    : `CASE WHEN ${isLocked('c')} OR ${isLocked('x')} THEN ${ownDefinition} ELSE pg_get_indexdef(x.oid) END`;

const indexes = (version: number, sizes: Sizes): string => `
  WITH ${locked}
  SELECT x.oid::text AS oid, c.oid::text AS "tableOid", n.nspname::text AS schema, c.relname::text AS "table",
    x.relname::text AS name, am.amname::text AS method, ${definition(sizes)} AS definition,
    ${bytesOf('x', sizes)} AS bytes, x.reltuples::float8 AS rows, x.relpages AS pages,
    pg_stat_get_numscans(x.oid)::float8 AS scans,
    ${version >= 160000 ? isoTime('pg_stat_get_lastscan(x.oid)') : 'NULL'} AS "lastScan",
    json_build_object('hits', pg_stat_get_blocks_hit(x.oid)::float8,
      'reads', (pg_stat_get_blocks_fetched(x.oid) - pg_stat_get_blocks_hit(x.oid))::float8) AS blocks,
    i.indisunique AS "isUnique", i.indisprimary AS "isPrimary",
    EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.oid AND k.contype IN ('p', 'u', 'x')) AS "isOfConstraint",
    i.indisvalid AND i.indisready AS "isValid",
    to_json(i.indkey::int2[]) AS columns,
    ${storesEqualKeysOnce} AS "storesEqualKeysOnce", to_json(x.reloptions) AS options,
    i.indpred IS NOT NULL AS "isPartial"
  FROM pg_index i
  JOIN pg_class x ON x.oid = i.indexrelid AND x.relkind = 'i'
  JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = x.relnamespace
  JOIN pg_am am ON am.oid = x.relam
  WHERE ${userSchema}`;
