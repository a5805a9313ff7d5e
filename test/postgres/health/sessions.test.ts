import assert from 'node:assert/strict';
import type pg from 'pg';
import type { Activity, BlockedSession } from '../../../src/database/health/health';
import { Server } from '../../../src/database/server';
import { eventually } from '../../support/eventually';
import { healthServer, oldestAndNewest, valueIn } from '../../support/health';
import { blog, connectTo, createDatabase, type TestDatabase } from '../../support/postgres-server';

for (const major of oldestAndNewest()) {
  describe(`sessions that wait and let wait, on PostgreSQL ${major}`, () => {
    let database: TestDatabase;
    let server: Server;
    const sessions: pg.Client[] = [];

    before(async function () {
      this.timeout(60_000);
      database = await createDatabase(await healthServer(major), blog);
      server = new Server(database.gateOptions());
    });
    afterEach(async () => {
      const { rows } = await database.admin.query(
        'SELECT gid FROM pg_prepared_xacts WHERE database = current_database()',
      );
      for (const { gid } of rows) await database.admin.query(`ROLLBACK PREPARED '${gid}'`);
      for (const session of sessions.splice(0).reverse()) await session.end();
    });
    after(async () => {
      await server?.dispose();
      await database?.drop();
    });

    async function session(name: string, sql: string): Promise<pg.Client> {
      const client = await connectTo(database.server.connectionString(database.name));
      sessions.push(client);
      await client.query(`SET application_name = '${name}'`);
      await client.query(sql);
      return client;
    }
    /** Sends what will wait. */
    async function waiting(name: string, sql: string): Promise<void> {
      const client = await session(name, 'BEGIN');
      client.query(sql).catch(() => undefined); // It ends with its connection.
    }
    const blocked = (count: number): Promise<readonly BlockedSession[]> =>
      eventually(`${count} sessions that wait`, async () => {
        const found = valueIn((await server.activity()).locks);
        return found.length === count && found;
      });
    const shape = (found: readonly BlockedSession[]) =>
      found
        .map(({ session, waitsFor, blockedBy }) => [
          session.application,
          waitsFor.replace(/\d{3,}/g, 'N'),
          ...blockedBy.map(({ application, state }) => `${application} (${state})`),
        ])
        .sort();

    it('shows a transaction that is left open, since when, and its last statement', async () => {
      await session('forgetful', 'BEGIN; SELECT txid_current(); SELECT 42');
      await session('idle', 'SELECT 1');
      const activity: Activity = await server.activity();
      const { byState, sessions: listed, total } = valueIn(activity.connections);
      const [open, ...others] = listed.filter(({ database: of }) => of === database.name);
      assert.deepEqual(others, []);
      assert.deepEqual(
        [open?.application, open?.state, open?.wait],
        ['forgetful', 'idle in transaction', 'Client: ClientRead'],
      );
      assert.match(open?.query ?? '', /SELECT 42$/);
      assert.equal(open?.client, '127.0.0.1');
      assert.ok(open && open.stateSeconds >= 0 && (open.transactionSeconds ?? -1) >= open.stateSeconds);
      assert.equal(open?.xminAge, 1);
      assert.equal(byState.find(({ name }) => name === 'idle in transaction')?.count, 1);
      assert.ok(total >= 3);
      const { holders } = valueIn(activity.wraparound);
      const [holder] = holders;
      assert.deepEqual(
        [holder?.kind, holder?.name, holder?.xminAge],
        ['session', `pid ${open?.pid}, postgres, forgetful`, 1],
      );
      assert.ok((holder?.heldSeconds ?? 0) > 0);
      assert.equal(holders.length, 1);
      assert.deepEqual(valueIn(activity.locks), []);
    });

    it('names the relation that is waited for, and who locks it', async () => {
      await session('migration', 'BEGIN; LOCK TABLE posts');
      await waiting('page', 'SELECT count(*) FROM posts');
      const found = await blocked(1);
      assert.deepEqual(shape(found), [['page', 'relation posts, AccessShareLock', 'migration (idle in transaction)']]);
      const [waiter] = found;
      assert.equal(waiter?.session.wait, 'Lock: relation');
      assert.ok(waiter && waiter.waitingSeconds >= 0 && waiter.waitingSeconds < 60);
      const { byWait } = valueIn((await server.activity()).connections);
      assert.deepEqual(byWait, [{ name: 'Lock: relation', count: 1 }]);
    });

    it('follows a chain: who waits for a row, and who waits behind them', async () => {
      await session('first', 'BEGIN; UPDATE posts SET title = title WHERE id = 1');
      await waiting('second', 'UPDATE posts SET title = title WHERE id = 1');
      await blocked(1);
      await waiting('third', 'UPDATE posts SET title = title WHERE id = 1');
      assert.deepEqual(shape(await blocked(2)), [
        ['second', 'row (0,1) of posts, transaction N', 'first (idle in transaction)'],
        ['third', 'row (0,1) of posts, ExclusiveLock', 'second (active)'],
      ]);
    });

    it('finds the prepared transaction that nobody sees: it has no process', async () => {
      const preparing = await session('two-phase', `BEGIN; UPDATE posts SET title = title WHERE id = 2`);
      await preparing.query(`PREPARE TRANSACTION 'shop 7'`);
      await waiting('page', 'UPDATE posts SET title = title WHERE id = 2');
      const [found] = await blocked(1);
      assert.equal(found?.blockedBy.length, 1);
      const [holder] = found?.blockedBy ?? [];
      assert.deepEqual(
        [holder?.pid, holder?.application, holder?.state, holder?.user, holder?.database],
        [0, 'prepared transaction shop 7', 'prepared transaction', 'postgres', database.name],
      );
      assert.ok((holder?.transactionSeconds ?? -1) >= 0);
      const { holders } = valueIn((await server.activity()).wraparound);
      assert.ok(holders.some(({ kind, name }) => kind === 'prepared transaction' && name === 'shop 7'));

      await waiting('ddl', 'LOCK TABLE posts');
      const ddl = (await blocked(2)).find(({ session: { application } }) => application === 'ddl');
      assert.equal(ddl?.waitsFor, 'relation posts, AccessExclusiveLock');
      assert.ok(ddl?.blockedBy.some(({ application }) => application === 'prepared transaction shop 7'));
    });

    it('names advisory locks by their numbers, and relations of other schemas with theirs', async () => {
      await database.admin.query(
        'CREATE SCHEMA IF NOT EXISTS "Shop"; CREATE TABLE IF NOT EXISTS "Shop"."Order" (id int)',
      );
      await session('job 1', 'BEGIN; SELECT pg_advisory_xact_lock(4294967299), pg_advisory_xact_lock(7, 8)');
      await session('job 2', 'BEGIN; LOCK TABLE "Shop"."Order"');
      await waiting('job 3', 'SELECT pg_advisory_xact_lock(4294967299)');
      await waiting('job 4', 'SELECT pg_advisory_xact_lock(7, 8)');
      await waiting('job 5', 'SELECT * FROM "Shop"."Order"');
      assert.deepEqual((await blocked(3)).map(({ waitsFor }) => waitsFor).sort(), [
        'advisory lock (7, 8), ExclusiveLock',
        'advisory lock 4294967299, ExclusiveLock',
        'relation "Shop"."Order", AccessShareLock',
      ]);
    });
  });
}
