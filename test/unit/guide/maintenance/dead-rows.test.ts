import assert from 'node:assert/strict';
import type { Activity, TableHealth, Wraparound } from '../../../../src/database/health/health';
import { deadRows } from '../../../../src/guide/maintenance/dead-rows';
import type { GuideFix } from '../../../../src/nouns/check';
import {
  activityOf,
  connectionsOf,
  countersOf,
  factsOf,
  healthOf,
  known,
  settingOf,
  tableOf,
} from '../../../support/guide-facts';

const firstSql = (fixes: readonly GuideFix[] = []): string | undefined =>
  fixes.flatMap((fix) => (fix.kind === 'statement' ? fix.sql : []))[0];

describe('dead rows', () => {
  const posts = { rows: 10_000, liveRows: 10_000 };
  const judge = (more: Partial<TableHealth>, activity: Partial<Activity> = {}, settings = {}) =>
    deadRows.judge(
      factsOf({
        health: healthOf({
          tables: known([tableOf('posts', { ...posts, ...more })]),
          activity: activityOf(activity),
          settings: known(settings),
        }),
      }),
    );
  const holding = (holder: Wraparound['holders'][number]) => ({
    wraparound: known({ databases: [], freezeMaxAge: 200_000_000, holders: [holder] }),
  });

  it('are no matter below the threshold of autovacuum, 50 + 20 % of the rows', () => {
    assert.equal(judge({ deadRows: 2_050 }).state, 'passed');
  });

  it('are no matter a moment after it: autovacuum comes', () => {
    assert.equal(judge({ deadRows: 2_500 }).state, 'passed');
  });

  it('need attention at twice the threshold', () => {
    const { state, says, fixes } = judge({ deadRows: 5_000 });
    assert.equal(state, 'attention');
    assert.match(says, /^posts has 5,000 dead rows \(33 %\), where autovacuum should come at 2,050\./);
    assert.deepEqual(fixes?.[0], {
      kind: 'maintenance',
      title: 'VACUUM (ANALYZE) posts',
      task: { kind: 'vacuum analyze', schema: 'public', table: 'posts' },
    });
  });

  it('count by the options of the table, which come before the settings', () => {
    const options = { autovacuum_vacuum_scale_factor: '0.05', autovacuum_vacuum_threshold: '0' };
    assert.match(judge({ deadRows: 2_000, options }).says, /at 500\./);
  });

  it('are never too many for the greatest threshold, since 18', () => {
    const settings = { autovacuum_vacuum_max_threshold: settingOf('100000') };
    const large = { rows: 1e9, liveRows: 1e9, deadRows: 300_000 };
    assert.match(judge(large, {}, settings).says, /at 100,000\./);
    assert.equal(judge(large).state, 'passed');
  });

  it('are left alone while VACUUM is at work on their table', () => {
    const progress = known([{ pid: 1, kind: 'vacuum' as const, table: 'posts', phase: 'scanning heap' }]);
    assert.equal(judge({ deadRows: 9_000 }, { progress }).state, 'passed');
  });

  it('say that autovacuum is switched off for a table, and how to let it come again', () => {
    const { says, fixes } = judge({ deadRows: 2_100, options: { autovacuum_enabled: 'false' } });
    assert.match(says, /Autovacuum is switched off for posts\.$/);
    assert.equal(firstSql(fixes), 'ALTER TABLE public.posts RESET (autovacuum_enabled)');
  });

  it('fail where most rows are dead and a prepared transaction keeps them', () => {
    const { state, says, fixes } = judge(
      { deadRows: 20_000 },
      holding({ kind: 'prepared transaction', name: "it's", xminAge: 812, heldSeconds: 90 }),
    );
    assert.equal(state, 'failed');
    assert.match(
      says,
      /The prepared transaction it's was neither committed nor rolled back for 90 s: dead rows are kept for it\.$/,
    );
    assert.equal(firstSql(fixes), "ROLLBACK PREPARED 'it''s'");
  });

  it('are held by a session only when its transaction is older than autovacuum_naptime', () => {
    const session = (heldSeconds: number) => {
      const one = { pid: 7, user: 'blog', application: 'psql', database: 'blog', state: 'idle in transaction' };
      const sessions = [{ ...one, stateSeconds: 1 }];
      return {
        connections: known(connectionsOf({ sessions })),
        ...holding({ kind: 'session', name: 'pid 7, blog, psql', xminAge: 3, heldSeconds }),
      };
    };
    assert.equal(judge({ deadRows: 2_100 }, session(59)).state, 'passed');
    const settings = { idle_in_transaction_session_timeout: settingOf('0') };
    const { says, fixes } = judge({ deadRows: 2_100 }, session(600), settings);
    assert.match(says, /The transaction of pid 7, blog, psql is open for 10 min \(idle in transaction\)/);
    assert.deepEqual(
      fixes?.map(({ kind }) => kind),
      ['statement', 'setting', 'maintenance'],
    );
  });

  it('are not held by a logical slot, which keeps only the catalogs', () => {
    const slot = { kind: 'slot' as const, name: 'feed', xminAge: 9_000 };
    assert.equal(judge({ deadRows: 2_100 }, holding({ ...slot, onlyCatalogs: true })).state, 'passed');
  });

  it('are held by a slot that nobody uses, and by a standby only when it is far behind', () => {
    const slots = (isActive: boolean) => ({
      replication: known({
        role: 'primary' as const,
        replicas: [],
        slots: [{ name: 'east', kind: 'physical' as const, isActive }],
      }),
      ...holding({ kind: 'slot', name: 'east', xminAge: 900 }),
    });
    assert.equal(judge({ deadRows: 2_100 }, slots(true)).state, 'passed');
    const { says, fixes } = judge({ deadRows: 2_100 }, slots(false));
    assert.match(says, /The replication slot east is not in use and keeps dead rows for 900 transactions\.$/);
    assert.equal(firstSql(fixes), "SELECT pg_drop_replication_slot('east')");
    const standby = (xminAge: number) => ({
      counters: known(countersOf({ since: '2026-01-01T11:00:00Z', commits: 3_600_000 })),
      ...holding({ kind: 'replica', name: 'west', xminAge }),
    });
    assert.equal(judge({ deadRows: 2_100 }, standby(59_000)).state, 'passed');
    assert.match(judge({ deadRows: 2_100 }, standby(61_000)).says, /A query on the standby west keeps dead rows/);
  });

  it('say that autovacuum is off on the whole server', () => {
    const { says } = judge({ deadRows: 2_100 }, {}, { autovacuum: settingOf('off') });
    assert.match(says, /Autovacuum does not run on this server: autovacuum is off\.$/);
  });

  it('say that autovacuum is slowed down where it is late', () => {
    const settings = { autovacuum_vacuum_cost_delay: settingOf('20') };
    assert.match(judge({ deadRows: 9_000 }, {}, settings).says, /autovacuum_vacuum_cost_delay is 20ms, where 2ms/);
  });

  it('of a replica are its primary’s matter', () => {
    const health = healthOf({ tables: known([tableOf('posts', { deadRows: 9_000 })]) });
    const { state } = deadRows.judge(factsOf({ health: { ...health, server: { ...health.server, isReplica: true } } }));
    assert.equal(state, 'not applicable');
  });
});
