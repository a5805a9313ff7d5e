import assert from 'node:assert/strict';
import { indexAdvice } from '../../../src/analysis/guide/index-advice';
import { Server } from '../../../src/database/server';
import type { WhatIfPlanner } from '../../../src/database/what-if/planner';
import type { Check } from '../../../src/guide/check';
import type { GuideFacts } from '../../../src/guide/facts';
import { duplicateIndexes } from '../../../src/guide/indexes/duplicates';
import { foreignKeys } from '../../../src/guide/indexes/foreign-keys';
import { missingIndexes } from '../../../src/guide/indexes/missing';
import { unusedIndexes } from '../../../src/guide/maintenance/unused-indexes';
import type { CheckResult } from '../../../src/nouns/check';
import { factsOf } from '../../support/guide-facts';
import { flushStatistics, healthServer, oldestAndNewest } from '../../support/health';
import { createDatabase, type TestDatabase } from '../../support/postgres-server';
import { Statements } from '../../support/statements';
import { startWhatIf } from '../../support/what-if';

const schema = `
  CREATE EXTENSION pg_stat_statements;
  CREATE TABLE users (id int PRIMARY KEY, name text);
  CREATE TABLE posts (id int PRIMARY KEY, author_id int REFERENCES users, title text, created_at timestamptz);
  CREATE TABLE comments (id int PRIMARY KEY, post_id int REFERENCES posts ON DELETE CASCADE, body text);
  CREATE TABLE likes (id int PRIMARY KEY, comment_id int REFERENCES comments);
  CREATE INDEX likes_comment ON likes (comment_id);
  CREATE INDEX posts_title ON posts (title, created_at);
  CREATE INDEX users_name ON users (name);
  CREATE INDEX users_name_id ON users (name, id);
  INSERT INTO users SELECT n, 'user ' || n FROM generate_series(1, 500) n;
  INSERT INTO posts SELECT n, 1 + n % 500, 'title ' || n, timestamptz '2026-01-01' + n * interval '1 minute' FROM generate_series(1, 20000) n;
  INSERT INTO comments SELECT n, 1 + n % 20000, 'comment ' || n FROM generate_series(1, 60000) n;
  INSERT INTO likes SELECT n, n FROM generate_series(1, 1000) n;`;

for (const major of oldestAndNewest()) {
  describe(`the checks of indexes, on PostgreSQL ${major}`, function () {
    this.timeout(120_000);
    let database: TestDatabase;
    let server: Server;
    let whatIf: WhatIfPlanner;
    let statements: Statements;

    before(async () => {
      statements = await Statements.load();
      whatIf = await startWhatIf();
      database = await createDatabase(await healthServer(major), schema);
      server = new Server(database.gateOptions());
      await flushStatistics(database.admin);
      await database.admin.query('ANALYZE');
      await database.admin.query(`SELECT pg_stat_statements_reset(), pg_stat_reset()`);
    });
    after(async () => {
      await whatIf?.dispose();
      await server?.dispose();
      await database?.drop();
    });

    async function facts(): Promise<GuideFacts> {
      await flushStatistics(database.admin);
      server.invalidate();
      const asked = factsOf({ health: await server.health() });
      const options = { whatIf, parser: statements.parser, signal: new AbortController().signal };
      return { ...asked, advice: await indexAdvice(asked, { ...options, snapshot: await server.snapshot() }) };
    }
    const judge = (check: Check, known: GuideFacts): CheckResult => check.judge(known);

    it('find the duplicate, and nothing else while nobody asks anything', async () => {
      const known = await facts();
      assert.deepEqual(
        [missingIndexes, foreignKeys, unusedIndexes].map((check) => judge(check, known).state),
        ['unknown', 'passed', 'passed'],
      );
      const { state, says, fixes } = judge(duplicateIndexes, known);
      assert.equal(state, 'attention');
      assert.match(says, /^1 index does what another one does .* users_name first\.$/);
      const [drop] = fixes ?? [];
      assert.ok(drop?.kind === 'maintenance');
      await server.maintain(drop.task, { confirmed: true, onProgress: () => undefined });
      assert.equal(judge(duplicateIndexes, await facts()).state, 'passed');
    });

    it('find what the statements of the server miss, and the foreign key behind its deletes; their fixes mend both', async () => {
      const { admin } = database;
      for (let author = 1; author <= 200; author++) {
        await admin.query('SELECT * FROM posts WHERE author_id = $1 ORDER BY created_at DESC LIMIT 10', [author]);
      }
      await admin.query('DELETE FROM posts WHERE id = 20000');
      const known = await facts();
      const missing = judge(missingIndexes, known);
      assert.equal(missing.state, 'attention');
      assert.match(missing.says, /posts \(author_id, created_at DESC\) makes a query [\d,]+ times cheaper/);
      const keys = judge(foreignKeys, known);
      assert.equal(keys.state, 'attention');
      assert.match(keys.says, /^Each row deleted from posts reads all of comments for its foreign key \(post_id\)/);
      assert.equal(keys.fixes?.length, 1);
      for (const fix of [...(missing.fixes ?? []), ...(keys.fixes ?? [])]) {
        assert.ok(fix.kind === 'index');
        await server.createIndex(fix, { onProgress: () => undefined });
      }
      const after = await facts();
      assert.deepEqual(
        [missingIndexes, foreignKeys, duplicateIndexes].map((check) => judge(check, after).state),
        ['passed', 'passed', 'passed'],
      );
    });

    it('find the index that was not used in a week, and drop it', async () => {
      const { admin } = database;
      // So that it is not the newest thing on the server.
      await admin.query('DO $$ BEGIN FOR i IN 1..1001 LOOP PERFORM txid_current(); COMMIT; END LOOP; END $$');
      const judgeUnused = async () => {
        await flushStatistics(admin);
        server.invalidate();
        const asked = factsOf({ health: await server.health() });
        const snapshot = await server.snapshot();
        assert.ok(snapshot.counting);
        const counting = { ...snapshot.counting, since: new Date(Date.now() - 9.5 * 86_400_000).toISOString() };
        const options = { whatIf, parser: statements.parser, signal: new AbortController().signal };
        const advice = await indexAdvice(asked, { ...options, snapshot: { ...snapshot, counting } });
        return unusedIndexes.judge({ ...asked, advice });
      };
      const { state, says, evidence, fixes } = await judgeUnused();
      assert.equal(state, 'attention');
      assert.match(says, /^1 index was never used: [\d.]+ (?:k|M)B that every write keeps up for nothing\.$/);
      assert.ok(evidence?.[0]?.kind === 'table');
      assert.match(
        evidence[0].rows[0]?.join() ?? '',
        /^posts_title,posts,.*It was not scanned once since .* \(9 days\)/,
      );
      const [drop] = fixes ?? [];
      assert.ok(drop?.kind === 'maintenance');
      await server.maintain(drop.task, { confirmed: true, onProgress: () => undefined });
      assert.equal((await judgeUnused()).state, 'passed');
    });
  });
}
