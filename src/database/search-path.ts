/** The part of a SELECT that answers NamesInForce. It names nothing that a search_path could lead elsewhere. */
export const namesInForce = `pg_catalog.current_setting('search_path') AS "searchPath",
  CAST(pg_catalog.current_schemas(true) AS pg_catalog.text[]) AS schemas`;

export interface NamesInForce {
  /** As it is set: `"$user", public` */
  readonly searchPath: string;
  /** In the order in which they are searched: `pg_catalog`, `public` */
  readonly schemas: readonly string[];
}

/**
 * PostgreSQL looks into pg_catalog first, unless the search_path names it later or there are temporary tables: then
 * somebody's `set_config` or `pg_proc` could stand in for PostgreSQL's own, in our questions too. Returns the
 * search_path that says otherwise; undefined where nothing has to change.
 * https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SEARCH-PATH
 */
export function pathWithCatalogFirst({ searchPath, schemas }: NamesInForce): string | undefined {
  if (schemas[0] === 'pg_catalog') return undefined;
  const others = (searchPath.match(/"(?:[^"]|"")*"|[^\s,"][^,"]*/g) ?? [])
    .map((name) => name.trim())
    .filter((name) => !/^"?pg_(?:catalog|temp)"?$/i.test(name));
  return ['pg_catalog', ...others, 'pg_temp'].join(', ');
}
