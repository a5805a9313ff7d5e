import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { type CliOptions, type CliResult, folderOf, refusal, runCli } from '../support/cli';
import { eventually } from '../support/eventually';
import { providePgBouncer, startPgBouncer } from '../support/pgbouncer';
import {
  blog,
  connectTo,
  createDatabase,
  type PostgresServer,
  startPostgres,
  type TestDatabase,
} from '../support/postgres-server';
import { startReplicated } from '../support/replicated';

const password = 'sesam-öffne-dich';

const program = {
  'package.json': '{ "name": "shop", "dependencies": { "pg": "^8.0.0" } }',
  'src/pool.ts': `import { Pool } from 'pg';
export const pool = new Pool({ connectionString: 'postgres://shop:${password}@db.example.org/shop', max: 90 });
`,
  'src/posts.ts': `import { pool } from './pool';
export async function page(authors: number[]) {
  for (const author of authors) {
    await pool.query('SELECT count(*) FROM posts WHERE author_id = $1', [author]);
  }
}
`,
};

describe('planlight health', function () {
  this.timeout(120_000);
  let server: PostgresServer;
  let database: TestDatabase;
  let empty: TestDatabase;
  let folder: Awaited<ReturnType<typeof folderOf>>;
  const everything: string[] = [];

  before(async () => {
    server = await startPostgres({
      password,
      settings: { shared_preload_libraries: 'pg_stat_statements', autovacuum: 'on', fsync: 'on', max_connections: 60 },
    });
    database = await createDatabase(server, `${blog} CREATE EXTENSION pg_stat_statements;`);
    await database.admin.query("SELECT count(*) FROM posts WHERE title LIKE '%1%'");
    await database.admin.query(
      `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'clerk') THEN
         CREATE ROLE clerk LOGIN PASSWORD '${password}'; END IF; END $$`,
    );
    empty = await createDatabase(server);
    folder = await folderOf(program);
  });
  after(async () => {
    folder?.remove();
    await empty?.drop();
    await database?.drop();
    await server?.stop();
  });

  const url = (name = database.name, user = server.superuser) =>
    `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${server.port}/${name}`;
  async function health(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    const result = await runCli(['health', ...args], { cwd: folder.path, ...options });
    everything.push(result.stdout, result.stderr);
    return result;
  }
  const json = async (...args: string[]) => {
    const result = await health(['--format', 'json', ...args]);
    assert.equal(result.stderr, '');
    return { code: result.code, report: JSON.parse(result.stdout) };
  };

  describe('prints', () => {
    it('text: each point with its checks, and how many are in which state', async () => {
      const { code, stdout, stderr } = await health(['--database', url()]);
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(stdout, new RegExp(`^Health of ${database.name}@127\\.0\\.0\\.1:${server.port}\n`));
      assert.match(stdout, /^! N\+1 queries eliminated\n {2}! No loop sends a query for each row: 1 place sends/m);
      assert.match(stdout, /^ {4}src\/posts\.ts:4 {2}Sent once for each turn/m);
      const counts = /^11 points: (.*)\.$/m.exec(stdout)?.[1]?.split(', ') ?? [];
      assert.equal(
        counts.reduce((sum, one) => sum + Number.parseInt(one, 10), 0),
        11,
        stdout,
      );
    });

    it('JSON of the documented shape', async () => {
      const { report } = await json('--database', url());
      assert.deepEqual(Object.keys(report).sort(), ['at', 'database', 'missing', 'panels', 'points']);
      assert.deepEqual(report.missing, []);
      assert.equal(report.points.length, 11);
      for (const point of report.points) {
        assert.deepEqual(Object.keys(point), ['id', 'title', 'state', 'checks']);
        for (const check of point.checks) {
          const keys = ['id', 'title', 'state', 'says', 'missing', 'evidence', 'places', 'fixes'];
          assert.deepEqual(Object.keys(check), keys);
          assert.match(check.id, new RegExp(`^${point.id}/[a-z-]+$`));
          for (const place of check.places) assert.deepEqual(Object.keys(place).sort().at(-1), 'message');
        }
      }
    });

    it('HTML: one file with all points, and no script', async () => {
      const { stdout } = await health(['--database', url(), '--format', 'html']);
      assert.match(stdout, /^<!DOCTYPE html>/);
      for (const title of ['Bottleneck identified', 'Monitoring and alerts configured']) {
        assert.ok(stdout.includes(title), title);
      }
      assert.doesNotMatch(stdout, /<script/);
    });

    it('what the code alone says where no database is named', async () => {
      const { code, report } = await json();
      assert.equal(code, 0);
      assert.equal(report.database, undefined);
      assert.ok(report.missing.includes('No database is chosen.'), JSON.stringify(report.missing));
      const states = new Map(report.points.map(({ id, state }: { id: string; state: string }) => [id, state]));
      assert.deepEqual([states.get('bottleneck'), states.get('queries-per-row')], ['unknown', 'attention']);
    });

    it('to whoever reads one line and goes', async () => {
      const command = `${process.execPath} ${resolve('dist/cli.js')} health --database "$URL" | head -1`;
      const child = spawn('bash', ['-o', 'pipefail', '-c', command], {
        cwd: folder.path,
        env: { PATH: process.env.PATH, HOME: folder.path, URL: url() },
      });
      let [out, err] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        err += text;
      });
      const code = await new Promise((done) => child.once('close', done));
      assert.deepEqual([code, out.split('\n').length, err], [0, 2, '']);
    });
  });

  describe('exit codes', () => {
    it('0 where nothing has failed, 1 where a point has', async () => {
      assert.equal((await json('--database', url(empty.name))).code, 0);
      const blocker = await connectTo(url());
      const waiter = await connectTo(url());
      try {
        await blocker.query('BEGIN; LOCK TABLE users');
        const waits = waiter.query('SELECT FROM users').catch(() => undefined);
        await eventually('a wait of more than deadlock_timeout', async () => {
          const { rows } = await database.admin.query(
            `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND clock_timestamp() - query_start > '1.5 s'`,
          );
          return rows.length > 0;
        });
        const { code, report } = await json('--database', url());
        assert.equal(code, 1);
        const [{ state, checks }] = report.points;
        assert.equal(state, 'failed');
        assert.match(checks[0].says, /^Locks are the bottleneck: /);
        await blocker.query('ROLLBACK');
        await waits;
      } finally {
        await blocker.end();
        await waiter.end();
      }
    });

    it('2 when it is interrupted, and nothing of it is left on the server', async () => {
      const result = await health(['--database', url()], {
        onStart: async (child) => {
          await eventually('a session', async () => (await sessions()) > 0);
          child.kill('SIGINT');
        },
      });
      assert.equal(refusal(result), 'Interrupted.');
      assert.equal(await sessions(), 0);
    });
  });

  async function sessions(): Promise<number> {
    const { rows } = await database.admin.query(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name ILIKE 'planlight%'`,
    );
    return rows[0].n;
  }

  describe('answers for', () => {
    it('a database without tables', async () => {
      const { code, stdout } = await health(['--database', url(empty.name)]);
      assert.equal(code, 0);
      assert.doesNotMatch(stdout, /NaN|Infinity|undefined|null/);
    });

    it('a plain user, and says first what is hidden', async () => {
      const { report } = await json('--database', url(database.name, 'clerk'));
      assert.ok(report.missing.some((one: string) => /^The statements of other users .* are hidden/.test(one)));
      const slow = report.points
        .flatMap(({ checks }: { checks: object[] }) => checks)
        .find(({ id }: { id: string }) => id === 'slow-queries/top-statements');
      assert.equal(slow.state, 'unknown');
      assert.match(slow.says, /^clerk may not see the statements that take /);
    });

    it('a folder with files that cannot be understood', async () => {
      const broken = await folderOf({
        'package.json': '{ "name": ',
        'k8s/app.yaml': 'kind: Deployment\n  spec: [unclosed',
        'docker-compose.yml': '\t- : :\n{{ .Values.x }}',
        Dockerfile: 'CMD ["node"',
        'src/a.ts': 'const pool = new Pool({ max: ',
        'src/b.js': new Uint8Array([0, 159, 146, 150, 0]),
        'main.tf': 'resource "aws_db_instance" {',
      });
      try {
        const { code, stdout } = await health(['--database', url(empty.name), '--workspace', broken.path]);
        assert.equal(code, 0);
        assert.match(stdout, /^11 points: /m);
        assert.doesNotMatch(stdout, /defect/);
      } finally {
        broken.remove();
      }
    });

    it('a table that somebody holds locked, without waiting for it', async () => {
      const blocker = await connectTo(url());
      try {
        await blocker.query('BEGIN; LOCK TABLE posts');
        const { stdout } = await health(['--database', url()]);
        assert.match(stdout, /^The size of posts is that of the last VACUUM or ANALYZE: /m);
        assert.match(stdout, /^11 points: /m);
      } finally {
        await blocker.end();
      }
    });

    it('a server behind PgBouncer in transaction mode', async function () {
      const bouncerProgram = await providePgBouncer();
      if (bouncerProgram === undefined) this.skip();
      const open = await startPostgres();
      const bouncer = await startPgBouncer(bouncerProgram, open);
      try {
        const { report } = await json('--database', `postgresql://postgres@127.0.0.1:${bouncer.port}/postgres`);
        const pooled = report.points.find(({ id }: { id: string }) => id === 'pgbouncer');
        assert.match(JSON.stringify(pooled.checks), /pooler/i);
        assert.notEqual(pooled.state, 'failed');
      } finally {
        await bouncer.stop();
        await open.stop();
      }
    });

    it('a replica, which cannot be vacuumed or written to', async () => {
      const both = await startReplicated({ sql: blog });
      try {
        const { code, report } = await json('--database', both.replica.connectionString());
        assert.equal(code, 0);
        const checks = report.points.flatMap((point: { checks: object[] }) => point.checks);
        const tasks = checks.filter(({ fixes }: { fixes: { kind: string }[] }) =>
          fixes.some(({ kind }) => kind === 'maintenance'),
        );
        assert.deepEqual(tasks, []);
        const indexes = checks.find(({ id }: { id: string }) => id === 'indexes/missing');
        assert.match(indexes.missing[0], /^This server is a read-only replica: an index is created on its primary/);
      } finally {
        await both.stop();
      }
    });
  });

  describe('in all of this', () => {
    it('never prints a password, not even one that stands in the code', () => {
      assert.ok(everything.length > 20);
      for (const text of everything) {
        assert.ok(!text.includes(password));
        assert.ok(!text.includes(encodeURIComponent(password)));
      }
    });
  });
});
