import assert from 'node:assert/strict';
import type { Health } from '../../../src/database/health/health';
import { valuesOf } from '../../../src/guide/live/charts';
import { healthPanels } from '../../../src/guide/live/health-panels';
import { healthServer, hiddenIn, oldestAndNewest, valueIn, withServer } from '../../support/health';
import { connectTo, createDatabase, sharedServer, type TestDatabase } from '../../support/postgres-server';
import { problemOf } from '../../support/problems';

const healthOf = (database: TestDatabase): Promise<Health> =>
  withServer(database.gateOptions(), (server) => server.health());

for (const major of oldestAndNewest()) {
  describe(`statements that the server counted, on PostgreSQL ${major}`, () => {
    let database: TestDatabase;
    const shop = `shop_${major}`;

    before(async function () {
      this.timeout(60_000);
      database = await createDatabase(
        await healthServer(major),
        `CREATE SCHEMA "Stats"; CREATE EXTENSION pg_stat_statements SCHEMA "Stats";
         CREATE TABLE orders (id int PRIMARY KEY, owner int NOT NULL);
         CREATE FUNCTION count_orders(int) RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE n bigint;
           BEGIN EXECUTE 'SELECT count(*) FROM orders WHERE owner > ' || $1 INTO n; RETURN n; END $$;
         CREATE ROLE ${shop} LOGIN; GRANT ALL ON orders TO ${shop};`,
      );
    });
    after(async () => {
      await database?.admin.query(`DROP OWNED BY ${shop}; DROP ROLE ${shop}`);
      await database?.drop();
    });

    it('are one for each text, whoever sent it, client or function; totals count what clients sent', async () => {
      const { admin, server, name } = database;
      await admin.query(`SET pg_stat_statements.track = 'all'`);
      await admin.query(
        `SELECT "Stats".pg_stat_statements_reset(0, (SELECT oid FROM pg_database WHERE datname = current_database()), 0)`,
      );
      await admin.query('SELECT count(*) FROM orders WHERE owner > 7');
      await admin.query('SELECT count_orders(8)');
      await admin.query('SELECT count_orders(9)');
      const other = await connectTo(server.connectionString(name).replace('postgres@', `${shop}@`));
      await other.query('SELECT count(*) FROM orders WHERE owner > 10');
      await other.query('SELECT count(*) FROM orders');
      await other.end();
      const { statements, totalCalls } = valueIn((await healthOf(database)).statements);
      const calls = (text: string) =>
        statements.filter((statement) => statement.text === text).map(({ calls, user }) => [calls, user]);
      assert.deepEqual(calls('SELECT count(*) FROM orders WHERE owner > $1'), [[4, undefined]]);
      assert.deepEqual(calls('SELECT count_orders($1)'), [[2, 'postgres']]);
      assert.deepEqual(calls('SELECT count(*) FROM orders'), [[1, shop]]);
      const listed = statements.reduce((sum, statement) => sum + statement.calls, 0);
      assert.equal(listed - totalCalls, major >= 14 ? 2 : 0);
    });

    it('are told without the passwords in them, which the server keeps; and so are sessions', async () => {
      const { admin, server, name } = database;
      await admin.query(`ALTER ROLE ${shop} PASSWORD 'very secret'`);
      const open = await connectTo(server.connectionString(name));
      await open.query(`BEGIN; ALTER ROLE ${shop} PASSWORD 'more secret'`);
      const told = JSON.stringify(await healthOf(database));
      await open.end();
      assert.match(told, new RegExp(`"ALTER ROLE ${shop} PASSWORD '\\*\\*\\*'"`));
      assert.match(told, new RegExp(`"BEGIN; ALTER ROLE ${shop} PASSWORD '\\*\\*\\*'"`));
      assert.doesNotMatch(told, /(?:very|more) secret/);
    });

    it('start again after a reset, which is told since 14', async () => {
      const before = valueIn((await healthOf(database)).statements);
      await database.admin.query('SELECT "Stats".pg_stat_statements_reset()');
      const after = valueIn((await healthOf(database)).statements);
      assert.ok(after.totalCalls < before.totalCalls);
      if (major >= 14) assert.ok(Date.parse(after.since ?? '') > Date.parse(before.since ?? ''));
      else assert.equal(after.since, undefined);
    });

    it('are reset in the middle: nothing is told of what ran lately, and no mean is made up', async () => {
      const { admin } = database;
      for (let i = 0; i < 5; i++) await admin.query('SELECT count(*) FROM orders WHERE owner > 7');
      const before = await healthOf(database);
      await admin.query('SELECT "Stats".pg_stat_statements_reset()');
      await admin.query('SELECT count(*) FROM orders WHERE owner > 7');
      const after = await healthOf(database);
      const [slow] = healthPanels(after, Date.now(), before);
      const listed = slow?.tables?.flatMap(({ rows }) => rows) ?? [];
      assert.ok(listed.some(([text]) => text === 'SELECT count(*) FROM orders WHERE owner > $1'));
      assert.deepEqual(
        slow?.tables?.map(({ title }) => title),
        ['Since counting began, by their time in all'],
      );
      const { meanStatement } = valuesOf({ now: after.activity, health: after, earlierHealth: before });
      assert.equal(meanStatement, undefined);
    });
  });
}

describe('a server that does not count its statements', () => {
  it('says what to do where the extension is not there, in this database or at all', async () => {
    const [loaded, without] = [await createDatabase(await healthServer()), await createDatabase(await sharedServer())];
    try {
      const says = 'This database does not count its statements: pg_stat_statements is not installed.';
      assert.equal(hiddenIn((await healthOf(loaded)).statements), `${says} Run CREATE EXTENSION pg_stat_statements.`);
      assert.equal(
        hiddenIn((await healthOf(without)).statements),
        `${says} Put pg_stat_statements into shared_preload_libraries and restart the server, then run CREATE EXTENSION pg_stat_statements.`,
      );
    } finally {
      await loaded.drop();
      await without.drop();
    }
  });

  it('says so where its library is not loaded, instead of the error of its view', async () => {
    const database = await createDatabase(await sharedServer(), 'CREATE EXTENSION pg_stat_statements');
    try {
      const health = await healthOf(database);
      assert.equal(
        hiddenIn(health.statements),
        'This database does not count its statements: pg_stat_statements is not loaded. ' +
          'Put pg_stat_statements into shared_preload_libraries and restart the server.',
      );
      assert.ok('value' in health.tables && 'value' in health.activity.counters);
      const problem = await problemOf(
        withServer(database.gateOptions(), (server) => server.statementCalls(10)),
        'unsupported',
      );
      assert.match(problem.hint ?? '', /^Name files or --sql, or put pg_stat_statements into shared_preload_libraries/);
    } finally {
      await database.drop();
    }
  });

  it('reads an extension that is older than its server', async () => {
    const database = await createDatabase(await healthServer(), `CREATE EXTENSION pg_stat_statements VERSION '1.4'`);
    try {
      await database.admin.query('SELECT 42 AS answer');
      const { statements, since, evictions } = valueIn((await healthOf(database)).statements);
      const answer = statements.find(({ text }) => text === 'SELECT $1 AS answer');
      assert.deepEqual([answer?.calls, answer?.rows, answer?.planMs, answer?.walBytes], [1, 1, 0, 0]);
      assert.ok(answer && answer.totalMs > 0);
      assert.deepEqual([since, evictions], [undefined, undefined]);
    } finally {
      await database.drop();
    }
  });
});

describe('a server that forgets statements to make room', () => {
  it('says how often', async () => {
    const server = await sharedServer(undefined, {
      settings: { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.max': 100 },
    });
    const database = await createDatabase(server, 'CREATE EXTENSION pg_stat_statements');
    try {
      for (let i = 1; i <= 150; i++)
        await database.admin.query(`SELECT ${i} AS ${'x'.repeat(i % 60)}_${i}, ${'1, '.repeat(i)} 2`);
      const { evictions, maxEntries, statements } = valueIn((await healthOf(database)).statements);
      assert.ok((evictions ?? 0) > 0);
      assert.equal(maxEntries, 100);
      assert.ok(statements.length <= 100);
    } finally {
      await database.drop();
    }
  });
});
