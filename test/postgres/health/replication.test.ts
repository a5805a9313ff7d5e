import assert from 'node:assert/strict';
import type pg from 'pg';
import { Server } from '../../../src/database/server';
import { eventually } from '../../support/eventually';
import { hiddenIn, oldestAndNewest, valueIn, withServer } from '../../support/health';
import { blog, connectTo, gateOptions, type PostgresServer } from '../../support/postgres-server';
import { type Replicated, startReplicated } from '../../support/replicated';

for (const major of oldestAndNewest()) {
  describe(`a primary and its streaming replica on PostgreSQL ${major}`, () => {
    let servers: Replicated;
    let primary: PostgresServer;
    let replica: PostgresServer;
    let onPrimary: Server;
    let onReplica: Server;
    let writing: pg.Client;
    let reading: pg.Client;

    const serverOf = ({ host, port }: PostgresServer, user = 'postgres'): Server =>
      new Server(
        gateOptions({
          ...{ name: 'x', source: 'settings', host, port, database: 'postgres', user, ssl: 'disable' },
          environment: 'development',
        }),
      );

    before(async function () {
      this.timeout(60_000);
      servers = await startReplicated({
        major,
        sql: `${blog} CREATE UNLOGGED TABLE cache (id int PRIMARY KEY); INSERT INTO cache VALUES (1);
          CREATE ROLE plain LOGIN; SELECT pg_create_physical_replication_slot('forgotten', true);
          SELECT pg_create_physical_replication_slot('berlin')`,
        settings: { autovacuum: 'off', wal_receiver_status_interval: '1s' },
        ofReplica: { primary_slot_name: 'berlin', hot_standby_feedback: 'on', max_standby_streaming_delay: 0 },
      });
      ({ primary, replica } = servers);
      [onPrimary, onReplica] = [serverOf(primary), serverOf(replica)];
      [writing, reading] = [await connectTo(primary.connectionString()), await connectTo(replica.connectionString())];
    });
    after(async () => {
      for (const open of [onPrimary, onReplica]) await open?.dispose();
      for (const client of [writing, reading]) await client?.end();
      await servers?.stop();
    });
    const ofPrimary = async () => valueIn((await onPrimary.activity()).replication);
    const ofReplica = async () => valueIn((await onReplica.activity()).replication);

    it('shows the replica that follows, and the slot that keeps WAL for nobody', async () => {
      const { role, replicas, slots } = await eventually('the replica to follow', async () => {
        const replication = await ofPrimary();
        return replication.replicas[0]?.replayLagBytes === 0 && replication;
      });
      assert.equal(role, 'primary');
      const [follower] = replicas;
      assert.deepEqual(
        [follower?.name, follower?.client, follower?.state, follower?.sync, follower?.sentLagBytes],
        ['berlin', '127.0.0.1', 'streaming', 'async', 0],
      );
      assert.deepEqual(
        slots.map(({ name, kind, isActive, walStatus }) => [name, kind, isActive, walStatus]),
        [
          ['berlin', 'physical', true, 'reserved'],
          ['forgotten', 'physical', false, 'reserved'],
        ],
      );
      assert.ok((slots[1]?.retainedBytes ?? 0) > 0);
      assert.equal(slots[1]?.inactiveSince !== undefined, major >= 17);
    });

    it('reads a standby whole, its unlogged tables, too: nothing is asked that it cannot answer', async () => {
      const health = await eventually('all to be replayed', async () => {
        const read = await onReplica.health();
        return valueIn(read.activity.replication).replayLagSeconds === 0 && read;
      });
      assert.equal(health.server.isReplica, true);
      const sections = { ...health, ...health.activity } as Record<string, unknown>;
      for (const [name, section] of Object.entries(sections)) {
        if (name === 'statements' || typeof section !== 'object' || section === null) continue;
        assert.ok(!('missing' in section), `${name}: ${JSON.stringify(section)}`);
      }
      assert.equal(valueIn(health.settings).primary_conninfo?.setting, '***');
      const cache = valueIn(health.tables).find(({ name }) => name === 'cache');
      assert.equal(cache?.heapBytes, 0);
      const { role, replayLagSeconds, isReceiving, conflicts } = valueIn(health.activity.replication);
      assert.deepEqual([role, replayLagSeconds, isReceiving, conflicts], ['standby', 0, true, []]);
      assert.ok(valueIn(health.activity.counters).checkpoints.timed >= 0);
    });

    it('tells how far behind it is, seen from both', async () => {
      await writing.query(`UPDATE posts SET title = title WHERE id = 2`);
      await eventually('a commit to be replayed', async () => {
        const { rows } = await reading.query('SELECT pg_last_xact_replay_timestamp() IS NOT NULL AS done');
        return rows[0].done;
      });
      await reading.query('SELECT pg_wal_replay_pause()');
      await writing.query(`INSERT INTO users (name) SELECT 'late ' || n FROM generate_series(1, 1000) n`);
      const behind = await eventually('the replica to lag', async () => {
        const [follower] = (await ofPrimary()).replicas;
        return follower?.sentLagBytes === 0 && (follower.replayLagBytes ?? 0) > 10_000 && follower;
      });
      assert.ok((behind.replayLagBytes ?? 0) > 10_000);
      const { replayLagSeconds } = await eventually('the replica to know it', async () => {
        const replication = await ofReplica();
        return (replication.replayLagSeconds ?? 0) > 0 && replication;
      });
      assert.ok((replayLagSeconds ?? 0) > 0 && (replayLagSeconds ?? 0) < 600);
      await reading.query('SELECT pg_wal_replay_resume()');
      await eventually('the replica to follow again', async () => (await ofReplica()).replayLagSeconds === 0);
    });

    it('names the replica whose queries hold back the clean-up on the primary', async () => {
      await reading.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM posts');
      await writing.query('UPDATE posts SET title = title WHERE id = 1');
      const { holders } = await eventually('the feedback of the replica', async () => {
        const wraparound = valueIn((await onPrimary.activity()).wraparound);
        return wraparound.holders.length > 0 && wraparound;
      });
      // Through its slot, which keeps it also while the replica is away.
      assert.deepEqual(
        holders.map(({ kind, name, onlyCatalogs }) => [kind, name, onlyCatalogs]),
        [['slot', 'berlin', undefined]],
      );
      await reading.query('ROLLBACK');
    });

    it('counts the queries that were cancelled for the sake of replaying', async () => {
      await reading.query('BEGIN; SELECT count(*) FROM posts');
      await writing.query('BEGIN; LOCK TABLE posts; COMMIT');
      const conflicts = await eventually('a query to be cancelled', async () => {
        const found = (await ofReplica()).conflicts ?? [];
        return found.length > 0 && found;
      });
      assert.deepEqual(conflicts, [{ name: 'lock', count: 1 }]);
      await reading.end();
    });

    it('says to a plain user what is hidden of a replica', async () => {
      const { replication } = await withServer(
        gateOptions({
          ...{ name: 'x', source: 'settings', host: primary.host, port: primary.port, database: 'postgres' },
          ...{ user: 'plain', ssl: 'disable', environment: 'development' },
        }),
        (server) => server.activity(),
      );
      assert.equal(
        hiddenIn(replication),
        'State and lag of replicas are hidden: GRANT pg_monitor TO plain shows them.',
      );
      assert.deepEqual(valueIn(replication).replicas, [{ name: 'berlin', state: 'hidden', sync: 'hidden' }]);
    });

    it('knows that nothing is received any more once the primary is gone', async () => {
      await writing.end();
      await onPrimary.dispose();
      await primary.stop();
      const { isReceiving } = await eventually('the receiver to end', async () => {
        const replication = await ofReplica();
        return replication.isReceiving === false && replication;
      });
      assert.equal(isReceiving, false);
    });
  });
}
