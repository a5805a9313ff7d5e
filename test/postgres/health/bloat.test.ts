import assert from 'node:assert/strict';
import { Server } from '../../../src/database/server';
import { healthServer, oldestAndNewest, valueIn } from '../../support/health';
import { createDatabase, type TestDatabase } from '../../support/postgres-server';
import { problemOf } from '../../support/problems';

/** In this order; each has an ANALYZE behind it. */
const tables: Readonly<Record<string, string>> = {
  'rows of one width': `CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t SELECT i, i % 100 FROM generate_series(1, 30000) i;
    CREATE INDEX ON t (n)`,
  'columns with padding between them': `CREATE TABLE t (a int, b bigint, c int, d bigint, e boolean, f timestamptz);
    INSERT INTO t SELECT i, i, i, i, true, now() FROM generate_series(1, 30000) i; CREATE INDEX ON t (a, b)`,
  'texts of many lengths': `CREATE TABLE t (id bigserial PRIMARY KEY, name text, body text);
    INSERT INTO t (name, body) SELECT 'name ' || i, repeat(md5(i::text), 1 + i % 8) FROM generate_series(1, 20000) i;
    CREATE INDEX ON t (name); CREATE INDEX ON t (lower(name))`,
  'rows of which two fill a page': `CREATE TABLE t (id int PRIMARY KEY, body text); ALTER TABLE t ALTER body SET STORAGE PLAIN;
    INSERT INTO t SELECT i, repeat(md5(i::text), 94) FROM generate_series(1, 3000) i`,
  'many NULLs': `CREATE TABLE t (id int, a int, b int, c int, d text, e int, f int, g int, h timestamptz, i int);
    INSERT INTO t SELECT i, CASE WHEN i % 2 = 0 THEN i END, CASE WHEN i % 3 = 0 THEN i END, NULL, NULL, i, i, i,
      CASE WHEN i % 5 = 0 THEN now() END, i FROM generate_series(1, 30000) i;
    CREATE INDEX ON t (a); CREATE INDEX ON t (c); CREATE INDEX ON t (b) WHERE b IS NOT NULL`,
  'values in TOAST': `CREATE TABLE t (id int PRIMARY KEY, body text); ALTER TABLE t ALTER body SET STORAGE EXTERNAL;
    INSERT INTO t SELECT i, repeat(md5(i::text), 100 + i % 200) FROM generate_series(1, 1500) i`,
  fillfactor: `CREATE TABLE t (id int PRIMARY KEY, n int, t text) WITH (fillfactor = 70);
    INSERT INTO t SELECT i, i % 100, 'text ' || i FROM generate_series(1, 30000) i; CREATE INDEX ON t (t) WITH (fillfactor = 60)`,
  'few values, and numbers that are not stored once': `CREATE TABLE t (id int PRIMARY KEY, n numeric, s text);
    INSERT INTO t SELECT i, i % 1000, 'status ' || i % 5 FROM generate_series(1, 30000) i;
    CREATE INDEX ON t (n); CREATE INDEX ON t (s); CREATE INDEX ON t (s, id)`,
  'a half that was deleted': `CREATE TABLE t (id int PRIMARY KEY, n int, t text);
    INSERT INTO t SELECT i, i % 100, 'text ' || i FROM generate_series(1, 30000) i; CREATE INDEX ON t (n); CREATE INDEX ON t (t);
    DELETE FROM t WHERE id % 2 = 0`,
  'rows that were updated four times': `CREATE TABLE t (id int PRIMARY KEY, n int, t text);
    INSERT INTO t SELECT i, i % 100, 'text ' || i FROM generate_series(1, 20000) i; CREATE INDEX ON t (n);
    UPDATE t SET n = n + 1; UPDATE t SET n = n + 1; UPDATE t SET n = n + 1; UPDATE t SET n = n + 1`,
  'a column that was dropped': `CREATE TABLE t (id int PRIMARY KEY, gone text, t text);
    INSERT INTO t SELECT i, repeat('x', 200), 'text ' || i FROM generate_series(1, 20000) i; ALTER TABLE t DROP gone`,
  'an index filled in no order': `CREATE TABLE t (id text PRIMARY KEY); INSERT INTO t SELECT md5(i::text) FROM generate_series(1, 30000) i`,
  'TOAST of which most was deleted': `CREATE TABLE t (id int PRIMARY KEY, body text); ALTER TABLE t ALTER body SET STORAGE EXTERNAL;
    INSERT INTO t SELECT i, repeat(md5(i::text), 250) FROM generate_series(1, 1500) i; DELETE FROM t WHERE id % 4 <> 0`,
};

/**
 * pgstattuple counts the values of a dropped column as used, and TOAST not at all; nor does it know that an index would list
 * the rows of equal keys together again.
 */
const unmeasured = /TOAST|dropped|updated/;

/** Percent points. Of fifty measured relations most are within one, and none further than this. */
const tolerance = 5;

for (const major of oldestAndNewest()) {
  describe(`the estimate of bloat, against what a rebuild frees, on PostgreSQL ${major}`, () => {
    let database: TestDatabase;
    let server: Server;

    before(async function () {
      this.timeout(60_000);
      database = await createDatabase(await healthServer(major), 'CREATE EXTENSION pgstattuple');
      server = new Server(database.gateOptions());
    });
    after(async () => {
      await server?.dispose();
      await database?.drop();
    });

    async function sizes(): Promise<Map<string, number>> {
      const { rows } = await database.admin.query(
        `SELECT c.relname AS name, (pg_relation_size(c.oid) + CASE WHEN c.reltoastrelid = 0 THEN 0
           ELSE pg_relation_size(c.reltoastrelid) END)::float8 AS bytes
         FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i') AND c.relname LIKE 't%'`,
      );
      return new Map(rows.map(({ name, bytes }) => [name, bytes]));
    }

    for (const [what, sql] of Object.entries(tables)) {
      it(`${what}`, async () => {
        const { admin } = database;
        await admin.query(`DROP TABLE IF EXISTS t; ${sql}`);
        // Without VACUUM, nobody counts what TOAST holds.
        await admin.query(what.includes('TOAST') ? 'VACUUM ANALYZE t' : 'ANALYZE t');
        const health = await server.health();
        const [table] = valueIn(health.tables);
        const relations = [{ kind: 'table', name: 't', bloat: table?.bloat } as const].concat(
          valueIn(health.indexes).map(({ name, bloat }) => ({ kind: 'index', name, bloat }) as never),
        );
        const before = await sizes();
        // Entries of an index whose rows are gone count as used until VACUUM has seen them.
        await admin.query('VACUUM t');
        const exact = new Map<string, number>();
        for (const { kind, name } of relations) {
          exact.set(name, (await server.exactBloat({ kind, schema: 'public', name })).share);
        }
        await admin.query('VACUUM FULL t');
        const after = await sizes();
        for (const { name, bloat } of relations) {
          const freed = Math.max(0, 1 - (after.get(name) ?? 0) / (before.get(name) ?? 1));
          const measured = exact.get(name) ?? 9;
          const says = `${name}: estimated ${bloat?.share}, measured ${measured}, freed ${freed}`;
          assert.ok(bloat && Math.abs(bloat.share - freed) * 100 <= tolerance, says);
          if (!unmeasured.test(what)) assert.ok(Math.abs(measured - freed) * 100 <= tolerance, says);
        }
      });
    }

    it('is absent where nothing is known: never analysed, a column without statistics, an index of another kind', async () => {
      await database.admin.query(
        `DROP TABLE t; CREATE TABLE t (id int, name name, j jsonb);
         INSERT INTO t SELECT i, 'n' || i, '{}' FROM generate_series(1, 1000) i`,
      );
      const [before] = valueIn((await server.health()).tables);
      assert.deepEqual([before?.bloat, before?.rows], [undefined, -1]);
      await database.admin.query('CREATE INDEX t_gin ON t USING gin (j); ANALYZE t');
      const health = await server.health();
      assert.deepEqual(
        [valueIn(health.tables)[0]?.bloat, valueIn(health.tables)[0]?.rows, valueIn(health.indexes)[0]?.bloat],
        [undefined, 1000, undefined],
      );
    });

    it('is measured only where it can be, and says why not', async () => {
      const missing = await problemOf(
        server.exactBloat({ kind: 'table', schema: 'public', name: 'gone' }),
        'missing-object',
      );
      assert.equal(missing.message, 'There is no table gone.');
      const gin = await problemOf(server.exactBloat({ kind: 'index', schema: 'public', name: 't_gin' }), 'unsupported');
      assert.match(gin.message, /is no B-tree/);
      await database.admin.query('DROP EXTENSION pgstattuple');
      const none = await problemOf(server.exactBloat({ kind: 'table', schema: 'public', name: 't' }), 'unsupported');
      assert.equal(none.hint, 'Run CREATE EXTENSION pgstattuple.');
    });
  });
}
