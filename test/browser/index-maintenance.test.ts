import assert from 'node:assert/strict';
import type pg from 'pg';
import { BrowserSession, reportingFailures } from '../support/browser-session';
import { eventually } from '../support/eventually';
import { GuideViews } from '../support/guide-views';
import { connectTo, type PostgresServer, startPostgres } from '../support/postgres-server';

const databaseName = `o'dd "db" 1`;

describe('Indexes, dropped and rebuilt from the views', function () {
  this.timeout(180_000);

  let server: PostgresServer;
  let client: pg.Client;
  /** Whoever is in a transaction sees what others do as it was when they looked first. */
  let watcher: pg.Client;
  let session: BrowserSession;
  let views: GuideViews;

  before(async () => {
    server = await startPostgres({ settings: { autovacuum: 'off' } });
    const admin = await connectTo(server.connectionString());
    await admin.query(`CREATE DATABASE "${databaseName.replaceAll('"', '""')}"`);
    await admin.end();
    const url = new URL(server.connectionString());
    url.pathname = `/${encodeURIComponent(databaseName)}`;
    client = await connectTo(url.href);
    watcher = await connectTo(url.href);
    await client.query(
      `CREATE SCHEMA "my-schema"; CREATE TABLE "my-schema"."Order Items" ("Line No" int PRIMARY KEY, note text, code text);
       INSERT INTO "my-schema"."Order Items" SELECT n, 'note ' || n, 'code ' || n FROM generate_series(1, 30000) n;
       CREATE INDEX "by ""note""" ON "my-schema"."Order Items" (note); CREATE UNIQUE INDEX codes ON "my-schema"."Order Items" (code);
       DELETE FROM "my-schema"."Order Items" WHERE "Line No" > 5000`,
    );
    await client.query('VACUUM (ANALYZE, TRUNCATE FALSE)');
    session = await BrowserSession.open({ env: { DATABASE_URL: url.href } });
    views = new GuideViews(session);
    await views.open('Indexes');
    await views.button('Indexes', 'Read the Statistics').click();
    await views.row('Indexes', /^All, the largest first/).waitFor();
    // A row that is drawn anew under the mouse takes no click.
    await views.ended(/Reading the statistics/);
    await views.expand('Indexes', /^All, the largest first/);
  });

  after(async () => {
    await session?.close();
    await client?.end();
    await watcher?.end();
    await server?.stop();
  });

  reportingFailures(() => session);

  const definitions = async () =>
    (await client.query(`SELECT indexdef FROM pg_indexes WHERE schemaname = 'my-schema' ORDER BY 1`)).rows.map(
      ({ indexdef }) => indexdef,
    );

  it('an index of a constraint cannot be dropped there, and one that keeps values unique is refused', async () => {
    const key = views.row('Indexes', /^Order Items_pkey on Order Items/);
    await key.hover();
    assert.equal(await key.getByRole('button', { name: 'Reindex Concurrently' }).count(), 1);
    assert.equal(await key.getByRole('button', { name: 'Drop Index Concurrently' }).count(), 0);
    await views.press('Indexes', /^codes on Order Items/, 'Drop Index Concurrently');
    await session.notification(/"my-schema"\.codes keeps code unique: without it there may be duplicates\./);
  });

  it('a rebuild waits for others, says for whom, and leaves nothing behind when it is cancelled', async () => {
    const before = await definitions();
    await client.query('BEGIN');
    // Who has written holds up the first of its phases: the old index is still in its place then.
    await client.query(`INSERT INTO "my-schema"."Order Items" VALUES (60001, 'x', 'x')`);
    await views.press('Indexes', /^by "note" on Order Items/, 'Reindex Concurrently');
    const question = await session.answer('Run');
    assert.match(
      question,
      /Run REINDEX INDEX CONCURRENTLY "my-schema"\."by ""note""" on o'dd "db" 1 on 127\.0\.0\.1:\d+/,
    );
    await session.notification(/REINDEX INDEX CONCURRENTLY .*waiting for pid \d+/, 60_000);
    await session.pressInNotification(/REINDEX INDEX CONCURRENTLY .*waiting for pid/, 'Cancel');
    const rebuilding = `SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'REINDEX%'`;
    await eventually('the end of the rebuild', async () => (await watcher.query(rebuilding)).rowCount === 0);
    // What is left half built can be dropped once nobody uses the table.
    await client.query('ROLLBACK');
    await session.notification(/was cancelled; nothing unfinished was left behind\./, 60_000);
    assert.deepEqual(await definitions(), before);
  });

  it('a rebuild tells what it freed', async () => {
    await views.press('Indexes', /^by "note" on Order Items/, 'Reindex Concurrently');
    await session.answer('Run');
    const said = await session.notification(/Indexes of Order Items: /, 60_000);
    assert.match(said, /Indexes of Order Items: [\d.]+ [kM]B → [\d.]+ kB/);
  });

  it('a drop is asked with the way back, told in numbers, and kept with its statement in the history', async () => {
    const before = await definitions();
    await views.press('Indexes', /^by "note" on Order Items/, 'Drop Index Concurrently');
    const question = await session.answer('Run');
    assert.match(question, /DROP INDEX CONCURRENTLY IF EXISTS "my-schema"\."by ""note""";/);
    assert.match(question, /To have it back:\s+CREATE INDEX CONCURRENTLY "by ""note""" ON "my-schema"\."Order Items" /);
    const said = await session.notification(/Size of by "note": /, 60_000);
    assert.match(said, /Size of by "note": [\d.]+ kB → 0 bytes/);
    assert.equal((await definitions()).length, before.length - 1);
    await views.open('History');
    await views.expand('History', /^DROP INDEX CONCURRENTLY "my-schema"\."by ""note""", applied just now/);
    await views.row('History', /^To have it back: CREATE INDEX CONCURRENTLY/).click();
    const text = session.editor.locator('.view-line', { hasText: 'CREATE INDEX CONCURRENTLY' });
    await text.waitFor();
  });
});
