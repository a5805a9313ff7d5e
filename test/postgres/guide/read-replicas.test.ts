import assert from 'node:assert/strict';
import type pg from 'pg';
import type { Activity, Health } from '../../../src/database/health/health';
import { conflicts } from '../../../src/guide/read-replicas/conflicts';
import { lag } from '../../../src/guide/read-replicas/lag';
import { slots } from '../../../src/guide/read-replicas/slots';
import { eventually } from '../../support/eventually';
import { factsOf } from '../../support/guide-facts';
import { oldestAndNewest, withServer } from '../../support/health';
import { connectTo, gateOptions, type PostgresServer } from '../../support/postgres-server';
import { type Replicated, startReplicated } from '../../support/replicated';

const schema = 'CREATE TABLE posts (id serial PRIMARY KEY, title text NOT NULL)';

const healthOf = ({ host, port }: PostgresServer): Promise<Health> =>
  withServer(
    gateOptions({
      ...{ name: 'x', source: 'settings', host, port, database: 'postgres', user: 'postgres', ssl: 'disable' },
      environment: 'development',
    }),
    (server) => server.health(),
  );

for (const major of oldestAndNewest()) {
  describe(`read replicas on PostgreSQL ${major}`, function () {
    this.timeout(60_000);
    let servers: Replicated;
    let onPrimary: pg.Client;
    let onReplica: pg.Client;

    before(async () => {
      servers = await startReplicated({
        major,
        sql: schema,
        settings: { wal_receiver_status_interval: '1s', max_wal_size: '32MB', min_wal_size: '32MB' },
        ofReplica: { max_standby_streaming_delay: 0 },
      });
      onPrimary = await connectTo(servers.primary.connectionString());
      onReplica = await connectTo(servers.replica.connectionString());
    });
    after(async () => {
      await onPrimary?.end();
      await onReplica?.end();
      await servers?.stop();
    });

    /** 20 MB of WAL. */
    const write = () =>
      onPrimary.query("SELECT pg_logical_emit_message(false, 'x', repeat('x', 1000000)) FROM generate_series(1, 20)");
    const followed = () =>
      eventually('the replica to follow', async () => {
        const result = lag.judge(factsOf({ health: await healthOf(servers.primary) }));
        return result.says.includes('has replayed everything') && result;
      });

    it('that follow are up to date, seen from both sides', async () => {
      assert.equal((await followed()).state, 'passed');
      const onStandby = await eventually('all to be replayed', async () => {
        const result = lag.judge(factsOf({ health: await healthOf(servers.replica) }));
        return result.state === 'passed' && result;
      });
      assert.equal(onStandby.says, 'This replica has replayed all that it received.');
    });

    it('that replay nothing fall behind, and do not any more afterwards', async () => {
      await onReplica.query('SELECT pg_wal_replay_pause()');
      await write();
      let earlier: Activity | undefined;
      await eventually('the replica to have received it', async () => {
        earlier = (await healthOf(servers.primary)).activity;
        const [berlin] = 'value' in earlier.replication ? earlier.replication.value.replicas : [];
        return (berlin?.replayLagBytes ?? 0) > 16 * 1024 ** 2 && berlin?.sentLagBytes === 0;
      });
      await write();
      const { state, says } = lag.judge(factsOf({ health: await healthOf(servers.primary), earlier }));
      assert.equal(state, 'attention', says);
      assert.match(says, /^berlin \(127\.0\.0\.1\) (?:falls behind: [\d.]+ MB are not replayed|is \d+ s behind)/);
      await onReplica.query('SELECT pg_wal_replay_resume()');
      assert.equal((await followed()).state, 'passed');
    });

    it('that cancel a query say why, and take the setting that gives it more time', async () => {
      const before = conflicts.judge(factsOf({ health: await healthOf(servers.replica) }));
      assert.equal(before.state, 'passed', before.says);
      // One a day is no habit.
      for (const cancelled of [1, 2]) {
        const reading = await connectTo(servers.replica.connectionString());
        await reading.query('BEGIN; SELECT count(*) FROM posts');
        await onPrimary.query('BEGIN; LOCK TABLE posts; COMMIT');
        await eventually('the query to be cancelled', async () => {
          const { rows } = await onReplica.query('SELECT sum(confl_lock)::int AS sum FROM pg_stat_database_conflicts');
          return rows[0].sum === cancelled;
        });
        await reading.end();
      }
      const found = conflicts.judge(factsOf({ health: await healthOf(servers.replica) }));
      assert.equal(found.state, 'attention', found.says);
      assert.match(found.says, /^2 queries were cancelled .*\(lock: the primary locked the table/);
      // The test starts the replica with its own delay, which ALTER SYSTEM would not change.
      const commands = (found.fixes ?? []).flatMap((fix) => (fix.kind === 'command' ? fix.command : []));
      assert.deepEqual(commands, ['postgres -c max_standby_streaming_delay=5min']);
    });

    it('that never come back leave a slot that keeps WAL until it is dropped', async () => {
      await onPrimary.query("SELECT pg_create_physical_replication_slot('forgotten', true)");
      assert.equal(slots.judge(factsOf({ health: await healthOf(servers.primary) })).state, 'passed');
      await write();
      await write();
      const { state, says, fixes = [] } = slots.judge(factsOf({ health: await healthOf(servers.primary) }));
      assert.equal(state, 'attention', says);
      assert.match(says, /^The slot forgotten keeps [\d.]+ MB of WAL and is not in use/);
      for (const fix of fixes) if ('sql' in fix) await onPrimary.query(fix.sql);
      assert.equal(slots.judge(factsOf({ health: await healthOf(servers.primary) })).state, 'not applicable');
    });
  });
}
