import type { CatalogQuery } from './gate';

/** A function as pg_proc describes it. */
export interface FunctionFacts {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  readonly language: string;
  /** False for languages that can reach files and network (plpython3u); also for C. */
  readonly isTrustedLanguage: boolean;
  readonly extension: string | null;
  readonly isVisible: boolean;
  readonly body: string;
}

export interface CalledFunction {
  readonly schema?: string;
  readonly name: string;
}

/**
 * The functions that are called in SQL text, PL/pgSQL or expressions of a plan. May name what is no function
 * (`IN (`), which no catalog look-up finds.
 */
export function calledFunctions(text: string): CalledFunction[] {
  const bare = withoutLiterals(text);
  const name = '(?:"(?:[^"]|"")+"|[\\p{L}_][\\p{L}\\p{N}_$]*)';
  const call = new RegExp(`(?:(${name})\\s*\\.\\s*)?(${name})\\s*\\(`, 'gu');
  return [...bare.matchAll(call)].map(([, schema, called]) => ({
    ...(schema === undefined ? {} : { schema: unquoted(schema) }),
    name: unquoted(called ?? ''),
  }));
}

/** Without comments, 'strings', E'strings' and $$strings$$. */
export function withoutLiterals(text: string): string {
  return text.replace(
    /--[^\n]*|\/\*[\s\S]*?\*\/|\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|(\$[\p{L}_]*\$)[\s\S]*?\1/gu,
    ' ',
  );
}

export async function lookUpFunctions(query: CatalogQuery, names: readonly string[]): Promise<FunctionFacts[]> {
  return query<FunctionFacts>(`${selectFunctions} WHERE p.proname = ANY($1) OR p.oid IN (${aggregateParts})`, [names]);
}

/** Functions whose own text matches a POSIX regular expression, or whose language can do anything. */
export async function functionsThatMention(query: CatalogQuery, pattern: string): Promise<FunctionFacts[]> {
  return query<FunctionFacts>(
    `${selectFunctions} WHERE p.pronamespace <> 'pg_catalog'::regnamespace AND e.extname IS NULL AND (
       l.lanname IN ('sql', 'plpgsql') AND ${bodyOf} ~* $1 OR NOT l.lanpltrusted)
     UNION ${selectFunctions} WHERE e.extname = ANY($2)`,
    [pattern, [...outsideExtensions]],
  );
}

/** Extensions whose functions reach files, other servers or other sessions. */
export const outsideExtensions: ReadonlySet<string> = new Set(
  `dblink adminpack file_fdw http pg_net pg_background pg_cron plproxy aws_s3 aws_commons aws_lambda pgagent
  pg_curl pgsql_http pg_tle plsh orafce`.split(/\s+/),
);

/** BEGIN ATOMIC bodies (14 and later) are kept as a tree, and prosrc is empty. */
const bodyOf = `CASE WHEN p.prosrc <> '' OR l.lanname <> 'sql' THEN p.prosrc ELSE pg_get_functiondef(p.oid) END`;

const selectFunctions = `SELECT p.oid::int8::int AS oid, n.nspname AS schema, p.proname AS name,
    CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END AS volatility,
    l.lanname AS language, l.lanpltrusted AS "isTrustedLanguage", e.extname AS extension,
    pg_function_is_visible(p.oid) AS "isVisible",
    CASE WHEN l.lanname IN ('sql', 'plpgsql') THEN ${bodyOf} ELSE '' END AS body
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_language l ON l.oid = p.prolang
  LEFT JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    AND d.refclassid = 'pg_extension'::regclass
  LEFT JOIN pg_extension e ON e.oid = d.refobjid`;

/** The functions that an aggregate is made of. */
const aggregateParts = `SELECT unnest(ARRAY[a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn,
    a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn]::oid[])
  FROM pg_aggregate a JOIN pg_proc q ON q.oid = a.aggfnoid
  WHERE q.proname = ANY($1) AND q.pronamespace <> 'pg_catalog'::regnamespace`;

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase();
}
