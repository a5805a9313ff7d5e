import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { codeFixes } from '../../src/fixes/code-fixes';
import { codeFindingsIn } from '../support/code-findings';
import { afterFix } from '../support/fixes-of';
import { createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';

const requireHere = createRequire(join(import.meta.dirname, 'package.json'));

interface Program {
  readonly run: () => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}

/**
 * Each with a pool of two that waits half a second, and a function that fails while it has a connection. Those of pg that are
 * lost are ended by the server when its database goes, which nobody is to hear.
 */
const programs: Readonly<Record<string, string>> = {
  sequelize: `const { Sequelize } = require('sequelize');
const sequelize = new Sequelize(process.env.URL, { dialect: 'postgres', logging: false, pool: { max: 2, acquire: 500 } });

async function run() {
  const transaction = await sequelize.transaction();
  await sequelize.query('SELECT * FROM no_such_table', { transaction });
  await transaction.commit();
}

async function close() { await sequelize.close(); }
`,
  knex: `const knex = require('knex')({ client: 'pg', connection: process.env.URL, pool: { min: 0, max: 2, acquireTimeoutMillis: 500 }, log: { warn() {} } });

async function run() {
  const trx = await knex.transaction();
  await trx('no_such_table').select('id');
  await trx.commit();
}

async function close() { await knex.destroy(); }
`,
  typeorm: `const { DataSource } = require('typeorm');
const source = new DataSource({ type: 'postgres', url: process.env.URL, extra: { max: 2, connectionTimeoutMillis: 500 } });
const ready = source.initialize();

async function run() {
  await ready;
  const runner = source.createQueryRunner();
  await runner.connect();
  await runner.query('SELECT * FROM no_such_table');
  await runner.release();
}

async function close() { await source.destroy(); }
`,
  'pg with callbacks': `const { Pool } = require('pg');
const pool = new Pool({ connectionString: process.env.URL, max: 2, connectionTimeoutMillis: 500 });
pool.on('connect', (client) => client.on('error', () => {}));

function query(text, callback) {
  pool.connect((err, client, done) => {
    if (err) return callback(err);
    client.query(text, (error, result) => {
      if (error) return callback(error);
      done();
      callback(null, result.rows);
    });
  });
}

function run() {
  return new Promise((resolve, reject) =>
    query('SELECT * FROM no_such_table', (error, rows) => (error ? reject(error) : resolve(rows))),
  );
}

async function close() { await pool.end(); }
`,
  'pg-promise': `const db = require('pg-promise')({ noWarnings: true, connect: ({ client }) => client.on('error', () => {}) })({ connectionString: process.env.URL, max: 2, connectionTimeoutMillis: 500 });

async function run() {
  const own = await db.connect();
  const rows = await own.any('SELECT * FROM no_such_table');
  own.done();
  return rows;
}

async function close() { await db.$pool.end(); }
`,
  postgres: `const postgres = require('postgres');
const sql = postgres(process.env.URL, { max: 2, onnotice: () => {} });

async function run() {
  const own = await sql.reserve();
  const rows = await own\`SELECT * FROM no_such_table\`;
  own.release();
  return rows;
}

async function close() { await sql.end({ timeout: 1 }); }
`,
};

describe('the fix of connections that are not given back', function () {
  this.timeout(60_000);
  let database: TestDatabase;

  before(async () => {
    database = await createDatabase(await sharedServer());
  });
  after(() => database?.drop());

  /** What ten calls at the same time say; those that wait longer than any of their pools does say nothing. */
  async function errorsOf(code: string): Promise<string[]> {
    const url = database.server.connectionString(database.name);
    const made = new Function('require', 'process', `${code}\nreturn { run, close };`)(requireHere, {
      env: { URL: url },
    }) as Program;
    const pause = new Promise<string>((resolve) => setTimeout(resolve, 3_000, 'it waits'));
    const calls = Array.from({ length: 10 }, () =>
      Promise.race([
        made.run().then(
          () => 'done',
          (error) => String(error),
        ),
        pause,
      ]),
    );
    const said = await Promise.all(calls);
    // A pool that was emptied does not end by itself.
    await Promise.race([made.close(), pause]);
    return said;
  }

  for (const [library, code] of Object.entries(programs)) {
    it(`of ${library} lets ten requests that fail come to an end with two connections`, async () => {
      const path = `/app/${library}.js`;
      const found = (await codeFindingsIn({ [path]: code })).find(({ finding }) => finding.rule === 'connection-leak');
      const [fix] = found ? codeFixes(found, () => code) : [];
      assert.ok(fix, 'there is a fix');
      const isOwnError = (said: string) => said.includes('no_such_table');
      const before = await errorsOf(code);
      assert.ok(before.filter(isOwnError).length < 10, before.join('\n'));
      const after = await errorsOf(afterFix(fix, code));
      assert.equal(after.filter(isOwnError).length, 10, after.join('\n'));
    });
  }
});
