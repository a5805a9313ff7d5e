import assert from 'node:assert/strict';
import type { Verification, VerifyRequest } from '../../src/database/build-index/verify-index';
import type { ParameterValues } from '../../src/database/planner';
import { Server } from '../../src/database/server';
import type { IndexDefinition, IndexFix } from '../../src/nouns/fix';
import {
  blog,
  connectTo,
  createDatabase,
  sharedServer,
  startPostgres,
  type TestDatabase,
  testedMajors,
} from '../support/postgres-server';
import { problemOf } from '../support/problems';
import { Statements } from '../support/statements';

const byTitle = 'SELECT * FROM posts WHERE title = $1';

function fixFor(columns: IndexDefinition['columns'], name = 'posts_proved', more: Partial<IndexFix> = {}): IndexFix {
  const index = { schema: 'public', table: 'posts', name, method: 'btree', columns };
  return { kind: 'index', index, ...more } as unknown as IndexFix;
}

const onTitle = fixFor([{ name: 'title' }]);

/** Enough rows for a scan to take ten times as long as an index, whatever else the machine does. */
const manyPosts = `${blog}
  INSERT INTO posts (author_id, title, created_at)
    SELECT 1, 'more ' || n, timestamptz '2025-01-01' FROM generate_series(1, 60000) AS n;
  VACUUM ANALYZE posts;`;

for (const major of testedMajors().filter((_, i, all) => i === 0 || i === all.length - 1)) {
  describe(`an index that is built, measured, and kept if it helps, on PostgreSQL ${major}`, function () {
    this.timeout(30_000);
    let statements: Statements;
    let database: TestDatabase;
    let server: Server;

    before(async function () {
      this.timeout(60_000);
      statements = await Statements.load();
      database = await createDatabase(await sharedServer(major));
      for (const statement of manyPosts.split(
        /;\n\s*(?=VACUUM|INSERT INTO posts \(author_id, title, created_at\)\n)/,
      )) {
        await database.admin.query(statement);
      }
      server = new Server(database.gateOptions());
    });
    after(async () => {
      await server?.dispose();
      await database?.drop();
    });
    afterEach(async () => {
      for (const name of await indexes()) await database.admin.query(`DROP INDEX ${name}`);
    });

    async function indexes(): Promise<string[]> {
      const { rows } = await database.admin.query(
        `SELECT indexrelid::regclass::text AS name FROM pg_index
         WHERE indrelid = 'posts'::regclass AND NOT indisprimary ORDER BY 1`,
      );
      return rows.map(({ name }) => name);
    }

    function verify(
      sql: string,
      fix: IndexFix | readonly [IndexFix, ...IndexFix[]],
      more: Partial<VerifyRequest> = {},
      by = server,
    ): Promise<Verification> {
      const fixes = Array.isArray(fix) ? (fix as unknown as VerifyRequest['fixes']) : ([fix] as VerifyRequest['fixes']);
      const statement = statements.read(sql);
      return by.verifyIndex({ fixes, statement, onProgress: () => undefined, ...more });
    }
    const values: ParameterValues = ['title number 7'];

    it('is kept when the plan uses it and it is faster', async () => {
      const phases: string[] = [];
      const generation = server.generation;
      const { sentence, before, after, kept, dropped } = await verify(byTitle, onTitle, {
        values,
        onProgress: (_, phase) => phases.push(phase),
      });
      assert.match(sentence, /^posts_proved: [\d.,]+ ms → [\d.,<]+ ms \(median of 5\), the plan uses it; kept\.$/);
      assert.deepEqual([before.ms.length, after.ms.length], [5, 5]);
      assert.deepEqual([kept, dropped], [['posts_proved'], []]);
      assert.deepEqual(await indexes(), ['posts_proved']);
      assert.equal(phases[0], 'measuring without the index');
      assert.equal(phases.at(-1), 'measuring with the index');
      assert.ok(server.generation > generation);
    });

    it('is dropped again when the plan does not use it', async () => {
      const { sentence, kept } = await verify('SELECT * FROM posts', onTitle, { runs: 3 });
      assert.match(sentence, /\(median of 3\), the plan does not use it; dropped again\.$/);
      assert.deepEqual(kept, []);
      assert.deepEqual(await indexes(), []);
    });

    it('is dropped again when another one serves as well', async () => {
      await database.admin.query('CREATE INDEX posts_known ON posts (title) INCLUDE (published)');
      const { sentence } = await verify(byTitle, onTitle, { values });
      assert.match(sentence, /; dropped again\.$/);
      assert.deepEqual(await indexes(), ['posts_known']);
    });

    it('gets a number when its name is taken', async () => {
      await database.admin.query('CREATE INDEX posts_proved ON posts (id, author_id)');
      const { sentence } = await verify(byTitle, onTitle, { values });
      assert.match(sentence, /^posts_proved1: .*; kept\.$/);
      assert.deepEqual(await indexes(), ['posts_proved', 'posts_proved1']);
    });

    it('is measured after ANALYZE when it has an expression', async () => {
      const onLower = fixFor([{ name: '(lower(title))', isExpression: true }], 'posts_lower');
      const phases: string[] = [];
      const { after } = await verify("SELECT * FROM posts WHERE lower(title) = 'title number 7'", onLower, {
        onProgress: (_, phase) => phases.push(phase),
      });
      assert.ok(phases.includes('ANALYZE posts'));
      const { rows } = await database.admin.query("SELECT 1 FROM pg_stats WHERE tablename = 'posts_lower'");
      assert.equal(rows.length, 1);
      assert.equal(after.plan.root.planRows, 1);
    });

    it('gets a number also when its name is taken at that very moment', async () => {
      const { host, port, superuser } = database.server;
      await database.admin.query(`CREATE EXTENSION IF NOT EXISTS dblink;
        CREATE FUNCTION take_name() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
          PERFORM dblink_exec('host=${host} port=${port} user=${superuser} dbname=${database.name}',
            'CREATE TABLE IF NOT EXISTS posts_proved ()'); END $$;
        CREATE EVENT TRIGGER take_name ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION take_name()`);
      try {
        const { sentence } = await verify(byTitle, onTitle, { values });
        assert.match(sentence, /^posts_proved1: .*; kept\.$/);
        assert.deepEqual(await indexes(), ['posts_proved1']);
      } finally {
        await database.admin.query('DROP EVENT TRIGGER take_name; DROP FUNCTION take_name; DROP TABLE posts_proved');
      }
    });

    it('of several, those that the plan uses are kept', async () => {
      const { sentence } = await verify(
        'SELECT * FROM posts WHERE title = $1',
        [onTitle, fixFor([{ name: 'published' }], 'posts_idle')],
        { values },
      );
      assert.match(sentence, /^posts_proved and posts_idle: .*; kept\. Dropped again, unused: posts_idle\.$/);
      assert.deepEqual(await indexes(), ['posts_proved']);
    });

    it('is judged by its cost when the statement changes data and nobody allowed to run it', async () => {
      const { sentence, before } = await verify("UPDATE posts SET published = false WHERE title = 'x'", onTitle);
      assert.match(sentence, /^posts_proved: cost [\d,.]+ → [\d,.]+ \(planned, not run\), the plan uses it; kept\.$/);
      assert.deepEqual(before.ms, []);
    });

    it('is measured with a statement that changes data, each run rolled back, when somebody said yes', async () => {
      const sql = "DELETE FROM posts WHERE title = 'title number 7'";
      const { sentence } = await verify(sql, onTitle, { confirmed: true });
      assert.match(sentence, /ms → .* ms \(median of 5\), the plan uses it; kept\.$/);
      const { rows } = await database.admin.query("SELECT 1 FROM posts WHERE title = 'title number 7'");
      assert.equal(rows.length, 1);
    });

    it('is not built for a statement that must not be run', async () => {
      await database.admin.query('CREATE SEQUENCE IF NOT EXISTS numbers');
      await problemOf(verify("SELECT nextval('numbers'), * FROM posts WHERE title = 'x'", onTitle), 'refused');
      await problemOf(
        verify("DELETE FROM posts WHERE nextval('numbers') = 1", onTitle, { confirmed: true }),
        'refused',
      );
      assert.deepEqual(await indexes(), []);
    });

    it('is kept when the statement came to no end before, and is dropped when it does not with it either', async () => {
      const { timeouts } = database.gateOptions();
      const hurried = new Server(database.gateOptions({}, { timeouts: { ...timeouts, statementMs: 300 } }));
      try {
        const perRow = 'SELECT (SELECT count(*) FROM posts q WHERE q.title = p.title) FROM posts p LIMIT 300';
        const first = await verify(perRow, onTitle, {}, hurried);
        assert.match(first.sentence, /^posts_proved: more than 300 ms → [\d.<]+ ms \(median of 5\), .*; kept\.$/);
        await database.admin.query('DROP INDEX posts_proved');
        const pairs = 'SELECT count(*) FROM posts p, posts q WHERE p.published <> q.published OR p.id <> q.id';
        const second = await verify(pairs, onTitle, {}, hurried);
        assert.match(second.sentence, /^posts_proved: more than 300 ms → more than 300 ms, .*; dropped again\.$/);
        assert.deepEqual(await indexes(), []);
      } finally {
        await hurried.dispose();
      }
    });

    it('goes again when it is cancelled after it was built', async () => {
      const abort = new AbortController();
      const problem = await problemOf(
        verify(byTitle, onTitle, {
          values,
          signal: abort.signal,
          onProgress: (_, phase) => phase === 'measuring with the index' && abort.abort(),
        }),
        'cancelled',
      );
      assert.match(problem.message, /was cancelled\. posts_proved was dropped again\.$/);
      assert.deepEqual(await indexes(), []);
    });

    it('goes again when it is cancelled while it is built, or before', async () => {
      for (const moment of ['waiting for writers before build', 'measuring without the index']) {
        const writer = await connectTo(database.server.connectionString(database.name));
        await writer.query("BEGIN; UPDATE posts SET title = 'x' WHERE id = 1");
        const abort = new AbortController();
        let released: Promise<unknown> = Promise.resolve();
        try {
          const verifying = verify(byTitle, onTitle, {
            values,
            signal: abort.signal,
            onProgress: (_, phase) => {
              if (phase === moment) abort.abort();
              if (phase === 'removing the unfinished index') released = writer.query('ROLLBACK');
            },
          });
          await problemOf(verifying, 'cancelled');
        } finally {
          await released;
          await writer.end();
        }
        assert.deepEqual(await indexes(), []);
      }
    });

    it('does not stay half built when the server ends the connection', async () => {
      const writer = await connectTo(database.server.connectionString(database.name));
      await writer.query("BEGIN; UPDATE posts SET title = 'x' WHERE id = 1");
      let released: Promise<unknown> = Promise.resolve();
      try {
        const verifying = verify(byTitle, onTitle, {
          values,
          onProgress: (_, phase) => {
            if (phase === 'waiting for writers before build') {
              void database.admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND datname = current_database()`);
            }
            if (phase === 'removing the unfinished index') released = writer.query('ROLLBACK');
          },
        });
        await problemOf(verifying, 'unreachable');
      } finally {
        await released;
        await writer.end();
      }
      assert.deepEqual(await indexes(), []);
    });

    it('is not built by somebody who may not', async () => {
      await database.admin.query(`DO $$ BEGIN CREATE ROLE reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        GRANT SELECT ON posts TO reader`);
      const reader = new Server(database.gateOptions({ user: 'reader' }));
      try {
        const problem = await problemOf(verify(byTitle, onTitle, { values }, reader), 'missing-privilege');
        assert.match(problem.message, /^User reader may not create an index on posts in /);
      } finally {
        await reader.dispose();
      }
    });
  });
}

describe('an index that is measured on a server that dies', function () {
  this.timeout(60_000);

  it('may stay, and the sentence says so and how to remove it', async () => {
    const statements = await Statements.load();
    const postgres = await startPostgres({});
    let database: TestDatabase | undefined;
    let server: Server | undefined;
    try {
      database = await createDatabase(postgres, blog);
      server = new Server(database.gateOptions());
      let stopped: Promise<void> | undefined;
      const problem = await problemOf(
        server.verifyIndex({
          fixes: [onTitle],
          statement: statements.read(byTitle),
          values: ['x'],
          onProgress: (_, phase) => {
            if (phase === 'measuring with the index') stopped = postgres.stop();
          },
        }),
        'unreachable',
      );
      await stopped;
      assert.match(problem.message, /posts_proved may still be there, without proof that it helps\.$/);
      assert.equal(problem.hint, 'To remove it: DROP INDEX CONCURRENTLY IF EXISTS public.posts_proved');
    } finally {
      await server?.dispose();
      await database?.admin.end().catch(() => undefined);
      await postgres.stop();
    }
  });
});
