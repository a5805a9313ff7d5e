import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { databaseUrl } from '../config/database.js';
import { runAsScript } from './run-as-script.mjs';

const FOLDER = new URL('../migrations/', import.meta.url);

/** The blog's own tables, those that are referenced last. */
export const TABLES = ['post_tags', 'tags', 'comments', 'posts', 'users'];

/**
 * Runs the files of migrations/ that have not run yet, in one transaction, and returns their names.
 * @param {pg.Client} client
 */
export async function migrate(client) {
  const applied = await appliedMigrations(client);
  if (!applied) {
    await refuseForeignTables(client);
  }
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort();
  const pending = files.filter((name) => !applied?.has(name));
  await client.query('BEGIN');
  try {
    for (const name of pending) {
      await runFile(client, name);
    }
    await client.query('INSERT INTO blog_migrations (name) SELECT unnest($1::text[])', [pending]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
  return pending;
}

async function runFile(client, name) {
  const script = await readFile(new URL(name, FOLDER), 'utf8');
  try {
    await client.query(script);
  } catch (error) {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  }
}

/** Drops the tables that the migrations made; a database without blog_migrations is left alone. */
export async function dropTables(client) {
  if (await appliedMigrations(client)) {
    await client.query(`DROP TABLE IF EXISTS ${[...TABLES, 'blog_migrations'].join(', ')}`);
  }
}

async function appliedMigrations(client) {
  const { rows } = await client.query("SELECT to_regclass('blog_migrations') IS NOT NULL AS present");
  if (!rows[0].present) {
    return undefined;
  }
  const applied = await client.query('SELECT name FROM blog_migrations');
  return new Set(applied.rows.map((row) => row.name));
}

async function refuseForeignTables(client) {
  const { rows } = await client.query(
    'SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NOT NULL',
    [TABLES],
  );
  if (rows.length > 0) {
    const names = rows.map((row) => row.name).join(', ');
    throw new Error(`The database has tables of its own named ${names}; choose an empty database for the blog.`);
  }
}

runAsScript(import.meta.url, async () => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const applied = await migrate(client);
    console.log(applied.length > 0 ? `Applied ${applied.join(', ')}` : 'Nothing to apply');
  } finally {
    await client.end();
  }
});
