import { Problem } from '../nouns/problem';
import type { Statement } from '../nouns/statement';
import { walk } from '../sql/ast';
import { quoteIdentifier } from '../sql/identifiers';
import { type FunctionFacts, functionsThatMention } from './function-catalog';
import { outsidePattern, shown } from './function-trust';
import type { CatalogQuery } from './gate';

/**
 * Even plain EXPLAIN runs functions: the planner folds immutable ones and asks stable ones for its estimates. Most
 * databases have none that could do harm; this is the list of those that could, directly or by what they call.
 */
export async function dangerousWhenPlanned(query: CatalogQuery): Promise<readonly FunctionFacts[]> {
  const found = new Map<number, FunctionFacts>();
  let pattern = outsidePattern;
  // A function that calls a dangerous one is dangerous; five floors are more than real code has.
  for (let depth = 0; depth < 5; depth++) {
    const fresh = (await functionsThatMention(query, pattern)).filter(({ oid }) => !found.has(oid));
    if (fresh.length === 0) break;
    for (const one of fresh) found.set(one.oid, one);
    const names = fresh.map(({ name }) => name.replace(/[^\w]/g, '.'));
    pattern = `(?:\\m|")(?:${names.join('|')})"?\\s*\\(`;
  }
  return [...found.values()].filter(({ volatility }) => volatility !== 'volatile');
}

/** Throws Problem 'refused' when planning the statement could run one of those functions. */
export async function refuseDangerousPlanning(
  query: CatalogQuery,
  statement: Statement,
  dangerous: readonly FunctionFacts[],
): Promise<void> {
  if (dangerous.length === 0) return;
  const named = new Set(statement.functions.map((name) => name.split('.').at(-1)));
  // Also `SELECT t.f FROM t`, which calls f(t).
  walk(statement.ast, (type, node) => {
    if (type === 'ColumnRef') for (const field of columnNames(node)) named.add(field);
    return undefined;
  });
  const direct = dangerous.find(({ name }) => named.has(name));
  const used = direct ?? (await usedBehind(query, statement, dangerous));
  if (used === undefined) return;
  throw new Problem('refused', `Planning this query would run ${shown(used)}, which could act outside the database.`);
}

function columnNames(node: Record<string, unknown>): string[] {
  const fields = Array.isArray(node.fields) ? node.fields : [];
  return fields.flatMap((field: { String?: { sval?: string } }) => field.String?.sval ?? []);
}

/** Behind views, row-level security policies, operators, casts and types. */
async function usedBehind(
  query: CatalogQuery,
  statement: Statement,
  dangerous: readonly FunctionFacts[],
): Promise<FunctionFacts | undefined> {
  const oids = dangerous.map(({ oid }) => oid);
  const operators = new Set<string>();
  walk(statement.ast, (type, node) => {
    if (type === 'A_Expr' && Array.isArray(node.name)) {
      for (const part of node.name as { String?: { sval?: string } }[]) operators.add(part.String?.sval ?? '');
    }
    return undefined;
  });
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
    [oids, statement.relations.map(relationText), [...operators]],
  );
  return dangerous.find(({ oid }) => oid === rows[0]?.oid);
}

/** As to_regclass reads it: `"public"."posts"`. */
export function relationText(relation: { readonly schema?: string; readonly name: string }): string {
  const name = quoteIdentifier(relation.name);
  return relation.schema === undefined ? name : `${quoteIdentifier(relation.schema)}.${name}`;
}
