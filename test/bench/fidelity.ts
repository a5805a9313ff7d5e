import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { Analyzer } from '../../src/analysis/analyzer';
import { explainableStatement } from '../../src/analysis/explainable';
import { chooseValues } from '../../src/database/parameters/parameter-values';
import type { ParameterValues } from '../../src/database/planner';
import type { Snapshot } from '../../src/database/snapshot';
import { type WhatIfDatabase, WhatIfPlanner } from '../../src/database/what-if/planner';
import type { IndexDefinition } from '../../src/nouns/fix';
import type { Plan, PlanNode } from '../../src/nouns/plan';
import { parsePlan } from '../../src/plan/parse-plan';
import { createIndexSql } from '../../src/sql/create-index';
import { quoteLiteral } from '../../src/sql/identifiers';
import { SqlParser } from '../../src/sql/parser';
import { splitScript } from '../../src/sql/split';
import { sampleDocuments } from '../support/sample-documents';
import { snapshotOf } from '../support/what-if';
import { indexesToTry } from './fidelity-indexes';

/** The program behind `npm run bench:fidelity`: a server with rows against the planner in memory with its statistics. */
interface Request {
  readonly url: string;
  /** The folder with the queries; without it those of the sample's sites. */
  readonly queryFolder?: string;
  readonly grammarFolder: string;
  readonly processFile: string;
  readonly resultFile: string;
}

interface Query {
  readonly name: string;
  readonly sql: string;
  readonly values?: ParameterValues;
}

export interface FidelityResult {
  readonly plans: readonly ComparedPlan[];
  readonly sizes: readonly ComparedSize[];
  /** Queries and indexes that were not compared, and why; what the planner in memory left out. */
  readonly leftOut: readonly string[];
}

export interface ComparedPlan {
  readonly query: string;
  /** `none`: as the tables are. `hypothetical`: with indexes that only the server has. `existing`: which both have. */
  readonly indexes: 'none' | 'hypothetical' | 'existing';
  /** The first node that differs: `Hash Join, on the server Merge Join`. */
  readonly difference?: string;
  readonly nativeCost: number;
  readonly whatIfCost: number;
}

export interface ComparedSize {
  readonly index: string;
  readonly method: string;
  readonly bytes: number;
  readonly whatIfBytes: number;
}

async function main(request: Request): Promise<void> {
  const client = new pg.Client({ connectionString: request.url });
  await client.connect();
  await client.query('SET max_parallel_workers_per_gather = 0');
  await client.query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
  const whatIf = new WhatIfPlanner({
    processFile: request.processFile,
    idleMs: 60_000,
    memoryMb: 4_000,
    onProblem: (message) => console.error(message),
  });
  try {
    const leftOut: string[] = [];
    const statements =
      request.queryFolder === undefined
        ? await sampleQueries(request.grammarFolder)
        : await folderQueries(request.queryFolder, client);
    const snapshot = await snapshotOf(client);
    const queries = await withValues(statements, client, snapshot, leftOut);
    const inMemory = await whatIf.open(snapshot);
    leftOut.push(...inMemory.leftOut);
    const bench = new Bench(client, queries);

    await bench.compare('none', inMemory, []);
    const sizes: ComparedSize[] = [];
    const built: IndexDefinition[] = [];
    for (const index of indexesToTry(
      statements.map(({ sql }) => sql),
      snapshot,
    )) {
      const size = await compareSize(index, client, inMemory, leftOut);
      if (!size) continue;
      sizes.push(size);
      built.push(index);
    }
    await bench.compare('hypothetical', inMemory, built);
    const existing = await whatIf.open(await snapshotOf(client));
    await bench.compare('existing', existing, []);
    const result: FidelityResult = { plans: bench.plans, sizes, leftOut };
    writeFileSync(request.resultFile, JSON.stringify(result));
  } finally {
    await whatIf.dispose();
    await client.end();
  }
}

/** What `planlight check` finds in the sample, migrations aside. */
async function sampleQueries(grammarFolder: string): Promise<Query[]> {
  const analyzer = await Analyzer.load({ grammarFolder, folders: [] });
  const queries: Query[] = [];
  for (const document of await sampleDocuments(['src', 'reports'])) {
    for (const query of analyzer.read(document).queries) {
      const statement = explainableStatement(query);
      const line = document.text.slice(0, query.site.range.start).split('\n').length;
      if (statement)
        queries.push({ name: `${document.uri.replace('examples/blog/', '')}:${line}`, sql: statement.text });
    }
  }
  return queries;
}

/** `01.sql`, …: the statement that has a plan; a view that a file makes for it stands before the snapshot is taken. */
async function folderQueries(folder: string, client: pg.Client): Promise<Query[]> {
  const parser = await SqlParser.load();
  const queries: Query[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.sql')) continue;
    for (const { text } of splitScript(readFileSync(join(folder, file), 'utf8'))) {
      const parsed = parser.parse(text);
      if (!parsed.ok) continue;
      if (parsed.statement.kind === 'select') queries.push({ name: file.replace(/\.sql$/, ''), sql: text });
      else if (/^\s*create\s+view\b/i.test(parsed.statement.text)) await client.query(text);
    }
  }
  return queries;
}

/** Each statement with `$n` once for each set of values that the tables suggest; generically where there is none. */
async function withValues(
  statements: readonly Query[],
  client: pg.Client,
  snapshot: Snapshot,
  leftOut: string[],
): Promise<Query[]> {
  const parser = await SqlParser.load();
  const queries: Query[] = [];
  for (const statement of statements) {
    const parsed = parser.parse(statement.sql);
    if (!parsed.ok) continue;
    try {
      await client.query(`PREPARE tried AS ${statement.sql}`);
    } catch (error) {
      leftOut.push(`${statement.name}: ${error instanceof Error ? error.message : error}`);
      continue;
    }
    const { rows } = await client.query(
      `SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = 'tried'`,
    );
    await client.query('DEALLOCATE tried');
    const sets = chooseValues(parsed.statement, rows[0].types, snapshot);
    if (sets.length === 0) queries.push(statement);
    for (const { values } of sets) {
      queries.push({ ...statement, name: `${statement.name} (${values.join(', ').slice(0, 24)})`, values });
    }
  }
  return queries;
}

async function compareSize(
  index: IndexDefinition,
  client: pg.Client,
  inMemory: WhatIfDatabase,
  leftOut: string[],
): Promise<ComparedSize | undefined> {
  const sql = createIndexSql(index);
  const shown = sql.replace(/^CREATE INDEX \S+ ON /, '');
  try {
    const { indexes } = await inMemory.plan({ sql: 'SELECT 1', indexes: [index] });
    await client.query(sql);
    const { rows } = await client.query('SELECT pg_relation_size($1::regclass)::float8 AS bytes', [index.name]);
    return { index: shown, method: index.method, bytes: rows[0].bytes, whatIfBytes: indexes[0]?.sizeBytes ?? 0 };
  } catch (error) {
    leftOut.push(`${shown}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

class Bench {
  readonly plans: ComparedPlan[] = [];
  readonly #client: pg.Client;
  readonly #queries: readonly Query[];

  constructor(client: pg.Client, queries: readonly Query[]) {
    this.#client = client;
    this.#queries = queries;
  }

  async compare(indexes: ComparedPlan['indexes'], inMemory: WhatIfDatabase, tried: readonly IndexDefinition[]) {
    for (const { name, sql, values } of this.#queries) {
      const native = await this.#native(sql, values);
      const { plan } = await inMemory.plan({ sql, values, indexes: tried });
      const difference = firstDifference(shape(plan.root), shape(native.root));
      this.plans.push({
        query: name,
        indexes,
        ...(difference !== undefined && { difference }),
        nativeCost: native.root.totalCost,
        whatIfCost: plan.root.totalCost,
      });
      if (process.env.PLANLIGHT_DEBUG && difference !== undefined) {
        console.error(`${name}, ${indexes}\n${outline(plan.root)}\non the server\n${outline(native.root)}`);
      }
    }
  }

  async #native(sql: string, values: ParameterValues | undefined): Promise<Plan> {
    const client = this.#client;
    if (values === undefined) {
      const generic = /\$\d/.test(sql) ? ', GENERIC_PLAN' : '';
      return parsePlan((await client.query(`EXPLAIN (FORMAT JSON${generic}) ${sql}`)).rows, 'estimate');
    }
    await client.query(`SET plan_cache_mode = force_custom_plan; PREPARE tried AS ${sql}`);
    try {
      const list = values.map(quoteLiteral).join(', ');
      return parsePlan((await client.query(`EXPLAIN (FORMAT JSON) EXECUTE tried(${list})`)).rows, 'estimate');
    } finally {
      await client.query('DEALLOCATE tried');
    }
  }
}

/** The nodes of a plan in pre-order with their depth: what they are, on what, and how they join. */
function shape(node: PlanNode, depth = 0): string[] {
  const of = ['Join Type', 'Strategy', 'Scan Direction', 'Parent Relationship'].flatMap((property) => {
    const value = node.properties[property];
    return typeof value === 'string' && !['Inner', 'Forward', 'Outer', 'Plain'].includes(value) ? [value] : [];
  });
  const words = [node.type, ...of, node.relation?.name, node.index].filter((word) => word !== undefined);
  return [`${' '.repeat(depth)}${words.join(' ')}`, ...node.children.flatMap((child) => shape(child, depth + 1))];
}

function outline(node: PlanNode): string {
  const [first] = shape(node);
  const { startupCost, totalCost, planRows, planWidth, conditions } = node;
  const own = `${first} ${startupCost}..${totalCost} rows ${planRows} width ${planWidth} ${JSON.stringify(conditions)}`;
  return [own, ...node.children.map((child) => outline(child).replace(/^/gm, '  '))].join('\n');
}

function firstDifference(inMemory: readonly string[], native: readonly string[]): string | undefined {
  const at = native.findIndex((line, i) => line !== inMemory[i]);
  if (at < 0) return native.length === inMemory.length ? undefined : `${inMemory[native.length]?.trim()} in addition`;
  return `${(inMemory[at] ?? 'nothing').trim()}, on the server ${(native[at] ?? 'nothing').trim()}`;
}

const [request] = process.argv.slice(2);
main(JSON.parse(request ?? '{}') as Request).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
