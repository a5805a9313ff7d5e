import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, newestMajor } from '../../scripts/lib/postgres.mjs';
import { Monitor } from '../../src/analysis/live/monitor';
import { Server } from '../../src/database/server';
import type { LiveView } from '../../src/nouns/live';
import { eventually } from '../support/eventually';
import { flushStatistics, healthServer } from '../support/health';
import {
  connectTo,
  createDatabase,
  gateOptions,
  type PostgresServer,
  startPostgres,
  type TestDatabase,
  testedMajors,
} from '../support/postgres-server';

/** A monitor that samples fast, and ends after the work. */
async function watching(
  server: Server,
  work: (monitor: Monitor, view: () => LiveView) => Promise<void>,
): Promise<void> {
  const defects: unknown[] = [];
  const monitor = new Monitor({
    server,
    intervalMs: () => 100,
    onChange: () => undefined,
    onDefect: (error) => defects.push(error),
  });
  monitor.resume();
  try {
    await work(monitor, () => monitor.view);
  } finally {
    monitor.pause();
    await server.dispose();
  }
  assert.deepEqual(defects, []);
}

const panelIn = (view: LiveView, id: string) => view.panels.find((panel) => panel.id === id);
const says = (view: LiveView) => view.events.map((event) => event.says);

describe('a monitored server', function () {
  this.timeout(60_000);

  let database: TestDatabase;

  before(async () => {
    database = await createDatabase(await healthServer(), 'CREATE EXTENSION pg_stat_statements');
  });

  after(() => database?.drop());

  it('has samples with rates, and tables once they are read', async () => {
    await watching(new Server(database.gateOptions()), async (_, view) => {
      await eventually('a rate', () => view().samples.some(({ values }) => values.rollbacks !== undefined));
      await eventually('tables', () => panelIn(view(), 'sizes')?.readAt);
      assert.match(view().server ?? '', /^PostgreSQL 1\d\.\d+, started /);
      assert.deepEqual(panelIn(view(), 'sizes')?.notes, ['This database has no tables.']);
      assert.deepEqual(view().status, { kind: 'live' });
      assert.doesNotMatch(JSON.stringify(view()), /NaN|undefined|Infinity/);
    });
  });

  it('has its statistics reset in the middle: that is said, and no rate is below zero', async () => {
    await watching(new Server(database.gateOptions()), async (_, view) => {
      await eventually('a rate', () => view().samples.some(({ values }) => values.rollbacks !== undefined));
      await database.admin.query('SELECT pg_stat_reset()');
      await flushStatistics(database.admin);
      await eventually('the reset', () => says(view()).includes('The statistics were reset: rates begin anew.'));
      await eventually('rates again', () => view().samples.at(-1)?.values.rollbacks !== undefined);
      for (const { values } of view().samples) for (const value of Object.values(values)) assert.ok(value >= 0);
    });
  });

  it('goes on after a pause', async () => {
    await watching(new Server(database.gateOptions()), async (monitor, view) => {
      await eventually('two samples', () => view().samples.length >= 2);
      monitor.pause();
      assert.deepEqual(view().status, { kind: 'paused' });
      const { length } = view().samples;
      monitor.resume();
      await eventually('more', () => view().samples.length > length);
      assert.deepEqual(view().status, { kind: 'live' });
    });
  });

  it('shows a plain user what it may, and says what is missing', async () => {
    await database.admin.query('DROP ROLE IF EXISTS live_reader; CREATE ROLE live_reader LOGIN');
    const waiter = await connectTo(database.server.connectionString(database.name));
    try {
      await watching(new Server(database.gateOptions({ user: 'live_reader' })), async (_, view) => {
        await eventually('panels', () => panelIn(view(), 'slow-statements')?.readAt);
        const notes = view().panels.flatMap((panel) => panel.notes);
        assert.ok(
          notes.some((note) => /GRANT pg_monitor TO live_reader/.test(note)),
          notes.join('\n'),
        );
        assert.deepEqual(view().status, { kind: 'live' });
      });
    } finally {
      await waiter.end();
      await database.admin.query('DROP ROLE live_reader');
    }
  });
});

describe('a monitored server that goes away', function () {
  this.timeout(90_000);

  let folder: string;
  let port: number;
  let server: PostgresServer | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'planlight-live-'));
    // Started as root, the server runs as somebody else.
    await chmod(folder, 0o755);
    port = await freePort();
  });

  afterEach(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const start = (major: number) => startPostgres({ major, port, dataFolder: join(folder, String(major)) });

  const profileOf = ({ host, superuser }: PostgresServer) =>
    ({
      name: 'live',
      source: 'settings',
      host,
      port,
      database: 'postgres',
      user: superuser,
      ssl: 'disable',
      environment: 'development',
    }) as const;

  const lost = (view: () => LiveView) =>
    eventually('the loss', () => {
      const { status } = view();
      return status.kind === 'lost' && status;
    });

  const found = (monitor: Monitor, view: () => LiveView) =>
    eventually('another try', () => {
      monitor.retry();
      return view().status.kind === 'live';
    });

  it('is said to be lost, keeps what was known, is tried again and found', async () => {
    server = await start(newestMajor);
    await watching(new Server(gateOptions(profileOf(server))), async (monitor, view) => {
      await eventually('tables', () => panelIn(view(), 'sizes')?.readAt);
      const { length } = view().samples;
      await server?.stop();
      const status = await lost(view);
      assert.match(status.says, /postgres@127\.0\.0\.1/);
      assert.ok(status.nextTryAt !== undefined && status.nextTryAt > status.since);
      assert.ok(view().samples.length >= length);
      assert.ok(panelIn(view(), 'connections') && panelIn(view(), 'sizes'));

      server = await start(newestMajor);
      await found(monitor, view);
      await eventually('the restart', () => says(view()).includes('The server was restarted.'));
      assert.ok(says(view()).includes('The server answers again.'));
      assert.equal(view().samples.filter(({ afterGap }) => afterGap).length, 1);
    });
  });

  it('comes back as another version, whose statistics have other columns', async () => {
    const [from, to] = [Math.min(...testedMajors()), Math.max(...testedMajors())];
    server = await start(from);
    await watching(new Server(gateOptions(profileOf(server))), async (monitor, view) => {
      await eventually('its version', () => view().server?.startsWith(`PostgreSQL ${from}.`));
      await server?.stop();
      await lost(view);
      server = await start(to);
      await found(monitor, view);
      await eventually('the other version', () => view().server?.startsWith(`PostgreSQL ${to}.`));
      const last = () => view().samples.at(-1)?.values ?? {};
      await eventually('rates of its own', () => last().rollbacks !== undefined && last().walBytes !== undefined);
      for (const { values } of view().samples) for (const value of Object.values(values)) assert.ok(value >= 0);
      assert.equal(view().status.kind, 'live');
      assert.deepEqual(
        view().panels.flatMap(({ id, notes }) =>
          notes.filter((note) => /column|does not exist/.test(note)).map(() => id),
        ),
        [],
      );
    });
  });
});
