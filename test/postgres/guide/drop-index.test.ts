import assert from 'node:assert/strict';
import type pg from 'pg';
import { Server } from '../../../src/database/server';
import { unusedIndexes } from '../../../src/guide/maintenance/unused-indexes';
import type { MaintenanceTask } from '../../../src/nouns/check';
import { eventually } from '../../support/eventually';
import { factsOf } from '../../support/guide-facts';
import { oldestAndNewest } from '../../support/health';
import { createDatabase, gateOptions, sharedServer, type TestDatabase } from '../../support/postgres-server';
import { problemOf } from '../../support/problems';
import { startReplicated } from '../../support/replicated';

const ifDeclared =
  'Where a model or a migration of the program declares the index, take it out there, too: its migrations would make it again, or call the database changed.';
const drop = (index: string, schema = 'public'): MaintenanceTask => ({ kind: 'drop index', schema, index });

for (const major of oldestAndNewest()) {
  describe(`the drop of an index, on PostgreSQL ${major}`, () => {
    let database: TestDatabase;
    let server: Server;

    before(async () => {
      database = await createDatabase(await sharedServer(major));
      server = new Server(database.gateOptions());
    });
    after(async () => {
      await server?.dispose();
      await database?.drop();
    });

    const maintain = (task: MaintenanceTask) => server.maintain(task, { confirmed: true, onProgress: () => undefined });
    async function rowsOf<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
      return (await database.admin.query<Row>(sql)).rows;
    }

    it('is told before it is done, with the statement that makes the same index again', async () => {
      await database.admin.query(
        `CREATE SCHEMA "my-schema"; CREATE TABLE "my-schema"."Order Items" ("Line No" int, note text);
         CREATE INDEX "by ""line""" ON "my-schema"."Order Items" USING btree ("Line No" DESC, lower(note) text_pattern_ops)
           WITH (fillfactor = 70) WHERE note <> 'it''s'`,
      );
      const task = drop('by "line"', 'my-schema');
      const definition = () => rowsOf(`SELECT indexdef FROM pg_indexes WHERE schemaname = 'my-schema'`);
      const before = await definition();
      const prepared = await server.prepare(task);
      assert.deepEqual(prepared.statements, ['DROP INDEX CONCURRENTLY IF EXISTS "my-schema"."by ""line"""']);
      assert.deepEqual(prepared.notes, [ifDeclared]);
      assert.match(prepared.undo ?? '', /^CREATE INDEX CONCURRENTLY "by ""line""" ON "my-schema"\."Order Items" /);
      assert.deepEqual(await definition(), before);
      await maintain(task);
      assert.deepEqual(await definition(), []);
      await server.run(prepared.undo ?? '');
      assert.deepEqual(await definition(), before);
    });

    it('is refused where the index keeps values unique or a foreign key needs it, unless another one does the same', async () => {
      await database.admin.query(
        `CREATE TABLE codes (code text, other int); CREATE UNIQUE INDEX codes_code ON codes (lower(code));
         CREATE TABLE parents (id int); CREATE UNIQUE INDEX parents_id ON parents (id);
         CREATE TABLE children (parent int REFERENCES parents (id))`,
      );
      const unique = await problemOf(maintain(drop('codes_code')), 'refused');
      assert.equal(unique.message, 'codes_code keeps lower(code) unique: without it there may be duplicates.');
      const key = await problemOf(server.prepare(drop('parents_id')), 'refused');
      assert.equal(
        key.message,
        'The foreign key children_parent_fkey of children stands on parents_id: it goes with the key only.',
      );
      await database.admin.query('CREATE UNIQUE INDEX codes_twice ON codes (lower(code))');
      await maintain(drop('codes_code'));
      await problemOf(maintain(drop('codes_twice')), 'refused');
    });
  });
}

describe('the drop of an index on a server with a replica', function () {
  this.timeout(60_000);

  it('says that the replica counts its own scans; the checklist does not propose it', async () => {
    const { primary, stop } = await startReplicated({
      sql: 'CREATE TABLE posts (id int, title text); CREATE INDEX posts_title ON posts (title)',
    });
    const server = new Server(
      gateOptions({
        name: 'primary',
        source: 'settings',
        host: primary.host,
        port: primary.port,
        database: 'postgres',
        user: primary.superuser,
        ssl: 'disable',
        environment: 'development',
      }),
    );
    try {
      const { notes } = await eventually('the replica', async () => {
        const prepared = await server.prepare(drop('posts_title'));
        return prepared.notes.length > 1 && prepared;
      });
      assert.deepEqual(notes, [
        '1 replica follows this server, and loses the index, too: its scans are counted there only. Look at pg_stat_user_indexes on it first.',
        ifDeclared,
      ]);
      const removable = {
        kind: 'unused' as const,
        schema: 'public',
        table: 'posts',
        index: 'posts_title',
        reason: 'It was not scanned once.',
        bytes: 8_192,
        sql: 'DROP INDEX CONCURRENTLY posts_title',
      };
      const facts = factsOf({ health: await server.health(), advice: { missing: [], removable: [removable] } });
      const { state, fixes, missing } = unusedIndexes.judge(facts);
      assert.equal(state, 'attention');
      assert.deepEqual(fixes, []);
      assert.deepEqual(missing, [
        'berlin follows this server and counts its own scans: look at pg_stat_user_indexes there before you drop an index.',
      ]);
    } finally {
      await server.dispose();
      await stop();
    }
  });
});
