import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Server } from '../../src/database/server';
import { createDatabase, type PostgresServer, startPostgres, type TestDatabase } from '../support/postgres-server';
import { problemOf } from '../support/problems';
import { Statements } from '../support/statements';

describe('a Unix socket', () => {
  let folder: string;
  let real: PostgresServer;
  let database: TestDatabase;

  before(async function () {
    this.timeout(60_000);
    if (process.platform === 'win32') this.skip();
    folder = await mkdtemp(path.join(os.tmpdir(), 'planlight-socket-'));
    await chmod(folder, 0o777);
    real = await startPostgres({ settings: { unix_socket_directories: folder } });
    database = await createDatabase(real);
  });
  after(async () => {
    await database?.drop();
    await real?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is a host like any other, also for a cancel', async function () {
    this.timeout(20_000);
    const statements = await Statements.load();
    const server = new Server(database.gateOptions({ host: folder, ssl: 'prefer' }));
    try {
      assert.equal((await server.facts()).database, database.name);
      const slow = 'SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b';
      const asked = server.explain({ ...statements.request(slow, 'analyze'), signal: AbortSignal.timeout(300) });
      await problemOf(asked, 'cancelled');
    } finally {
      await server.dispose();
    }
  });

  it('that is not there is named', async () => {
    const server = new Server(database.gateOptions({ host: folder, port: 1 }));
    const problem = await problemOf(server.facts(), 'unreachable');
    assert.match(problem.message, /no PostgreSQL socket/);
    await server.dispose();
  });
});
