import assert from 'node:assert/strict';
import type net from 'node:net';
import { type CliResult, folderOf, refusal, runCli } from '../support/cli';
import { type FakeServer, startFakeServer, startProxy, startRewritingProxy } from '../support/fake-server';
import { blog, createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';

describe('bad input on the command line', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let fake: FakeServer | undefined;

  before(async () => {
    database = await createDatabase(await sharedServer(), blog);
  });
  afterEach(async () => {
    await fake?.close();
    fake = undefined;
  });
  after(() => database?.drop());

  const urlAt = (port: number) => `postgresql://postgres@127.0.0.1:${port}/${database.name}?sslmode=disable`;
  async function check(
    files: Readonly<Record<string, string | Uint8Array>>,
    port = database.server.port,
    ...options: string[]
  ): Promise<CliResult> {
    const folder = await folderOf(files);
    try {
      return await runCli(['check', '.', '--database', urlAt(port), ...options], { cwd: folder.path });
    } finally {
      folder.remove();
    }
  }
  const broken = 'SELECT * FORM posts;\n';

  describe('of files', () => {
    it('leaves binary and very long files alone, in one line each, and reads the others', async () => {
      const row = "INSERT INTO posts (title) VALUES ('a title of some length for the size of this file');\n";
      const { code, stdout, stderr } = await check({
        'a.sql': broken,
        'binary.sql': Uint8Array.from({ length: 9_000 }, (_, n) => (n * 31) % 256),
        'long.sql': row.repeat(Math.ceil(10_000_000 / row.length)),
      });
      assert.equal(code, 1);
      assert.match(stdout, /^a\.sql:1:10 {2}error {2}syntax-error\n[\s\S]*\n1 finding in 1 query of 1 file\.\n$/);
      assert.deepEqual(stderr.trimEnd().split('\n'), [
        'planlight: binary.sql is left alone: it is binary.',
        'planlight: long.sql is left alone: 9.5 MB is more than 1.9 MB.',
      ]);
    });

    it('says of a statement of 1 MB in one line that it is not read, and reads the next one', async () => {
      const rows = Array.from({ length: 50_000 }, (_, n) => `('title ${n}', 17)`).join(',');
      const { code, stdout } = await check({
        'a.sql': `INSERT INTO posts (title, author_id) VALUES ${rows};\n${broken}`,
      });
      assert.equal(code, 1);
      assert.match(stdout, /^a\.sql:1:1 {2}info {2}no-plan\n {2}this statement of [\d,]+ kB is too long to read here/);
      assert.match(stdout, /^a\.sql:2:10 {2}error {2}syntax-error$/m);
    });

    it('plans what is nested 5,000 deep or says that it cannot, and reads the next one', async () => {
      const deep = `SELECT ${'('.repeat(5_000)}1${')'.repeat(5_000)};\n`;
      const joined = `SELECT * FROM posts WHERE ${'(NOT '.repeat(5_000)}published${')'.repeat(5_000)};\n`;
      const { code, stdout, stderr } = await check({ 'a.sql': deep + joined + broken });
      assert.equal(code, 1);
      assert.match(stdout, /^a\.sql:3:10 {2}error {2}syntax-error$/m);
      assert.doesNotMatch(stdout + stderr, /call stack|at .*\.js:/);
    });

    it('checks 10,000 statements, and says what it did not plan', async () => {
      const queries = Array.from({ length: 10_000 }, (_, n) => `SELECT * FROM posts WHERE id = ${n};\n`);
      const { code, stdout, stderr } = await check({ 'a.sql': queries.join('') });
      assert.equal(code, 0);
      assert.match(stdout, /^No findings in 10,000 queries of 1 file, planned by /);
      assert.equal(
        stderr,
        'planlight: 9,980 statements are not planned: 20 of the same shape, with other values, are.\n',
      );
    });

    it('prints a plan of 2,000 nodes in part', async () => {
      const sql = Array.from({ length: 2_000 }, (_, n) => `SELECT id FROM posts WHERE id = ${n}`).join(' UNION ALL ');
      const { code, stdout, stderr } = await runCli(['explain', sql, '--database', urlAt(database.server.port)]);
      assert.equal(code, 0, stderr);
      assert.ok(stdout.split('\n').length < 300, `${stdout.split('\n').length} lines`);
      assert.match(stdout, /Append/);
    });
  });

  describe('from a server', () => {
    const files = { 'a.sql': `SELECT * FROM posts;\nSELECT * FROM users;\n${broken}` };

    it('that never answers is given up after its time', async () => {
      fake = await startFakeServer(() => undefined);
      assert.match(refusal(await check(files, fake.port)), /did not answer within 5 s\.$/);
      assert.equal(fake.connections(), 1);
    });

    const garbage: Record<string, Buffer> = {
      'a web page': Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
      'all ones': Buffer.alloc(4096, 0xff),
    };
    for (const [what, bytes] of Object.entries(garbage)) {
      it(`that answers ${what} is told in one line`, async () => {
        fake = await startFakeServer((socket) => socket.once('data', () => socket.end(bytes)));
        assert.match(refusal(await check(files, fake.port)), new RegExp(`@127\\.0\\.0\\.1:${fake.port}`));
      });
    }

    it('that is too old is told in one line', async () => {
      const { rows } = await database.admin.query('SHOW server_version_num');
      fake = await startRewritingProxy(database.server, rows[0].server_version_num, '120022');
      assert.match(refusal(await check(files, fake.port)), / is PostgreSQL 12; Planlight needs 13 or later\.$/);
    });

    const deaths: Record<string, [number, (client: net.Socket) => void]> = {
      'that dies in the middle is told once': [1, (client) => client.destroy()],
      // Its connection is closed each time and the next one may be better.
      'that begins to talk nonsense is told at each query': [2, (client) => client.write(Buffer.alloc(4096, 0xff))],
    };
    for (const [what, [times, then]] of Object.entries(deaths)) {
      it(`${what}, beside what the text says, and nothing is said to be planned`, async () => {
        let isUp = true;
        fake = await startProxy(database.server, 'EXPLAIN', (client) => {
          isUp = false;
          then(client);
        });
        const { code, stdout, stderr } = await check(files, fake.port);
        assert.equal(isUp, false);
        assert.equal(code, times === 1 ? 2 : 1);
        assert.match(stdout, /^a\.sql:3:10 {2}error {2}syntax-error$/m);
        assert.match(stdout, /3 queries of 1 file, none planned by /);
        assert.equal(stdout.match(/no-plan/g)?.length, times, stdout);
        assert.ok(stderr.split('\n').length <= 2, stderr);
      });
    }

    it('that stops answering is given up after three statements', async () => {
      let asked = 0;
      fake = await startProxy(database.server, 'EXPLAIN', () => {
        asked++;
      });
      const queries = Array.from({ length: 12 }, (_, n) => `SELECT ${'id, '.repeat(n)}id FROM posts;\n`).join('');
      const { code, stderr } = await check({ 'a.sql': queries }, fake.port, '--timeout', '200');
      assert.equal(code, 2);
      assert.match(stderr, /did not answer within 200 ms.* The queries after that are not planned\.\n$/);
      assert.ok(asked <= 4, `${asked} were asked`);
    });
  });
});
