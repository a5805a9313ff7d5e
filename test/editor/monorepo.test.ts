import assert from 'node:assert/strict';
import { Client } from 'pg';
import * as vscode from 'vscode';
import {
  chooseDatabase,
  closeAll,
  diagnosticsOf,
  eventually,
  hoverWithPlan,
  openFile,
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
});
