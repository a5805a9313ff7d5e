import { Problem } from '../../nouns/problem';
import type { Statement } from '../../nouns/statement';
import { walk } from '../../sql/ast';
import { quoteIdentifier } from '../../sql/identifiers';
import type { CatalogQuery } from '../gate';
import { type DomainCheck, domainChecks, mentionsDomain } from './domain-checks';
import { type CalledFunction, calledFunctions, type FunctionFacts, functionsThatMention } from './function-catalog';
import { actsOutside, outsidePattern, shown } from './function-trust';

/** What planning a statement of this database could run, and what that could do. */
export interface PlanningDangers {
  /** Functions that act outside the database, directly or by what they call. */
  readonly functions: readonly FunctionFacts[];
  /** Domains whose checks do: the value for a parameter is checked before anything is planned. */
  readonly domains: readonly DomainCheck[];
}

/**
 * Even plain EXPLAIN runs functions: the planner folds immutable ones and asks stable ones for its estimates. Most
 * databases have none that could do harm; this is the list of those that could, directly or by what they call.
 */
export async function dangerousWhenPlanned(query: CatalogQuery): Promise<PlanningDangers> {
  const found = new Map<number, FunctionFacts>();
  let pattern = outsidePattern;
  // A function that calls a dangerous one is dangerous; five floors are more than real code has.
  for (let depth = 0; depth < 5; depth++) {
    const fresh = (await functionsThatMention(query, pattern)).filter(({ oid }) => !found.has(oid));
    if (fresh.length === 0) break;
    for (const one of fresh) found.set(one.oid, one);
    const names = fresh.map(({ name }) => name.replace(/[^\w]/g, '.')).join('|');
    pattern = `(?:\\m|")(?:${names})"?(?:\\s|/\\*.*?\\*/|--[^\\n]*\\n)*\\(|[.]"?(?:${names})\\M`;
  }
  const names = new Set([...found.values()].map(({ name }) => name));
  const isDangerous = ({ name }: { name: string }) => names.has(name) || actsOutside(name);
  const domains = (await domainChecks(query)).filter(({ check }) => calledFunctions(check).some(isDangerous));
  return { functions: [...found.values()].filter(({ volatility }) => volatility !== 'volatile'), domains };
}

/** Throws Problem 'refused' when planning the statement could run one of those. */
export async function refuseDangerousPlanning(
  query: CatalogQuery,
  statement: Statement,
  { functions, domains }: PlanningDangers,
): Promise<void> {
  const domain = domains.length === 0 ? undefined : await mentionedDomain(query, statement, domains);
  if (domain !== undefined) throw refused(`the checks of the type ${domain.name}`);
  if (functions.length === 0) return;
  const named = new Set(calledByStatement(statement).map(({ name }) => name));
  // Also `SELECT t.f FROM t`, which calls f(t).
  walk(statement.ast, (type, node) => {
    if (type === 'ColumnRef') for (const field of columnNames(node)) named.add(field);
    return undefined;
  });
  const direct = functions.find(({ name }) => named.has(name));
  const used = direct ?? (await usedBehind(query, statement, functions));
  if (used !== undefined) throw refused(shown(used));
}

/** The functions that stand in the statement as calls, with upper and lower case as PostgreSQL looks them up. */
export function calledByStatement(statement: Statement): CalledFunction[] {
  const called: CalledFunction[] = [];
  walk(statement.ast, (type, node) => {
    if (type !== 'FuncCall' || !Array.isArray(node.funcname)) return undefined;
    const [name, schema] = (node.funcname as { String?: { sval?: string } }[])
      .map((part) => part.String?.sval)
      .reverse();
    if (name !== undefined) called.push(schema === undefined ? { name } : { schema, name });
    return undefined;
  });
  return called;
}

/** Named in the statement, or the type of a column of its tables. */
async function mentionedDomain(
  query: CatalogQuery,
  statement: Statement,
  domains: readonly DomainCheck[],
): Promise<DomainCheck | undefined> {
  const named = domains.find((domain) => mentionsDomain(statement.text, domain));
  if (named !== undefined) return named;
  const rows = await query<{ oid: number }>(
    `SELECT a.atttypid::int8::int AS oid FROM unnest($1::text[]) AS name
     JOIN pg_attribute a ON a.attrelid = to_regclass(name)::oid WHERE a.attnum > 0 AND a.atttypid = ANY($2::oid[])`,
    [statement.relations.map(relationText), domains.map(({ oid }) => oid)],
  );
  return domains.find(({ oid }) => rows.some((row) => row.oid === oid));
}

function refused(what: string): Problem {
  return new Problem('refused', `Planning this query would run ${what}, which could act outside the database.`);
}

function columnNames(node: Record<string, unknown>): string[] {
  const fields = Array.isArray(node.fields) ? node.fields : [];
  return fields.flatMap((field: { String?: { sval?: string } }) => field.String?.sval ?? []);
}

/** Those that are written, and those that BETWEEN, CASE, IN and USING stand for. */
function operatorsOf({ ast }: Statement): string[] {
  const operators = new Set<string>();
  walk(ast, (type, node) => {
    for (const list of [type === 'A_Expr' && node.name, node.operName, node.useOp]) {
      if (!Array.isArray(list)) continue;
      for (const part of list as { String?: { sval?: string } }[]) operators.add(part.String?.sval ?? '');
    }
    if (type === 'CaseExpr' || type === 'JoinExpr' || type === 'SubLink') operators.add('=');
    return undefined;
  });
  if ([...operators].some((operator) => operator.includes('BETWEEN'))) operators.add('>=').add('<=').add('<').add('>');
  return [...operators];
}

/** Behind views, row-level security policies, operators, casts and types. */
async function usedBehind(
  query: CatalogQuery,
  statement: Statement,
  dangerous: readonly FunctionFacts[],
): Promise<FunctionFacts | undefined> {
  const oids = dangerous.map(({ oid }) => oid);
  const rows = await query<{ oid: number }>(
    `WITH RECURSIVE relations(oid) AS (
       SELECT to_regclass(name)::oid FROM unnest($2::text[]) AS name WHERE to_regclass(name) IS NOT NULL
       UNION
       SELECT d.refobjid FROM relations r JOIN pg_rewrite w ON w.ev_class = r.oid
       JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
         AND d.refclassid = 'pg_class'::regclass
     ), parts(classid, objid) AS (
       SELECT 'pg_rewrite'::regclass::oid, w.oid FROM relations r JOIN pg_rewrite w ON w.ev_class = r.oid
       UNION ALL SELECT 'pg_policy'::regclass::oid, p.oid FROM relations r JOIN pg_policy p ON p.polrelid = r.oid
       UNION ALL SELECT 'pg_constraint'::regclass::oid, c.oid FROM relations r JOIN pg_constraint c ON c.conrelid = r.oid
     ), uses(classid, objid) AS (
       SELECT d.refclassid, d.refobjid FROM parts p JOIN pg_depend d ON d.classid = p.classid AND d.objid = p.objid
     )
     SELECT objid::int8::int AS oid FROM uses WHERE classid = 'pg_proc'::regclass AND objid = ANY($1::oid[])
     UNION ALL SELECT o.oprcode::oid::int8::int FROM pg_operator o WHERE o.oprcode::oid = ANY($1::oid[])
       AND (o.oprname = ANY($3) OR o.oid IN (SELECT objid FROM uses WHERE classid = 'pg_operator'::regclass))
     UNION ALL SELECT castfunc::oid::int8::int FROM pg_cast WHERE castfunc = ANY($1::oid[])
     UNION ALL SELECT typinput::oid::int8::int FROM pg_type WHERE typinput::oid = ANY($1::oid[])
     LIMIT 1`,
    [oids, statement.relations.map(relationText), operatorsOf(statement)],
  );
  return dangerous.find(({ oid }) => oid === rows[0]?.oid);
}

/** As to_regclass reads it: `"public"."posts"`. */
export function relationText(relation: { readonly schema?: string; readonly name: string }): string {
  const name = quoteIdentifier(relation.name);
  return relation.schema === undefined ? name : `${quoteIdentifier(relation.schema)}.${name}`;
}
