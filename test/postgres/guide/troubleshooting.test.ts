import assert from 'node:assert/strict';
import type pg from 'pg';
import { Server } from '../../../src/database/server';
import { highMemory } from '../../../src/guide/troubleshooting/high-memory';
import { poolExhausted } from '../../../src/guide/troubleshooting/pool-exhausted';
import { runGuide } from '../../support/guide-run';
import { providePgBouncer, startPgBouncer } from '../../support/pgbouncer';
import {
  connectTo,
  createDatabase,
  sharedServer,
  startPostgres,
  type TestDatabase,
} from '../../support/postgres-server';
import { problemOf } from '../../support/problems';

describe('a server without a free connection', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  const sessions: pg.Client[] = [];

  before(async () => {
    const server = await startPostgres({ settings: { max_connections: 8, superuser_reserved_connections: 3 } });
    database = await createDatabase(server, 'CREATE ROLE web LOGIN');
    const url = server.connectionString(database.name).replace('postgres@', 'web@');
    // Our own session is one of the five that are not reserved.
    for (let i = 0; i < 4; i++) sessions.push(await connectTo(`${url}?application_name=web`));
    await sessions[0]?.query('BEGIN');
  });
  after(async () => {
    for (const session of sessions) await session.end();
    await database?.drop();
    await database?.server.stop();
  });

  it('is told from one that does not answer', async () => {
    const server = new Server(database.gateOptions({ user: 'web' }));
    const problem = await problemOf(server.facts(), 'unreachable');
    await server.dispose();
    assert.equal(problem.reason, 'too many connections');
  });

  it('is diagnosed without it: what is missing is said, and no reserved connection is taken', async () => {
    const { results } = await runGuide(poolExhausted.checks, database.gateOptions({ user: 'web' }));
    const { says, missing } = poolExhausted.conclude(results);
    assert.equal(says, 'The server could not be asked, and the code alone does not explain it.');
    assert.match(missing.join('\n'), /has no free connection: /);
    assert.match(missing.join('\n'), /a superuser may still use the reserved ones/);
  });

  it('shows a superuser who holds the connections, and says that his is a reserved one', async () => {
    const { results } = await runGuide(poolExhausted.checks, database.gateOptions());
    const found = results.get('bottleneck/connections');
    assert.equal(found?.state, 'failed');
    assert.equal(
      found.says,
      '6 of 5 connections are taken, 1 of them idle in a transaction. Planlight was let in as a superuser, into one of the reserved connections.',
    );
    assert.ok(poolExhausted.conclude(results).causes.some(({ check }) => check === 'bottleneck/connections'));
  });
});

describe('a pooler without a free connection', function () {
  this.timeout(120_000);

  it('is told from one that does not answer, be it for its clients or for its server', async function () {
    const program = await providePgBouncer();
    if (program === undefined) this.skip();
    const database = await createDatabase(await sharedServer());
    try {
      for (const more of ['max_client_conn = 1', 'query_wait_timeout = 1']) {
        const bouncer = await startPgBouncer(program, database.server, more);
        const url = new URL(database.server.connectionString(database.name));
        url.port = String(bouncer.port);
        const other = await connectTo(url.href);
        await other.query('BEGIN');
        const server = new Server(database.gateOptions({ port: bouncer.port }));
        const problem = await problemOf(server.facts(), 'unreachable');
        assert.equal(problem.reason, 'too many connections', `${more}: ${problem.message}`);
        await server.dispose();
        await other.end();
        await bouncer.stop();
      }
    } finally {
      await database.drop();
    }
  });
});

describe('high memory usage, diagnosed on a real server', () => {
  it('has its cause in a work_mem that all connections together cannot have', async () => {
    const database = await createDatabase(await sharedServer());
    try {
      await database.admin.query(
        `ALTER ROLE ${database.server.superuser} IN DATABASE ${database.name} SET work_mem = '1GB'`,
      );
      const { results } = await runGuide(highMemory.checks, database.gateOptions());
      const { says, causes } = highMemory.conclude(results);
      assert.match(says, /^The likeliest cause: work_mem is 1GB/);
      assert.equal(causes[0]?.check, 'resources/work-mem');
      assert.match(causes[0]?.advice ?? '', /lower it/);
    } finally {
      await database.drop();
    }
  });
});
