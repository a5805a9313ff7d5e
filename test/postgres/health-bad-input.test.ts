import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasOpenSsl, makeCertificates } from '../support/certificates';
import { type CliResult, folderOf, refusal, runCli } from '../support/cli';
import { connectTo, type PostgresServer, startPostgres } from '../support/postgres-server';

const password = 'sesam-öffne-dich';

describe('planlight health refuses in one sentence, without the password', function () {
  this.timeout(120_000);
  let server: PostgresServer;
  let folder: Awaited<ReturnType<typeof folderOf>>;

  before(async () => {
    server = await startPostgres({ password });
    folder = await folderOf({ 'package.json': '{ "name": "shop" }' });
  });
  after(async () => {
    folder?.remove();
    await server?.stop();
  });

  const url = (name = 'postgres', user = server.superuser, secret = password, port = server.port) =>
    `postgresql://${user}:${encodeURIComponent(secret)}@127.0.0.1:${port}/${name}`;
  async function health(args: readonly string[]): Promise<CliResult> {
    const result = await runCli(['health', ...args], { cwd: folder.path });
    assert.ok(!`${result.stdout}${result.stderr}`.includes(encodeURIComponent(password)));
    return result;
  }

  const cases: readonly (readonly [what: string, args: () => readonly string[], says: RegExp])[] = [
    [
      'what is no URL',
      () => ['--database', 'shop'],
      /^A database is given as postgresql:\/\/user@host:port\/database\.$/,
    ],
    [
      'a port that is none',
      () => ['--database', 'postgres://a@b:99999/c'],
      /the port is not a number from 1 to 65535\.$/,
    ],
    [
      'an address where nothing listens',
      () => ['--database', 'postgres://a:b@127.0.0.1:1/c'],
      /^Nothing listens at c@127/,
    ],
    ['a host that is not known', () => ['--database', 'postgres://a:b@shop.invalid/c'], /shop\.invalid/],
    [
      'a wrong password',
      () => ['--database', url('postgres', 'clerk', 'wrong')],
      /does not accept the password of user clerk\.$/,
    ],
    ['a database that is not there', () => ['--database', url('nowhere')], /database "nowhere" does not exist/],
    ['TLS where the server has none', () => ['--database', `${url()}?sslmode=require`], /does not support TLS/],
    [
      'a folder that is not there',
      () => ['--workspace', 'nowhere'],
      /^nowhere is no folder that can be read, for --workspace\.$/,
    ],
    ['a file in the place of a folder', () => ['--workspace', 'package.json'], /^package\.json is no folder/],
    ['an empty name of a folder', () => ['--workspace', ''], /^An empty name is no folder/],
    ['half a core', () => ['--cores', '4.5'], /^--cores takes a whole number from 1 to 1,024, not 4\.5/],
    [
      'memory without its unit',
      () => ['--memory', '16'],
      /^--memory takes the memory of a machine, such as 16GB, not 16\./,
    ],
    ['memory that is no size', () => ['--memory', 'lots'], /^--memory takes a size such as 500MB or 2GB, not lots/],
    ['an unknown format', () => ['--format', 'xml'], /^--format takes text, json, html, not xml/],
    ['no time at all', () => ['--timeout', '0'], /^--timeout takes a whole number/],
    ['a snapshot', () => ['--snapshot', 'x.json'], /^health asks a server/],
    ['options of other commands', () => ['--rows', '5'], /^health has no option --rows/],
    ['files', () => ['src'], /^health takes no files/],
  ];
  for (const [what, args, says] of cases) {
    it(what, async () => assert.match(refusal(await health(args())), says));
  }

  it('a connection without TLS where the server wants it', async function () {
    if (!hasOpenSsl()) this.skip();
    const certificates = await makeCertificates();
    const settings = {
      ssl: 'on',
      ssl_cert_file: certificates.serverCertificate,
      ssl_key_file: certificates.serverKey,
    };
    const secure = await startPostgres({ password, settings: { ...settings, autovacuum: 'on' } });
    try {
      await writeFile(join(secure.dataFolder, 'pg_hba.conf'), 'hostssl all all all scram-sha-256\n');
      const inside = await connectTo(`${secure.connectionString()}?sslmode=no-verify`);
      await inside.query('SELECT pg_reload_conf()');
      await inside.end();
      const at = url('postgres', 'postgres', password, secure.port);
      assert.match(refusal(await health(['--database', `${at}?sslmode=disable`])), /TLS|encrypt/);
      assert.equal((await health(['--database', `${at}?sslmode=require`])).code, 0);
    } finally {
      await secure.stop();
      await rm(certificates.folder, { recursive: true, force: true });
    }
  });
});
