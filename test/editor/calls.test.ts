import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  actionsAt,
  apply,
  closeAll,
  codeOf,
  diagnosticsOf,
  eventually,
  hoverAt,
  lensesOf,
  openFile,
  positionOf,
} from '../support/editor-helpers';

const FILE = 'src/services/digest.js';

/** The models stand in other files, so the calls are known once the workspace is read. */
async function openDigest(): Promise<vscode.TextDocument> {
  const document = await openFile(FILE);
  await eventually('the lenses of the calls', async () => (await lensesOf(document)).length === 4, 30_000);
  return document;
}

describe('the calls of a query library', () => {
  afterEach(closeAll);

  it('show the SQL that they send, with its plan, where one points at them', async () => {
    const document = await openDigest();
    const text = await eventually('the hover with a plan', async () => {
      const hover = await hoverAt(document, positionOf(document, 'findByPk'));
      return hover?.includes('Index Scan') && hover;
    });
    assert.match(text, /sequelize sends this/);
    assert.match(text, /```sql\nSELECT [\s\S]*\nFROM "users" AS "User"\nWHERE "User"\."id" = \$1\n```/);
    assert.match(text, /\\\$1 = post\\\.authorId/);
  });

  it('are named where they are sent once for each row, with the loop as a related place', async () => {
    const document = await openDigest();
    const byPk = await eventually('the repeated query, with numbers', () =>
      diagnosticsOf(document).find(
        ({ range, message }) => document.getText(range).includes('findByPk') && message.includes('1 query instead of'),
      ),
    );
    assert.equal(codeOf(byPk), 'query-in-loop');
    assert.match(byPk.message, /^User\.findByPk is sent once for each post of Post\.findAll/);
    const [related] = byPk.relatedInformation ?? [];
    assert.equal(related?.location.uri.toString(), document.uri.toString());
  });

  it('are asked for with the rows by a quick fix, which the loop then reads', async () => {
    const document = await openDigest();
    const loop = await eventually('the repeated query', () =>
      diagnosticsOf(document).find(({ message }) => message.startsWith('User.findByPk is sent once')),
    );
    const [eager] = await eventually('the fix', async () => {
      const found = await actionsAt(document, loop.range);
      const actions = found.filter(({ title }) => title === 'Load author with Post.findAll (include)');
      return actions.length > 0 && actions;
    });
    assert.ok(eager);
    await apply(eager);
    assert.match(document.getText(), /limit: 10,\n {4}include: \['author'\],\n {2}\}\);/);
    assert.match(document.getText(), /const author = post\.author;/);
    await eventually('no repeated query of authors', () =>
      diagnosticsOf(document).every(({ message }) => !message.includes('findByPk')),
    );
  });

  it('are laid out on a page of SQL that follows the code while it is edited', async () => {
    const document = await openDigest();
    const offset = document.getText().indexOf('findByPk');
    await vscode.commands.executeCommand('planlight.showSql', { uri: document.uri.toString(), offset });
    const page = await eventually('the page', () =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'planlight-sql'),
    );
    assert.equal(page.languageId, 'sql');
    assert.match(page.getText(), /^-- What findByPk of sequelize sends\.\n[\s\S]*FROM "users" AS "User"[\s\S]*;\n$/);
    const edit = new vscode.WorkspaceEdit();
    const start = document.positionAt(document.getText().indexOf('findByPk(post.authorId)'));
    edit.replace(
      document.uri,
      new vscode.Range(start, start.translate(0, 'findByPk(post.authorId)'.length)),
      'findOne({ where: { username: post.title } })',
    );
    await vscode.workspace.applyEdit(edit);
    await eventually('the new SQL', () => page.getText().includes('"username" = $1'));
  });
});
