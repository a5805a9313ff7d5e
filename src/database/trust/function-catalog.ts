import { Lexer, tokens } from '../../sql/lexer';
import type { CatalogQuery } from '../gate';

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
  /** SQL or PL/pgSQL. */
  readonly body: string;
  /** Types of arguments and result: a domain among them runs its checks. */
  readonly signature: string;
}

export interface CalledFunction {
  readonly schema?: string;
  readonly name: string;
}

/**
 * The functions that are called in SQL text, PL/pgSQL or expressions of a plan. May name what is no function
 * (`IN (`), which no catalog look-up finds. `attributes`: also `post.touch`, which may mean `touch(post)`.
 */
export function calledFunctions(text: string, { attributes = false } = {}): CalledFunction[] {
  const calls: CalledFunction[] = [];
  let schema: string | undefined;
  let name: string | undefined;
  let isAfterDot = false;
  for (const part of parts(withoutLiterals(text))) {
    if (part === '.') {
      isAfterDot = true;
    } else if (/^["\p{L}_]|^[uU]&"/u.test(part)) {
      schema = isAfterDot ? name : undefined;
      name = unquoted(part);
      if (attributes && isAfterDot) calls.push({ name });
      isAfterDot = false;
    } else {
      if (part === '(' && name !== undefined) calls.push({ ...(schema === undefined ? {} : { schema }), name });
      schema = undefined;
      name = undefined;
      isAfterDot = false;
    }
  }
  return calls;
}

/** Names, quoted names as one, and every other token. psql's `:name` is a name here: `a[1:touch()]`. */
function parts(text: string): string[] {
  const found: string[] = [];
  let end = -1;
  for (const token of tokens(text)) {
    const part = text.slice(token.start, token.end).replace(/^:(?=["\p{L}_])/u, '');
    const last = found.at(-1);
    // `"a""b"` is one name for PostgreSQL and two for psql.
    if (token.kind === 'quoted name' && token.start === end && last?.endsWith('"'))
      found[found.length - 1] = last + part;
    else found.push(part);
    end = token.end;
  }
  return found;
}

/** Without comments, 'strings', E'strings' and $$strings$$. A quote that nothing closes counts as space. */
export function withoutLiterals(text: string): string {
  const lexer = new Lexer(text);
  let bare = '';
  while (lexer.next()) {
    if (lexer.unterminated) {
      lexer.unterminated = false;
      lexer.jump(lexer.start + 1);
      bare += ' ';
    } else bare += lexer.kind === 'string' || lexer.kind === 'comment' ? ' ' : lexer.text;
  }
  return bare;
}

export async function lookUpByOid(query: CatalogQuery, oids: readonly number[]): Promise<FunctionFacts[]> {
  return oids.length === 0 ? [] : query<FunctionFacts>(`${selectFunctions} WHERE p.oid = ANY($1)`, [oids]);
}

export async function lookUpFunctions(query: CatalogQuery, names: readonly string[]): Promise<FunctionFacts[]> {
  return query<FunctionFacts>(`${selectFunctions} WHERE p.proname = ANY($1) OR p.oid IN (${aggregateParts})`, [names]);
}

/** Functions whose own text matches a POSIX regular expression, or whose language can do anything. */
export async function functionsThatMention(query: CatalogQuery, pattern: string): Promise<FunctionFacts[]> {
  return query<FunctionFacts>(
    `${selectFunctions} WHERE p.pronamespace <> 'pg_catalog'::regnamespace AND e.extname IS NULL AND (
       l.lanname NOT IN ('c', 'internal') AND ${bodyOf} ~* $1 OR NOT l.lanpltrusted)
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
    CASE WHEN l.lanname IN ('sql', 'plpgsql') THEN ${bodyOf} ELSE '' END AS body,
    pg_get_function_arguments(p.oid) || ' ' || coalesce(pg_get_function_result(p.oid), '') AS signature
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

/** `"a""b"`, `U&"pg\\005fsleep"`, `Now` */
function unquoted(name: string): string {
  const open = name.indexOf('"');
  if (open < 0) return name.toLowerCase();
  const inner = name.slice(open + 1, -1).replaceAll('""', '"');
  if (open === 0) return inner;
  return inner.replace(/\\(?:([0-9a-f]{4})|\+([0-9a-f]{6}))/gi, (_, short, long) =>
    String.fromCodePoint(Number.parseInt(short ?? long, 16)),
  );
}
