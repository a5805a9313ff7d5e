import { Problem } from '../../nouns/problem';
import type { Statement } from '../../nouns/statement';
import { walk } from '../../sql/ast';
import type { CatalogQuery } from '../gate';
import { type DomainCheck, domainChecks, mentionsDomain } from './domain-checks';
import {
  type CalledFunction,
  calledFunctions,
  type FunctionFacts,
  lookUpByOid,
  lookUpFunctions,
  withoutLiterals,
} from './function-catalog';
import { mayRun, type Verdict } from './function-trust';
import { calledByStatement, relationText } from './planning-trust';

/**
 * Throws Problem 'refused' unless a rollback undoes everything that running the statement can do. The judge is the
 * plan itself (EXPLAIN VERBOSE): views, policies, defaults and inlined functions stand there written out.
 */
export async function refuseUnsafeRun(query: CatalogQuery, statement: Statement, verbosePlan: unknown): Promise<void> {
  const texts: string[] = [];
  const targets: { schema: string; name: string; operation: string }[] = [];
  const foreign: string[] = [];
  collect(verbosePlan, texts, targets, foreign);
  if (foreign[0] !== undefined) {
    throw refused(`${foreign[0]} is a foreign table, and what its server does is not known`);
  }
  const called = [...texts.flatMap((text) => calledFunctions(text)), ...calledByStatement(statement)];
  if (targets.length > 0) {
    // MERGE and ON CONFLICT do not show in the plan what they put into the rows.
    texts.push(statement.text);
    called.push(...columnNames(statement));
    const more = await writtenTables(query, targets, statement);
    texts.push(...more.texts);
    for (const text of more.texts) called.push(...calledFunctions(text));
    refuseSequence(texts);
    for (const trigger of more.triggers) await refuseTrigger(query, trigger);
  }
  const domains = await domainChecks(query);
  const mentioned = domains.filter((domain) => [statement.text, ...texts].some((text) => mentionsDomain(text, domain)));
  called.push(...mentioned.flatMap(({ check }) => calledFunctions(check)));
  const calls = new Calls(query, domains);
  await calls.refuse(called, { onlyVisible: true });
  await refuseHiddenCalls(query, texts, calls);
}

function refuseSequence(texts: readonly string[]): void {
  const sequence = /\bnextval\('((?:[^']|'')+)'::regclass\)/.exec(texts.join('\n'));
  if (sequence) throw refused(`nextval() advances the sequence ${sequence[1]}, which a rollback does not undo`);
}

/** `p.touch` may mean touch(p). */
function columnNames(statement: Statement): { name: string }[] {
  const names: { name: string }[] = [];
  walk(statement.ast, (type, node) => {
    if (type !== 'ColumnRef' || !Array.isArray(node.fields)) return undefined;
    const last = (node.fields as { String?: { sval?: string } }[]).at(-1)?.String?.sval;
    if (node.fields.length > 1 && last !== undefined) names.push({ name: last });
    return undefined;
  });
  return names;
}

/** Does the statement put defaults into rows where its plan does not show it? */
function hidesDefaults(statement: Statement): boolean {
  let merges = false;
  let setsDefault = false;
  walk(statement.ast, (type, node) => {
    if (type === 'MergeWhenClause' && node.commandType === 'CMD_INSERT') merges = true;
    if (type === 'SetToDefault') setsDefault = true;
    return undefined;
  });
  return merges || setsDefault;
}

interface TriggerFacts {
  readonly trigger: string;
  readonly table: string;
  readonly name: string;
  readonly language: string;
  readonly body: string;
}

/** Words of SQL and PL/pgSQL that write, or run what cannot be read here. */
const doing =
  /\b(insert|update|delete|merge|truncate|copy|execute|perform|call|do|create|alter|drop|grant|revoke|notify|listen|lock|import|refresh|set|select|commit|rollback)\b/i;

async function refuseTrigger(query: CatalogQuery, trigger: TriggerFacts): Promise<void> {
  const sentence = (why: string) => refused(`the trigger ${trigger.trigger} on ${trigger.table} would run, and ${why}`);
  if (trigger.language !== 'plpgsql')
    throw sentence(`its function ${trigger.name}() is written in ${trigger.language}`);
  const body = withoutLiterals(trigger.body);
  const word = doing.exec(body.replace(/\b(?:is|not)\s+distinct\s+from\b/gi, ' '));
  if (word) throw sentence(`its function ${trigger.name}() may do more than compute (${word[0].toUpperCase()})`);
  const calls = new Calls(query, await domainChecks(query));
  await calls.refuse(calledFunctions(body, { attributes: true }), { onlyVisible: false }).catch((error: unknown) => {
    throw error instanceof Problem ? sentence(`its function ${trigger.name}() is not known to be harmless`) : error;
  });
}

/** Also what the bodies of the person's own functions call: a stable function may call a volatile one. */
class Calls {
  readonly #query: CatalogQuery;
  readonly #domains: readonly DomainCheck[];
  readonly #seen = new Set<number>();

  constructor(query: CatalogQuery, domains: readonly DomainCheck[]) {
    this.#query = query;
    this.#domains = domains;
  }

  async refuse(called: readonly CalledFunction[], { onlyVisible }: { onlyVisible: boolean }): Promise<void> {
    const names = new Set(called.map(({ name }) => name));
    if (names.size === 0) return;
    const facts = await lookUpFunctions(this.#query, [...names]);
    const isCalled = (one: FunctionFacts) =>
      called.some(
        ({ schema, name }) =>
          name === one.name && (schema === undefined ? one.isVisible || !onlyVisible : schema === one.schema),
      );
    // What is not named is a part of an aggregate that is.
    await this.refuseFunctions(facts.filter((one) => !names.has(one.name) || isCalled(one)));
  }

  async refuseFunctions(functions: readonly FunctionFacts[]): Promise<void> {
    const inner: CalledFunction[] = [];
    for (const one of functions) {
      if (this.#seen.has(one.oid)) continue;
      this.#seen.add(one.oid);
      const verdict: Verdict = mayRun(one);
      if (!verdict.ok) throw refused(verdict.why);
      if (one.schema === 'pg_catalog' || one.extension !== null) continue;
      const body = withoutLiterals(one.body);
      if (one.language === 'plpgsql' && /\bexecute\b/i.test(body)) {
        throw refused(`${one.name}() builds the SQL that it runs (EXECUTE)`);
      }
      inner.push(...calledFunctions(body, { attributes: true }));
      for (const domain of this.#domains) {
        if (mentionsDomain(`${body} ${one.signature}`, domain)) inner.push(...calledFunctions(domain.check));
      }
    }
    await this.refuse(inner, { onlyVisible: false });
  }
}

/** Operators are shown as symbols and implicit casts not at all: the functions behind those of the database itself. */
async function refuseHiddenCalls(query: CatalogQuery, texts: readonly string[], calls: Calls): Promise<void> {
  const rows = await query<{ kind: string; name: string; oid: number }>(
    `WITH own AS (SELECT p.oid FROM pg_proc p WHERE p.pronamespace <> 'pg_catalog'::regnamespace)
     SELECT 'operator' AS kind, o.oprname AS name, own.oid::int8::int AS oid FROM pg_operator o JOIN own ON own.oid = o.oprcode
     UNION SELECT 'cast', format('%s to %s', castsource::regtype, casttarget::regtype), own.oid::int8::int
       FROM pg_cast JOIN own ON own.oid = castfunc`,
  );
  const text = texts.join('\n');
  const used = rows.filter(({ kind, name }) => kind !== 'operator' || text.includes(name));
  const functions = await lookUpByOid(query, [...new Set(used.map(({ oid }) => oid))]);
  for (const { kind, name, oid } of used) {
    try {
      await calls.refuseFunctions(functions.filter((one) => one.oid === oid));
    } catch (error) {
      throw error instanceof Problem
        ? refused(`the ${kind} ${name} of this database is not known to be harmless`)
        : error;
    }
  }
}

/** What runs when rows are written: the tables that are reached (partitions, cascades), their triggers and expressions. */
async function writtenTables(
  query: CatalogQuery,
  targets: readonly { schema: string; name: string; operation: string }[],
  statement: Statement,
): Promise<{ texts: string[]; triggers: TriggerFacts[] }> {
  const reached = `WITH RECURSIVE reached(oid) AS (
      SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN unnest($1::text[], $2::text[]) AS t(schema, name) ON n.nspname = t.schema AND c.relname = t.name
      UNION
      SELECT more.oid FROM reached r CROSS JOIN LATERAL (
        SELECT i.inhrelid AS oid FROM pg_inherits i WHERE i.inhparent = r.oid
        UNION ALL SELECT f.conrelid FROM pg_constraint f WHERE f.confrelid = r.oid AND f.contype = 'f'
          AND (f.confdeltype IN ('c', 'n', 'd') OR f.confupdtype IN ('c', 'n', 'd'))
      ) AS more
    )`;
  const names = [targets.map(({ schema }) => schema), targets.map(({ name }) => name)];
  const [foreign] = await query<{ name: string }>(
    `${reached} SELECT r.oid::regclass::text AS name FROM reached r JOIN pg_class c ON c.oid = r.oid WHERE c.relkind = 'f'`,
    names,
  );
  if (foreign) throw refused(`${foreign.name} is a foreign table, and what its server does is not known`);
  const triggers = await query<TriggerFacts & { type: number; isTarget: boolean }>(
    `${reached} SELECT t.tgname AS trigger, t.tgrelid::regclass::text AS "table", p.proname AS name,
       l.lanname AS language, p.prosrc AS body, t.tgtype AS type, t.tgrelid::regclass::text AS relation
     FROM reached r JOIN pg_trigger t ON t.tgrelid = r.oid JOIN pg_proc p ON p.oid = t.tgfoid
     JOIN pg_language l ON l.oid = p.prolang WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'`,
    names,
  );
  const expressions = await query<{ text: string }>(
    `${reached} SELECT pg_get_constraintdef(c.oid) AS text FROM reached r JOIN pg_constraint c ON c.conrelid = r.oid
       WHERE c.contype = 'c'
     UNION ALL SELECT pg_get_expr(d.adbin, d.adrelid) FROM reached r JOIN pg_attrdef d ON d.adrelid = r.oid
       JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE a.attgenerated <> ''
     UNION ALL SELECT pg_get_indexdef(i.indexrelid) FROM reached r JOIN pg_index i ON i.indrelid = r.oid
       WHERE i.indexprs IS NOT NULL OR i.indpred IS NOT NULL
     UNION ALL SELECT pg_get_constraintdef(c.oid) FROM reached r JOIN pg_attribute a ON a.attrelid = r.oid
       JOIN pg_constraint c ON c.contypid = a.atttypid WHERE a.attnum > 0`,
    names,
  );
  const defaults = hidesDefaults(statement) ? await readDefaults(query, targets, statement) : [];
  // pg_trigger.tgtype: 4 INSERT, 8 DELETE, 16 UPDATE. One table may reach another by another event: only a plain
  // INSERT is sure to fire nothing but INSERT triggers.
  const events = targets.every(({ operation }) => operation === 'Insert') && !hasConflictUpdate(targets) ? 4 : 28;
  return {
    // The table's own name stands before the parenthesis of an index definition and must not count as a call.
    texts: [...expressions.map(({ text }) => text.replace(/^CREATE .*? USING \w+ /, '')), ...defaults],
    triggers: triggers.filter(({ type }) => (type & events) !== 0),
  };
}

/** Column defaults and identities of the tables, and of the views through which they are written. */
async function readDefaults(
  query: CatalogQuery,
  targets: readonly { schema: string; name: string }[],
  statement: Statement,
): Promise<string[]> {
  const names = [...targets, ...statement.relations].map(relationText);
  const rows = await query<{ text: string }>(
    `WITH written AS (SELECT to_regclass(name)::oid AS oid FROM unnest($1::text[]) AS name)
     SELECT pg_get_expr(d.adbin, d.adrelid) AS text FROM written w JOIN pg_attrdef d ON d.adrelid = w.oid
     UNION ALL SELECT format('nextval(%L::regclass)', s.objid::regclass) FROM written w JOIN pg_depend s
       ON s.refobjid = w.oid AND s.refclassid = 'pg_class'::regclass AND s.classid = 'pg_class'::regclass AND s.deptype = 'i'
       JOIN pg_class c ON c.oid = s.objid AND c.relkind = 'S'`,
    [names],
  );
  return rows.map(({ text }) => text);
}

function hasConflictUpdate(targets: readonly { operation: string }[]): boolean {
  return targets.some((target) => 'onConflict' in target);
}

/** Every text of the plan, and the tables that it writes. */
function collect(
  value: unknown,
  texts: string[],
  targets: { schema: string; name: string; operation: string }[],
  foreign: string[],
): void {
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === 'string') texts.push(next);
    else if (Array.isArray(next)) for (const one of next) pending.push(one);
    else if (next !== null && typeof next === 'object') {
      const node = next as Record<string, unknown>;
      if (node['Node Type'] === 'ModifyTable') {
        const conflict = node['Conflict Resolution'] === 'UPDATE' ? { onConflict: true } : {};
        const written = { schema: String(node.Schema), name: String(node['Relation Name']) };
        targets.push({ ...written, operation: String(node.Operation), ...conflict });
        const more = Array.isArray(node['Target Tables']) ? (node['Target Tables'] as Record<string, unknown>[]) : [];
        for (const table of more) {
          const schema = String(table.Schema ?? node.Schema);
          targets.push({ schema, name: String(table['Relation Name']), operation: String(node.Operation) });
        }
      }
      if (node['Node Type'] === 'Foreign Scan') foreign.push(String(node['Relation Name'] ?? node.Relations));
      for (const one of Object.values(node)) pending.push(one);
    }
  }
}

function refused(why: string): Problem {
  return new Problem('refused', `Planlight does not run this query: ${why}.`, {
    hint: 'Explain it without running it.',
  });
}
