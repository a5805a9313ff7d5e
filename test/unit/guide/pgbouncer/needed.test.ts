import assert from 'node:assert/strict';
import type { DatabaseCounters, Health } from '../../../../src/database/health/health';
import type { WorkspaceFacts } from '../../../../src/guide/facts';
import { needed } from '../../../../src/guide/pgbouncer/needed';
import { activityOf, connectionsOf, factsOf, healthOf, known } from '../../../support/guide-facts';
import { poolUseOf, programOf, workspaceOf } from '../../../support/pool-facts';
import { poolerOf, referenceOf, sessionUseOf } from '../../../support/pooler-facts';

describe('a pooler before the server', () => {
  const judge = (workspace: WorkspaceFacts | undefined, connections = connectionsOf()) =>
    needed.judge(
      factsOf({
        workspace,
        machine: { cores: 4, source: 'this machine' },
        health: healthOf({ activity: activityOf({ connections: known(connections) }) }),
        ...(workspace ? {} : { missing: { code: 'There is no workspace.' } }),
      }),
    );

  it('is not needed for a few connections', () => {
    const { state, says } = judge(
      workspaceOf({ pools: [poolUseOf()], deployment: { programs: [programOf({ replicas: 2 })] } }),
    );
    assert.equal(state, 'not applicable');
    assert.equal(
      says,
      'The pools open at most 20 connections, the server takes 97: a pooler would only be one more hop.',
    );
  });

  it('helps where the pools may open more than the server takes', () => {
    const { state, says, fixes } = judge(
      workspaceOf({
        pools: [poolUseOf({ max: { value: 50, isDefault: false } })],
        deployment: { programs: [programOf({ replicas: 4 })] },
      }),
    );
    assert.equal(state, 'attention');
    assert.equal(
      says,
      'The pools may open 200 connections, and the server takes 97: PgBouncer lets many clients share a few.',
    );
    assert.deepEqual(
      fixes?.map(({ kind, title }) => [kind, title]),
      [
        ['file', 'Deploy PgBouncer in transaction mode: Kubernetes'],
        ['file', 'Configure PgBouncer in transaction mode: pgbouncer.ini'],
      ],
    );
  });

  it('is missing where all connections are taken', () => {
    assert.equal(judge(workspaceOf(), connectionsOf({ total: 97 })).state, 'failed');
  });

  it('helps where connections are opened all the time', () => {
    const counters = (sessions: number) => known({ sessions, since: '2026-01-01T00:00:00Z' } as DatabaseCounters);
    const { state, says } = needed.judge(
      factsOf({
        workspace: workspaceOf(),
        earlier: activityOf({ readAt: '2026-01-01T12:00:00Z', counters: counters(1_000) }),
        health: healthOf({ activity: activityOf({ readAt: '2026-01-01T12:00:02Z', counters: counters(1_090) }) }),
      }),
    );
    assert.equal(state, 'attention');
    assert.match(says, /^90 connections were opened in 2 s, each a new process of the server/);
  });

  it('helps functions in a cloud', () => {
    const { state, says } = judge(workspaceOf({ pools: [poolUseOf({ isServerless: true })] }));
    assert.equal(state, 'attention');
    assert.match(says, /^Functions in a cloud open connections/);
  });

  it('says what would break behind it', () => {
    const { says, places } = judge(workspaceOf({ sessionUses: [sessionUseOf()] }), connectionsOf({ total: 90 }));
    assert.match(says, /Behind it this needs a connection of its own: 1 LISTEN\.$/);
    assert.match(places?.[0]?.message ?? '', /^LISTEN jobs: no notification arrives/);
  });

  it('is there where variables name its host', () => {
    const deployment = {
      poolers: [poolerOf()],
      references: [referenceOf({ host: 'pgbouncer.database.svc.cluster.local' })],
    };
    const { state, says } = judge(workspaceOf({ deployment }), connectionsOf({ total: 97 }));
    assert.equal(state, 'passed');
    assert.match(says, /PgBouncer 1\.24\.1: \/app\/k8s\/pgbouncer\.yaml/);
  });

  it('runs for nobody where variables name the server', () => {
    const place = { path: '/app/k8s/web.yaml', range: { start: 10, end: 23 } };
    const { state, says, fixes } = judge(
      workspaceOf({
        deployment: {
          poolers: [poolerOf()],
          references: [referenceOf({ place, host: 'postgres', port: 5432 })],
          programs: [programOf()],
        },
      }),
    );
    assert.equal(state, 'attention');
    assert.equal(says, 'PgBouncer 1.24.1 is in /app/k8s/pgbouncer.yaml, but nothing connects to it.');
    const [fix] = fixes ?? [];
    assert.deepEqual(fix?.kind === 'edit' && fix.edits, [
      { uri: place.path, range: place.range, newText: 'pgbouncer:5432' },
    ]);
  });

  it('is not known to run for nobody by an example for one machine', () => {
    const references = [
      referenceOf({ host: 'localhost', program: undefined }),
      referenceOf({ host: 'db', program: undefined }),
    ];
    const { state } = judge(workspaceOf({ deployment: { poolers: [poolerOf()], references } }));
    assert.equal(state, 'unknown');
  });

  for (const [host, port, name] of [
    ['aws-0-eu-central-1.pooler.supabase.com', 6543, 'Supavisor'],
    ['ep-cool-1234-pooler.us-east-2.aws.neon.tech', 5432, 'Neon’s PgBouncer'],
    ['blog.proxy-abc123.us-east-1.rds.amazonaws.com', 5432, 'RDS Proxy'],
    ['blog.postgres.database.azure.com', 6432, 'PgBouncer'],
  ] as const) {
    it(`is ${name} at ${host}:${port}`, () => {
      const { state, says } = judge(workspaceOf({ deployment: { references: [referenceOf({ host, port })] } }));
      assert.equal(state, 'passed');
      assert.ok(says.startsWith(`Programs reach the server through ${name}: `), says);
    });
  }

  it('is there where the connection itself goes through it', () => {
    const health = healthOf();
    const { state, says } = needed.judge(
      factsOf({
        health: { ...health, server: { ...health.server, pooler: { version: '1.25.0', poolMode: 'transaction' } } },
      }),
    );
    assert.equal(state, 'passed');
    assert.equal(
      says,
      'Programs reach the server through PgBouncer 1.25.0: the connection to the server goes through it.',
    );
  });

  const fixesOn = (hosting: Health['server']['hosting'], workspace = workspaceOf()) => {
    const health = healthOf({ activity: activityOf({ connections: known(connectionsOf({ total: 90 })) }) });
    return (
      needed.judge(factsOf({ workspace, health: { ...health, server: { ...health.server, hosting } } })).fixes ?? []
    );
  };

  it('is RDS Proxy first where the server is on RDS', () => {
    assert.deepEqual(
      fixesOn('rds').map(({ title }) => title),
      ['Put RDS Proxy before the server', 'Configure PgBouncer in transaction mode: pgbouncer.ini'],
    );
  });

  it('is the one that the hoster runs, and no other', () => {
    assert.deepEqual(
      fixesOn('supabase').map(({ title }) => title),
      ['Connect through Supavisor, which Supabase runs'],
    );
    const place = { path: '/app/.env.example', range: { start: 0, end: 41 } };
    const references = [referenceOf({ place, host: 'ep-cool-1234.us-east-2.aws.neon.tech', port: undefined })];
    const [fix, other] = fixesOn('neon', workspaceOf({ deployment: { references } }));
    assert.equal(other, undefined);
    const edits = fix?.kind === 'edit' ? fix.edits : [];
    assert.deepEqual(edits, [
      { uri: place.path, range: place.range, newText: 'ep-cool-1234-pooler.us-east-2.aws.neon.tech' },
    ]);
  });

  it('is unknown without a workspace, with the reason', () => {
    const { state, missing } = judge(undefined);
    assert.equal(state, 'unknown');
    assert.deepEqual(missing, ['There is no workspace.']);
  });
});
