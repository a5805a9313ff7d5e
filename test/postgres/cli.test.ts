import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CliOptions, type CliResult, folderOf, refusal, runCli } from '../support/cli';
import {
  blog,
  connectTo,
  createDatabase,
  type PostgresServer,
  startPostgres,
  type TestDatabase,
} from '../support/postgres-server';

const password = 'sesam-öffne-dich';

const source = `import { pool } from './pool';
export async function page(authors: number[]) {
  for (const author of authors) {
    await pool.query('SELECT count(*) FROM posts WHERE author_id = $1', [author]);
  }
  return pool.query(\`SELECT title
    FROM posts WHERE title = \${authors[0]}\`);
}
`;
const script = 'SELECT * FORM posts;\nSELECT name FROM users WHERE id = 3;\n';

describe('the command line', function () {
  this.timeout(60_000);
  let server: PostgresServer;
  let database: TestDatabase;
  let folder: Awaited<ReturnType<typeof folderOf>>;
  const everything: string[] = [];

  before(async () => {
    server = await startPostgres({ password });
    database = await createDatabase(
      server,
      `${blog} INSERT INTO posts (author_id, title) SELECT 1 + n % 50, 'more ' || n FROM generate_series(1, 40000) n; ANALYZE;`,
    );
    folder = await folderOf({ 'src/posts.ts': source, 'db/queries.sql': script });
  });
  after(async () => {
    folder?.remove();
    await database?.drop();
    await server?.stop();
  });

  const url = (name = database.name, secret = password) =>
    `postgresql://${server.superuser}:${encodeURIComponent(secret)}@127.0.0.1:${server.port}/${name}`;
  async function run(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    const result = await runCli(args, { cwd: folder.path, ...options });
    everything.push(result.stdout, result.stderr);
    return result;
  }
  const check = (...args: string[]) => run(['check', '.', '--database', url(), ...args]);
  const explain = (sql: string, ...args: string[]) => run(['explain', sql, '--database', url(), ...args]);

  describe('check', () => {
    it('prints JSON of the documented shape, with 1-based positions', async () => {
      const { code, stdout, stderr } = await check('--format', 'json');
      assert.equal(stderr, '');
      assert.equal(code, 1);
      const report = JSON.parse(stdout);
      assert.deepEqual(Object.keys(report), ['files', 'queries', 'findings']);
      assert.equal(report.files, 2);
      assert.equal(report.queries.length, 4);
      const places = ['file', 'line', 'column', 'endLine', 'endColumn'];
      for (const query of report.queries) {
        assert.deepEqual(Object.keys(query), [...places, 'library', 'sql', 'parameters', 'loop']);
      }
      const [broken, , counting, titles] = report.queries;
      assert.deepEqual([broken.file, broken.line, broken.column, broken.library], ['db/queries.sql', 1, 1, 'sql']);
      assert.deepEqual([counting.loop, titles.loop], [true, false]);
      assert.deepEqual(
        [titles.line, titles.column, titles.endLine, titles.endColumn],
        [6, 22, 7, '    FROM posts WHERE title = ${authors[0]}'.length + 1],
      );
      assert.deepEqual(titles.parameters, [{ index: 1, source: '${authors[0]}', kind: 'spliced' }]);
      for (const finding of report.findings) {
        assert.deepEqual(
          Object.keys(finding).sort(),
          ['rule', 'severity', 'confidence', 'message', 'evidence', 'fixes', ...places].sort(),
        );
        assert.ok(['error', 'warning', 'info', 'hint'].includes(finding.severity));
      }
      const syntax = report.findings.find((one: { rule: string }) => one.rule === 'syntax-error');
      assert.deepEqual([syntax.line, syntax.column, syntax.endLine, syntax.endColumn], [1, 10, 1, 14]);
      const index = report.findings.find((one: { line: number; fixes: unknown[] }) => one.fixes.length > 0);
      assert.equal(index.rule, 'missing-index');
      const [fix] = index.fixes;
      assert.deepEqual(Object.keys(fix), ['title', 'kind', 'table', 'sql', 'concurrently', 'proof']);
      assert.match(fix.sql, /^CREATE INDEX posts_\w+ ON posts \(\w+\)$/);
      assert.ok(fix.proof.costAfter < 0.9 * fix.proof.costBefore);
    });

    it('prints text with a place that terminals link, and who planned', async () => {
      const { stdout } = await check();
      assert.match(stdout, /^db\/queries\.sql:1:10 {2}error {2}syntax-error$/m);
      assert.match(stdout, /^src\/posts\.ts:\d+:\d+ {2}warning {2}query-in-loop \(likely\)$/m);
      assert.match(stdout, new RegExp(`4 queries of 2 files, planned by ${database.name}@127\\.0\\.0\\.1:\\d+\\.\\n$`));
    });

    it('prints SARIF 2.1.0 with every member that the standard requires', async () => {
      const { stdout } = await check('--format', 'sarif');
      const log = JSON.parse(stdout);
      assert.equal(log.version, '2.1.0');
      assert.equal(log.runs.length, 1);
      const [{ tool, results }] = log.runs;
      assert.equal(tool.driver.name, 'Planlight');
      const ids = tool.driver.rules.map(({ id }: { id: string }) => id);
      assert.equal(new Set(ids).size, ids.length);
      for (const rule of tool.driver.rules) {
        assert.ok(rule.shortDescription.text.length > 0);
        assert.ok(URL.canParse(rule.helpUri), rule.helpUri);
      }
      assert.ok(results.length >= 3);
      for (const result of results) {
        assert.equal(ids[result.ruleIndex], result.ruleId);
        assert.ok(['error', 'warning', 'note', 'none'].includes(result.level));
        assert.ok(result.message.text.length > 0);
        const [{ physicalLocation }] = result.locations;
        assert.match(physicalLocation.artifactLocation.uri, /^(db\/queries\.sql|src\/posts\.ts)$/);
        const { startLine, startColumn, endLine, endColumn } = physicalLocation.region;
        for (const number of [startLine, startColumn, endLine, endColumn])
          assert.ok(Number.isInteger(number) && number > 0);
        assert.ok(endLine > startLine || (endLine === startLine && endColumn >= startColumn));
      }
    });

    it("prints GitHub's workflow commands, one line for each finding", async () => {
      const { stdout } = await check('--format', 'github');
      const lines = stdout.trimEnd().split('\n');
      assert.ok(lines.length >= 3);
      for (const line of lines) assert.match(line, /^::(error|warning|notice) file=[^,:]+,line=\d+,[^:]+::[^\n\r]+$/);
      assert.ok(lines.some((line) => line.includes('%0ACREATE INDEX CONCURRENTLY')));
    });

    it('ends with 0 or 1 as --fail-on says', async () => {
      assert.equal((await run(['check', 'src'])).code, 1);
      assert.equal((await run(['check', 'src', '--fail-on', 'error'])).code, 0);
      assert.equal((await run(['check', '.', '--fail-on', 'error'])).code, 1);
      assert.equal((await run(['check', '.', '--fail-on', 'never'])).code, 0);
    });

    it('asks the database of --database, whatever the environment says', async () => {
      const env = { DATABASE_URL: 'postgresql://me:other-secret@127.0.0.1:1/nowhere', PGHOST: 'nowhere.invalid' };
      const { stdout, stderr } = await run(['check', 'db', '--database', url()], { env });
      assert.match(stdout, new RegExp(`planned by ${database.name}@`));
      assert.equal(stderr, '');
    });

    it('asks the database of the environment, with its password or that of ~/.pgpass', async () => {
      const bare = `postgresql://${server.superuser}@127.0.0.1:${server.port}/${database.name}`;
      const pgpass = join(folder.path, 'pgpass');
      await writeFile(pgpass, `127.0.0.1:${server.port}:*:${server.superuser}:${password}\n`, { mode: 0o600 });
      const ways: NodeJS.ProcessEnv[] = [
        { DATABASE_URL: url() },
        {
          PGHOST: '127.0.0.1',
          PGPORT: `${server.port}`,
          PGUSER: server.superuser,
          PGDATABASE: database.name,
          PGPASSWORD: password,
        },
        { DATABASE_URL: bare, PGPASSFILE: pgpass },
      ];
      for (const env of ways) {
        const { stdout, stderr } = await run(['check', 'db'], { env });
        assert.match(stdout, new RegExp(`planned by ${database.name}@`), stderr);
      }
      const { stdout } = await run(['check', 'db', '--database', bare], { env: { PGPASSWORD: password } });
      assert.match(stdout, /planned by/);
    });

    it('runs what only reads with --analyze, and nothing else', async () => {
      const files = await folderOf({ 'q.sql': 'SELECT count(*) FROM posts;\nDELETE FROM posts WHERE id = 1;\n' });
      const { code, stdout } = await run(['check', files.path, '--analyze', '--database', url()]);
      files.remove();
      assert.equal(code, 0, stdout);
      const { rows } = await database.admin.query('SELECT count(*)::int AS n FROM posts WHERE id = 1');
      assert.equal(rows[0].n, 1);
    });
  });

  describe('without a database', () => {
    it('still tells what the text says, and in one line what is missing for more', async () => {
      const { code, stdout, stderr } = await run(['check', '.']);
      assert.equal(code, 1);
      assert.match(stdout, /syntax-error/);
      assert.match(stdout, /query-in-loop/);
      assert.doesNotMatch(stdout, /no-plan|planned/);
      assert.match(stdout, /findings in 4 queries of 2 files\.\n$/);
      assert.equal(
        stderr,
        'planlight: Only the text of the queries is read: there is no database (--database URL or DATABASE_URL) and no .sql file below the paths defines a table.\n',
      );
    });

    it('plans in memory with the schema of the .sql files, and ends as it should', async () => {
      const files = await folderOf({
        'schema.sql': 'CREATE TABLE posts (id int PRIMARY KEY, author_id int, title text);\n',
        'q.sql': 'SELECT * FROM posts WHERE author_id = 17;\n',
      });
      const found = await run(['check', files.path]);
      const explained = await run(['explain', 'SELECT * FROM posts WHERE id = $1'], { cwd: files.path });
      files.remove();
      assert.equal(found.code, 1, found.stderr);
      assert.match(found.stdout, /missing-index \(proved\)[\s\S]*planned by the planner in memory \(no database given/);
      assert.equal(explained.code, 0, explained.stderr);
      assert.match(explained.stdout, /Index Scan using posts_pkey/);
    });

    it('explain says in one sentence that there is nobody to ask', async () => {
      const said = refusal(await run(['explain', 'SELECT * FROM posts']));
      assert.match(said, /^There is no database to ask .* no \.sql file below this folder defines a table\.$/);
    });
  });

  describe('explain', () => {
    it('prints the plan as text', async () => {
      const { code, stdout } = await explain('SELECT * FROM posts WHERE author_id = $1');
      assert.equal(code, 0);
      assert.match(stdout, /^estimated cost [\d,.]+ · Seq Scan on posts\n\nSeq Scan on posts {2}/);
      assert.match(stdout, /Planned with author_id = \d+ \(most common value\)\./);
      assert.match(stdout, new RegExp(`Planned by ${database.name}@127\\.0\\.0\\.1:${server.port}\\.`));
    });

    it('prints the plan as JSON', async () => {
      const { code, stdout } = await explain('SELECT title FROM posts WHERE id = :id', '--format', 'json');
      assert.equal(code, 0);
      const report = JSON.parse(stdout);
      assert.equal(report.sql, 'SELECT title FROM posts WHERE id = $1');
      assert.equal(report.parameters[0].source, ':id');
      assert.equal(report.values.length, 1);
      assert.equal(report.plan[0].Plan['Node Type'], 'Index Scan');
      assert.deepEqual(report.findings, []);
    });

    it('measures with --analyze', async () => {
      const { code, stdout } = await explain('SELECT count(*) FROM users', '--analyze');
      assert.equal(code, 0);
      assert.match(stdout, /^[\d.]+ ms · /);
    });

    it('plans a statement that changes data and says that it was not run', async () => {
      const { code, stdout } = await explain('UPDATE users SET name = name || 1', '--analyze');
      assert.equal(code, 0);
      assert.match(stdout, /^Note: Not run, only planned: the statement changes data\.$/m);
      const { rows } = await database.admin.query("SELECT count(*)::int AS n FROM users WHERE name LIKE 'user %1'");
      assert.equal(rows[0].n, 5);
    });

    const refused: Record<string, RegExp> = {
      'SELECT 1; SELECT 2': /^explain takes one statement; this text holds several\.$/,
      'SELECT * FORM posts': /^Line 1, column 10: syntax error at or near "FORM"\.$/,
      'CREATE TABLE x (a int)': /^PostgreSQL explains SELECT, INSERT, UPDATE, DELETE and MERGE; this is another kind/,
      '-- nothing': /^There is no statement in the text\.$/,
      'SELECT * FROM missing': /^Relation "missing" does not exist in /,
      'SELECT missing FROM posts': /^Column "missing" does not exist in /,
    };
    for (const [sql, sentence] of Object.entries(refused)) {
      it(`refuses ${sql} with one sentence`, async () => {
        assert.match(refusal(await explain(sql)), sentence);
      });
    }

    it('takes no second positional argument and no option of check', async () => {
      assert.match(refusal(await run(['explain', 'SELECT', '1'])), /one statement, in quotes/);
      assert.match(refusal(await run(['explain', 'SELECT 1', '--fail-on', 'error'])), /no option --fail-on/);
    });
  });

  describe('what cannot be run', () => {
    const wrong: Record<string, [() => string[], RegExp]> = {
      'no such file': [() => ['check', 'nowhere.sql'], /^There is no file or folder nowhere\.sql\.$/],
      'no such option': [() => ['check', '.', '--colour'], /^Unknown option '--colour'\. See planlight --help\.$/],
      'an option without its value': [() => ['check', '.', '--database'], /--database.* argument missing/],
      'no such format': [() => ['check', '.', '--format', 'xml'], /--format takes text, json, sarif, github, not xml/],
      'no such command': [() => ['chek', '.'], /^There is no command chek\./],
      'a timeout that no timer can hold': [() => ['check', '.', '--timeout', '99999999999'], /from 1 to 3,600,000/],
      'an unreachable server': [
        () => ['check', '.', '--database', `postgresql://me:${encodeURIComponent(password)}@127.0.0.1:1/blog`],
        /^Nothing listens at blog@127\.0\.0\.1:1\. /,
      ],
      'an unknown host': [
        () => ['explain', 'SELECT 1', '--database', `postgresql://me:${password}@nowhere.invalid/blog`],
        /nowhere\.invalid:5432/,
      ],
      'a wrong password': [
        () => ['check', '.', '--database', url(database.name, `${password}!`)],
        /does not accept the password of user postgres\.$/,
      ],
      'no password': [
        () => ['check', '.', '--database', `postgresql://postgres@127.0.0.1:${server.port}/${database.name}`],
        /asks for a password\.$/,
      ],
      'an unknown database': [() => ['check', '.', '--database', url('nodb')], /database "nodb" does not exist/],
      'the URL of something else': [
        () => ['check', '.', '--database', `mysql://me:${password}@localhost/blog`],
        /^A database is given as postgresql:\/\/user@host:port\/database\.$/,
      ],
      'a port out of range': [
        () => ['check', '.', '--database', `postgresql://me:${password}@localhost:99999/blog`],
        /^The database URL cannot be used: the port is not a number from 1 to 65535\.$/,
      ],
      'a URL in the wrong place': [
        () => ['check', `postgresql://me:${password}@localhost/blog`],
        /^There is no file or folder postgresql:\/\/me:\*\*\*@localhost\/blog\.$/,
      ],
    };
    for (const [what, [args, sentence]] of Object.entries(wrong)) {
      it(`${what} is told in one line`, async () => assert.match(refusal(await run(args())), sentence));
    }

    it('a DATABASE_URL that cannot be used is told, not passed over', async () => {
      const env = { DATABASE_URL: `postgresql://me:${password}@localhost:99999/blog` };
      assert.match(refusal(await run(['check', '.'], { env })), /^DATABASE_URL cannot be used: the port/);
    });
  });

  describe('Ctrl-C', () => {
    const running = async () => {
      const client = await connectTo(server.connectionString());
      const { rows } = await client.query(
        "SELECT query FROM pg_stat_activity WHERE application_name = 'planlight' AND state = 'active'",
      );
      await client.end();
      return rows.map(({ query }) => String(query)).filter((query) => query.startsWith('EXPLAIN'));
    };
    async function until(condition: () => Promise<boolean>): Promise<void> {
      while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
    }

    it('cancels the statement on the server, ends with 2, and leaves nothing running', async () => {
      let child: ChildProcess | undefined;
      const args = ['--analyze', '--timeout', '600000', '--database', url()];
      const interrupted = run(['explain', 'SELECT count(*) FROM posts a, posts b, posts c', ...args], {
        onStart: (started) => {
          child = started;
        },
      });
      await until(async () => (await running()).length > 0);
      child?.kill('SIGINT');
      assert.equal(refusal(await interrupted), 'Interrupted.');
      await until(async () => (await running()).length === 0);
    });

    it('as a terminal sends it, to the planner in memory too, is told in one line', async () => {
      const files = await folderOf({
        'q.sql': Array.from({ length: 2_000 }, (_, n) => `SELECT * FROM posts WHERE title = '${n}';\n`).join(''),
      });
      let pid = 0;
      const interrupted = run(['check', files.path, '--database', url()], {
        onStart: (child) => {
          pid = child.pid ?? 0;
        },
      });
      await until(async () => {
        const client = await connectTo(server.connectionString());
        const { rows } = await client.query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'planlight'");
        await client.end();
        return rows.length > 0;
      });
      process.kill(-pid, 'SIGINT');
      const result = await interrupted;
      files.remove();
      assert.equal(refusal(result), 'Interrupted.');
    });
  });

  it('prints help for each command, and the version', async () => {
    for (const [args, words] of [
      [['--help'], /planlight check PATHS…[\s\S]*planlight explain "SQL"/],
      [[], /planlight check PATHS…/],
      [['check', '--help'], /--database[\s\S]*--format[\s\S]*--fail-on[\s\S]*Exit codes/],
      [['explain', '--help'], /--database[\s\S]*--analyze[\s\S]*--format[\s\S]*Exit codes/],
      [['--version'], /^\d+\.\d+\.\d+\n$/],
    ] as const) {
      const { code, stdout, stderr } = await run(args);
      assert.equal(code, 0);
      assert.equal(stderr, '');
      assert.match(stdout, words);
    }
  });

  it('says nothing when its reader goes away', async () => {
    const result = await run(['check', '.', '--format', 'json', '--database', url()], {
      onStart: (child) => child.stdout?.destroy(),
    });
    assert.deepEqual([result.code, result.stderr], [1, '']);
  });

  // Mocha runs the tests of a group before the groups inside it.
  describe('in all these runs', () => {
    it('printed no password', () => {
      assert.ok(everything.length > 50);
      for (const text of everything) {
        assert.ok(!text.includes(password) && !text.includes(encodeURIComponent(password)), text);
      }
    });
  });
});
