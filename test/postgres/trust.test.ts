import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { newestMajor, oldestMajor } from '../../scripts/lib/postgres.mjs';
import type { ExplainRequest } from '../../src/database/planner';
import { Server } from '../../src/database/server';
import { Problem } from '../../src/nouns/problem';
import { checksum } from '../support/checksum';
import { blog, createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';
import { problemOf } from '../support/problems';
import { Statements } from '../support/statements';

/** Functions, views, triggers and types that hide something behind an innocent name. */
const traps = (folder: string) => `
  CREATE EXTENSION dblink;
  CREATE EXTENSION file_fdw;
  CREATE TABLE log (id serial, note text);
  CREATE SEQUENCE visits;
  CREATE TABLE numbered (id int GENERATED ALWAYS AS IDENTITY, note text);
  CREATE FUNCTION touch() RETURNS int LANGUAGE sql AS $$ INSERT INTO log (note) VALUES ('touched') RETURNING id $$;
  CREATE FUNCTION quietly() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('visits'); RETURN 1; END $$;
  CREATE FUNCTION liar() RETURNS int STABLE LANGUAGE sql AS $$ SELECT 1 FROM dblink('host=nowhere', 'SELECT 1') AS t(x int) $$;
  CREATE FUNCTION sly_reader() RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN pg_read_file('PG_VERSION'); END $$;
  CREATE FUNCTION behind_sly() RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT sly_reader() $$;
  CREATE FUNCTION export(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
    $$ BEGIN EXECUTE format('COPY (SELECT 1) TO %L', '${folder}/immutable'); RETURN x; END $$;
  CREATE FUNCTION sly_stable() RETURNS text STABLE LANGUAGE sql AS $$ SELECT touch()::text $$;
  CREATE FUNCTION sly_immutable() RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN touch(); END $$;
  CREATE FUNCTION sly_text() RETURNS text STABLE LANGUAGE plpgsql AS
    $$ DECLARE x text; BEGIN EXECUTE 'SELECT tou' || 'ch()' INTO x; RETURN x; END $$;
  CREATE VIEW folded AS SELECT id FROM posts WHERE title = sly_immutable();
  CREATE FUNCTION honest(x int) RETURNS int IMMUTABLE LANGUAGE sql AS $$ SELECT x + 1 $$;
  CREATE FUNCTION plus(a posts, b int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log (note) VALUES ('+'); RETURN 1; END $$;
  CREATE OPERATOR @@@ (LEFTARG = posts, RIGHTARG = int, FUNCTION = plus);
  CREATE FUNCTION step(state int, x int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('visits'); RETURN 1; END $$;
  CREATE AGGREGATE counting(int) (SFUNC = step, STYPE = int, INITCOND = '0');
  CREATE VIEW innocent AS SELECT id, nextval('visits') AS visit FROM posts;
  CREATE VIEW sly_view AS SELECT id FROM posts WHERE title = behind_sly();
  CREATE TABLE logged (id int PRIMARY KEY, note text);
  INSERT INTO logged VALUES (1, 'a');
  CREATE FUNCTION write_log() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO log (note) VALUES (TG_OP); RETURN NEW; END $$;
  CREATE TRIGGER logging AFTER UPDATE ON logged FOR EACH ROW EXECUTE FUNCTION write_log();
  CREATE TABLE stamped (id int PRIMARY KEY, note text, changed timestamptz);
  INSERT INTO stamped VALUES (1, 'a', NULL);
  CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF NEW.note IS DISTINCT FROM OLD.note THEN NEW.changed := now(); END IF; RETURN NEW; END $$;
  CREATE TRIGGER stamping BEFORE UPDATE ON stamped FOR EACH ROW EXECUTE FUNCTION stamp();
  CREATE TABLE checked (id int CHECK (quietly() = 1));
  CREATE TABLE parents (id int PRIMARY KEY);
  CREATE TABLE children (parent int REFERENCES parents ON DELETE CASCADE);
  CREATE TRIGGER logging AFTER DELETE ON children FOR EACH ROW EXECUTE FUNCTION write_log();
  CREATE TABLE ruled (id int);
  CREATE RULE also AS ON INSERT TO ruled DO ALSO INSERT INTO log (note) VALUES ('rule');
  CREATE PROCEDURE doing() LANGUAGE sql AS $$ INSERT INTO log (note) VALUES ('called') $$;
  CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
  CREATE FOREIGN TABLE program (line text) SERVER files OPTIONS (program 'touch ${folder}/program; echo 1');
  SELECT lo_from_bytea(4711, 'data');
  CREATE FUNCTION "Export"(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
    $$ BEGIN RETURN lo_export(4711, '${folder}/upper case'); END $$;
  CREATE FUNCTION quoted_call() RETURNS int IMMUTABLE LANGUAGE sql AS $$ SELECT "lo_export"/* */(4711, '${folder}/quoted') $$;
  CREATE FUNCTION unicode_call() RETURNS int STABLE LANGUAGE plpgsql AS
    $$ BEGIN RETURN U&"lo\\005fexport"(4711, '${folder}/unicode'); END $$;
  CREATE VIEW "o'view" AS
    SELECT "o'x".id, lo_export(4711, '${folder}/view') AS done, "o'x".author_id FROM posts AS "o'x";
  CREATE DOMAIN exported AS int CHECK (lo_export(4711, '${folder}/domain') = VALUE);
  CREATE TABLE of_exported (id exported);
  CREATE FUNCTION as_domain() RETURNS exported STABLE LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
  CREATE FUNCTION same(a int, b int) RETURNS boolean STABLE LANGUAGE plpgsql AS
    $$ BEGIN PERFORM nextval('visits'); RETURN true; END $$;
  CREATE OPERATOR |||| (LEFTARG = int, RIGHTARG = int, FUNCTION = same);
  CREATE FUNCTION above(a posts, b int) RETURNS boolean STABLE LANGUAGE plpgsql AS
    $$ BEGIN PERFORM lo_export(4711, '${folder}/between'); RETURN true; END $$;
  CREATE OPERATOR >= (LEFTARG = posts, RIGHTARG = int, FUNCTION = above);
  CREATE OPERATOR <= (LEFTARG = posts, RIGHTARG = int, FUNCTION = above);
  CREATE FUNCTION before_it(a posts) RETURNS int STABLE LANGUAGE plpgsql AS
    $$ BEGIN RETURN lo_export(4711, '${folder}/prefix'); END $$;
  CREATE OPERATOR ##! (RIGHTARG = posts, FUNCTION = before_it);
  CREATE TABLE fielded (id int PRIMARY KEY, note text);
  INSERT INTO fielded VALUES (1, 'a');
  CREATE FUNCTION visited(a fielded) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN nextval('visits'); END $$;
  CREATE FUNCTION field() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := (OLD).visited; RETURN NEW; END $$;
  CREATE TRIGGER fielding BEFORE UPDATE ON fielded FOR EACH ROW EXECUTE FUNCTION field();
  CREATE EXTENSION postgres_fdw;
  CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'nowhere.invalid');
  CREATE USER MAPPING FOR PUBLIC SERVER far;
  CREATE FOREIGN TABLE far_log (note text) SERVER far;
`;

const hostile = (folder: string) => [
  // Changes of data, openly and hidden.
  'WITH gone AS (DELETE FROM posts RETURNING *) SELECT count(*) FROM gone',
  "WITH new AS (INSERT INTO users (name) VALUES ('x') RETURNING id) SELECT * FROM new",
  'SELECT * INTO copied FROM posts',
  'CREATE TABLE copied AS SELECT * FROM posts',
  'CREATE MATERIALIZED VIEW copied AS SELECT * FROM posts',
  'TRUNCATE posts',
  'DROP TABLE posts',
  'ALTER TABLE posts ADD COLUMN x int',
  'MERGE INTO users u USING posts p ON u.id = p.id WHEN NOT MATCHED THEN INSERT (name) VALUES (p.title)',
  "INSERT INTO users (name) VALUES ('x')",
  'INSERT INTO ruled VALUES (1)',
  "UPDATE logged SET note = 'x'",
  'DELETE FROM parents',
  'INSERT INTO checked VALUES (1)',
  'INSERT INTO innocent (id) VALUES (1)',
  // Functions that a rollback does not undo.
  'SELECT sly_stable()',
  'UPDATE posts SET title = sly_stable()',
  'UPDATE posts SET title = sly_immutable()',
  'UPDATE posts SET title = sly_text()',
  "UPDATE posts SET title = 'x' WHERE title = sly_stable()",
  "UPDATE posts SET title = 'x' WHERE id IN (SELECT id FROM folded)",
  "SELECT nextval('visits')",
  "SELECT setval('visits', 100)",
  'SELECT touch()',
  'SELECT quietly() FROM posts',
  'SELECT * FROM posts WHERE quietly() = id',
  'SELECT * FROM posts ORDER BY quietly()',
  'SELECT * FROM touch()',
  'SELECT counting(id) FROM posts',
  'SELECT posts @@@ 1 FROM posts',
  'SELECT * FROM innocent',
  'SELECT p.sly_view FROM sly_view p',
  'SELECT liar()',
  'SELECT * FROM posts WHERE id = liar()',
  'SELECT sly_reader()',
  'SELECT * FROM posts WHERE title = behind_sly()',
  'SELECT * FROM sly_view',
  'SELECT export(1)',
  'SELECT * FROM posts WHERE id = export(1)',
  "SELECT * FROM dblink('dbname=postgres', 'SELECT 1') AS t(x int)",
  "SELECT dblink_exec('dbname=postgres', 'CREATE ROLE intruder')",
  "SELECT pg_read_file('PG_VERSION')",
  "SELECT pg_ls_dir('.')",
  `SELECT lo_export(4711, '${folder}/large')`,
  'SELECT lo_unlink(4711)',
  'SELECT pg_advisory_lock(1)',
  'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
  'SELECT pg_cancel_backend(1)',
  'SELECT pg_reload_conf()',
  'SELECT pg_rotate_logfile()',
  'SELECT pg_switch_wal()',
  "SELECT pg_create_restore_point('x')",
  "SELECT pg_logical_emit_message(false, 'a', 'b')",
  'SELECT pg_stat_reset()',
  'SELECT pg_promote()',
  'SELECT pg_sleep(60)',
  "SELECT query_to_xml('SELECT nextval(''visits'')', true, true, '')",
  "SELECT * FROM ts_stat('SELECT to_tsvector(nextval(''visits'')::text)')",
  'SELECT * FROM program',
  "SELECT set_config('log_statement', 'all', false)",
  // The same behind quotes, domains, operators and attributes.
  'SELECT "Export"(1)',
  'SELECT quoted_call()',
  'SELECT unicode_call()',
  'SELECT id FROM posts WHERE id = unicode_call()',
  `SELECT * FROM "o'view"`,
  'SELECT id::exported FROM posts',
  'SELECT * FROM posts WHERE id = $1::exported',
  'INSERT INTO of_exported VALUES ($1)',
  'SELECT as_domain()',
  'SELECT id FROM posts WHERE id |||| 1',
  "UPDATE posts SET title = 'x' WHERE id |||| 1",
  'SELECT id FROM posts WHERE posts BETWEEN 1 AND 2',
  'SELECT ##! posts FROM posts',
  "UPDATE fielded SET note = 'x'",
  "INSERT INTO far_log VALUES ('x')",
  'SELECT * FROM posts FOR UPDATE',
  "SELECT set_config('statement_timeout', '0', false)",
  // What is no query at all.
  'COMMIT',
  'BEGIN',
  'ROLLBACK',
  'DO $$ BEGIN DELETE FROM posts; COMMIT; END $$',
  'CALL doing()',
  'EXPLAIN ANALYZE DELETE FROM posts',
  'EXPLAIN SELECT 1',
  'DECLARE c CURSOR FOR SELECT touch()',
  `COPY posts TO '${folder}/copied'`,
  `COPY posts TO PROGRAM 'cat > ${folder}/copied'`,
  `COPY log (note) FROM PROGRAM 'echo 1'`,
  'PREPARE p AS DELETE FROM posts',
  "SET log_statement = 'all'",
  'ALTER SYSTEM SET work_mem = 1000',
  'CREATE ROLE intruder SUPERUSER',
  'NOTIFY channel',
  'LISTEN channel',
  'VACUUM posts',
  'LOCK TABLE posts',
  "SECURITY LABEL ON TABLE posts IS 'x'",
  'REFRESH MATERIALIZED VIEW x',
];

/** A text with more than one statement never passes the parser: these pretend that it was fooled. */
const smuggled = [
  'SELECT 1; DROP TABLE posts',
  'SELECT 1; COMMIT; DROP TABLE posts',
  "SELECT '\\'; COMMIT; DROP TABLE posts --'",
  'DELETE FROM posts',
  'ANALYZE DELETE FROM posts',
  '(ANALYZE) DELETE FROM posts',
];

for (const major of [oldestMajor, newestMajor])
  describe(`hostile statements on PostgreSQL ${major}`, () => {
    let database: TestDatabase;
    let server: Server;
    let statements: Statements;
    let folder: string;
    let untouched: string;

    before(async function () {
      this.timeout(60_000);
      folder = await mkdtemp(path.join(os.tmpdir(), 'planlight-files-'));
      await chmod(folder, 0o777);
      statements = await Statements.load();
      database = await createDatabase(await sharedServer(major), blog + traps(folder));
      server = new Server(database.gateOptions());
      untouched = await checksum(database.admin, folder);
    });
    after(async () => {
      await server?.dispose();
      await database?.drop();
      await rm(folder, { recursive: true, force: true });
    });

    async function unchanged(request: ExplainRequest): Promise<unknown> {
      const answer = await server.explain(request).then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.equal(await checksum(database.admin, folder), untouched, `${request.statement.text} changed something`);
      return answer;
    }

    for (const mode of ['estimate', 'analyze'] as const) {
      it(`change nothing when asked to ${mode}, confirmed or not`, async function () {
        this.timeout(60_000);
        const ran: string[] = [];
        for (const sql of hostile(folder)) {
          for (const confirmed of [false, true]) {
            const problem = await unchanged({ ...statements.request(sql, mode), confirmed });
            if (problem === undefined && mode === 'analyze')
              ran.push(`${sql} (${confirmed ? 'confirmed' : 'automatic'})`);
            if (problem !== undefined) assert.ok(problem instanceof Problem, `${sql}: ${String(problem)}`);
          }
        }
        // Only what a rollback undoes may run, and only after a confirmation.
        const harmless =
          mode === 'estimate'
            ? []
            : [
                'WITH gone AS (DELETE FROM posts RETURNING *) SELECT count(*) FROM gone (confirmed)',
                'SELECT * FROM posts FOR UPDATE (confirmed)',
              ];
        assert.deepEqual(ran, harmless);
      });
    }

    it('change nothing even when the parser was fooled', async () => {
      const innocent = statements.request('SELECT 1');
      for (const text of smuggled) {
        for (const mode of ['estimate', 'analyze'] as const) {
          const statement = {
            ...innocent.statement,
            ast: innocent.statement.ast,
            text,
            kind: 'select' as const,
            readsOnly: true,
          };
          await unchanged({ ...innocent, statement: { ...statement, functions: [], relations: [] }, mode });
        }
      }
    });

    it('are refused with a sentence that says why', async () => {
      const why = async (sql: string, confirmed = false) => {
        const request = { ...statements.request(sql, 'analyze'), confirmed };
        return (await problemOf(server.explain(request), 'refused')).message;
      };
      assert.match(
        await why("INSERT INTO users (name) VALUES ('x')", true),
        /nextval\(\) advances the sequence users_id_seq/,
      );
      assert.match(await why("UPDATE logged SET note = 'x'", true), /trigger logging on logged.*write_log\(\).*INSERT/);
      assert.match(await why('SELECT touch()'), /touch\(\) is volatile/);
      assert.match(await why("SELECT pg_read_file('PG_VERSION')"), /acts outside the transaction/);
      assert.match(await why('SELECT * FROM program'), /foreign table/);
      assert.match(await why('SELECT sly_reader()'), /Planning this query would run sly_reader\(\)/);
      assert.match(await why('DO $$ BEGIN END $$'), /explains SELECT/);
    });

    it("cannot stand in for PostgreSQL's own names, wherever the search_path leads", async function () {
      this.timeout(60_000);
      const { admin, name } = database;
      const intruder = (signature: string, returns: string) =>
        `CREATE FUNCTION evil.${signature} RETURNS ${returns} LANGUAGE plpgsql AS
           $$ BEGIN PERFORM lo_export(4711, '${folder}/evil'); RETURN NULL; END $$;`;
      await admin.query(`CREATE SCHEMA evil;
        ${intruder('set_config(text, text, boolean)', 'text')} ${intruder('pg_backend_pid()', 'int')}
        ${intruder('current_setting(text)', 'text')} ${intruder('pg_cancel_backend(int)', 'boolean')}
        ${intruder('lower(text)', 'text')} ${intruder('same(int, int)', 'boolean')}
        CREATE OPERATOR evil.= (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.same);
        CREATE VIEW evil.pg_proc AS SELECT * FROM pg_catalog.pg_proc WHERE false;
        CREATE VIEW evil.pg_stat_activity AS SELECT * FROM pg_catalog.pg_stat_activity WHERE false;
        ALTER DATABASE ${name} SET search_path = evil, pg_catalog, public`);
      const other = new Server(database.gateOptions());
      const untouchedByThen = await checksum(admin, folder);
      try {
        const { notices } = await other.explain(
          statements.request("SELECT id FROM posts WHERE lower(title) < 'x'", 'analyze'),
        );
        assert.match(notices.join(), /search_path = pg_catalog, evil, public, pg_temp/);
        await problemOf(other.explain(statements.request('SELECT touch()', 'analyze')), 'refused');
        const slow = 'SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b';
        const signal = AbortSignal.timeout(500);
        await problemOf(other.explain({ ...statements.request(slow, 'analyze'), signal }), 'cancelled');
        const index = {
          schema: 'public',
          table: 'posts',
          name: 'x',
          method: 'btree',
          columns: [{ name: 'title' }],
        } as const;
        const fix = { kind: 'index', title: 'x', sql: 'x', index } as never;
        await problemOf(other.createIndex(fix, { onProgress: () => undefined }), 'refused');
        assert.equal(await checksum(admin, folder), untouchedByThen);
      } finally {
        await other.dispose();
        await admin.query(`ALTER DATABASE ${name} RESET search_path`);
        await admin.query('DROP SCHEMA evil CASCADE');
      }
    });

    it('does not refuse what is harmless', async () => {
      for (const sql of [
        'SELECT honest(author_id), random(), now(), count(*) FROM posts GROUP BY 1',
        "SELECT lower(title) FROM posts WHERE title LIKE '%x%' ORDER BY created_at LIMIT 3",
        "SELECT id, pg_total_relation_size('posts'), currval('posts_id_seq') FROM posts WHERE false",
        'SELECT u.name, (SELECT max(created_at) FROM posts p WHERE p.author_id = u.id) FROM users u',
      ]) {
        const { plan } = await server.explain(statements.request(sql, 'analyze'));
        assert.equal(plan.source, 'analyze', sql);
      }
      const update = { ...statements.request("UPDATE stamped SET note = 'x'", 'analyze'), confirmed: true };
      assert.equal((await server.explain(update)).plan.source, 'analyze');
    });
  });
