import assert from 'node:assert/strict';
import { Server } from '../../src/database/server';
import { blog, createDatabase, sharedServer, type TestDatabase, testedMajors } from '../support/postgres-server';
import { problemOf } from '../support/problems';
import { Statements } from '../support/statements';

for (const major of testedMajors()) {
  describe(`PostgreSQL ${major}`, () => {
    let database: TestDatabase;
    let server: Server;
    let request: Statements['request'];

    before(async function () {
      this.timeout(120_000);
      const statements = await Statements.load();
      request = (...of) => statements.request(...of);
      database = await createDatabase(await sharedServer(major), blog);
      server = new Server(database.gateOptions());
    });
    after(async () => {
      await server?.dispose();
      await database?.drop();
    });

    it('says which server it is', async () => {
      const facts = await server.facts();
      assert.equal(Math.floor(facts.version / 10000), major);
      assert.equal(facts.isReplica, false);
      assert.equal(facts.isSuperuser, true);
      assert.equal(facts.database, database.name);
      assert.ok(facts.extensions.plpgsql);
    });

    it('reads schema and statistics once per generation', async () => {
      const snapshot = await server.snapshot();
      assert.equal(await server.snapshot(), snapshot);
      const posts = snapshot.tables.find(({ name }) => name === 'posts');
      assert.equal(posts?.rows, 2000);
      assert.ok(posts.columns.find(({ name }) => name === 'author_id')?.statistics?.mostCommonValues);
      server.invalidate();
      assert.notEqual(await server.snapshot(), snapshot);
    });

    it('estimates a plan without running the query', async () => {
      const { plan, notices } = await server.explain(request("SELECT * FROM posts WHERE title = 'x'"));
      assert.equal(plan.source, 'estimate');
      assert.equal(plan.root.type, 'Seq Scan');
      assert.equal(plan.root.relation?.name, 'posts');
      assert.equal(plan.root.actual, undefined);
      assert.deepEqual(notices, []);
    });

    it('analyses a query with its times, buffers and settings', async () => {
      const { plan } = await server.explain(request('SELECT count(*) FROM posts WHERE author_id = 1', 'analyze'));
      assert.equal(plan.source, 'analyze');
      assert.equal(plan.root.actual?.rows, 1);
      assert.equal(typeof plan.executionMs, 'number');
      assert.ok('Shared Hit Blocks' in plan.root.properties);
    });

    it('takes values for placeholders from the statistics and shows the worst plan', async () => {
      const all = await server.explain(request('SELECT * FROM posts WHERE author_id = $1'));
      assert.deepEqual(all.values, ['1']);
      assert.deepEqual(all.valuesSaid, ['author_id = 1 (most common value)']);
      // Ten rows of a common value are found at once; ten of a rare one take the whole table.
      const few = await server.explain(request('SELECT * FROM posts WHERE author_id = $1 LIMIT $2'));
      assert.deepEqual(few.values, ['50', '10']);
      assert.deepEqual(few.valuesSaid, ['author_id = 50 (a rare value)', 'LIMIT 10 (assumed)']);
    });

    it('analyses with those values', async () => {
      const { plan, values } = await server.explain(request('SELECT * FROM posts WHERE author_id = $1', 'analyze'));
      assert.deepEqual(values, ['1']);
      assert.ok((plan.root.actual?.rows ?? 0) > 500);
    });

    it('explains an insert, an update and a delete without changing a row', async () => {
      for (const sql of [
        "INSERT INTO users (name) VALUES ('new')",
        "UPDATE posts SET title = 'x' WHERE id = 1",
        'DELETE FROM posts WHERE id = $1',
      ]) {
        const { plan } = await server.explain(request(sql));
        assert.equal(plan.root.type, 'ModifyTable', sql);
      }
      const { rows } = await database.admin.query("SELECT count(*)::int AS n FROM posts WHERE title <> 'x'");
      assert.equal(rows[0].n, 2000);
    });

    it('asks before it analyses an update, and rolls it back', async () => {
      const update = request("UPDATE posts SET title = 'x' WHERE id <= 10", 'analyze');
      const problem = await problemOf(server.explain(update), 'needs-confirmation');
      assert.match(problem.message, new RegExp(database.name));
      const { plan } = await server.explain({ ...update, confirmed: true });
      assert.equal(plan.source, 'analyze');
      assert.equal(plan.root.children[0]?.actual?.rows, 10);
      const { rows } = await database.admin.query("SELECT count(*)::int AS n FROM posts WHERE title = 'x'");
      assert.equal(rows[0].n, 0);
    });

    it('points at a missing column in the text of the statement', async () => {
      const sql = 'SELECT id,\n  "größe", autor_id FROM posts';
      const problem = await problemOf(
        server.explain(request(sql.replace('"größe", ', "'größe ✓😀', "))),
        'missing-object',
      );
      const text = sql.replace('"größe", ', "'größe ✓😀', ");
      assert.ok(problem.range);
      assert.equal(text.slice(problem.range.start, problem.range.end), 'autor_id');
      const withValue = 'SELECT id FROM posts WHERE autor_id = $1';
      const second = await problemOf(server.explain(request(withValue)), 'missing-object');
      assert.ok(second.range);
      assert.equal(withValue.slice(second.range.start, second.range.end), 'autor_id');
    });

    it('makes a generic plan where there are no statistics', async () => {
      await database.admin.query('CREATE TABLE fresh (id int, note text)');
      const { values, notices, plan } = await server.explain(request('SELECT * FROM fresh WHERE note = $1'));
      assert.equal(values, undefined);
      assert.match(notices.join(), /no statistics.*generic plan/);
      assert.match(plan.root.conditions.Filter ?? '', /\$1/);
    });

    it('takes a placeholder of unknown type as text, and says so', async () => {
      const { notices } = await server.explain(request('SELECT $1 AS value, id FROM posts WHERE author_id = $2'));
      // A bare output column is text by PostgreSQL's own rule; VARIADIC "any" functions leave it open.
      assert.deepEqual(notices, []);
      const open = await server.explain(request('SELECT json_build_object($1, id) FROM posts WHERE author_id = $2'));
      assert.match(open.notices.join(), /type of \$1 cannot be told/);
    });
  });
}
