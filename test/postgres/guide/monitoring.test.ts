import assert from 'node:assert/strict';
import { logging } from '../../../src/guide/monitoring/logging';
import { metrics } from '../../../src/guide/monitoring/metrics';
import { runGuide } from '../../support/guide-run';
import { oldestAndNewest } from '../../support/health';
import { blog, connectTo, createDatabase, sharedServer, type TestDatabase } from '../../support/postgres-server';

for (const major of oldestAndNewest()) {
  describe(`monitoring, on PostgreSQL ${major}`, function () {
    this.timeout(60_000);
    let database: TestDatabase;
    before(async () => {
      database = await createDatabase(await sharedServer(major), blog);
    });
    after(() => database?.drop());
    const judge = async (user?: string) =>
      (await runGuide([metrics, logging], database.gateOptions(user === undefined ? {} : { user }))).results;

    it('needs a log of slow statements where they are not counted either, and the server takes what is proposed', async () => {
      const found = (await judge()).get('monitoring/logging');
      assert.equal(found?.state, 'attention');
      const settings = (found.fixes ?? []).flatMap((fix) => (fix.kind === 'setting' ? fix : []));
      const proposed = ['log_min_duration_statement', 'log_lock_waits', 'log_temp_files'];
      for (const name of proposed)
        assert.ok(
          settings.some((fix) => fix.name === name),
          name,
        );
      // Since 15 these are on by default.
      const isOld = settings.some(
        (fix) => fix.name === 'log_checkpoints' || fix.name === 'log_autovacuum_min_duration',
      );
      assert.equal(isOld, major < 15);
      try {
        for (const { sql } of settings) await database.admin.query(sql);
        const { rows } = await database.admin.query(
          'SELECT count(*)::int AS wrong FROM pg_file_settings WHERE error IS NOT NULL',
        );
        assert.deepEqual(rows, [{ wrong: 0 }]);
      } finally {
        await database.admin.query('ALTER SYSTEM RESET ALL');
      }
    });

    it('is seen by the session of an exporter, also by a plain user', async () => {
      const role = `postgres_exporter_${major}`;
      const plain = `plain_watched_${major}`;
      await database.admin.query(`CREATE ROLE ${role} LOGIN IN ROLE pg_monitor; CREATE ROLE ${plain} LOGIN`);
      const address = new URL(database.server.connectionString(database.name));
      address.username = role;
      const exporter = await connectTo(address.href);
      try {
        const found = (await judge(plain)).get('monitoring/metrics');
        assert.equal(found?.says, `${role} watches this server; its alerts and dashboards are not in a workspace.`);
      } finally {
        await exporter.end();
        await database.admin.query(`DROP ROLE ${role}, ${plain}`);
      }
    });
  });
}
