import assert from 'node:assert/strict';
import type net from 'node:net';
import type { GateOptions } from '../../src/database/gate';
import { Server } from '../../src/database/server';
import type { IndexFix } from '../../src/nouns/fix';
import { type FakeServer, startFakeServer, startProxy } from '../support/fake-server';
import { blog, createDatabase, gateOptions, sharedServer, type TestDatabase } from '../support/postgres-server';
import { problemOf } from '../support/problems';
import { Statements } from '../support/statements';

const quick: GateOptions['timeouts'] = { statementMs: 400, lockMs: 300, connectMs: 400 };

describe('a server that cannot be asked', () => {
  let statements: Statements;
  let database: TestDatabase;
  let fake: FakeServer | undefined;
  let server: Server | undefined;

  before(async function () {
    this.timeout(60_000);
    statements = await Statements.load();
    database = await createDatabase(await sharedServer(), blog);
  });
  afterEach(async () => {
    await server?.dispose();
    await fake?.close();
    fake = undefined;
    server = undefined;
  });
  after(() => database?.drop());

  function at(port: number, more: Partial<GateOptions> = {}): Server {
    server = new Server(gateOptions(database.profile({ port }), { timeouts: quick, ...more }));
    return server;
  }
  const query = () => statements.request('SELECT * FROM posts');

  it('is not even connected to from a restricted workspace', async () => {
    fake = await startFakeServer(() => undefined);
    const restricted = at(fake.port, { isTrusted: () => false });
    await problemOf(restricted.explain(query()), 'restricted-workspace');
    await problemOf(restricted.facts(), 'restricted-workspace');
    await problemOf(restricted.test(), 'restricted-workspace');
    await problemOf(restricted.snapshot(), 'restricted-workspace');
    const options = { onProgress: () => undefined };
    await problemOf(restricted.createIndex({ kind: 'index' } as IndexFix, options), 'restricted-workspace');
    assert.equal(fake.connections(), 0);
    const trusted = at(fake.port);
    await problemOf(trusted.facts(), 'unreachable');
    assert.equal(fake.connections(), 1);
  });

  it('closes the door as soon as trust is taken back', async () => {
    let isTrusted = true;
    const real = at(database.server.port, { isTrusted: () => isTrusted, timeouts: { ...quick, connectMs: 3000 } });
    await real.explain(query());
    isTrusted = false;
    await problemOf(real.explain(query()), 'restricted-workspace');
  });

  it('costs one timeout when it never answers, not one for each query', async () => {
    fake = await startFakeServer(() => undefined);
    const silent = at(fake.port);
    const problems = await Promise.all(
      Array.from({ length: 20 }, () => problemOf(silent.explain(query()), 'unreachable')),
    );
    assert.match(problems[0]?.message ?? '', /did not answer within 400 ms/);
    await problemOf(silent.explain(query()), 'unreachable');
    assert.equal(fake.connections(), 1);
    await problemOf(silent.test(), 'unreachable');
    assert.equal(fake.connections(), 2);
  });

  it('is left at once by a request that is cancelled while it connects', async () => {
    fake = await startFakeServer(() => undefined);
    const silent = at(fake.port);
    const controller = new AbortController();
    const asked = problemOf(silent.explain({ ...query(), signal: controller.signal }), 'cancelled');
    controller.abort();
    await asked;
    await problemOf(silent.explain(query()), 'unreachable');
  });

  it('is named when nothing listens there', async () => {
    fake = await startFakeServer(() => undefined);
    const { port } = fake;
    await fake.close();
    fake = undefined;
    const problem = await problemOf(at(port).facts(), 'unreachable');
    assert.equal(problem.message, `Nothing listens at ${database.name}@127.0.0.1:${port}.`);
  });

  const garbage: Record<string, Buffer> = {
    'a web page': Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
    'zero bytes': Buffer.alloc(4096),
    'all ones': Buffer.alloc(4096, 0xff),
    'a message that is cut short': Buffer.from([0x52, 0, 0, 0, 5, 0, 0x45, 0, 0, 0, 4]),
    'rows that nobody asked for': Buffer.from([
      0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x44, 0, 0, 0, 6, 255, 255, 0x54, 0, 0, 0, 6, 255, 255,
    ]),
  };
  for (const [what, bytes] of Object.entries(garbage)) {
    it(`is told apart from PostgreSQL when it answers ${what}`, async () => {
      fake = await startFakeServer((socket) => socket.once('data', () => socket.write(bytes)));
      const problem = await problemOf(at(fake.port).facts());
      assert.match(problem.kind, /^(not-understood|unreachable)$/);
      assert.match(problem.message, new RegExp(`@127\\.0\\.0\\.1:${fake.port}`));
    });
    it(`is told apart from PostgreSQL when it begins to answer ${what} in the middle`, async function () {
      this.timeout(20_000);
      fake = await startProxy(database.server, 'EXPLAIN', (client) => client.write(bytes));
      const problem = await problemOf(at(fake.port).explain(query()));
      assert.match(problem.kind, /^(not-understood|unreachable|timeout)$/);
    });
  }

  it('that dies in the middle is told, and asked again when it is back', async () => {
    let isDying = true;
    fake = await startProxy(database.server, 'EXPLAIN', (client, upstream) => {
      if (isDying) client.destroy();
      else upstream.write(Buffer.alloc(0));
    });
    const problem = await problemOf(at(fake.port).explain(query()), 'unreachable');
    assert.match(problem.message, /closed the connection in the middle/);
    isDying = false;
    await at(database.server.port, { timeouts: { ...quick, connectMs: 3000 } }).explain(query());
  });

  it('that stops to answer in the middle is given up', async function () {
    this.timeout(20_000);
    fake = await startProxy(database.server, 'EXPLAIN', (_: net.Socket) => undefined);
    await problemOf(at(fake.port).explain(query()), 'timeout');
  });

  it('that closed the idle connection is asked again on a new one', async () => {
    const real = at(database.server.port, { timeouts: { ...quick, connectMs: 3000 } });
    for (let turn = 0; turn < 3; turn++) {
      assert.equal((await real.explain(query())).plan.source, 'estimate');
      await database.admin.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'planlight' AND datname = current_database()",
      );
    }
  });
});
