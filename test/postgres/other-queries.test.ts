import assert from 'node:assert/strict';
import { Analyzer } from '../../src/analysis/analyzer';
import { checkFiles } from '../../src/analysis/check-files';
import { Server } from '../../src/database/server';
import type { WhatIfPlanner } from '../../src/database/what-if/planner';
import type { IndexFix } from '../../src/nouns/fix';
import { buildCheckReport } from '../../src/report/check-report';
import { textReport } from '../../src/report/text-report';
import { folderOf } from '../support/cli';
import { blog, createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';
import { startWhatIf } from '../support/what-if';

const files = {
  // Proposed before the others are read.
  'a.sql': "SELECT * FROM posts WHERE title = 'title number 7';\n",
  'b.sql': `SELECT id FROM posts WHERE title = 'title number 8' AND published;
SELECT count(*) FROM posts;
SELECT name FROM users;
UPDATE posts SET title = 'x' WHERE id = 3;
SELECT * FROM posts WHERE nonsense = 3;
`,
};

describe('what check says of the other queries', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let server: Server;
  let whatIf: WhatIfPlanner;
  let analyzer: Analyzer;
  let folder: Awaited<ReturnType<typeof folderOf>>;

  before(async () => {
    database = await createDatabase(
      await sharedServer(),
      `${blog} INSERT INTO posts (author_id, title) SELECT 1, 'more ' || n FROM generate_series(1, 27000) n; ANALYZE;`,
    );
    server = new Server(database.gateOptions());
    whatIf = await startWhatIf();
    analyzer = await Analyzer.load({ grammarFolder: 'dist/grammars', folders: [], whatIf });
    folder = await folderOf(files);
  });
  after(async () => {
    folder?.remove();
    await whatIf?.dispose();
    await server?.dispose();
    await database?.drop();
  });

  const check = (signal?: AbortSignal) => {
    const paths = Object.keys(files).map((name) => `${folder.path}/${name}`);
    return checkFiles(paths, { analyzer, target: server, mode: 'estimate', signal });
  };

  it('counts those of all files, also of those that come later', async () => {
    const result = await check();
    const [first] = result.files.flatMap(({ judgements }) => judgements);
    const fixes = first?.findings.flatMap((finding) => finding.fixes) as IndexFix[];
    assert.equal(fixes.length, 1);
    const { others, writes } = fixes[0]?.proof ?? {};
    // The count reads the whole table, and the UPDATE goes by the primary key.
    assert.deepEqual([others?.known, others?.checked, others?.worse], [3, 3, []]);
    assert.deepEqual(
      others?.better.map(({ place }) => place),
      [`${folder.path}/b.sql:1`],
    );
    assert.deepEqual(
      [writes?.indexesBefore, writes?.indexesAfter, writes?.hot, writes?.hotColumns],
      [1, 2, 'lost', ['title']],
    );
    const text = textReport(buildCheckReport(result.files));
    assert.match(text, /^ {2}Also makes 1 of 3 other queries on posts cheaper; none dearer\.$/m);
    assert.match(
      text,
      /^ {2}About 2 times the index writes for each inserted row \(2 indexes on posts instead of 1\); UPDATEs of title, which can be HOT now.*, then write to all 2\.$/m,
    );
  });

  it('is told again to whoever asks for the same query', async () => {
    const result = await check();
    const [first] = result.files.flatMap(({ judgements }) => judgements);
    assert.ok(first);
    assert.deepEqual(analyzer.cached(first.query, server)?.findings, first.findings);
  });
});
