import assert from 'node:assert/strict';
import type pg from 'pg';
import type { Health } from '../../../src/database/health/health';
import { Server } from '../../../src/database/server';
import type { Check } from '../../../src/guide/check';
import { deadRows } from '../../../src/guide/maintenance/dead-rows';
import { bloatedIndexes, indexBloat } from '../../../src/guide/maintenance/index-bloat';
import { invalidIndexes } from '../../../src/guide/maintenance/invalid-indexes';
import { reindexBloatedSql } from '../../../src/guide/maintenance/jobs/bloated-indexes-sql';
import { scheduled } from '../../../src/guide/maintenance/scheduled';
import { statistics } from '../../../src/guide/maintenance/statistics';
import { tableBloat } from '../../../src/guide/maintenance/table-bloat';
import { wraparound } from '../../../src/guide/maintenance/wraparound';
import { factsOf } from '../../support/guide-facts';
import { flushStatistics, oldestAndNewest, valueIn } from '../../support/health';
import { blog, connectTo, createDatabase, sharedServer, type TestDatabase } from '../../support/postgres-server';

const all: readonly Check[] = [deadRows, statistics, wraparound, indexBloat, tableBloat, invalidIndexes, scheduled];

for (const major of oldestAndNewest()) {
  describe(`the checks of maintenance, on PostgreSQL ${major}`, function () {
    this.timeout(60_000);
    let database: TestDatabase;
    let server: Server;
    const clients: pg.Client[] = [];

    beforeEach(async () => {
      // Autovacuum is on and comes tomorrow.
      const settings = { autovacuum: 'on', autovacuum_naptime: '1d', max_prepared_transactions: 5 };
      database = await createDatabase(
        await sharedServer(major, { settings }),
        `${blog} CREATE TABLE events (id serial PRIMARY KEY, kind int, body text);
         INSERT INTO events (kind, body) SELECT n % 10, 'event ' || n FROM generate_series(1, 5000) n`,
      );
      await afterFlush('ANALYZE');
      server = new Server(database.gateOptions());
    });
    afterEach(async () => {
      for (const client of clients.splice(0)) await client.end();
      await server?.dispose();
      await database?.drop();
    });

    /** What this session changed and has not told yet would count as changed after it. */
    async function afterFlush(sql: string): Promise<void> {
      await flushStatistics(database.admin);
      await database.admin.query(sql);
    }
    async function health(more: (health: Health) => Partial<Health> = () => ({})): Promise<Health> {
      await flushStatistics(database.admin);
      const read = await server.health();
      return { ...read, ...more(read) };
    }
    /** The states of all but those that pass. */
    function firing(found: Health): string[] {
      const facts = factsOf({ health: found });
      return all
        .map((check) => [check.id, check.judge(facts).state])
        .flatMap(([id, state]) => (state === 'passed' ? [] : `${id} ${state}`));
    }
    const judge = (check: Check, found: Health) => check.judge(factsOf({ health: found }));
    /** As if autovacuum had come every ms. */
    const restless = ({ settings }: Health): Partial<Health> => {
      const known = valueIn(settings);
      const nap = { ...known.autovacuum_naptime, amount: 1 } as (typeof known)[string];
      return { settings: { value: { ...known, autovacuum_naptime: nap } } };
    };

    it('are silent on a healthy database', async () => {
      assert.deepEqual(firing(await health()), []);
    });

    it('tell a plain user what they cannot see, and judge the rest', async () => {
      const role = `maintained_${major}`;
      await database.admin.query(`CREATE ROLE ${role} LOGIN`);
      const plain = new Server(database.gateOptions({ user: role }));
      try {
        const facts = factsOf({ health: await plain.health() });
        assert.deepEqual(firing(await plain.health()), []);
        for (const check of [indexBloat, tableBloat]) {
          assert.match(
            check.judge(facts).missing?.join(' ') ?? '',
            /^The column statistics of 3 tables are hidden/,
            check.id,
          );
        }
      } finally {
        await plain.dispose();
        await database.admin.query(`DROP ROLE ${role}`);
      }
    });

    it('find dead rows that nobody cleans up because autovacuum is switched off for their table', async () => {
      await database.admin.query(
        'ALTER TABLE events SET (autovacuum_enabled = off); DELETE FROM events WHERE id <= 2000',
      );
      const found = await health();
      const { says, fixes = [] } = judge(deadRows, found);
      assert.match(
        says,
        /^events has 2,000 dead rows \(40 %\), where autovacuum should come at 1,050\. Autovacuum is switched off for events\.$/,
      );
      assert.deepEqual(firing(found), [
        'maintenance/dead-rows attention',
        'maintenance/statistics attention',
        'maintenance/scheduled attention',
      ]);
      const [reset, vacuum] = fixes;
      assert.ok(reset?.kind === 'statement' && vacuum?.kind === 'maintenance');
      await database.admin.query(reset.sql);
      await server.maintain(vacuum.task, { confirmed: true, onProgress: () => undefined });
      assert.deepEqual(firing(await health()), []);
    });

    it('find the transaction that keeps dead rows, and what it is doing', async () => {
      const holder = await connectTo(database.server.connectionString(database.name));
      clients.push(holder);
      await holder.query(
        `SET application_name = 'report'; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM events`,
      );
      await database.admin.query(
        'ALTER TABLE events SET (autovacuum_vacuum_threshold = 1); DELETE FROM events WHERE id <= 1500',
      );
      const found = await health(restless);
      const { says, fixes } = judge(deadRows, found);
      assert.match(says, /The transaction of pid \d+, postgres, report is open for [\d.]+ s \(idle in transaction\)/);
      const [end] = fixes ?? [];
      assert.ok(end?.kind === 'statement');
      await database.admin.query(end.sql);
      assert.equal(judge(deadRows, await health(restless)).says.includes('report'), false);
    });

    it('find the prepared transaction that nobody ends', async () => {
      await database.admin.query(`BEGIN; UPDATE users SET name = 'new' WHERE id = 1; PREPARE TRANSACTION 'forgotten'`);
      await database.admin.query('DELETE FROM events WHERE id <= 1500');
      try {
        assert.equal(judge(deadRows, await health()).state, 'passed', 'not for a moment');
        const { says, fixes } = judge(deadRows, await health(restless));
        assert.match(says, /The prepared transaction forgotten was neither committed nor rolled back/);
        const [rollBack] = fixes ?? [];
        assert.ok(rollBack?.kind === 'statement');
        assert.equal(rollBack.sql, `ROLLBACK PREPARED 'forgotten'`);
      } finally {
        await database.admin.query(`ROLLBACK PREPARED 'forgotten'`);
      }
    });

    it('find statistics that are old, never gathered, or never of the whole', async () => {
      await database.admin.query(`INSERT INTO events (kind, body) SELECT 99, 'new' FROM generate_series(1, 6000);
        CREATE TABLE fresh AS SELECT n FROM generate_series(1, 3000) n;
        CREATE TABLE parted (n int) PARTITION BY RANGE (n);
        CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100000);
        INSERT INTO parted SELECT n FROM generate_series(1, 1500) n`);
      await afterFlush('ANALYZE parted_1');
      const { state, evidence } = judge(statistics, await health());
      assert.equal(state, 'attention');
      const [table] = evidence ?? [];
      assert.ok(table?.kind === 'table');
      assert.deepEqual(
        table.rows.map((row) => [row[0], row.at(-1)]),
        [
          ['events', '6,000 rows changed since'],
          ['fresh', 'never analysed'],
          ...(major >= 14 ? [['parted', 'never analysed as a whole']] : []),
        ],
      );
      await afterFlush('ANALYZE');
      assert.equal(judge(statistics, await health()).state, 'passed');
    });

    it('find the index that a failed CREATE UNIQUE INDEX CONCURRENTLY left, and drop it', async () => {
      await database.admin
        .query('CREATE UNIQUE INDEX CONCURRENTLY events_kind ON events (kind)')
        .catch(() => undefined);
      const { state, says, fixes } = judge(invalidIndexes, await health());
      assert.equal(state, 'attention');
      assert.match(says, /^1 index is invalid \(events_kind\)/);
      const [drop] = fixes ?? [];
      assert.ok(drop?.kind === 'maintenance');
      await server.maintain(drop.task, { confirmed: true, onProgress: () => undefined });
      assert.equal(judge(invalidIndexes, await health()).state, 'passed');
    });

    it('find what is bloated; the statement of the jobs rebuilds the same indexes, and the fixes mend it', async () => {
      const { admin } = database;
      await admin.query(`CREATE TABLE large (id int, n int);
        INSERT INTO large SELECT n, n % 7 FROM generate_series(1, 600000) n;
        CREATE INDEX large_id ON large (id); CREATE INDEX large_n ON large (n) WITH (fillfactor = 40);
        CREATE INDEX large_expression ON large ((id + 1)); DELETE FROM large WHERE id % 10 <> 0`);
      await afterFlush('VACUUM (ANALYZE) large');
      const found = await health();
      assert.match(judge(tableBloat, found).says, /^(?:89|90)[.\d]* % of large \(18[.\d]* MB\) is dead or free/);
      const bloated = bloatedIndexes(valueIn(found.indexes)).map(({ name }) => name);
      assert.deepEqual(bloated.sort(), ['large_expression', 'large_id']);
      const { rows } = await admin.query<{ format: string }>(reindexBloatedSql.replace('\\gexec', ''));
      const ofJobs = rows.map(({ format }) => format);
      assert.deepEqual(
        ofJobs.sort(),
        bloated.map((name) => `REINDEX INDEX CONCURRENTLY public.${name}`),
      );
      await admin.query(ofJobs[0] ?? '');
      const [fix, ...others] = judge(indexBloat, await health()).fixes ?? [];
      assert.ok(fix?.kind === 'maintenance');
      assert.deepEqual(others, []);
      await server.maintain(fix.task, { confirmed: true, onProgress: () => undefined });
      assert.equal(judge(indexBloat, await health()).state, 'passed');
      const full = judge(tableBloat, found).fixes?.find(({ kind }) => kind === 'statement');
      assert.ok(full?.kind === 'statement');
      await admin.query(full.sql);
      assert.deepEqual(firing(await health()), []);
    });

    it('write jobs for pg_cron that it takes, and whose statements run', async () => {
      const { admin } = database;
      // The extension needs a library that is not here: its functions, and what it would run.
      await admin.query(`CREATE SCHEMA cron; CREATE TABLE cron.job (name text, schedule text, command text, database text);
        CREATE TABLE cron.job_run_details (end_time timestamptz);
        CREATE FUNCTION cron.schedule(text, text, text) RETURNS void LANGUAGE sql AS 'INSERT INTO cron.job VALUES ($1, $2, $3)';
        CREATE FUNCTION cron.schedule_in_database(text, text, text, text) RETURNS void LANGUAGE sql
          AS 'INSERT INTO cron.job VALUES ($1, $2, $3, $4)'`);
      const read = await health();
      const withCron = { ...read, server: { ...read.server, extensions: { pg_cron: '1.6' } } };
      const [fix] = judge(scheduled, withCron).fixes ?? [];
      assert.ok(fix?.kind === 'file');
      await admin.query(fix.files[0]?.content ?? '');
      const { rows } = await admin.query<{ command: string; database: string }>(
        'SELECT command, database FROM cron.job',
      );
      assert.deepEqual(
        rows.map((row) => row.database),
        [database.name, null],
      );
      for (const { command } of rows) await admin.query(command);
    });
  });
}
