import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { readCallFacts } from '../../src/code/calls/call-facts';
import { QuerySiteFinder } from '../../src/code/find-query-sites';
import { orms } from '../../src/code/orms/orms';
import { indexedLanguageOf } from '../../src/code/program/facts-reader';
import type { Place } from '../../src/code/resolve/origin';
import type { ColumnTypeOf } from '../../src/fixes/batch/column-types';
import { codeFixes, type FixableFinding } from '../../src/fixes/code-fixes';
import type { DocumentEdit, EditFix } from '../../src/nouns/fix';
import { SqlParser } from '../../src/sql/parser';
import { bundledProgram } from './bundled-program';
import { ormCalls } from './orm-calls';
import { createDatabase, sharedServer, type TestDatabase } from './postgres-server';
import { wholePaths } from './whole-paths';

const orm = join(import.meta.dirname, '../orms');
const grammarFolder = join(import.meta.dirname, '../../dist/grammars');

interface Application {
  /** The functions of loops.ts. */
  readonly loops: Readonly<Record<string, () => Promise<unknown>>>;
  readonly close: () => Promise<unknown>;
}

/** Function of loops.ts → the statements that it sends at most after its first fix. */
type Expected = Readonly<Record<string, number>>;

/**
 * Each function of `apps/<library>/loops.ts` is run on a real database as it is and after its fix: the result is the same, and
 * the statements are few. Of several fixes the first that `isMeant`.
 */
export function proveFixes(
  title: string,
  folder: string,
  expected: Readonly<Record<string, Expected>>,
  isMeant: (fix: EditFix) => boolean = () => true,
): void {
  const apps = join(orm, 'apps', folder);
  const made = join(apps, 'made');

  describe(title, function () {
    this.timeout(60_000);
    let database: TestDatabase;
    let counted: StatementCount;
    const types = new Map<string, string>();

    before(async () => {
      database = await createDatabase(await sharedServer(), await readFile(join(apps, 'schema.sql'), 'utf8'));
      for (const [column, type] of await columnTypes(database)) types.set(column, type);
      process.env.BLOG_DATABASE_URL = database.server.connectionString(database.name);
      counted = countStatements();
      await rm(made, { recursive: true, force: true });
    });

    after(async () => {
      counted?.restore();
      await rm(made, { recursive: true, force: true });
      await database?.drop();
    });

    /** As the catalog has it. */
    const typeOf: ColumnTypeOf = (table, column) => types.get(`${table}.${column}`);

    async function run(from: string, name: string): Promise<StatementCount & { result: unknown }> {
      const app = await start(from, join(made, `${randomUUID()}.cjs`));
      try {
        counted.sent = 0;
        counted.rows = 0;
        counted.begun = 0;
        const result = await app.loops[name]?.();
        return { ...counted, result };
      } finally {
        await app.close();
      }
    }

    for (const [library, functions] of Object.entries(expected)) {
      it(`of ${library} give the same result with few statements`, async () => {
        const own = join(apps, library);
        const isPrisma = basename(library) === 'prisma';
        if (isPrisma) await generatePrismaClient(own);
        const fixes = await fixesByFunction(own, typeOf);
        for (const [name, most] of Object.entries(functions)) {
          const fix = fixes.get(name)?.find(isMeant);
          assert.ok(fix, `${name} has a fix`);
          const before = await run(own, name);
          const copy = join(made, library, name);
          await cp(own, copy, { recursive: true });
          await applied(fix.edits, own, copy);
          if (fix.edits.some(({ uri }) => uri?.endsWith('.prisma'))) await generatePrismaClient(copy);
          const after = await run(copy, name);
          assert.deepEqual(after.result, before.result, `${name}: ${fix.title}`);
          const isLess = before.sent > most || before.rows > after.rows || before.begun < after.begun;
          assert.ok(isLess || name.startsWith('ofNo'), `${name} sent ${before.sent} before, for ${before.rows} rows`);
          assert.ok(after.sent > 0 && after.sent <= most, `${name} sends ${after.sent}, at most ${most} are right`);
        }
      });
    }
  });
}

/** `tags.label` → `text` */
async function columnTypes({ admin }: TestDatabase): Promise<ReadonlyMap<string, string>> {
  const { rows } = await admin.query<{ name: string; type: string }>(
    `SELECT attrelid::regclass || '.' || attname AS name, format_type(atttypid, atttypmod) AS type
     FROM pg_attribute WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)`,
  );
  return new Map(rows.map(({ name, type }) => [name, type]));
}

async function start(folder: string, outfile: string): Promise<Application> {
  const text = "export * as models from './models'; export * as loops from './loops';";
  const { models, loops } = (await bundledProgram(text, folder, outfile)) as {
    readonly models: { open?(): Promise<unknown>; readonly close: Application['close'] };
    readonly loops: Application['loops'];
  };
  await models.open?.();
  return { loops, close: models.close };
}

/** The client is made from the schema, as every program with Prisma does before it is built. No engine is needed for that. */
export async function generatePrismaClient(cwd: string): Promise<void> {
  const cli = join(orm, 'node_modules/prisma/build/index.js');
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1' };
  await promisify(execFile)(process.execPath, [cli, 'generate', '--schema', join(cwd, 'schema.prisma')], { env, cwd });
}

interface StatementCount {
  sent: number;
  /** That came back, for the functions that ask for fewer. */
  rows: number;
  /** Transactions. */
  begun: number;
  restore(): void;
}

const ofRows =
  /^\s*(?:update|(?:select|insert|delete|with)\b[\s\S]*\b(?:from|into|update))\s+(?:only\s+)?"?(?:public"?\."?)?(?:users|posts|comments|tags|scores)/i;

/** Statements that work with rows; what a connection begins with does not count. */
function countStatements(): StatementCount {
  const require = createRequire(join(orm, 'apps/models.ts'));
  const { Client } = require('pg');
  const { query } = Client.prototype;
  const { prototype: result } = require('pg/lib/result');
  const { addRow } = result;
  const restore = () => {
    Object.assign(Client.prototype, { query });
    Object.assign(result, { addRow });
  };
  const count: StatementCount = { sent: 0, rows: 0, begun: 0, restore };
  result.addRow = function (this: unknown, ...given: unknown[]) {
    count.rows++;
    return addRow.apply(this, given);
  };
  Client.prototype.query = function (this: unknown, ...given: unknown[]) {
    const [first] = given as [string | { text?: string }];
    const text = typeof first === 'string' ? first : (first?.text ?? '');
    if (ofRows.test(text)) count.sent++;
    if (/^\s*begin\b/i.test(text)) count.begun++;
    return query.apply(this, given);
  };
  return count;
}

/** Function of loops.ts → the fixes of what is found in it. */
async function fixesByFunction(folder: string, typeOf: ColumnTypeOf): Promise<ReadonlyMap<string, readonly EditFix[]>> {
  const { program } = await ormCalls(folder);
  const calls = new Map([...program.files.keys()].map((uri) => [uri, program.callsOf(uri)]));
  const texts = new Map<string, string>();
  for (const uri of program.files.keys()) texts.set(uri, await readFile(uri, 'utf8'));
  const sql = await QuerySiteFinder.load({ parser: await SqlParser.load(), grammarFolder, roles: wholePaths });
  const sites = new Map(
    [...texts].map(([uri, text]) => [uri, sql.find({ uri, languageId: indexedLanguageOf(uri) ?? 'typescript', text })]),
  );
  const facts = readCallFacts({ tracer: program.tracer, models: program.models, orms, calls, sites });
  const found = new Map<string, readonly EditFix[]>();
  const add = ({ file, function: index }: Place, finding: FixableFinding) => {
    const { name = '' } = file.functions[index] ?? {};
    found.set(name, [...(found.get(name) ?? []), ...codeFixes(finding, (uri) => texts.get(uri), typeOf)]);
  };
  for (const repetition of facts.repetitions) add(repetition.loop.at, { repetition });
  for (const same of facts.sameQueries) add(same.first.at, { same });
  for (const split of facts.splitWrites) add(split.loop.at, { split });
  for (const result of facts.results) add(result.query.at, { result });
  return found;
}

async function applied(edits: readonly DocumentEdit[], from: string, to: string): Promise<void> {
  const byFile = new Map<string, DocumentEdit[]>();
  for (const edit of edits) byFile.set(edit.uri ?? '', [...(byFile.get(edit.uri ?? '') ?? []), edit]);
  for (const [uri, own] of byFile) {
    let text = await readFile(uri, 'utf8');
    for (const { range, newText } of own.sort((a, b) => b.range.start - a.range.start))
      text = text.slice(0, range.start) + newText + text.slice(range.end);
    await writeFile(uri.replace(from, to), text);
  }
}
