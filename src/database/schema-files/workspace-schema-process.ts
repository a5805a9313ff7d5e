import type { Snapshot } from '../snapshot';
import { readSnapshot } from '../snapshot-reader/snapshot-reader';
import type { ScriptFile } from '../what-if/messages';
import { loadableExtensions } from '../what-if/options';
import { MemoryPostgres } from '../what-if/pglite';
import { assumeStatistics } from './assumed-statistics';
import { headOf, isDispensable, namedExtensions, shapesPlans, withoutConcurrently } from './workspace-schema';

/**
 * Runs the schema's statements one by one in a fresh database in memory and reads its catalog. One that fails is
 * named in `leftOut`, and the rest goes on. Runs in the planner's process.
 */
export async function snapshotOfStatements(
  folder: string,
  files: readonly ScriptFile[],
  assumedRows: number,
): Promise<Snapshot> {
  const statements = files.flatMap(({ name, statements }) => statements.map((text) => ({ file: name, text })));
  const wanted = new Set(statements.flatMap(({ text }) => namedExtensions(text)));
  const db = await MemoryPostgres.start(
    folder,
    loadableExtensions.filter((name) => wanted.has(name)),
  );
  try {
    const notes: string[] = [];
    const failures = new Map<string, string[]>();
    await db.run('SET check_function_bodies = off; SET client_min_messages = error;');
    for (const { file, text } of statements) {
      if (!shapesPlans(text) || isDispensable(text)) continue;
      const failure = await runWithStandIns(db, withoutConcurrently(text), notes);
      if (failure === undefined) continue;
      const ofFile = failures.get(file) ?? [];
      failures.set(file, [...ofFile, `${headOf(text)} in ${file} is left out: ${failure}.`]);
    }
    const snapshot = await readSnapshot((sql, values) => db.query(sql, values));
    return assumeStatistics(
      {
        ...snapshot,
        // PGlite's own settings and locale are nobody's wish.
        settings: {},
        availableExtensions: [...loadableExtensions],
        leftOut: [...[...failures].flatMap(inShort), ...notes, ...snapshot.leftOut],
      },
      { rows: assumedRows, today: new Date() },
    );
  } finally {
    await db.close();
  }
}

/** So many failures are named for each file; more of them are one matter, such as a file that is not PostgreSQL's. */
const mostFailures = 3;

function inShort([file, sentences]: [file: string, sentences: readonly string[]]): string[] {
  const more = sentences.length - mostFailures;
  if (more <= 1) return [...sentences];
  return [...sentences.slice(0, mostFailures), `So are ${more.toLocaleString('en')} more statements in ${file}.`];
}

/** More unknown types than this in one table are not a matter of a missing extension. */
const mostStandIns = 8;

/** A type that is missing here (PostGIS, pgvector) becomes a domain over text, so that its table can be planned. */
async function runWithStandIns(db: MemoryPostgres, statement: string, notes: string[]): Promise<string | undefined> {
  let text = statement;
  for (let attempt = 0; ; attempt++) {
    try {
      await db.run(text);
      return undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const type = /^type "(?:(\w+)\.)?(\w+)(?:\[\])?" does not exist$/.exec(message);
      if (!type || attempt === mostStandIns || !/^\s*(?:create|alter)\s+table\b/i.test(text)) return message;
      const [, schema, name] = type as unknown as [string, string | undefined, string];
      const qualified = [schema, name]
        .filter((part) => part !== undefined)
        .map((part) => `"${part}"`)
        .join('.');
      try {
        await db.run(`CREATE DOMAIN ${qualified} AS text`);
      } catch {
        // There is no such schema either: the statement's own message says more.
        return message;
      }
      notes.push(`Type ${name} is not known to the planner in memory: its columns are planned as text.`);
      // A domain takes no modifier: `vector(1536)`.
      text = text.replace(new RegExp(`\\b(${name}"?)\\s*\\([^)]*\\)`, 'gi'), '$1');
    }
  }
}
