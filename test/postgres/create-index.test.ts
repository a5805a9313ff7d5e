import assert from 'node:assert/strict';
import { Server } from '../../src/database/server';
import type { IndexDefinition, IndexFix } from '../../src/nouns/fix';
import { blog, connectTo, createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';
import { problemOf } from '../support/problems';
import { Statements } from '../support/statements';

function fixFor(index: Partial<IndexDefinition>, more: Partial<IndexFix> = {}): IndexFix {
  const definition = {
    schema: 'public',
    table: 'posts',
    name: 'posts_author_id_created_at_idx',
    method: 'btree',
    ...index,
  };
  const columns = index.columns ?? [{ name: 'author_id' }, { name: 'created_at', descending: true }];
  return { kind: 'index', index: { ...definition, columns }, ...more } as unknown as IndexFix;
}

describe('building an index', () => {
  let statements: Statements;
  let database: TestDatabase;
  let server: Server;

  before(async function () {
    this.timeout(60_000);
    statements = await Statements.load();
    database = await createDatabase(await sharedServer(), blog);
    server = new Server(database.gateOptions());
  });
  after(async () => {
    await server?.dispose();
    await database?.drop();
  });

  async function indexes(): Promise<{ name: string; valid: boolean }[]> {
    const { rows } = await database.admin.query(
      `SELECT c.relname AS name, i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       WHERE i.indrelid = 'posts'::regclass AND NOT i.indisprimary ORDER BY 1`,
    );
    return rows;
  }

  it('changes the plan from a scan and a sort to the index', async function () {
    this.timeout(20_000);
    const query = statements.request('SELECT * FROM posts WHERE author_id = 3 ORDER BY created_at DESC LIMIT 10');
    const before = await server.explain(query);
    const generation = server.generation;
    const phases: string[] = [];
    await server.createIndex(fixFor({}), { onProgress: (_, phase) => phases.push(phase) });
    const after = await server.explain(query);
    assert.equal(before.plan.root.children[0]?.type, 'Sort');
    assert.equal(after.plan.root.children[0]?.type, 'Index Scan');
    assert.ok(after.plan.root.totalCost < before.plan.root.totalCost);
    assert.equal(server.generation, generation + 1);
    assert.equal(phases.at(-1), 'done');
  });

  it('takes another name when the name is in use', async () => {
    await server.createIndex(fixFor({}), { onProgress: () => undefined });
    const names = (await indexes()).map(({ name }) => name);
    assert.deepEqual(names, ['posts_author_id_created_at_idx', 'posts_author_id_created_at_idx1']);
  });

  it('shows its phases, and leaves no invalid index behind when it is cancelled', async function () {
    this.timeout(20_000);
    // A transaction that has written holds the build back until it ends.
    const writer = await connectTo(database.server.connectionString(database.name));
    await writer.query("BEGIN; UPDATE posts SET title = 'x' WHERE id = 1");
    const before = await indexes();
    const controller = new AbortController();
    const phases: string[] = [];
    let released: Promise<unknown> = Promise.resolve();
    try {
      const building = server.createIndex(fixFor({ name: 'posts_cancelled' }), {
        signal: controller.signal,
        onProgress: (_, phase) => {
          if (phases.at(-1) !== phase) phases.push(phase);
          if (phase === 'waiting for writers before build') controller.abort();
          // Also the clean-up has to wait for it.
          if (phase === 'removing the unfinished index') released = writer.query('ROLLBACK');
        },
      });
      await problemOf(building, 'cancelled');
    } finally {
      await released;
      await writer.end();
    }
    assert.deepEqual(phases.slice(-2), ['waiting for writers before build', 'removing the unfinished index']);
    assert.deepEqual(await indexes(), before);
  });

  it('leaves no invalid index behind when it fails', async () => {
    await database.admin.query(
      `CREATE FUNCTION failing(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
         $$ BEGIN IF x > 100 THEN RAISE EXCEPTION 'too large'; END IF; RETURN x; END $$`,
    );
    const before = await indexes();
    const fix = fixFor({ name: 'posts_failed', columns: [{ name: '(failing(id))', isExpression: true }] });
    const problem = await problemOf(server.createIndex(fix, { onProgress: () => undefined }), 'server');
    assert.match(problem.message, /too large/);
    assert.deepEqual(await indexes(), before);
  });

  it('installs the extension that the fix names, and nothing else', async () => {
    const columns = [{ name: 'title', operatorClass: 'gin_trgm_ops' }];
    const fix = fixFor(
      { name: 'posts_trigrams', method: 'gin', columns },
      { needs: 'CREATE EXTENSION IF NOT EXISTS pg_trgm' },
    );
    await server.createIndex(fix, { onProgress: () => undefined });
    assert.ok((await server.facts()).extensions.pg_trgm);
    const evil = fixFor({ name: 'posts_evil' }, { needs: 'CREATE EXTENSION IF NOT EXISTS pg_trgm; DROP TABLE posts' });
    await problemOf(server.createIndex(evil, { onProgress: () => undefined }), 'refused');
  });

  it('says why it cannot: a missing table, a partitioned table, no privilege', async () => {
    const options = { onProgress: () => undefined };
    await problemOf(server.createIndex(fixFor({ table: 'nothing' }), options), 'missing-object');
    await database.admin.query(`CREATE TABLE parted (author_id int, created_at date) PARTITION BY RANGE (created_at);
      DO $$ BEGIN CREATE ROLE reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
      GRANT SELECT ON posts TO reader`);
    const problem = await problemOf(server.createIndex(fixFor({ table: 'parted' }), options), 'unsupported');
    assert.match(problem.message, /parted is partitioned/);
    const reader = new Server(database.gateOptions({ user: 'reader' }));
    await problemOf(reader.createIndex(fixFor({ name: 'posts_denied' }), options), 'missing-privilege');
    await reader.dispose();
  });
});
