import assert from 'node:assert/strict';
import pg from 'pg';
import { cacheCandidates } from '../../../src/guide/cache/candidates';
import { cacheInvalidation } from '../../../src/guide/cache/invalidation';
import { applyCacheAside } from '../../support/cache-aside';
import { programFolder, removeFolder } from '../../support/cache-module';
import { runGuide } from '../../support/guide-run';
import { oldestAndNewest } from '../../support/health';
import { createDatabase, sharedServer, type TestDatabase } from '../../support/postgres-server';

const totals = 'SELECT author_id, count(*) AS posts FROM posts GROUP BY author_id ORDER BY posts DESC LIMIT 10';

const files = {
  'package.json': '{ "type": "module" }',
  'src/authors.js': `import pg from 'pg';
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });

export async function topAuthors() {
  const { rows } = await pool.query('${totals}');
  return rows;
}

export async function addPost(authorId) {
  await pool.query('INSERT INTO posts (author_id) VALUES ($1)', [authorId]);
}
`,
};

for (const major of oldestAndNewest()) {
  describe(`what is worth a cache on PostgreSQL ${major}`, function () {
    this.timeout(60_000);
    let database: TestDatabase;
    let folder: string;

    before(async () => {
      database = await createDatabase(
        await sharedServer(major, { settings: { shared_preload_libraries: 'pg_stat_statements' } }),
        `CREATE EXTENSION pg_stat_statements;
         CREATE TABLE posts (id bigserial PRIMARY KEY, author_id int);
         INSERT INTO posts (author_id) SELECT i % 100 FROM generate_series(1, 50000) i;
         ANALYZE posts`,
      );
      folder = await programFolder(files);
    });
    after(async () => {
      await database?.drop();
      if (folder) await removeFolder(folder);
    });

    async function ask(words: string, times: number): Promise<void> {
      const client = new pg.Client(database.server.connectionString(database.name));
      await client.connect();
      try {
        for (let i = 0; i < times; i++) await client.query(words);
      } finally {
        await client.end();
      }
    }

    const judged = async () => {
      const { results } = await runGuide([cacheCandidates, cacheInvalidation], database.gateOptions(), { folder });
      return [cacheCandidates, cacheInvalidation].map(({ id }) => results.get(id));
    };

    it('is nothing of a database that is asked for little', async () => {
      await ask('SELECT pg_stat_statements_reset()', 1);
      await ask('SELECT 1', 150);
      const [candidates] = await judged();
      assert.equal(candidates?.state, major < 14 ? 'unknown' : 'not applicable');
    });

    it('is a query that is dear, asked for again and again, and rarely out of date; and no more once it is kept', async function () {
      // Since when it counts is told since 14.
      if (major < 14) return this.skip();
      await ask('SELECT pg_stat_statements_reset()', 1);
      await ask(totals, 150);
      const [candidates] = await judged();
      assert.equal(candidates?.state, 'attention', candidates?.says);
      assert.match(
        candidates?.says ?? '',
        /asked far more often than the tables change; a cache would save at least \d/,
      );
      assert.deepEqual(
        candidates?.fixes?.map(({ kind }) => kind),
        ['file', 'command', 'edit'],
      );
      const [file] = candidates?.fixes ?? [];
      assert.ok(file?.kind === 'file');
      assert.equal(file.files[0]?.path, 'src/services/cache.service.js');

      await applyCacheAside(folder, 'topAuthors');
      const [after, invalidation] = await judged();
      assert.equal(after?.state, 'not applicable', after?.says);
      assert.ok(JSON.stringify(after?.evidence).includes('a cache stands before it already'));
      assert.notEqual(invalidation?.state, 'attention');
      assert.notEqual(invalidation?.state, 'failed');
    });
  });
}
