import assert from 'node:assert/strict';
import type pg from 'pg';
import type { Health } from '../../../src/database/health/health';
import { healthServer, hiddenIn, oldestAndNewest, valueIn, withServer } from '../../support/health';
import { connectTo, createDatabase, type TestDatabase } from '../../support/postgres-server';

for (const major of oldestAndNewest()) {
  describe(`who sees what of a server's health on PostgreSQL ${major}`, () => {
    let database: TestDatabase;
    let working: pg.Client;

    before(async function () {
      this.timeout(60_000);
      const server = await healthServer(major);
      database = await createDatabase(
        server,
        `CREATE EXTENSION pg_stat_statements;
         CREATE TABLE secrets (id int PRIMARY KEY, owner int); INSERT INTO secrets SELECT i, i * 7919 % 500 FROM generate_series(1, 3000) i;
         CREATE TABLE shared (id int PRIMARY KEY, owner int); INSERT INTO shared SELECT i, i * 7919 % 500 FROM generate_series(1, 3000) i;
         ANALYZE;
         CREATE ROLE plain_${major} LOGIN; CREATE ROLE "Reads stats ${major}" LOGIN; CREATE ROLE monitor_${major} LOGIN;
         GRANT pg_read_all_stats TO "Reads stats ${major}"; GRANT pg_monitor TO monitor_${major};
         GRANT SELECT ON shared TO plain_${major};`,
      );
      working = await connectTo(server.connectionString(database.name));
      await working.query(`SET application_name = 'shop'; BEGIN; SELECT count(*) FROM secrets WHERE owner = 7`);
    });
    after(async () => {
      await working?.end();
      await database?.admin.query(
        `DROP OWNED BY plain_${major}; DROP ROLE plain_${major}, "Reads stats ${major}", monitor_${major}`,
      );
      await database?.drop();
    });
    const healthFor = (user: string): Promise<Health> =>
      withServer(database.gateOptions({ user }), (server) => server.health());

    it('a plain user gets every section, each with what is hidden in it and what would show it', async () => {
      const user = `plain_${major}`;
      const health = await healthFor(user);
      const shows = `GRANT pg_monitor TO ${user} shows them.`;
      assert.deepEqual([health.server.isSuperuser, health.server.canMonitor], [false, false]);
      assert.match(
        hiddenIn(health.activity.connections) ?? '',
        /^State, wait and statement of \d+ sessions? of (?:an)?other users? are hidden: /,
      );
      assert.ok(hiddenIn(health.activity.connections)?.endsWith(shows));
      assert.equal(hiddenIn(health.settings), `Some settings (such as shared_preload_libraries) are hidden: ${shows}`);
      assert.match(
        hiddenIn(health.statements) ?? '',
        /^The statements of other users \(\d+ % of the time\) are hidden: /,
      );
      assert.equal(
        hiddenIn(health.tables),
        'The column statistics of 1 table are hidden: only a user who may SELECT from a table sees them.',
      );
      assert.equal(hiddenIn(health.activity.counters), undefined);
      assert.equal(hiddenIn(health.activity.wraparound), undefined);

      const { byState, byApplication, sessions } = valueIn(health.activity.connections);
      assert.ok((byState.find(({ name }) => name === 'hidden')?.count ?? 0) >= 2);
      assert.ok(byApplication.find(({ name }) => name === 'shop'));
      assert.deepEqual(sessions, []);
      const { statements, totalCalls } = valueIn(health.statements);
      assert.deepEqual(
        statements.filter(({ text }) => text?.includes('secrets')),
        [],
      );
      assert.ok(totalCalls > 0);
      const [secrets, shared] = valueIn(health.tables);
      assert.equal(secrets?.bloat, undefined);
      assert.equal(shared?.bloat?.share, 0);
      assert.ok((secrets?.heapBytes ?? 0) > 0);
      assert.deepEqual(
        valueIn(health.unindexedColumns).map(({ table, column }) => `${table}.${column}`),
        ['shared.owner'],
      );
    });

    for (const [user, seesSettings] of [
      [`Reads stats ${major}`, false],
      [`monitor_${major}`, true],
    ] as const) {
      it(`${user} sees what sessions and statements do`, async () => {
        const health = await healthFor(user);
        assert.deepEqual([health.server.isSuperuser, health.server.canMonitor], [false, true]);
        assert.equal(hiddenIn(health.activity.connections), undefined);
        assert.equal(hiddenIn(health.statements), undefined);
        const { sessions } = valueIn(health.activity.connections);
        const session = sessions.find(({ application }) => application === 'shop');
        assert.equal(session?.state, 'idle in transaction');
        assert.match(session.query ?? '', /FROM secrets WHERE owner = 7$/);
        assert.ok((session.transactionSeconds ?? 0) > 0);
        assert.ok(valueIn(health.statements).statements.some(({ text }) => text?.includes('FROM secrets WHERE owner')));
        assert.equal(hiddenIn(health.settings) === undefined, seesSettings);
        if (!seesSettings) {
          assert.ok(hiddenIn(health.settings)?.endsWith(`GRANT pg_monitor TO "Reads stats ${major}" shows them.`));
        }
      });
    }

    it('a user who may not even use the schema of pg_stat_statements reads all the rest', async () => {
      const { admin } = database;
      await admin.query('CREATE SCHEMA closed; ALTER EXTENSION pg_stat_statements SET SCHEMA closed');
      try {
        const health = await healthFor(`plain_${major}`);
        assert.match(hiddenIn(health.statements) ?? '', /permission denied for schema closed/);
        assert.ok(valueIn(health.tables).length === 2 && valueIn(health.indexes).length === 2);
        const whole = await withServer(database.gateOptions(), (server) => server.health());
        assert.ok(valueIn(whole.statements).statements.length > 0);
      } finally {
        await admin.query('ALTER EXTENSION pg_stat_statements SET SCHEMA public');
      }
    });
  });
}
