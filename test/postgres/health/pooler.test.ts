import assert from 'node:assert/strict';
import type { ConnectedPooler } from '../../../src/database/health/health';
import { healthServer, withServer } from '../../support/health';
import {
  type PgBouncer,
  type PgBouncerProgram,
  providePgBouncer,
  runPgBouncer,
  startPgBouncer,
} from '../../support/pgbouncer';
import { createDatabase, type TestDatabase } from '../../support/postgres-server';

describe('Health: a pooler between us and the server', () => {
  let program: PgBouncerProgram;
  let database: TestDatabase;
  let bouncer: PgBouncer | undefined;

  before(async function () {
    this.timeout(120_000);
    const found = await providePgBouncer();
    if (found === undefined) this.skip();
    program = found;
    database = await createDatabase(await healthServer(), '');
  });
  afterEach(async () => {
    await bouncer?.stop();
    bouncer = undefined;
  });
  after(() => database?.drop());

  const poolerAt = async (port?: number): Promise<ConnectedPooler | undefined> =>
    (await withServer(database.gateOptions(port === undefined ? {} : { port }), (server) => server.health())).server
      .pooler;

  it('is none where there is none', async () => {
    assert.equal(await poolerAt(), undefined);
  });

  it('tells its version, mode and sizes to those who may ask its console', async () => {
    bouncer = await startPgBouncer(program, database.server);
    const { version, clients, maxPreparedStatements: _, ...sizes } = (await poolerAt(bouncer.port)) ?? {};
    assert.match(version ?? '', /^1\.\d+/);
    assert.deepEqual(sizes, { poolMode: 'transaction', defaultPoolSize: 1, maxClientConnections: 100 });
    assert.equal(clients?.waiting, 0);
  });

  it('is known to be there where its console is closed', async () => {
    const { host, port: serverPort, superuser } = database.server;
    bouncer = await runPgBouncer(program, ({ port, folder }) => ({
      'users.txt': `"${superuser}" ""\n`,
      'pgbouncer.ini': `[databases]
* = host=${host} port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${folder}/users.txt
pool_mode = session
`,
    }));
    const pooler = await poolerAt(bouncer.port);
    assert.equal(pooler?.version, undefined);
    assert.match(pooler?.missing ?? '', /stats_users/);
  });
});
