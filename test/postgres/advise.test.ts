import assert from 'node:assert/strict';
import { join } from 'node:path';
import pg from 'pg';
import { startSampleDatabase, testAmounts } from '../../scripts/lib/sample.mjs';
import { folderOf, runCli } from '../support/cli';
import { createDatabase, sharedServer } from '../support/postgres-server';

interface Advice {
  cost: { before: number; after: number };
  whatIfs: number;
  milliseconds: number;
  complete: boolean;
  assumed: boolean;
  indexes: {
    table: string;
    definition: string;
    size: number;
    gain: number;
    queries: string[];
    writeCost: number;
    replaces: string[];
  }[];
  drop: { index: string }[];
  queries: {
    file: string;
    weight: number;
    before: number | null;
    after: number | null;
    indexes: string[];
    problem?: string;
  }[];
  passedOver: { file: string; why: string }[];
}

async function advise(args: readonly string[], cwd: string): Promise<Advice> {
  const { code, stdout, stderr } = await runCli(['advise', '--format', 'json', ...args], { cwd });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

const queries = {
  'author.sql': 'SELECT id, title FROM posts WHERE author_id = 7 ORDER BY created_at DESC LIMIT 10;',
  'comments.sql': `SELECT c.body, u.username FROM comments c JOIN users u ON u.id = c.author_id WHERE c.post_id = 42;
SELECT count(*) FROM comments WHERE post_id = 43;`,
  'slugs.sql': `SELECT id FROM posts WHERE slug = 'post-7';`,
};

describe('planlight advise', function () {
  this.timeout(120_000);

  describe('on the sample', () => {
    let sample: Awaited<ReturnType<typeof startSampleDatabase>>;
    let client: pg.Client;
    let folder: Awaited<ReturnType<typeof folderOf>>;
    const ask = (...args: string[]) => advise(['--database', sample.url, ...args], folder.path);

    before(async () => {
      sample = await startSampleDatabase(testAmounts, { keep: false });
      client = new pg.Client({ connectionString: sample.url });
      await client.connect();
      await client.query('SET max_parallel_workers_per_gather = 0');
      folder = await folderOf(queries);
    });
    after(async () => {
      folder?.remove();
      await client?.end();
      await sample?.stop();
    });

    it('predicts what the whole workload costs once the indexes are there', async () => {
      const advice = await ask('.');
      assert.ok(advice.complete);
      assert.ok(advice.cost.after < advice.cost.before * 0.5, JSON.stringify(advice.cost));
      assert.equal(advice.queries.length, 4);
      const sum = (of: 'before' | 'after') => advice.queries.reduce((total, query) => total + (query[of] ?? 0), 0);
      assert.ok(Math.abs(sum('before') - advice.cost.before) < 1);
      assert.ok(Math.abs(sum('after') - advice.cost.after) < 1);
      await client.query('BEGIN');
      for (const { definition } of advice.indexes) await client.query(definition);
      let real = 0;
      for (const text of Object.values(queries).flatMap((file) => file.split('\n'))) {
        const { rows } = await client.query(`EXPLAIN (FORMAT JSON) ${text}`);
        real += rows[0]['QUERY PLAN'][0].Plan['Total Cost'];
      }
      await client.query('ROLLBACK');
      assert.ok(Math.abs(real / advice.cost.after - 1) < 0.05, `${real} is not ${advice.cost.after}`);
    });

    it('names for each index what it saves, for which queries, and what writing it costs', async () => {
      const { indexes, queries: asked } = await ask('.');
      const comments = indexes.find(({ definition }) => /ON comments \(post_id\)/.test(definition));
      assert.deepEqual(comments?.queries, ['comments.sql:1', 'comments.sql:2']);
      for (const { gain, size, writeCost } of indexes) assert.ok(gain > 0 && size > 0 && writeCost > 0);
      const slug = asked.find(({ file }) => file === 'slugs.sql:1');
      assert.deepEqual(slug?.indexes, [], 'the slug is unique already');
    });

    it('keeps within the budget, and uses it for what saves most', async () => {
      const all = await ask('.');
      const bytes = (advice: Advice) => advice.indexes.reduce((total, { size }) => total + size, 0);
      const half = await ask('.', '--budget', `${Math.floor(bytes(all) / 2)}B`);
      assert.ok(bytes(half) <= bytes(all) / 2);
      assert.ok(half.cost.after >= all.cost.after && half.cost.after < half.cost.before);
      const tiny = await ask('.', '--budget', '8kB');
      assert.deepEqual(tiny.indexes, []);
    });

    it('says that a query is fine when no index helps', async () => {
      const { stdout } = await runCli(
        ['advise', '--database', sample.url, '--sql', 'SELECT * FROM users WHERE id = 3'],
        {
          cwd: folder.path,
        },
      );
      assert.match(stdout, /^No index makes the query clearly cheaper/);
    });

    it('gives the best so far when the time is over', async () => {
      const advice = await ask('.', '--time-limit', '0.001');
      assert.equal(advice.complete, false);
      assert.ok(advice.cost.after <= advice.cost.before);
    });

    it('names what it cannot plan and advises on the rest', async () => {
      const bad = await folderOf({
        ...queries,
        'broken.sql': 'SELECT * FORM posts;',
        'gone.sql': 'SELECT * FROM gone WHERE id = 1;',
      });
      try {
        const advice = await advise(['--database', sample.url, '.'], bad.path);
        assert.deepEqual(advice.passedOver.map(({ file }) => file).sort(), ['broken.sql:1', 'gone.sql:1']);
        assert.match(advice.passedOver.find(({ file }) => file === 'gone.sql:1')?.why ?? '', /"gone" does not exist/);
        assert.ok(advice.indexes.length > 0);
      } finally {
        bad.remove();
      }
    });

    it('plans with the views that the workload itself creates', async () => {
      const advice = await ask(
        '--sql',
        'CREATE VIEW per_post (post, comments) AS SELECT post_id, count(*) FROM comments GROUP BY post_id; SELECT comments FROM per_post WHERE post = 7',
      );
      assert.deepEqual(advice.passedOver, []);
      assert.equal(advice.queries.length, 1);
      assert.match(advice.indexes[0]?.definition ?? '', /ON comments \(post_id\)/);
    });

    it('tells in text what to run, and which queries change', async () => {
      const { stdout } = await runCli(['advise', '--database', sample.url, '.'], { cwd: folder.path });
      assert.match(stdout, /^Cost of 4 queries: [\d,.]+ → [\d,.]+ \(.* less\) with \d new index(es)? of [\d.]+ [kM]B/);
      assert.match(stdout, /CREATE INDEX CONCURRENTLY comments_post_id_idx ON comments \(post_id\)/);
      assert.match(stdout, /^Queries that change:$/m);
    });
  });

  it('takes the statements that the server counted, with their calls as weights', async () => {
    const server = await sharedServer(18, { settings: { shared_preload_libraries: 'pg_stat_statements' } });
    const database = await createDatabase(
      server,
      `CREATE EXTENSION pg_stat_statements;
       CREATE TABLE readings (id int PRIMARY KEY, sensor int NOT NULL, at timestamptz NOT NULL, value float NOT NULL);
       INSERT INTO readings SELECT i, i % 500, now() - i * interval '1 minute', i FROM generate_series(1, 29000) i;
       ANALYZE readings;`,
    );
    try {
      for (let i = 1; i <= 25; i++) await database.admin.query(`SELECT * FROM readings WHERE sensor = ${i}`);
      const advice = await advise(['--database', server.connectionString(database.name)], join(__dirname));
      const [index] = advice.indexes;
      assert.match(index?.definition ?? '', /ON readings \(sensor\)/);
      const query = advice.queries.find(({ file }) => file.includes('FROM readings WHERE sensor'));
      assert.equal(query?.weight, 25);
      assert.ok((query?.after ?? 0) < (query?.before ?? 0) / 3);
    } finally {
      await database.drop();
    }
  });

  it('says in one sentence that a database does not count its statements', async () => {
    const server = await sharedServer(18);
    const database = await createDatabase(server);
    try {
      const { code, stderr } = await runCli(['advise', '--database', server.connectionString(database.name)], {});
      assert.equal(code, 2);
      assert.match(stderr, /does not count its statements: pg_stat_statements is not installed\. Name files or --sql/);
    } finally {
      await database.drop();
    }
  });

  it('assumes sizes where there is no database, and says so', async () => {
    const schema = `CREATE TABLE notes (id int PRIMARY KEY, owner int NOT NULL, body text);`;
    const folder = await folderOf({ 'schema.sql': schema, 'notes.sql': 'SELECT body FROM notes WHERE owner = 5;' });
    try {
      const advice = await advise(['.'], folder.path);
      assert.equal(advice.assumed, true);
      assert.match(advice.indexes[0]?.definition ?? '', /ON notes \(owner\)/);
    } finally {
      folder.remove();
    }
  });

  for (const [args, sentence] of [
    [['--budget', 'much', 'x.sql'], /--budget takes a size such as 500MB or 2GB, not much/],
    [['--time-limit', '-3', 'x.sql'], /--time-limit/],
    [['--max-width', '0', 'x.sql'], /--max-width takes a whole number from 1 to 32/],
    [['--sql', 'SELECT 1', 'x.sql'], /advise takes --sql or files, not both/],
    [['missing.sql'], /There is no file or folder missing\.sql/],
  ] as const) {
    it(`${args.join(' ')} is refused with one sentence`, async () => {
      const { code, stderr } = await runCli(['advise', ...args], {});
      assert.equal(code, 2);
      assert.match(stderr, sentence);
      assert.equal(stderr.trim().split('\n').length, 1);
    });
  }
});
