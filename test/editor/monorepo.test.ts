import assert from 'node:assert/strict';
import { Client } from 'pg';
import * as vscode from 'vscode';
import {
  chooseDatabase,
  closeAll,
  diagnosticsOf,
  eventually,
  hoverAt,
  hoverWithPlan,
  openFile,
  picking,
  positionOf,
  warningsShown,
  workspaceUri,
} from '../support/editor-helpers';

const configuration = () => vscode.workspace.getConfiguration('planlight');

describe('a workspace whose packages have databases of their own', () => {
  const url = process.env.PLANLIGHT_TEST_DATABASE_URL ?? '';
  const ofShop = Object.assign(new URL(url), { pathname: '/shop' }).toString();
  let client: Client;

  before(async () => {
    client = new Client({ connectionString: url });
    await client.connect();
    await client.query('CREATE DATABASE shop');
    const shop = new Client({ connectionString: ofShop });
    await shop.connect();
    await shop.query('CREATE TABLE invoices (id int PRIMARY KEY, total int)');
    await shop.end();
    await write('packages/shop/.env', `DATABASE_URL=${ofShop}\n`);
    await write('packages/shop/src/invoices.sql', 'SELECT total FROM invoices;\n');
    await write('packages/blog/.env', `DATABASE_URL=${url}\n`);
    await write('packages/blog/src/invoices.sql', 'SELECT total FROM invoices;\n');
    await write('packages/blog/src/posts.sql', 'SELECT title FROM posts WHERE id = 1;\n');
    // The files are looked at once they were quiet for a while.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await chooseDatabase('nearest');
  });

  after(async () => {
    await closeAll();
    await configuration().update('databases', undefined, vscode.ConfigurationTarget.Workspace);
    await vscode.workspace.fs.delete(workspaceUri('packages'), { recursive: true });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await chooseDatabase('first');
    await client.query('DROP DATABASE shop WITH (FORCE)');
    await client.end();
  });

  afterEach(closeAll);

  async function write(path: string, text: string): Promise<void> {
    await vscode.workspace.fs.writeFile(workspaceUri(path), Buffer.from(text));
  }

  const missing = (document: vscode.TextDocument) =>
    diagnosticsOf(document).some(({ message }) => message.includes('"invoices" does not exist'));

  it('asks for each document that of its nearest configuration', async () => {
    const shop = await openFile('packages/shop/src/invoices.sql');
    assert.match(await hoverWithPlan(shop, 'invoices'), /Seq Scan on invoices/);
    const posts = await openFile('packages/blog/src/posts.sql');
    assert.match(await hoverWithPlan(posts, 'posts'), /on posts/);
    const blog = await openFile('packages/blog/src/invoices.sql');
    await eventually('the missing table', () => missing(blog));
    assert.equal(missing(shop), false);
  });

  it('asks the one that the setting names for a folder', async () => {
    const databases = { 'packages/blog': 'DATABASE_URL in packages/shop/.env' };
    await configuration().update('databases', databases, vscode.ConfigurationTarget.Workspace);
    const blog = await openFile('packages/blog/src/invoices.sql');
    assert.match(await hoverWithPlan(blog, 'invoices'), /Seq Scan on invoices/);
  });

  it('asks no other one where the setting names a connection that there is not, and says so', async () => {
    const warnings = await warningsShown(async (shown) => {
      const databases = { 'packages/blog': 'shop on the moon' };
      await configuration().update('databases', databases, vscode.ConfigurationTarget.Workspace);
      const posts = await openFile('packages/blog/src/posts.sql');
      // Without the backslashes of Markdown.
      const hover = async () => (await hoverAt(posts, positionOf(posts, 'posts')))?.replaceAll('\\', '');
      const said = /names “shop on the moon” for packages\/blog, and no connection has that name\./;
      await eventually('the warning', () => shown.length > 0);
      await eventually('the reason', async () => said.test((await hover()) ?? ''));
    });
    assert.deepEqual(warnings, [
      'Planlight: The setting planlight.databases names “shop on the moon” for packages/blog, and no connection has that name.',
    ]);
    await configuration().update('databases', undefined, vscode.ConfigurationTarget.Workspace);
    const posts = await openFile('packages/blog/src/posts.sql');
    assert.match(await hoverWithPlan(posts, 'posts'), /on posts/);
  });

  it('lets a person choose of which database’s queries to advise, and of which one’s indexes', async () => {
    const run = (command: string) => async () => vscode.commands.executeCommand(command);
    const offered = await picking(/packages\/shop/, run('planlight.adviseWorkspace'));
    assert.deepEqual(
      offered.map(({ detail }) => detail),
      [vscode.workspace.name, 'packages/shop/src'],
    );
    const text = () => vscode.window.activeTextEditor?.document.getText() ?? '';
    await eventually('the advice', () => /with the statistics of shop@/.test(text()));
    assert.match(text(), /^No index makes the query/);
    await picking(/packages\/shop/, run('planlight.showRemovableIndexes'));
    await eventually('the indexes', () => /^-- .* shop@/.test(text()));
  });
});

describe('a workspace without a database whose packages define the same table', () => {
  const files = {
    'packages/shop/package.json': '{}',
    'packages/shop/schema.sql': 'CREATE TABLE people (id int PRIMARY KEY, balance int);\n',
    'packages/shop/src/people.sql': 'SELECT balance FROM people;\n',
    'packages/club/package.json': '{}',
    'packages/club/schema.sql': 'CREATE TABLE people (id int PRIMARY KEY, nickname text);\n',
    'packages/club/src/people.sql': 'SELECT nickname FROM people;\n',
  };

  before(async () => {
    for (const [path, text] of Object.entries(files))
      await vscode.workspace.fs.writeFile(workspaceUri(path), Buffer.from(text));
    await chooseDatabase('in memory');
  });

  after(async () => {
    await closeAll();
    await vscode.workspace.fs.delete(workspaceUri('packages'), { recursive: true });
    await chooseDatabase('first');
  });

  for (const name of ['shop', 'club']) {
    it(`plans the queries of packages/${name} with its own schema`, async () => {
      const document = await openFile(`packages/${name}/src/people.sql`);
      const hover = await hoverWithPlan(document, 'people');
      assert.match(hover, /Seq Scan on people/);
      assert.match(hover, new RegExp(`in memory, with the schema of packages/${name}`));
    });
  }
});
