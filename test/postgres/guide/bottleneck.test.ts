import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import type { PostgresServer } from '../../../scripts/lib/postgres.mjs';
import { connections } from '../../../src/guide/bottleneck/connections';
import { hitRatio } from '../../../src/guide/bottleneck/hit-ratio';
import { resource } from '../../../src/guide/bottleneck/resource';
import { sizes } from '../../../src/guide/bottleneck/sizes';
import { slowStatements } from '../../../src/guide/bottleneck/slow-statements';
import { statementCounting } from '../../../src/guide/bottleneck/statement-counting';
import { countingPeriod } from '../../../src/guide/slow-queries/counting-period';
import { ioTiming } from '../../../src/guide/slow-queries/io-timing';
import { tableScans } from '../../../src/guide/slow-queries/table-scans';
import { topStatements } from '../../../src/guide/slow-queries/top-statements';
import { eventually } from '../../support/eventually';
import { runGuide } from '../../support/guide-run';
import { flushStatistics, healthServer, oldestAndNewest } from '../../support/health';
import {
  blog,
  connectTo,
  createDatabase,
  gateOptions,
  startPostgres,
  type TestDatabase,
} from '../../support/postgres-server';

const all = [
  ...[resource, connections, statementCounting, slowStatements, hitRatio, sizes],
  ...[topStatements, tableScans, countingPeriod, ioTiming],
];

for (const major of oldestAndNewest()) {
  describe(`bottlenecks, on PostgreSQL ${major}`, function () {
    this.timeout(60_000);
    let database: TestDatabase;
    const sessions: pg.Client[] = [];

    before(async () => {
      database = await createDatabase(await healthServer(major), `${blog} CREATE EXTENSION pg_stat_statements;`);
    });
    afterEach(async () => {
      for (const session of sessions.splice(0).reverse()) await session.end();
    });
    after(() => database?.drop());

    async function session(sql: string): Promise<pg.Client> {
      const client = await connectTo(database.server.connectionString(database.name));
      sessions.push(client);
      await client.query(`SET application_name = 'made'`);
      await client.query(sql);
      return client;
    }
    const state = async (...checks: typeof all) => {
      const { results } = await runGuide(checks, database.gateOptions());
      return Object.fromEntries([...results].map(([id, result]) => [id, result.state]));
    };

    it('are none on a healthy database', async () => {
      await database.admin.query('SELECT pg_stat_statements_reset()');
      for (let id = 1; id <= 200; id++) await database.admin.query('SELECT * FROM posts WHERE id = $1', [id]);
      await flushStatistics(database.admin);
      assert.deepEqual(await state(...all), {
        'bottleneck/resource': 'passed',
        'bottleneck/connections': 'passed',
        'bottleneck/statement-counting': 'passed',
        'bottleneck/slow-statements': 'passed',
        'bottleneck/hit-ratio': 'passed',
        'bottleneck/sizes': 'passed',
        'slow-queries/top-statements': 'passed',
        'slow-queries/table-scans': 'not applicable',
        'slow-queries/counting-period': 'passed',
        'slow-queries/io-timing': 'passed',
      });
    });

    it('are locks where a session keeps one, and it is named', async () => {
      await session('BEGIN; LOCK TABLE posts');
      const waiter = await session('SELECT 1');
      waiter.query('SELECT count(*) FROM posts').catch(() => undefined); // It ends with its connection.
      await eventually('a session that waits for more than a second', async () => {
        const { rows } = await database.admin.query(
          `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query_start < now() - interval '1.1 s'`,
        );
        return rows.length > 0;
      });
      const { results } = await runGuide([resource], database.gateOptions());
      const found = results.get('bottleneck/resource');
      assert.equal(found?.state, 'failed');
      assert.match(
        found.says,
        /^Locks are the bottleneck: 1 session waits for locks, the longest for [\d.]+ s \(relation posts, AccessShareLock, held by pid \d+, made, idle in transaction\)\.$/,
      );
    });

    it('are the cores where more sessions compute than there are', async () => {
      const working = await Promise.all([1, 2, 3, 4].map(() => session('SELECT 1')));
      for (const one of working) one.query('DO $$ BEGIN LOOP END LOOP; END $$').catch(() => undefined); // It is ended below.
      const end = () =>
        database.admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'DO $$ BEGIN LOOP%'`,
        );
      try {
        const { results } = await runGuide([resource], database.gateOptions());
        const found = results.get('bottleneck/resource');
        assert.deepEqual(
          [found?.state, found?.says],
          ['failed', 'CPU is the bottleneck: 4 sessions compute on 2 cores.'],
        );
      } finally {
        await end();
      }
    });

    it('are the statements that read far more than they answer', async () => {
      await database.admin.query(
        'CREATE TABLE visits AS SELECT n AS id, n % 1000 AS page FROM generate_series(1, 300000) n',
      );
      await database.admin.query('SELECT pg_stat_statements_reset()');
      for (let page = 1; page <= 110; page++)
        await database.admin.query('SELECT id FROM visits WHERE page = $1 LIMIT 1', [1_000 + page]);
      await database.admin.query('ANALYZE visits');
      await flushStatistics(database.admin);
      const { results } = await runGuide([topStatements, tableScans], database.gateOptions());
      const scans = results.get('slow-queries/table-scans');
      assert.equal(scans?.state, 'attention', scans?.says);
      assert.match(scans.says, /^visits \([\d.]+ MB\) was read whole about 1\d\d times: /);
      const found = results.get('slow-queries/top-statements');
      assert.equal(found?.state, 'failed', found?.says);
      assert.match(
        found.says,
        /^1 statement takes \d+.* of all time .*: SELECT id FROM visits WHERE page = \$1 LIMIT \$2$/,
      );
    });

    it('are sorts that go to temporary files, while they do', async () => {
      const sorter = await session(`SET work_mem = '64kB'`);
      const { results } = await runGuide([resource], database.gateOptions(), {
        between: async () => {
          await sorter.query('SELECT n FROM generate_series(1, 300000) n ORDER BY n % 7 OFFSET 299999');
          await flushStatistics(sorter);
        },
      });
      const found = results.get('bottleneck/resource');
      assert.match(found?.says ?? '', /sorts and hashes wrote [\d.]+ MB of temporary files in [\d.]+ s/);
    });

    it('are told to a plain user as far as he may see', async () => {
      const user = `plain_${major}`;
      await database.admin.query(`CREATE ROLE ${user} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${user}`);
      try {
        await session('BEGIN');
        const { results } = await runGuide(all, database.gateOptions({ user }));
        const states = [...results.values()].map((result) => result.state);
        assert.ok(!states.includes('failed'), JSON.stringify([...results]));
        const said = [...results.values()].flatMap(({ missing = [] }) => missing);
        assert.ok(
          said.some((sentence) => sentence.endsWith(`GRANT pg_monitor TO ${user} shows them.`)),
          said.join('\n'),
        );
      } finally {
        await database.admin.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`);
      }
    });
  });
}

describe('counting of statements, switched on as the check says', function () {
  this.timeout(60_000);

  it('keeps the libraries that are loaded already, and works after the restart', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'planlight-data-'));
    const check = async ({ host, port, superuser }: PostgresServer) => {
      const profile = { name: 'it', source: 'settings', host, port, database: 'postgres', user: superuser } as const;
      const { results } = await runGuide(
        [statementCounting],
        gateOptions({ ...profile, ssl: 'disable', environment: 'development' }),
      );
      return results.get('bottleneck/statement-counting');
    };
    /** Starts the server, runs what is wanted and stops it. */
    const withServer = async <T>(work: (server: PostgresServer, admin: pg.Client) => Promise<T>): Promise<T> => {
      const server = await startPostgres({ dataFolder });
      const admin = await connectTo(server.connectionString());
      try {
        return await work(server, admin);
      } finally {
        await admin.end();
        await server.stop();
      }
    };
    try {
      await withServer((_, admin) => admin.query(`ALTER SYSTEM SET shared_preload_libraries = 'auto_explain'`));
      await withServer(async (server, admin) => {
        const [load, create] = (await check(server))?.fixes ?? [];
        assert.ok(load?.kind === 'setting' && create?.kind === 'statement');
        assert.equal(load.takesEffect, 'after a restart');
        await admin.query(load.sql);
        await admin.query(create.sql);
        await admin.query('SELECT pg_reload_conf()');
        const waiting = await eventually('the setting that waits', async () => {
          const found = await check(server);
          return found?.missing && found;
        });
        assert.match(waiting.missing?.[0] ?? '', /waits for a restart/);
      });
      await withServer(async (server, admin) => {
        assert.equal((await check(server))?.state, 'passed');
        const { rows } = await admin.query('SHOW shared_preload_libraries');
        assert.deepEqual(rows, [{ shared_preload_libraries: 'auto_explain, pg_stat_statements' }]);
      });
    } finally {
      await rm(dataFolder, { recursive: true, force: true });
    }
  });

  it('needs the extension alone where the library is loaded', async () => {
    const database = await createDatabase(await healthServer());
    try {
      const before = await runGuide([statementCounting], database.gateOptions());
      const [fix, ...others] = before.results.get('bottleneck/statement-counting')?.fixes ?? [];
      assert.ok(fix?.kind === 'statement' && others.length === 0);
      await database.admin.query(fix.sql);
      const after = await runGuide([statementCounting], database.gateOptions());
      assert.equal(after.results.get('bottleneck/statement-counting')?.state, 'passed');
    } finally {
      await database.drop();
    }
  });
});
