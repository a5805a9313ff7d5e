import { Problem } from '../../nouns/problem';
import type { TextRange } from '../../nouns/text-range';
import { quoteLiteral } from '../../sql/identifiers';
import { renameIndexes } from '../hypothetical-names';
import type { HypotheticalIndex, ParameterValues } from '../planner';
import type { Snapshot } from '../snapshot';
import { GrownTables } from './growth';
import type { BuiltIndex } from './index-build';
import { HypotheticalIndexes } from './indexes';
import { type LoadedSnapshot, loadSnapshot } from './load';
import type { WhatIfAnswers, WhatIfRequest } from './messages';
import { MemoryPostgres } from './pglite';

const explainable = /^\s*(?:\(\s*)*(?:select|with|values|table|insert|update|delete|merge)\b/i;

/** Values are planned for as they are, each time anew. */
const usualPlanCacheMode = 'SET plan_cache_mode = force_custom_plan';

/** One snapshot in a PostgreSQL in memory, asked for plans. */
export class WhatIfEngine {
  readonly #db: MemoryPostgres;
  readonly #loaded: LoadedSnapshot;
  readonly #userSettings: Snapshot['settings'];
  readonly #indexes: HypotheticalIndexes;
  readonly #grown: GrownTables;
  /** Prepared statements by their text; a plan of one is made anew on every EXPLAIN. */
  readonly #prepared = new Map<string, string>();
  #preparedCount = 0;
  /** By the names of prepared statements. */
  readonly #parameterCounts = new Map<string, number>();
  /** Statements with a parameter that nothing gives a type, which GENERIC_PLAN does not take. */
  readonly #untyped = new Set<string>();

  private constructor(db: MemoryPostgres, snapshot: Snapshot, loaded: LoadedSnapshot) {
    this.#db = db;
    this.#loaded = loaded;
    this.#userSettings = snapshot.settings;
    this.#indexes = new HypotheticalIndexes(db, snapshot);
    this.#grown = new GrownTables(db, snapshot);
  }

  static async open(folder: string, snapshot: Snapshot): Promise<WhatIfEngine> {
    // pg_trgm for candidates, pg_buffercache for GIN's numbers; the user's own as far as they exist here.
    const extensions = new Set(['pg_trgm', 'pg_buffercache', ...Object.keys(snapshot.extensions)]);
    const db = await MemoryPostgres.start(folder, [...extensions]);
    const loaded = await loadSnapshot(db, snapshot);
    await db.run(usualPlanCacheMode);
    return new WhatIfEngine(db, snapshot, loaded);
  }

  get leftOut(): readonly string[] {
    return this.#loaded.leftOut;
  }

  async explain(request: Extract<WhatIfRequest, { kind: 'explain' }>): Promise<WhatIfAnswers['explain']> {
    const built = await this.#indexes.show(request.indexes);
    const text = comparableText(request.sql);
    try {
      const explain = (): Promise<unknown> => this.#explain(text, request.values);
      const { growth, indexes } = request;
      const json = growth ? await this.#grown.during({ growth, sql: text, indexes }, explain) : await explain();
      const names = new Map(
        built.flatMap((index, i) => index.names.map((name) => [name, request.indexes[i]?.name ?? name] as const)),
      );
      const used = renameIndexes(json, names);
      return { json, indexes: built.map((index) => said(index, used)) };
    } catch (error) {
      throw this.#problem(error, text);
    }
  }

  /** The types of `$1`, `$2`, …; one that nothing determines is text. */
  async types(sql: string): Promise<string[]> {
    const text = comparableText(sql);
    try {
      const name = await this.#prepare(text);
      const [row] = await this.#db.query<{ types: string[] }>(
        'SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = $1',
        [name],
      );
      return row?.types ?? [];
    } catch (error) {
      throw this.#problem(error, text);
    }
  }

  async close(): Promise<void> {
    await this.#db.close();
  }

  async #explain(sql: string, values: ParameterValues | undefined): Promise<unknown> {
    if (values === undefined || values.length === 0) {
      if (!/\$\d/.test(sql)) return await this.#plan(`EXPLAIN (FORMAT JSON, SETTINGS) ${sql}`);
      // Shows that it is one statement: the next goes by the simple protocol, since it binds no values.
      await this.#prepare(sql);
      try {
        if (!this.#untyped.has(sql)) {
          return this.#planOf(await this.#db.runOne(`EXPLAIN (FORMAT JSON, SETTINGS, GENERIC_PLAN) ${sql}`));
        }
      } catch (error) {
        if (undeterminedParameter(error) === undefined) throw error;
        this.#untyped.add(sql);
      }
      // GENERIC_PLAN cannot be told a type. PREPARE can, but the plan that it kept knows nothing of indexes shown since.
      await this.#forget(sql);
    }
    const name = await this.#prepare(sql);
    const count = await this.#parameterCount(name);
    const literals = Array.from({ length: count }, (_, i) => quoteLiteral(values?.[i] ?? null));
    const execute = `EXPLAIN (FORMAT JSON, SETTINGS) EXECUTE ${name}${count === 0 ? '' : `(${literals.join(', ')})`}`;
    if (values !== undefined) return await this.#plan(execute);
    await this.#db.run('SET plan_cache_mode = force_generic_plan');
    try {
      return await this.#plan(execute);
    } finally {
      await this.#db.run(usualPlanCacheMode);
    }
  }

  async #plan(explain: string): Promise<unknown> {
    try {
      return this.#planOf(await this.#db.query<Record<string, unknown>>(explain));
    } catch (error) {
      // PGlite loses what the extended protocol prepares when the text nests deeply: some 2,000 branches of UNION ALL.
      if (databaseError(error).code !== '26000') throw error;
      const rows = await this.#db.runOne(explain);
      if (rows.length > 0) return this.#planOf(rows);
      throw new Problem('unsupported', 'This statement nests too deeply for the planner in memory.', { cause: error });
    }
  }

  #planOf(rows: readonly Record<string, unknown>[]): unknown {
    return planOf(rows, this.#userSettings);
  }

  async #prepare(sql: string): Promise<string> {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const name = `statement_${++this.#preparedCount}`;
    const types: string[] = [];
    for (;;) {
      try {
        await this.#db.query(`PREPARE ${name}${types.length === 0 ? '' : `(${types.join(', ')})`} AS ${sql}`);
        this.#prepared.set(sql, name);
        return name;
      } catch (error) {
        const parameter = undeterminedParameter(error);
        if (parameter === undefined || types[parameter - 1] === 'text') throw error;
        while (types.length < parameter) types.push('unknown');
        types[parameter - 1] = 'text';
      }
    }
  }

  async #forget(sql: string): Promise<void> {
    const name = this.#prepared.get(sql);
    if (name === undefined) return;
    await this.#db.run(`DEALLOCATE ${name}`);
    this.#prepared.delete(sql);
  }

  async #parameterCount(name: string): Promise<number> {
    const known = this.#parameterCounts.get(name);
    if (known !== undefined) return known;
    const [row] = await this.#db.query<{ count: number }>(
      'SELECT cardinality(parameter_types) AS count FROM pg_prepared_statements WHERE name = $1',
      [name],
    );
    const count = row?.count ?? 0;
    this.#parameterCounts.set(name, count);
    return count;
  }

  #problem(error: unknown, sql: string): Problem {
    if (error instanceof Problem) return error;
    const { code, message, position } = databaseError(error);
    const missing = /relation "([^"]+)" does not exist/.exec(message)?.[1];
    const why = missing === undefined ? undefined : this.#whyMissing(missing);
    if (why !== undefined) {
      return new Problem('unsupported', `Table ${missing} is not in the planner in memory: ${why}.`, { cause: error });
    }
    const range = rangeOf(position, error, sql);
    if (code === '42601') return new Problem('syntax', message, { range, cause: error });
    if (code.startsWith('42') || code.startsWith('3F')) {
      return new Problem('missing-object', message, { range, cause: error });
    }
    return new Problem('server', `The planner in memory says: ${message}`, { range, cause: error });
  }

  #whyMissing(relation: string): string | undefined {
    for (const [name, why] of this.#loaded.missingTables) {
      if (name === relation || name.endsWith(`.${relation}`)) return why;
    }
    return undefined;
  }
}

function planOf(rows: readonly Record<string, unknown>[], userSettings: Snapshot['settings']): unknown {
  const json = rows[0]?.['QUERY PLAN'];
  const plan = typeof json === 'string' ? (JSON.parse(json) as unknown) : json;
  forgetOwnSettings(plan, userSettings);
  return plan;
}

function said({ names, sizeBytes, guessed }: BuiltIndex, used: ReadonlySet<string>): HypotheticalIndex {
  return { sizeBytes, used: names.some((name) => used.has(name)), ...(guessed !== undefined && { guessed }) };
}

/** Only one statement that EXPLAIN takes gets here; a comment before it would hide which one it is. */
function comparableText(sql: string): string {
  const text = sql.trim().replace(/;\s*$/, '');
  const bare = text.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '');
  if (!explainable.test(bare)) {
    throw new Problem('unsupported', 'Only SELECT, INSERT, UPDATE, DELETE and MERGE have a plan.');
  }
  return text;
}

/** PGlite's own way of running is not the user's setting. */
const ownSettings = [
  'hash_mem_multiplier',
  'max_parallel_workers',
  'max_parallel_workers_per_gather',
  'plan_cache_mode',
  'search_path',
];

function forgetOwnSettings(plan: unknown, userSettings: Snapshot['settings']): void {
  const [top] = Array.isArray(plan) ? (plan as Record<string, unknown>[]) : [];
  const settings = top?.Settings as Record<string, unknown> | undefined;
  if (!top || !settings) return;
  for (const name of ownSettings) delete settings[name];
  if (userSettings.hash_mem_multiplier) settings.hash_mem_multiplier = userSettings.hash_mem_multiplier;
  if (Object.keys(settings).length === 0) delete top.Settings;
}

function undeterminedParameter(error: unknown): number | undefined {
  const { code, message } = databaseError(error);
  const parameter = /parameter \$(\d+)/.exec(message)?.[1];
  // 42P18 indeterminate_datatype
  return code === '42P18' && parameter !== undefined ? Number(parameter) : undefined;
}

function databaseError(error: unknown): { code: string; message: string; position?: number } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const { code, position } = error as Error & { code?: unknown; position?: unknown };
  return {
    code: typeof code === 'string' ? code : '',
    message: error.message,
    position: position === undefined ? undefined : Number(position),
  };
}

/** The server counts characters from 1 in the whole text that it got: `EXPLAIN (…) SELECT …`. */
function rangeOf(position: number | undefined, error: unknown, sql: string): TextRange | undefined {
  const query = (error as { query?: unknown }).query;
  if (position === undefined || !Number.isFinite(position) || typeof query !== 'string' || !query.endsWith(sql)) {
    return undefined;
  }
  const before = Array.from(query)
    .slice(0, position - 1)
    .join('').length;
  const start = before - (query.length - sql.length);
  if (start < 0 || start >= sql.length) return undefined;
  const token = /^(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[\w$.]+|\S)/.exec(sql.slice(start))?.[0] ?? '';
  return { start, end: start + Math.max(1, token.length) };
}
