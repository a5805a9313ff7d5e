import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { readCallFacts } from '../../src/code/calls/call-facts';
import { QuerySiteFinder } from '../../src/code/find-query-sites';
import { orms } from '../../src/code/orms/orms';
import { indexedLanguageOf } from '../../src/code/program/facts-reader';
import { codeFixes } from '../../src/fixes/code-fixes';
import type { DocumentEdit, EditFix } from '../../src/nouns/fix';
import { SqlParser } from '../../src/sql/parser';
import { ormCalls } from '../support/orm-calls';
import { createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';

const apps = join(import.meta.dirname, 'apps/fixes');
const made = join(apps, 'made');
const grammarFolder = join(import.meta.dirname, '../../dist/grammars');

interface Application {
  /** The functions of loops.ts. */
  readonly loops: Readonly<Record<string, () => Promise<unknown>>>;
  readonly close: () => Promise<unknown>;
}

/** Bundled, since decorators are not what Node understands; the libraries stay what they are. */
async function start(folder: string): Promise<Application> {
  const outfile = join(made, `${randomUUID()}.cjs`);
  await build({
    stdin: {
      contents: "export * as models from './models'; export * as loops from './loops';",
      resolveDir: folder,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } },
  });
  const { models, loops } = createRequire(outfile)(outfile);
  await models.open?.();
  return { loops, close: models.close };
}

/** The client is made from the schema, as every program with Prisma does before it is built. No engine is needed for that. */
async function generatePrismaClient(): Promise<void> {
  const cli = join(import.meta.dirname, 'node_modules/prisma/build/index.js');
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1' };
  const cwd = join(apps, 'prisma');
  await promisify(execFile)(process.execPath, [cli, 'generate', '--schema', join(cwd, 'schema.prisma')], { env, cwd });
}

async function run(folder: string, name: string): Promise<{ result: unknown; sent: number }> {
  const app = await start(folder);
  try {
    sent = 0;
    const result = await app.loops[name]?.();
    return { result, sent };
  } finally {
    await app.close();
  }
}

/** Statements that work with rows; what a connection begins with does not count. */
let sent = 0;

function countStatements(): void {
  const { Client } = createRequire(join(apps, 'models.ts'))('pg');
  const { query } = Client.prototype;
  Client.prototype.query = function (this: unknown, ...given: unknown[]) {
    const [first] = given as [string | { text?: string }];
    const text = typeof first === 'string' ? first : (first?.text ?? '');
    if (
      /^\s*(?:select|insert|update|delete|with)\b[\s\S]*\b(?:from|into|set)\s+"?(?:public"?\."?)?(?:users|posts|comments|tags)/i.test(
        text,
      )
    )
      sent++;
    return query.apply(this, given);
  };
}

/** Function of loops.ts → the fixes of the loops in it. */
async function fixesOf(folder: string): Promise<ReadonlyMap<string, readonly EditFix[]>> {
  const { program } = await ormCalls(folder);
  const calls = new Map([...program.files.keys()].map((uri) => [uri, program.callsOf(uri)]));
  const texts = new Map<string, string>();
  for (const uri of program.files.keys()) texts.set(uri, await readFile(uri, 'utf8'));
  const sql = await QuerySiteFinder.load({ parser: await SqlParser.load(), grammarFolder });
  const sites = new Map(
    [...texts].map(([uri, text]) => [uri, sql.find({ uri, languageId: indexedLanguageOf(uri) ?? 'typescript', text })]),
  );
  const facts = readCallFacts({ tracer: program.tracer, models: program.models, orms, calls, sites });
  const found = new Map<string, readonly EditFix[]>();
  for (const repetition of facts.repetitions) {
    const { at } = repetition.loop;
    const { name = '' } = at.file.functions[at.function] ?? {};
    found.set(name, [...(found.get(name) ?? []), ...codeFixes({ repetition }, (uri) => texts.get(uri))]);
  }
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

/** Library → functions whose loop has a fix, with the statements that they send afterwards at most. */
const expected: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  sequelize: {
    authorsByPk: 1,
    authorsByWhere: 1,
    editorsThatMayBeMissing: 1,
    commentsOfEach: 1,
    tagsOfEach: 1,
    countOfEach: 2,
    countOfSome: 2,
    authorsOfNotes: 2,
    postsOfNotes: 2,
    notesInOrder: 2,
    writes: 9,
  },
  typeorm: {
    authors: 1,
    authorsOfBuilder: 1,
    lazyEditors: 1,
    commentsOfEach: 1,
    countOfEach: 2,
    countByManager: 2,
    commentsInOrder: 2,
    usersByPost: 2,
    writes: 4,
  },
  prisma: { authors: 2, commentsOfEach: 2, countOfEach: 2, authorsOfComments: 2, commentsInOrder: 2, writes: 4 },
  pg: { countOfEach: 2, countOfOne: 2, editors: 2, commentsOfEach: 2 },
  knex: { countOfEach: 2, countOfFirst: 2, authors: 2, commentsOfEach: 2, writes: 4 },
  kysely: { authors: 2, commentsOfEach: 2, ofNoPosts: 1 },
  objection: { authorsById: 2, relatedAuthors: 2, commentsOfEach: 2 },
  bookshelf: { authors: 2 },
  drizzle: { authors: 1, commentsOfEach: 1 },
  'mikro-orm': { commentsOfEach: 2 },
};

describe('Fixes of repeated queries', function () {
  this.timeout(60_000);
  let database: TestDatabase;

  before(async () => {
    database = await createDatabase(await sharedServer(), await readFile(join(apps, 'schema.sql'), 'utf8'));
    process.env.BLOG_DATABASE_URL = database.server.connectionString(database.name);
    countStatements();
    await generatePrismaClient();
    await rm(made, { recursive: true, force: true });
  });

  after(async () => {
    await rm(made, { recursive: true, force: true });
    await database?.drop();
  });

  for (const [library, functions] of Object.entries(expected)) {
    it(`of ${library} give the same result with few statements`, async () => {
      const folder = join(apps, library);
      const fixes = await fixesOf(folder);
      for (const [name, most] of Object.entries(functions)) {
        const [fix] = fixes.get(name) ?? [];
        assert.ok(fix, `${name} has a fix`);
        const before = await run(folder, name);
        const copy = join(made, library, name);
        await cp(folder, copy, { recursive: true });
        await applied(fix.edits, folder, copy);
        const after = await run(copy, name);
        assert.deepEqual(after.result, before.result, `${name}: ${fix.title}`);
        assert.ok(before.sent > most || name === 'ofNoPosts', `${name} sent ${before.sent} before`);
        assert.ok(after.sent > 0 && after.sent <= most, `${name} sends ${after.sent} after, at most ${most} are right`);
      }
    });
  }
});
