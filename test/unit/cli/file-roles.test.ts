import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCli } from '../../support/cli';

const program = `import { Pool } from 'pg';
export const pool = new Pool();
export async function page(authors: number[]) {
  const client = await pool.connect();
  for (const author of authors) {
    await client.query('SELECT count(*) FROM posts WHERE author_id = $1', [author]);
  }
}
`;
const views = `import psycopg
def page(conn, authors):
    for author in authors:
        conn.execute('SELECT count(*) FROM posts WHERE author_id = %s', [author])
`;

/** A person's program lies where it lies: what the folders above it are called says nothing about its files. */
describe('a workspace in /…/tests/scripts/migrations/app', function () {
  this.timeout(60_000);
  let base: string;
  let app: string;

  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'planlight-roles-'));
    app = join(base, 'tests/scripts/migrations/app');
    for (const [path, text] of Object.entries({
      'src/posts.ts': program,
      'src/views.py': views,
      'scripts/fill.ts': program,
      'schema.sql': 'CREATE TABLE posts (id bigint PRIMARY KEY, author_id bigint NOT NULL);',
      'tests/other.sql': 'CREATE TABLE others (id bigint PRIMARY KEY);',
    })) {
      await mkdir(dirname(join(app, path)), { recursive: true });
      await writeFile(join(app, path), text);
    }
  });
  after(() => rm(base, { recursive: true, force: true }));

  async function checked(args: readonly string[], cwd: string): Promise<string[]> {
    const { stdout, stderr } = await runCli(['check', ...args, '--format', 'json'], { cwd });
    const { findings } = JSON.parse(stdout) as {
      findings: { rule: string; severity: string; file: string; line: number }[];
    };
    assert.doesNotMatch(stderr, /no \.sql file/, 'schema.sql defines the tables');
    return findings.map(({ rule, file, line }) => `${file.replace(/^.*app\//, '')}:${line} ${rule}`).sort();
  }

  it('is checked as a program, wherever one stands', async () => {
    for (const found of [await checked(['.'], app), await checked(['tests/scripts/migrations/app'], base)]) {
      assert.deepEqual(
        found.filter((one) => !one.endsWith('missing-index')),
        [
          'scripts/fill.ts:6 query-in-loop',
          'src/posts.ts:4 connection-leak',
          'src/posts.ts:6 query-in-loop',
          'src/views.py:4 query-in-loop',
        ],
      );
    }
  });

  it('has its leaks told by the checklist', async () => {
    const { stdout } = await runCli(['health', '--workspace', app, '--format', 'json'], { cwd: base });
    const { points } = JSON.parse(stdout) as {
      points: { checks: { id: string; state: string; places: { file: string; line: number }[] }[] }[];
    };
    const leaks = points.flatMap(({ checks }) => checks).find(({ id }) => id === 'connection-pool/leaks');
    assert.equal(leaks?.state, 'failed');
    assert.deepEqual(
      leaks?.places.map(({ file, line }) => `${file}:${line}`),
      ['tests/scripts/migrations/app/src/posts.ts:4'],
    );
  });

  it('gives its tables and queries to the advisor', async () => {
    const { stdout } = await runCli(['advise', app], { cwd: base });
    assert.match(stdout, /posts \(author_id\)/);
  });
});
