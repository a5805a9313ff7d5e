import assert from 'node:assert/strict';
import { Client } from 'pg';
import * as vscode from 'vscode';
import {
  actionsAt,
  answering,
  apply,
  closeAll,
  diagnosticsOf,
  errorsShown,
  eventually,
  hoverWithPlan,
  informationShown,
  lensesOf,
  openFile,
  openText,
  planTabs,
  positionOf,
} from '../support/editor-helpers';

const byAuthor = 'SELECT id, title FROM posts WHERE author_id = 1500 ORDER BY created_at DESC LIMIT 10;\n';
const ofAuthor = 'SELECT id FROM comments WHERE author_id = 77;\n';

describe('with a database', () => {
  const url = process.env.PLANLIGHT_TEST_DATABASE_URL;
  let client: Client;
  let known: string[] = [];

  before(async () => {
    assert.ok(url, 'the runner gives PLANLIGHT_TEST_DATABASE_URL');
    client = new Client({ connectionString: url });
    await client.connect();
    known = await indexes();
  });

  after(async () => {
    await dropAdded();
    await client.end();
  });

  afterEach(closeAll);

  async function indexes(): Promise<string[]> {
    const { rows } = await client.query("SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1");
    return rows.map((row: { indexname: string }) => row.indexname);
  }

  async function dropAdded(): Promise<void> {
    for (const name of await indexes()) {
      if (!known.includes(name)) await client.query(`DROP INDEX "${name}"`);
    }
  }

  it('hovers a query with the verdict, the measured plan, and the links', async () => {
    const document = await openText(byAuthor);
    const hover = await hoverWithPlan(document, 'author_id');
    assert.match(hover, /Seq Scan on posts/);
    assert.match(hover, /actual|ms/);
    for (const command of ['explainQuery', 'explainAnalyzeQuery', 'openPlan', 'copyPlan']) {
      assert.match(hover, new RegExp(`command:planlight\\.${command}\\?`));
    }
  });

  it('says above the query how long it took, what took it, and that there is a fix', async () => {
    const document = await openText(byAuthor);
    const title = await eventually('the lens', async () => {
      const [lens] = await lensesOf(document);
      return lens?.command?.title.includes('fix') && lens.command.title;
    });
    assert.match(title, /^Explain · [\d.,<]+ m?s · Seq Scan on posts · 1 fix$/);
  });

  it('names the value that a parameter was planned with', async () => {
    const document = await openFile('src/services/posts.js');
    const hover = await hoverWithPlan(document, 'author_id = $1 ORDER BY');
    assert.match(hover, /Planned with .*author.*id/);
  });

  it('underlines the clause and leads to the rule’s page', async () => {
    const document = await openText(byAuthor);
    const diagnostic = await eventually('the finding', () => diagnosticsOf(document)[0]);
    assert.match(document.getText(diagnostic.range), /author_id/);
    assert.ok(document.getText(diagnostic.range).length < byAuthor.length - 10, 'not the whole query');
    assert.ok(typeof diagnostic.code === 'object');
    assert.match(diagnostic.code.target.path, /docs\/rules\/[a-z-]+\.md$/);
  });

  it('says where the query stands that a table is missing', async () => {
    const document = await openText('SELECT id FROM no_such_table;\n');
    const diagnostic = await eventually('the message', () => diagnosticsOf(document)[0]);
    assert.match(diagnostic.message, /no_such_table/);
  });

  it('writes the index below the query', async () => {
    const document = await openText(byAuthor);
    const diagnostic = await eventually('the finding', () => diagnosticsOf(document)[0]);
    const actions = await actionsAt(document, diagnostic.range);
    const insert = actions.find((action) => action.title.includes('below the query'));
    assert.ok(insert, actions.map((action) => action.title).join('\n'));
    await apply(insert);
    assert.match(document.getText(), /LIMIT 10;\n\nCREATE INDEX \w+ ON posts \(author_id[^)]*\);/);
  });

  it('copies the index', async () => {
    const document = await openText(byAuthor);
    const diagnostic = await eventually('the finding', () => diagnosticsOf(document)[0]);
    const copy = (await actionsAt(document, diagnostic.range)).find((action) => action.title.includes('copy'));
    assert.ok(copy);
    await apply(copy);
    assert.match(await vscode.env.clipboard.readText(), /^CREATE INDEX .*;\n$/);
  });

  it('writes the index into a new migration that is not saved yet', async () => {
    const document = await openText(byAuthor);
    const diagnostic = await eventually('the finding', () => diagnosticsOf(document)[0]);
    const write = (await actionsAt(document, diagnostic.range)).find((action) => action.title.includes('migration'));
    assert.ok(write);
    await apply(write);
    const migration = await eventually('the migration', () => {
      const shown = vscode.window.activeTextEditor?.document;
      return shown?.uri.path.includes('/migrations/') && shown;
    });
    assert.match(migration.uri.path, /\/migrations\/006_\w+\.sql$/);
    assert.match(migration.getText(), /CREATE INDEX/);
    assert.equal(migration.isDirty, true);
  });

  it('creates nothing when the person says no', async () => {
    const document = await openText(byAuthor);
    const diagnostic = await eventually('the finding', () => diagnosticsOf(document)[0]);
    const run = (await actionsAt(document, diagnostic.range)).find((action) => action.title.includes('run on'));
    assert.ok(run);
    const { asked } = await answering(undefined, () => apply(run));
    assert.equal(asked.length, 1);
    assert.deepEqual(await indexes(), known);
  });

  it('says in the hover what the index does to the other open queries and to writes', async () => {
    await openText("SELECT count(*) FROM posts WHERE author_id = 7;\nUPDATE posts SET title = 'x' WHERE id = 1;\n");
    const document = await openText(byAuthor);
    const hover = await eventually('the other queries', async () => {
      const text = await hoverWithPlan(document, 'author_id');
      return text.includes('other queries') && text;
    });
    assert.match(hover, /Also makes \d+ of \d+ other queries on posts cheaper; none dearer/);
    assert.match(
      hover,
      /times the index writes for each inserted row \\\(\d+ indexes on posts instead of \d+\\\); the known UPDATEs stay HOT/,
    );
    assert.match(hover, /CREATE INDEX CONCURRENTLY \w+ ON posts/);
    assert.match(hover, /command:planlight\.showIndexPlan\?/);
  });

  it('shows the plan with the index before it is there', async () => {
    const document = await openText(byAuthor);
    const diagnostic = await eventually('the finding', () => diagnosticsOf(document)[0]);
    const show = (await actionsAt(document, diagnostic.range)).find((action) => action.title.includes('show the plan'));
    assert.ok(show);
    assert.deepEqual(await errorsShown(() => apply(show)), []);
    await eventually('the plan view', () => planTabs().length === 1);
    assert.deepEqual(await indexes(), known);
  });

  it('creates the index after a question that names the database, and the plan changes', async () => {
    const document = await openText(byAuthor);
    assert.match(await hoverWithPlan(document, 'author_id'), /Seq Scan on posts/);
    const diagnostic = await eventually('the finding', () => diagnosticsOf(document)[0]);
    const run = (await actionsAt(document, diagnostic.range)).find((action) => action.title.includes('run on'));
    assert.ok(run);
    const titleNow = async () => (await lensesOf(document))[0]?.command?.title ?? '';
    const titles = [await titleNow()];
    const created = answering('Create Index', () => apply(run));
    await eventually('the new title', async () => {
      const title = await titleNow();
      if (title !== titles.at(-1)) titles.push(title);
      return title.includes('Index Scan');
    });
    assert.equal(titles.length, 2, `changes once:\n${titles.join('\n')}`);
    const { asked } = await created;
    assert.match(asked[0] ?? '', /blog on .*\(development\)/);
    assert.equal((await indexes()).length, known.length + 1);
    const hover = await hoverWithPlan(document, 'author_id');
    assert.match(hover, /Index Scan/);
    assert.doesNotMatch(hover, /Seq Scan/);
    await eventually('no finding', () => diagnosticsOf(document).length === 0);
    await eventually('before and after in the plan view', () => planTabs().length === 1);
    await dropAdded();
  });

  it('creates, measures and keeps the index that helps, after a question that names the database', async () => {
    const document = await openText(ofAuthor);
    const diagnostic = await eventually('the finding', () => diagnosticsOf(document)[0]);
    const verify = (await actionsAt(document, diagnostic.range)).find((action) => action.title.includes('if it helps'));
    assert.match(verify?.title ?? '', /^Index on comments \(.*author_id.*: create it, measure, keep it if it helps$/);
    assert.ok(verify);
    const no = await answering(undefined, () => apply(verify));
    assert.equal(no.asked.length, 1);
    assert.deepEqual(await indexes(), known);
    const said = await informationShown(async () => {
      const yes = await answering('Create and Measure', () => apply(verify));
      assert.match(yes.asked[0] ?? '', /^Create this index on blog on .*\(development\), measure, and keep it only if/);
    });
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /^Planlight: comments_\w+: .* ms → .* ms \(median of 5\), the plan uses it; kept\.$/);
    assert.equal((await indexes()).length, known.length + 1);
    await eventually('before and after in the plan view', () => planTabs().length === 1);
    await dropAdded();
  });

  it('opens the plan of the query at the cursor', async () => {
    const document = await openText(`SELECT 1;\n${byAuthor}`);
    const editor = await vscode.window.showTextDocument(document);
    const position = positionOf(document, 'author_id');
    editor.selection = new vscode.Selection(position, position);
    await vscode.commands.executeCommand('planlight.openPlan');
    const [tab] = await eventually('the plan view', () => planTabs().length > 0 && planTabs());
    assert.match(tab?.label ?? '', /^Plan · .*:2$/);
  });

  it('asks before it runs a statement that changes data, and rolls it back', async () => {
    await openText("UPDATE users SET username = username || '!';\n");
    const before = await client.query("SELECT md5(string_agg(username, ',' ORDER BY id)) AS sum FROM users");
    const no = await answering(undefined, async () => vscode.commands.executeCommand('planlight.explainAnalyzeQuery'));
    assert.match(no.asked[0] ?? '', /blog on/);
    assert.equal(planTabs().length, 0);
    const yes = await answering('Run and Roll Back', async () => {
      await vscode.commands.executeCommand('planlight.explainAnalyzeQuery');
    });
    assert.equal(yes.asked.length, 1);
    await eventually('the plan view', () => planTabs().length > 0);
    const after = await client.query("SELECT md5(string_agg(username, ',' ORDER BY id)) AS sum FROM users");
    assert.deepEqual(after.rows, before.rows);
  });

  it('runs nothing by itself that changes data', async () => {
    const before = await client.query('SELECT count(*) FROM users');
    const document = await openText('DELETE FROM users WHERE id > 0;\n');
    const hover = await hoverWithPlan(document, 'users');
    assert.doesNotMatch(hover, /actual/);
    assert.deepEqual((await client.query('SELECT count(*) FROM users')).rows, before.rows);
  });

  it('explains a whole file', async () => {
    const document = await openFile('reports/quiet-posts.sql');
    const shown = await errorsShown(async () => vscode.commands.executeCommand('planlight.explainFile'));
    assert.deepEqual(shown, []);
    const lenses = await lensesOf(document);
    assert.equal(lenses.length, 2);
    for (const lens of lenses) assert.match(lens.command?.title ?? '', /^Explain · ([\d.,<]+ m?s|cost [\d.,]+) · /);
  });
});
