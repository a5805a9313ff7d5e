import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { sentCall, sitesOfCall } from '../../src/code/call-sites';
import { type CallFacts, readCallFacts } from '../../src/code/calls/call-facts';
import { FileRoles } from '../../src/code/file-roles';
import { filesBelow } from '../../src/code/files-below';
import { QuerySiteFinder } from '../../src/code/find-query-sites';
import type { FoundCall } from '../../src/code/orms/orm';
import { orms } from '../../src/code/orms/orms';
import { indexedLanguageOf } from '../../src/code/program/facts-reader';
import { Program } from '../../src/code/program/program';
import { readWorkspace } from '../../src/code/program/read-workspace';
import { sourceText } from '../../src/code/source-text';
import type { QuerySite } from '../../src/nouns/query-site';
import { SqlParser } from '../../src/sql/parser';

/** What is measured of one application; times in ms, memory in bytes. */
interface Measured {
  readonly path: string;
  readonly files: number;
  readonly known: number;
  readonly readMs: number;
  readonly callsMs: number;
  readonly graphMs: number;
  readonly peakBytes: number;
  readonly models: number;
  /** Library → calls, of them with SQL. */
  readonly calls: Readonly<Record<string, { readonly calls: number; readonly withSql: number }>>;
  /** Library or shape → SQL text. */
  readonly texts: Readonly<Record<string, number>>;
  readonly statements: number;
  /** Statements that the database accepts; undefined: none was given. */
  readonly accepted?: number;
  readonly rejected: readonly { readonly place: string; readonly sql: string; readonly why: string }[];
  readonly repetitions: Readonly<Record<string, number>>;
  readonly leftAlone: readonly string[];
  /** Whatever the call graph threw: a defect. */
  readonly defect?: string;
}

/** The program behind `npm run bench:code`: `DIST_FOLDER RESULT_FILE CACHE_FILE DATABASE_URL|- PATH`. */
async function main([dist, resultFile, cachePath, database, path]: string[]): Promise<void> {
  if (!dist || !resultFile || !cachePath || !database || !path) throw new Error('Arguments are missing.');
  const folder = resolve(path);
  const leftAlone: string[] = [];
  const roles = new FileRoles([folder]);
  const program = new Program(orms, roles, (error, uri) => leftAlone.push(`A defect at ${uri}: ${error}`));
  const started = performance.now();
  const files: { uri: string; path: string }[] = [];
  const isIndexed = (_: string, file: string) => indexedLanguageOf(file) !== undefined;
  for await (const file of filesBelow(folder, isIndexed, (why) => leftAlone.push(why)))
    files.push({ uri: file, path: file });
  const { known } = await readWorkspace(program, files, {
    grammarFolder: join(dist, 'grammars'),
    threadProgram: join(dist, 'facts-thread.js'),
    cachePath,
    onLeftAlone: (why) => leftAlone.push(why),
  });
  const read = performance.now();
  const calls = new Map([...program.files.keys()].map((uri) => [uri, program.callsOf(uri)] as const));
  const found = performance.now();
  const sites = await sqlTexts(files, join(dist, 'grammars'), roles);
  const graphStarted = performance.now();
  const { facts, defect } = repeatedQueries(program, calls, sites);
  const graphed = performance.now();
  const all = [...calls.values()].flat();
  const result: Measured = {
    path: folder,
    files: files.length,
    known,
    readMs: read - started,
    callsMs: found - read,
    graphMs: graphed - graphStarted,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    models: orms.reduce((sum, { library }) => sum + program.models.of(library).length, 0),
    calls: byLibrary(all),
    texts: counted([...sites.values()].flat(), ({ library }) => library),
    // A migration is for a schema that is not today's.
    ...(await prepared(
      [...all.map(sentCall).flatMap(sitesOfCall), ...[...sites.values()].flat()].filter(
        ({ uri }) => !roles.isMigration(uri),
      ),
      database,
    )),
    repetitions: counted(facts?.repetitions ?? [], ({ kind }) => kind),
    leftAlone,
    ...(defect !== undefined && { defect }),
  };
  writeFileSync(resultFile, JSON.stringify(result));
}

function repeatedQueries(
  program: Program,
  calls: ReadonlyMap<string, readonly FoundCall[]>,
  sites: ReadonlyMap<string, readonly QuerySite[]>,
): { readonly facts?: CallFacts; readonly defect?: string } {
  try {
    return { facts: readCallFacts({ tracer: program.tracer, models: program.models, orms, calls, sites }) };
  } catch (error) {
    return { defect: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function sqlTexts(
  files: readonly { readonly path: string }[],
  grammarFolder: string,
  roles: FileRoles,
): Promise<Map<string, readonly QuerySite[]>> {
  const finder = await QuerySiteFinder.load({ parser: await SqlParser.load(), grammarFolder, roles });
  const found = new Map<string, readonly QuerySite[]>();
  for (const { path } of files) {
    const languageId = indexedLanguageOf(path);
    if (languageId === undefined || languageId === 'project' || languageId === 'prisma') continue;
    await finder.prepare(languageId);
    const sites = finder.find({ uri: path, languageId, text: sourceText(readFileSync(path)) });
    if (sites.length > 0) found.set(path, sites);
  }
  return found;
}

function byLibrary(calls: readonly FoundCall[]): Measured['calls'] {
  const found: Record<string, { calls: number; withSql: number }> = {};
  for (const { variants } of calls) {
    const [first] = variants;
    if (!first) continue;
    const count = found[first.library] ?? { calls: 0, withSql: 0 };
    found[first.library] = count;
    count.calls++;
    if (first.statements.length > 0) count.withSql++;
  }
  return found;
}

/** Whether the database can plan each statement: PREPARE looks every name up and runs nothing. */
async function prepared(
  sites: readonly QuerySite[],
  database: string,
): Promise<Pick<Measured, 'statements' | 'accepted' | 'rejected'>> {
  const statements = new Map(sites.filter(isPrepared).map((site) => [site.sql, site]));
  if (database === '-') return { statements: statements.size, rejected: [] };
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  const rejected: { place: string; sql: string; why: string }[] = [];
  try {
    for (const [sql, { uri, range, library }] of statements) {
      try {
        await client.query(`PREPARE planlight AS ${sql}`);
        await client.query('DEALLOCATE planlight');
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        rejected.push({ place: `${uri}:${lineOf(uri, range.start)} (${library})`, sql, why });
      }
    }
  } finally {
    await client.end();
  }
  return { statements: statements.size, accepted: statements.size - rejected.length, rejected };
}

/** Only these kinds of statements can be prepared at all. */
function isPrepared({ sql, replaced, runsOnce }: QuerySite): boolean {
  return !replaced && !runsOnce && /^\s*(?:\(|select|insert|update|delete|with|values|merge)\b/i.test(sql);
}

function lineOf(path: string, offset: number): number {
  return sourceText(readFileSync(path)).slice(0, offset).split('\n').length;
}

function counted<T>(things: Iterable<T>, key: (thing: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const thing of things) counts[key(thing)] = (counts[key(thing)] ?? 0) + 1;
  return counts;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
