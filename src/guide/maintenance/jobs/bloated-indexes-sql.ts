/**
 * For psql: writes a REINDEX for each of the five most bloated B-trees and runs them one by one, each outside a transaction. The
 * estimate is that of the check without equal keys stored once: rather too few are rebuilt. An index whose column has no
 * statistics is left alone, and so are those of exclusion constraints, which cannot be rebuilt concurrently.
 */
export const reindexBloatedSql = `SELECT format('REINDEX INDEX CONCURRENTLY %I.%I', n.nspname, x.relname)
FROM pg_index i
JOIN pg_class x ON x.oid = i.indexrelid AND x.relkind = 'i' AND x.reltuples > 0
JOIN pg_class t ON t.oid = i.indrelid AND t.relpersistence <> 't'
JOIN pg_namespace n ON n.oid = x.relnamespace AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
JOIN pg_am am ON am.oid = x.relam AND am.amname = 'btree'
CROSS JOIN LATERAL (
  SELECT count(*) AS known, sum(s.avg_width * (1 - s.null_frac)) AS bytes
  FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
  JOIN pg_attribute a ON a.attrelid = CASE k.number WHEN 0 THEN x.oid ELSE t.oid END
    AND a.attnum = CASE k.number WHEN 0 THEN k.place ELSE k.number END
  JOIN pg_stats s ON s.schemaname = n.nspname AND s.attname = a.attname AND NOT s.inherited
    AND s.tablename = CASE k.number WHEN 0 THEN x.relname ELSE t.relname END
) AS key
CROSS JOIN LATERAL (
  SELECT pg_relation_size(x.oid) AS bytes,
    x.reltuples * (12 + 8 * ceil(key.bytes / 8)) / coalesce((
      SELECT option_value::float8 / 100 FROM pg_options_to_table(x.reloptions) WHERE option_name = 'fillfactor'), 0.9) AS needed
) AS size
WHERE i.indisvalid AND NOT i.indisexclusion AND key.known = i.indnatts
  AND (size.bytes - size.needed >= 10 * 1024 ^ 2 AND size.needed <= 0.5 * size.bytes
    OR size.bytes - size.needed >= 100 * 1024 ^ 2 AND size.needed <= 0.7 * size.bytes)
ORDER BY size.bytes - size.needed DESC
LIMIT 5
\\gexec
`;
