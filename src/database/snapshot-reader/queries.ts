/** The catalog queries of a snapshot. Numbers that may be large are float8, so that every driver gives a number. */

/** The user's schemas: `n` is pg_namespace. */
export const userSchema = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

const notOfExtension = (catalog: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;

/** Ordinary, partitioned and foreign tables and materialised views: `c` is pg_class. */
const userTable = `c.relkind IN ('r', 'p', 'm', 'f') AND c.relpersistence <> 't' AND ${userSchema}
  AND ${notOfExtension('pg_class', 'c.oid')}`;

export interface ServerRow {
  readonly version: number;
  readonly searchPath: string[];
  readonly collation: string | null;
}
/** The builtin provider (17 and later) compares bytes, as C does. Through jsonb, because older versions lack the columns. */
export const server = `
  SELECT current_setting('server_version_num')::int AS version,
    to_json(current_schemas(false)) AS "searchPath",
    (SELECT CASE to_jsonb(d) ->> 'datlocprovider' WHEN 'b' THEN 'C' WHEN 'i' THEN 'icu' ELSE d.datcollate END
     FROM pg_database d WHERE d.datname = current_database()) AS collation`;

export interface RelationRow {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly pages: number;
  readonly rows: number;
  readonly allVisiblePages: number;
  readonly bytes: number | null;
  readonly partitionKey: string | null;
  readonly bound: string | null;
  readonly parentSchema: string | null;
  readonly parentName: string | null;
  /** INHERITS, in order. */
  readonly inherits: { schema: string; table: string }[] | null;
}
export const relations = `
  SELECT c.oid::text AS oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
    c.relpages AS pages, c.reltuples::float8 AS rows, c.relallvisible AS "allVisiblePages",
    CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid)::float8 END AS bytes,
    pg_get_partkeydef(c.oid) AS "partitionKey", pg_get_expr(c.relpartbound, c.oid) AS bound,
    pn.nspname::text AS "parentSchema", p.relname::text AS "parentName",
    CASE WHEN NOT c.relispartition THEN
      (SELECT json_agg(json_build_object('schema', hn.nspname, 'table', h.relname) ORDER BY i.inhseqno)
       FROM pg_inherits i JOIN pg_class h ON h.oid = i.inhparent JOIN pg_namespace hn ON hn.oid = h.relnamespace
       WHERE i.inhrelid = c.oid) END AS inherits
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_inherits parent ON parent.inhrelid = c.oid AND c.relispartition
  LEFT JOIN pg_class p ON p.oid = parent.inhparent
  LEFT JOIN pg_namespace pn ON pn.oid = p.relnamespace
  WHERE ${userTable}
  ORDER BY c.oid`;

export interface ColumnRow {
  readonly relation: string;
  /** pg_attribute.attnum; dropped columns have left gaps. */
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly width: number;
  readonly notNull: boolean;
  readonly generated: string;
  readonly expression: string | null;
  readonly collation: string | null;
}
/** `width` is the planner's guess for a column without statistics (get_typavgwidth): 32 for what has no length. */
export const columns = `
  SELECT a.attrelid::text AS relation, a.attnum::int AS number, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type,
    CASE WHEN a.attlen > 0 THEN a.attlen ELSE 32 END::int AS width,
    a.attnotnull AS "notNull", a.attgenerated::text AS generated, pg_get_expr(d.adbin, d.adrelid) AS expression,
    CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation
      THEN quote_ident(cn.nspname) || '.' || quote_ident(co.collname) END AS collation
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_collation co ON co.oid = a.attcollation
  LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
  WHERE ${userTable} AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attrelid, a.attnum`;

export interface ConstraintRow {
  readonly relation: string;
  readonly kind: string;
  readonly statement: string;
}
/** Partitions have keys of their own; foreign keys come to them from the table that they are part of. */
export const constraints = `
  SELECT k.conrelid::text AS relation, k.contype::text AS kind,
    format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)) AS statement
  FROM pg_constraint k
  JOIN pg_class c ON c.oid = k.conrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${userTable} AND k.contype IN ('c', 'p', 'u', 'x', 'f') AND (k.conparentid = 0 OR k.contype <> 'f')
  ORDER BY k.conrelid, CASE k.contype WHEN 'p' THEN 0 WHEN 'u' THEN 1 ELSE 2 END, k.conname`;

export interface IndexRow {
  readonly relation: string;
  readonly oid: string;
  readonly name: string;
  readonly definition: string;
  readonly isPrimary: boolean;
  readonly isUnique: boolean;
  readonly isValid: boolean;
  readonly method: string;
  readonly columns: { name: string | null; expression: string; descending: boolean }[];
  readonly predicate: string | null;
  readonly pages: number;
  readonly rows: number;
  readonly bytes: number | null;
}
export const indexes = `
  SELECT i.indrelid::text AS relation, x.oid::text AS oid, x.relname::text AS name, pg_get_indexdef(i.indexrelid) AS definition,
    i.indisprimary AS "isPrimary", i.indisunique AS "isUnique", (i.indisvalid AND i.indisready) AS "isValid",
    am.amname::text AS method, pg_get_expr(i.indpred, i.indrelid) AS predicate,
    x.relpages AS pages, x.reltuples::float8 AS rows,
    CASE WHEN x.relkind = 'i' THEN pg_relation_size(x.oid)::float8 END AS bytes,
    (SELECT json_agg(json_build_object(
        'name', a.attname, 'expression', pg_get_indexdef(i.indexrelid, k, true),
        'descending', (i.indoption[k - 1] & 1) = 1) ORDER BY k)
     FROM generate_series(1, i.indnkeyatts) AS k
     LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k - 1] AND i.indkey[k - 1] <> 0
    ) AS columns
  FROM pg_index i
  JOIN pg_class x ON x.oid = i.indexrelid
  JOIN pg_am am ON am.oid = x.relam
  JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${userTable}
  ORDER BY i.indrelid, i.indexrelid`;

export interface StatisticsRow {
  readonly schema: string;
  /** A table, or an index with expressions. */
  readonly relation: string;
  readonly column: string;
  /** Of the table with all that inherits from it; a partitioned table has no other statistics. */
  readonly isInherited: boolean;
  readonly nullFraction: number;
  readonly averageWidth: number;
  readonly distinct: number;
  readonly correlation: number | null;
  readonly mostCommonValues: string | null;
  readonly mostCommonFrequencies: string | null;
  readonly histogramBounds: string | null;
  readonly mostCommonElements: string | null;
  readonly mostCommonElementFrequencies: string | null;
  readonly elementCountHistogram: string | null;
  readonly rangeLengthHistogram: string | null;
  readonly rangeEmptyFraction: number | null;
  readonly rangeBoundsHistogram: string | null;
}
/** pg_stats shows what is known of ranges since 17. */
export const statistics = (version: number): string => `
  SELECT n.schemaname::text AS schema, n.tablename::text AS relation, n.attname::text AS column,
    n.inherited AS "isInherited", n.null_frac::float8 AS "nullFraction", n.avg_width AS "averageWidth", n.n_distinct::float8 AS distinct,
    n.correlation::float8 AS correlation,
    n.most_common_vals::text AS "mostCommonValues", n.most_common_freqs::text AS "mostCommonFrequencies",
    n.histogram_bounds::text AS "histogramBounds", n.most_common_elems::text AS "mostCommonElements",
    n.most_common_elem_freqs::text AS "mostCommonElementFrequencies",
    n.elem_count_histogram::text AS "elementCountHistogram",
    ${
      version < 170_000
        ? 'NULL AS "rangeLengthHistogram", NULL AS "rangeEmptyFraction", NULL AS "rangeBoundsHistogram"'
        : `n.range_length_histogram::text AS "rangeLengthHistogram", n.range_empty_frac::float8 AS "rangeEmptyFraction",
    n.range_bounds_histogram::text AS "rangeBoundsHistogram"`
    }
  FROM pg_stats n
  WHERE n.schemaname !~ '^pg_' AND n.schemaname <> 'information_schema'`;

export interface ExtendedStatisticsRow {
  readonly relation: string;
  readonly schema: string;
  readonly name: string;
  readonly definition: string;
  readonly isInherited: boolean;
  readonly distinct: string | null;
  readonly dependencies: string | null;
}
/** Both kinds of one object (with and without children) have rows of their own since 15. */
export const extendedStatistics = (version: number): string => `
  SELECT s.stxrelid::text AS relation, sn.nspname::text AS schema, s.stxname::text AS name,
    pg_get_statisticsobjdef(s.oid) AS definition,
    ${version < 150_000 ? "c.relkind = 'p'" : 'coalesce(d.inherited, false)'} AS "isInherited",
    d.n_distinct::text AS distinct, d.dependencies::text AS dependencies
  FROM pg_statistic_ext s
  JOIN pg_class c ON c.oid = s.stxrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_namespace sn ON sn.oid = s.stxnamespace
  LEFT JOIN pg_stats_ext d ON d.statistics_schemaname = sn.nspname AND d.statistics_name = s.stxname
  WHERE ${userTable}
  ORDER BY s.oid`;

export interface StatementRow {
  readonly statement: string;
}
export const schemas = `
  SELECT format('CREATE SCHEMA IF NOT EXISTS %I', n.nspname) AS statement
  FROM pg_namespace n WHERE ${userSchema} AND ${notOfExtension('pg_namespace', 'n.oid')} ORDER BY n.oid`;

export const extensionStatements = `
  SELECT format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA %I CASCADE', x.extname, n.nspname) AS statement
  FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace
  WHERE x.extname <> 'plpgsql' ORDER BY x.oid`;

export interface CollationRow {
  readonly schema: string;
  readonly name: string;
  /** c (libc), i (ICU), b (builtin) or d (default). */
  readonly provider: string;
  readonly locale: string | null;
  readonly isDeterministic: boolean;
}
/** The user's own, and those that columns and indexes of the user name. Through jsonb, because the locale's column was renamed twice. */
export const collations = `
  SELECT n.nspname::text AS schema, co.collname::text AS name, co.collprovider::text AS provider,
    coalesce(to_jsonb(co) ->> 'colllocale', to_jsonb(co) ->> 'colliculocale', to_jsonb(co) ->> 'collcollate') AS locale,
    co.collisdeterministic AS "isDeterministic"
  FROM pg_collation co JOIN pg_namespace n ON n.oid = co.collnamespace
  WHERE (${userSchema} AND ${notOfExtension('pg_collation', 'co.oid')})
    OR n.nspname = 'pg_catalog' AND co.oid IN (
      SELECT a.attcollation FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE a.attnum > 0 AND ${userSchema})
  ORDER BY co.oid`;

/** In the order of creation, which is one that works (what CREATE OR REPLACE changed is tried again after the tables). */
export const typesAndFunctions = `
  SELECT statement FROM (
    SELECT t.oid, CASE t.typtype
      WHEN 'e' THEN format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname,
        (SELECT string_agg(quote_literal(l.enumlabel), ', ' ORDER BY l.enumsortorder) FROM pg_enum l WHERE l.enumtypid = t.oid))
      WHEN 'd' THEN format('CREATE DOMAIN %I.%I AS %s%s%s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod),
        CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END,
        (SELECT coalesce(string_agg(format(' CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), ''), '')
         FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'))
      WHEN 'r' THEN (SELECT format('CREATE TYPE %I.%I AS RANGE (SUBTYPE = %s)', n.nspname, t.typname, format_type(r.rngsubtype, NULL))
        FROM pg_range r WHERE r.rngtypid = t.oid)
      WHEN 'c' THEN format('CREATE TYPE %I.%I AS (%s)', n.nspname, t.typname,
        (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
         FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
      END AS statement
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE ${userSchema} AND ${notOfExtension('pg_type', 't.oid')} AND (t.typtype IN ('e', 'd', 'r')
      OR t.typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
    UNION ALL
    -- The planner may look at the definition before it applies the conditions below; that of an aggregate is an error.
    SELECT p.oid, CASE WHEN p.prokind = 'f' THEN pg_get_functiondef(p.oid) END
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
    WHERE ${userSchema} AND ${notOfExtension('pg_proc', 'p.oid')} AND p.prokind = 'f' AND l.lanname IN ('sql', 'plpgsql')
      AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
  ) AS made
  WHERE statement IS NOT NULL
  ORDER BY oid`;

/** What must not leak through a barrier is filtered first: that changes plans. */
export const views = `
  SELECT format('CREATE VIEW %I.%I %sAS %s', n.nspname, c.relname,
    CASE WHEN 'security_barrier=true' = ANY(c.reloptions) THEN 'WITH (security_barrier) ' ELSE '' END, pg_get_viewdef(c.oid)) AS statement
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'v' AND ${userSchema} AND ${notOfExtension('pg_class', 'c.oid')} AND pg_get_viewdef(c.oid) IS NOT NULL
  ORDER BY c.oid`;

export interface SettingRow {
  readonly name: string;
  readonly value: string;
}
export const settings = `
  SELECT name, current_setting(name) AS value FROM pg_settings
  WHERE (category LIKE 'Query Tuning%' OR name IN ('work_mem', 'hash_mem_multiplier'))
    AND setting IS DISTINCT FROM boot_val AND name NOT IN ('plan_cache_mode', 'max_parallel_workers_per_gather')
  ORDER BY name`;

export interface ExtensionRow {
  readonly name: string;
  readonly version: string;
}
export const extensions = `SELECT extname::text AS name, extversion AS version FROM pg_extension ORDER BY extname`;

export const availableExtensions = `SELECT name::text AS name FROM pg_available_extensions ORDER BY name`;
