import { parseArgs } from 'node:util';
import pg from 'pg';
import { databaseUrl } from '../config/database.js';
import { copyIn } from './copy-in.mjs';
import { generateBlog } from './generate.mjs';
import { dropTables, migrate, TABLES } from './migrate.mjs';
import { runAsScript } from './run-as-script.mjs';

const USAGE = `Usage: node scripts/load.mjs [--database-url URL] [options]

Creates the blog's tables and fills them. The database is DATABASE_URL unless told.

  --users N      ${(20_000).toLocaleString('en')} unless told
  --posts N      ${(200_000).toLocaleString('en')} unless told
  --comments N   ${(800_000).toLocaleString('en')} unless told
  --seed N       another seed gives another blog (1 unless told)
  --until DATE   the newest date in the data (today unless told)
  --reset        drop the blog's tables first
  --quiet        print nothing
`;

/**
 * Creates the blog's tables in an empty database, or takes them empty as the migrations leave them, and fills them.
 *
 * @param {string} connectionString
 * @param {import('./load.d.mts').LoadOptions} [options]
 */
export async function loadBlog(connectionString, options = {}) {
  const { users = 20_000, posts = 200_000, comments = 800_000, seed = 1, until = today(), reset = false } = options;
  const onProgress = options.onProgress ?? (() => {});
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    if (reset) {
      await dropTables(client);
    }
    await migrate(client);
    await refuseRows(client);
    await fill(client, generateBlog({ users, posts, comments, seed, until }), onProgress);
    onProgress({ step: 'analyze' });
    // VACUUM as well, so that the visibility map does not depend on when autovacuum comes by.
    await client.query(`VACUUM (ANALYZE) ${TABLES.join(', ')}`);
  } finally {
    await client.end();
  }
}

/** One transaction: a load that is stopped leaves the tables empty. */
async function fill(client, tables, onProgress) {
  await client.query('BEGIN');
  try {
    // Foreign keys would be looked up row by row; added again at the end they are checked in one join each.
    const foreignKeys = await client.query(
      `SELECT conrelid::regclass AS table, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
         FROM pg_constraint
        WHERE contype = 'f' AND conrelid = ANY($1::regclass[])`,
      [TABLES],
    );
    for (const { table, name } of foreignKeys.rows) {
      await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
    }
    await client.query(`TRUNCATE ${TABLES.join(', ')}`);
    for (const { table, columns, count, lines } of tables) {
      // FREEZE: the rows need no further visit by VACUUM. Allowed since this transaction truncated the table.
      const text = `COPY ${table} (${columns.join(', ')}) FROM STDIN WITH (FREEZE)`;
      await copyIn(
        client,
        text,
        counted(lines, (done) => onProgress({ step: 'table', table, done, total: count })),
      );
      if (columns[0] === 'id') {
        await client.query(`SELECT setval(pg_get_serial_sequence($1, 'id'), greatest($2::bigint, 1))`, [table, count]);
      }
    }
    onProgress({ step: 'constraints' });
    for (const { table, name, definition } of foreignKeys.rows) {
      await client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function refuseRows(client) {
  const { rows } = await client.query(
    `SELECT ${TABLES.map((table) => `EXISTS (SELECT FROM ${table})`).join(' OR ')} AS filled`,
  );
  if (rows[0].filled) {
    throw new Error("The blog's tables hold rows already; --reset drops them and starts again.");
  }
}

function* counted(lines, onProgress) {
  let done = 0;
  for (const line of lines) {
    yield line;
    done++;
    if (done % 20_000 === 0) {
      onProgress(done);
    }
  }
  if (done === 0 || done % 20_000 !== 0) {
    onProgress(done);
  }
}

function today() {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
}

/** On a terminal one line for a table, which counts; elsewhere a line for each finished table. */
function progressPrinter(output) {
  const startedAt = Date.now();
  const number = (value) => value.toLocaleString('en');
  const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
  return ({ step, table, done, total }) => {
    if (step === 'table') {
      const of = table === 'post_tags' ? 'posts' : 'rows';
      if (output.isTTY) {
        output.write(
          `\r${table}: ${number(done)} of ${number(total)} ${of}, ${seconds()}${done === total ? '\n' : ''}`,
        );
      } else if (done === total) {
        output.write(`${table}: ${number(total)} ${of}, ${seconds()}\n`);
      }
    } else {
      output.write(step === 'constraints' ? 'Checking the foreign keys\n' : `Gathering statistics, ${seconds()}\n`);
    }
  };
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      'database-url': { type: 'string' },
      users: { type: 'string' },
      posts: { type: 'string' },
      comments: { type: 'string' },
      seed: { type: 'string' },
      until: { type: 'string' },
      reset: { type: 'boolean' },
      quiet: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const number = (name, least) => {
    if (values[name] === undefined) {
      return undefined;
    }
    const value = Number(values[name]);
    if (!Number.isSafeInteger(value) || value < least) {
      throw new Error(`--${name} wants a whole number of at least ${least}, not "${values[name]}".`);
    }
    return value;
  };
  const until = values.until === undefined ? undefined : new Date(values.until);
  if (until && Number.isNaN(until.getTime())) {
    throw new Error(`--until wants a date such as 2026-01-31, not "${values.until}".`);
  }
  return {
    help: values.help,
    connectionString: values['database-url'] ?? databaseUrl,
    options: {
      users: number('users', 1),
      posts: number('posts', 0),
      comments: number('comments', 0),
      seed: number('seed', 0),
      until,
      reset: values.reset,
      onProgress: values.quiet ? undefined : progressPrinter(process.stdout),
    },
  };
}

runAsScript(import.meta.url, async () => {
  const { help, connectionString, options } = readArguments();
  if (help) {
    process.stdout.write(USAGE);
  } else {
    await loadBlog(connectionString, options);
  }
});
