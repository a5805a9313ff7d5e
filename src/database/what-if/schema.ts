import { quoteIdentifier } from '../../sql/identifiers';
import { headOf, isDispensable } from '../schema-files/workspace-schema';
import type { Snapshot, SnapshotTable } from '../snapshot';
import { reason, runSteps, type Step, silently } from './batch';
import type { MemoryPostgres } from './pglite';
import { type CreatedTables, createTables, displayName } from './tables';

/** Types, functions, tables, their constraints and indexes; what fails is told in `leftOut`, and the rest goes on. */
export async function createSchema(db: MemoryPostgres, snapshot: Snapshot, leftOut: string[]): Promise<CreatedTables> {
  const schemas = new Set(snapshot.tables.map((table) => table.schema));
  for (const schema of schemas) await db.run(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
  await setSearchPath(db, snapshot);
  // A function may name a table's row type: what fails now is tried again after the tables.
  const later: Step[] = [];
  for (const sql of snapshot.prelude) {
    if (!isDispensable(sql) && !(await silently(db, sql))) later.push({ sql, what: headOf(sql) });
  }
  await setSearchPath(db, snapshot);
  const { tables, missingTables } = await createTables(db, snapshot, leftOut);
  const tell = ({ what }: Step, why: string): void => void leftOut.push(`${what} is left out: ${why}.`);
  for (const step of later) {
    await db.run(step.sql).catch((error: unknown) => tell(step, reason(error)));
  }
  // Partitions first: an index of the whole then takes theirs for its parts, as on the server.
  const partsFirst = [...tables].reverse();
  const constraints = partsFirst.flatMap((table) =>
    table.constraints.map((sql) => ({ sql, what: `A constraint of ${displayName(table)}` })),
  );
  await runSteps(db, constraints, tell);
  const ofConstraints = await indexNames(db);
  const indexes = partsFirst.flatMap((table) =>
    table.indexes
      .filter(({ name, isValid }) => isValid && !ofConstraints.has(JSON.stringify([table.schema, name])))
      .map(({ name, definition }) => ({
        sql: definition.replace(/^(CREATE (?:UNIQUE )?INDEX (?:"(?:[^"]|"")*"|[^\s"]+) )ON ONLY /, '$1ON '),
        what: `Index ${name} of ${displayName(table)}`,
      })),
  );
  await runSteps(db, indexes, tell);
  return { tables, missingTables };
}

/**
 * Foreign keys tell the planner that each row of the one table finds its row of the other. There is nothing to check,
 * which would take most of the time of loading; but one that is not checked is not believed.
 */
export async function createForeignKeys(
  db: MemoryPostgres,
  tables: readonly SnapshotTable[],
  areTablesMissing: boolean,
  leftOut: string[],
): Promise<void> {
  const keys = tables.flatMap((table) =>
    table.foreignKeys.map((sql) => ({ sql, what: `A foreign key of ${displayName(table)}` })),
  );
  const unchecked = keys.map(({ sql, what }) => ({
    sql: /\bNOT VALID$/.test(sql) ? sql : `${sql} NOT VALID`,
    what,
    key: sql,
  }));
  const refused: { sql: string; what: string }[] = [];
  await runSteps(db, unchecked, ({ key, what }) => refused.push({ sql: key, what }));
  await runSteps(db, refused, ({ what }, why) => {
    // A key that points at a table that was left out is told there.
    if (!areTablesMissing) leftOut.push(`${what} is left out: ${why}.`);
  });
  await db.run(`UPDATE pg_constraint SET convalidated = true WHERE contype = 'f' AND NOT convalidated`);
}

/** A view may stand on one that was made, or changed, after it: what fails is tried again as long as others succeed. */
export async function createViews(db: MemoryPostgres, views: readonly string[], leftOut: string[]): Promise<void> {
  let waiting: readonly { readonly step: Step; readonly why: string }[] = views.map((sql) => ({
    step: { sql, what: headOf(sql) },
    why: '',
  }));
  for (let before = Number.POSITIVE_INFINITY; waiting.length > 0 && waiting.length < before; ) {
    before = waiting.length;
    const failed: { step: Step; why: string }[] = [];
    const steps = waiting.map(({ step }) => step);
    await runSteps(db, steps, (step, why) => failed.push({ step, why }));
    waiting = failed;
  }
  for (const { step, why } of waiting) leftOut.push(`${step.what} is left out: ${why}.`);
}

async function setSearchPath(db: MemoryPostgres, snapshot: Snapshot): Promise<void> {
  const schemas = snapshot.searchPath.length > 0 ? snapshot.searchPath : ['public'];
  await db.run(`SET search_path = ${schemas.map((schema) => `"${schema.replaceAll('"', '""')}"`).join(', ')}`);
}

async function indexNames(db: MemoryPostgres): Promise<Set<string>> {
  const rows = await db.query<{ schema: string; name: string }>(
    'SELECT schemaname AS schema, indexname AS name FROM pg_indexes',
  );
  return new Set(rows.map(({ schema, name }) => JSON.stringify([schema, name])));
}
