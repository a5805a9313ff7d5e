import { assumeStatistics } from './assumed-statistics';
import type { Snapshot } from './snapshot';
import { readSnapshot } from './snapshot-reader';
import type { ScriptFile } from './what-if-messages';
import { loadableExtensions } from './what-if-options';
import { MemoryPostgres } from './what-if-pglite';
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
    const failures: string[] = [];
    await db.run('SET check_function_bodies = off; SET client_min_messages = error;');
    for (const { file, text } of statements) {
      if (!shapesPlans(text) || isDispensable(text)) continue;
      try {
        await db.run(withoutConcurrently(text));
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        failures.push(`${headOf(text)} in ${file} is left out: ${message}.`);
        // A statement with BEGIN of its own may leave a failed transaction behind.
        await db.run('ROLLBACK');
      }
    }
    const snapshot = await readSnapshot((sql, values) => db.query(sql, values));
    return assumeStatistics(
      {
        ...snapshot,
        // PGlite's own settings and locale are nobody's wish.
        settings: {},
        availableExtensions: [...loadableExtensions],
        leftOut: [...failures, ...snapshot.leftOut],
      },
      { rows: assumedRows, today: new Date() },
    );
  } finally {
    await db.close();
  }
}
