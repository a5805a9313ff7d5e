import assert from 'node:assert/strict';
import { adviseQuery } from '../../src/advisor/query/advise-query';
import { Analyzer } from '../../src/analysis/analyzer';
import type { HypoPg } from '../../src/database/hypopg';
import { Server } from '../../src/database/server';
import type { IndexDefinition, IndexFix } from '../../src/nouns/fix';
import { provideHypoPg } from '../support/hypopg';
import { blog, createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';
import { problemOf } from '../support/problems';
import { Statements } from '../support/statements';
import { shapeOf, startWhatIf } from '../support/what-if';

const useful: IndexDefinition = {
  schema: 'public',
  table: 'posts',
  name: 'posts_author',
  method: 'btree',
  columns: [{ name: 'author_id' }, { name: 'created_at', descending: true }],
};
const useless: IndexDefinition = { ...useful, name: 'posts_title', columns: [{ name: 'title' }] };

describe('HypoPG, the server’s own planner with hypothetical indexes', () => {
  let database: TestDatabase;
  let server: Server;
  let planner: HypoPg;

  before(async function () {
    this.timeout(120_000);
    const major = await provideHypoPg();
    if (major === undefined) {
      console.log('      There is no package of HypoPG for this system.');
      this.skip();
    }
    database = await createDatabase(await sharedServer(major), blog);
    server = new Server(database.gateOptions());
    assert.equal(await server.hypotheticalPlanner(), undefined);
    await database.admin.query('CREATE EXTENSION hypopg');
    server.invalidate();
    const found = await server.hypotheticalPlanner();
    assert.ok(found);
    planner = found;
  });
  after(async () => {
    await server?.dispose();
    await database?.drop();
  });

  it('uses the index that helps and leaves the other', async () => {
    const sql = 'SELECT * FROM posts WHERE author_id = $1 ORDER BY created_at DESC LIMIT $2';
    const before = await planner.plan({ sql, values: ['3', '10'], indexes: [] });
    const after = await planner.plan({ sql, values: ['3', '10'], indexes: [useful, useless] });
    assert.deepEqual(
      after.indexes.map(({ used }) => used),
      [true, false],
    );
    assert.ok(after.indexes.every(({ sizeBytes }) => sizeBytes > 8192));
    assert.ok(after.plan.root.totalCost < before.plan.root.totalCost);
    assert.equal(after.plan.source, 'what-if');
  });

  it('says of an index that it cannot try that it is unsupported, and the advice goes on without', async () => {
    const gin: IndexDefinition = { ...useful, name: 'g', method: 'gin', columns: [{ name: 'title' }] };
    await problemOf(planner.plan({ sql: 'SELECT * FROM posts', indexes: [gin] }), 'unsupported');
    const statements = await Statements.load();
    const statement = statements.read(
      `SELECT a.* FROM posts a, posts b, posts c WHERE a.author_id = 3 AND b.author_id = 4 AND c.author_id = 5
       AND to_tsvector('english', a.title) @@ to_tsquery('english', 'number')`,
    );
    const snapshot = await server.snapshot();
    const fixes = await adviseQuery({ statement, valueSets: [], snapshot, parser: statements.parser, planner });
    assert.deepEqual(
      fixes.map(({ index }) => index.columns.map(({ name }) => name)),
      [['author_id']],
    );
  });

  it('names its indexes as they were asked for', async () => {
    const sql = 'SELECT * FROM posts WHERE author_id = 3 ORDER BY created_at DESC LIMIT 5';
    assert.match(shapeOf((await planner.plan({ sql, indexes: [useful] })).plan), /\(posts_author\)/);
  });

  it('is asked where the planner in memory lacks a table of the query', async () => {
    const { admin } = database;
    await admin.query('CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw');
    await admin.query(`CREATE FOREIGN TABLE imports (author_id int) SERVER files OPTIONS (program 'seq 3')`);
    await admin.query(`INSERT INTO posts (author_id, title)
      SELECT 1 + n % 50, 'title ' || n FROM generate_series(1, 30000) AS n; ANALYZE posts`);
    server.invalidate();
    const whatIf = await startWhatIf();
    try {
      const analyzer = await Analyzer.load({
        grammarFolder: 'node_modules/@vscode/tree-sitter-wasm/wasm',
        folders: [],
        whatIf,
      });
      const indexOf = async (text: string): Promise<IndexFix | undefined> => {
        const [query] = analyzer.read({ uri: 'queries.sql', languageId: 'sql', text }).queries;
        assert.ok(query);
        const { findings, problem } = await analyzer.judge(query, { target: server, mode: 'estimate' });
        assert.equal(problem, undefined);
        return findings.flatMap(({ fixes }) => fixes).find((fix) => fix.kind === 'index');
      };
      const across = await indexOf('SELECT * FROM posts WHERE author_id = (SELECT min(author_id) FROM imports)');
      assert.match(across?.title ?? '', /posts \(author_id\)/);
      assert.equal(across?.proof.by, 'hypopg');
      const own = await indexOf('SELECT * FROM posts WHERE author_id = 3');
      assert.match(own?.title ?? '', /posts \(author_id\)/);
      assert.equal(own?.proof.by, 'what-if');
    } finally {
      await whatIf.dispose();
    }
  }).timeout(60_000);

  it('leaves nothing behind, also after an error', async () => {
    await assert.rejects(planner.plan({ sql: 'SELECT nothing FROM posts', indexes: [useful] }), /nothing/);
    await planner.plan({ sql: 'SELECT * FROM posts', indexes: [useful] });
    const { plan, indexes } = await planner.plan({ sql: 'SELECT * FROM hypopg()', indexes: [] });
    assert.deepEqual(indexes, []);
    assert.equal(plan.root.type, 'Function Scan');
    const again = await planner.plan({ sql: 'SELECT * FROM posts WHERE author_id = 3', indexes: [] });
    assert.equal(again.plan.root.type, 'Seq Scan');
  });
});
