import { Problem } from '../../nouns/problem';
import { qualifiedName, quoteIdentifier } from '../../sql/identifiers';
import type { CatalogQuery } from '../gate';
import type { Bloat } from './health';
import { bloat, pagesFor } from './heap-bloat';
import { only } from './reading';
import { align } from './row-layout';

export interface BloatRequest {
  readonly kind: 'table' | 'index';
  readonly schema: string;
  readonly name: string;
}

/** Our choice: reading this much from a slow disk (100 MB/s) takes ten seconds. */
export const largestExactBytes = 1024 ** 3;

interface Relation {
  readonly oid: string;
  readonly bytes: number;
  readonly blockSize: number;
  readonly method: string | null;
  readonly fillfactor: number | null;
  /** Of pgstattuple. */
  readonly extension: string | null;
}

/**
 * Bloat as the extension pgstattuple measures it, without a table's TOAST. It reads the whole relation: only on request.
 * What is dead counts as used in an index until VACUUM has been there, and so do the values of a dropped column:
 * a rebuild frees at least this. Problem 'unsupported' where the extension is not installed, the relation is too large, or
 * an index is no B-tree; 'missing-privilege' where its functions may not be run (pg_stat_scan_tables may).
 * https://www.postgresql.org/docs/current/pgstattuple.html
 */
export async function readExactBloat(query: CatalogQuery, request: BloatRequest): Promise<Bloat> {
  const [relation] = await query<Relation>(find, [request.schema, request.name]);
  const label = qualifiedName(request.schema, request.name);
  if (!relation) throw new Problem('missing-object', `There is no ${request.kind} ${label}.`);
  if (relation.extension === null) {
    throw new Problem('unsupported', 'Bloat is measured by the extension pgstattuple, which is not installed.', {
      hint: 'Run CREATE EXTENSION pgstattuple.',
    });
  }
  if (relation.bytes > largestExactBytes) {
    throw new Problem('unsupported', `${label} is larger than 1 GB: measuring its bloat would read all of it.`);
  }
  return request.kind === 'table' ? ofTable(query, relation) : ofBtree(query, relation, label);
}

const find = `
  SELECT c.oid::text AS oid, pg_relation_size(c.oid)::float8 AS bytes, current_setting('block_size')::int AS "blockSize",
    am.amname::text AS method,
    (SELECT option_value::int FROM pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor') AS fillfactor,
    (SELECT en.nspname::text FROM pg_extension e JOIN pg_namespace en ON en.oid = e.extnamespace
     WHERE e.extname = 'pgstattuple') AS extension
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am am ON am.oid = c.relam
  WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'm', 'i')`;

async function ofTable(
  query: CatalogQuery,
  { oid, bytes, blockSize, fillfactor, extension }: Relation,
): Promise<Bloat> {
  const { rows, rowBytes } = only(
    await query<{ rows: number; rowBytes: number }>(
      `SELECT tuple_count::float8 AS rows, tuple_len::float8 AS "rowBytes"
       FROM ${quoteIdentifier(extension ?? '')}.pgstattuple($1::oid::regclass)`,
      [oid],
    ),
  );
  const row = rows === 0 ? 0 : align(rowBytes / rows);
  const needed = pagesFor({ rows, row, blockSize, fillfactor: fillfactor ?? 100 });
  return { ...bloat(bytes / blockSize, needed, blockSize), by: 'pgstattuple' };
}

async function ofBtree(query: CatalogQuery, relation: Relation, label: string): Promise<Bloat> {
  const { oid, bytes, blockSize, method, fillfactor, extension } = relation;
  if (method !== 'btree') throw new Problem('unsupported', `${label} is no B-tree: its bloat cannot be measured.`);
  const { leafPages, density, unused } = only(
    await query<{ leafPages: number; density: number | null; unused: number }>(
      `SELECT leaf_pages::float8 AS "leafPages", nullif(avg_leaf_density, 'NaN') AS density,
         (empty_pages + deleted_pages)::float8 AS unused
       FROM ${quoteIdentifier(extension ?? '')}.pgstatindex($1::oid::regclass)`,
      [oid],
    ),
  );
  const pages = bytes / blockSize;
  const needed = Math.ceil((leafPages * (density ?? 0)) / (fillfactor ?? 90));
  return { ...bloat(pages, pages - unused - (leafPages - needed), blockSize), by: 'pgstattuple' };
}
