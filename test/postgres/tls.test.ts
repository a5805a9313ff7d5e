import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { ConnectionProfile } from '../../src/database/profile';
import { Server } from '../../src/database/server';
import { type Certificates, hasOpenSsl, makeCertificates } from '../support/certificates';
import {
  createDatabase,
  type PostgresServer,
  sharedServer,
  startPostgres,
  type TestDatabase,
} from '../support/postgres-server';
import { problemOf } from '../support/problems';
import { Statements } from '../support/statements';

describe('TLS as sslmode says', () => {
  let certificates: Certificates;
  let secure: PostgresServer;
  let database: TestDatabase;
  let statements: Statements;
  const servers: Server[] = [];

  before(async function () {
    this.timeout(60_000);
    if (!hasOpenSsl()) {
      console.log('      openssl is not installed here.');
      this.skip();
    }
    certificates = await makeCertificates();
    statements = await Statements.load();
    const settings = { ssl: 'on', ssl_cert_file: certificates.serverCertificate, ssl_key_file: certificates.serverKey };
    secure = await startPostgres({ settings });
    database = await createDatabase(secure);
  });
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.dispose())));
  after(async () => {
    await database?.drop();
    await secure?.stop();
    if (certificates) await rm(certificates.folder, { recursive: true, force: true });
  });

  function open(changes: Partial<ConnectionProfile>): Server {
    const server = new Server(database.gateOptions(changes));
    servers.push(server);
    return server;
  }

  /** Whether the server sees TLS on the connection that asks. */
  async function isEncrypted(changes: Partial<ConnectionProfile>): Promise<boolean> {
    const sql = 'SELECT 1 FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl';
    const { plan } = await open(changes).explain(statements.request(sql, 'analyze'));
    return plan.root.actual?.rows === 1;
  }

  it('disable and allow stay in the clear; prefer and require encrypt', async () => {
    assert.equal(await isEncrypted({ ssl: 'disable' }), false);
    assert.equal(await isEncrypted({ ssl: 'allow' }), false);
    assert.equal(await isEncrypted({ ssl: 'prefer' }), true);
    assert.equal(await isEncrypted({ ssl: 'require' }), true);
  });

  it('prefer falls back where the server has no TLS; require does not', async () => {
    const { port } = await sharedServer();
    const plain = { port, database: 'postgres' };
    assert.equal(await isEncrypted({ ...plain, ssl: 'prefer' }), false);
    const problem = await problemOf(open({ ...plain, ssl: 'require' }).facts(), 'tls');
    assert.match(problem.message, /does not support TLS/);
  });

  it('verify-ca wants the right authority, and require too once it is given one', async () => {
    for (const ssl of ['verify-ca', 'require'] as const) {
      assert.equal(await isEncrypted({ ssl, sslRootCert: certificates.authority }), true);
      await problemOf(open({ ssl, sslRootCert: certificates.stranger }).facts(), 'tls');
    }
  });

  it('verify-full wants the right host as well', async () => {
    assert.equal(
      await isEncrypted({ ssl: 'verify-full', host: 'localhost', sslRootCert: certificates.authority }),
      true,
    );
    const problem = await problemOf(
      open({ ssl: 'verify-full', host: '127.0.0.1', sslRootCert: certificates.authority }).facts(),
      'tls',
    );
    assert.match(problem.message, /127\.0\.0\.1/);
    await problemOf(open({ ssl: 'verify-full', host: 'localhost', sslRootCert: certificates.stranger }).facts(), 'tls');
  });

  it('does not trust a self-made certificate as one of the system', async () => {
    await problemOf(open({ ssl: 'verify-full', host: 'localhost', sslRootCert: 'system' }).facts(), 'tls');
    const weak = await problemOf(open({ ssl: 'require', sslRootCert: 'system' }).facts(), 'tls');
    assert.match(weak.message, /needs sslmode=verify-full/);
  });

  it('names the root certificate that is missing', async () => {
    const file = path.join(certificates.folder, 'nothing.crt');
    const problem = await problemOf(open({ ssl: 'verify-full', sslRootCert: file }).facts(), 'tls');
    assert.match(problem.message, /nothing\.crt is not there/);
  });
});
