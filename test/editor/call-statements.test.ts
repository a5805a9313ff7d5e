import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  closeAll,
  errorsShown,
  eventually,
  hoverAt,
  lensesOf,
  openFile,
  picking,
  planTabs,
  positionOf,
  workspaceUri,
} from '../support/editor-helpers';

const program = `import { DataSource } from 'typeorm';
import { Comment, Post } from './models/index.js';

const source = new DataSource({ type: 'postgres' });

export async function page(offset) {
  return Post.findAndCountAll({ where: { status: 'published' }, order: [['createdAt', 'DESC']], limit: 10, offset });
}

export async function comments(authorId, newest) {
  const where = { authorId };
  if (newest) where.createdAt = newest;
  return Comment.findAll({ where });
}

export async function anything(text) {
  return source.query(text);
}
`;

describe('a call that sends several statements, or none that is known', () => {
  const name = 'src/several.js';
  let document: vscode.TextDocument;

  before(async () => {
    await vscode.workspace.fs.writeFile(workspaceUri(name), Buffer.from(program));
    document = await openFile(name);
    await eventually('the lenses', async () => (await lensesOf(document)).length === 2, 30_000);
  });

  after(async () => {
    await closeAll();
    await vscode.workspace.fs.delete(workspaceUri(name));
  });

  it('has one lens, which counts them', async () => {
    const title = await eventually('the plan', async () => {
      const [lens] = await lensesOf(document);
      return lens?.command?.title.includes('s · ') && lens?.command?.title;
    });
    assert.match(title, /^Explain · 2 statements · [\d.,<]+ m?s · /);
  });

  it('shows each with what it costs, and explains the one that a person points at', async () => {
    const hover = await eventually('the costs of both', async () => {
      const text = await hoverAt(document, positionOf(document, 'findAndCountAll'));
      return /1 of 2\*\* · [^\n]*m?s[\s\S]*2 of 2\*\* · [^\n]*m?s/.test(text ?? '') && text;
    });
    assert.match(hover, /sequelize sends 2 statements, in this order/);
    assert.match(hover, /the dearest: its plan is below/);
    const link = /\[Explain\]\(command:planlight\.explainQuery\?([^ ]*part[^ ]*) /.exec(hover)?.[1];
    assert.ok(link, hover);
    const [argument] = JSON.parse(decodeURIComponent(link));
    await vscode.commands.executeCommand('planlight.explainQuery', argument);
    await eventually('the plan', () => planTabs().length > 0);
  });

  it('asks which one is meant while nothing is known of them', async () => {
    const configuration = vscode.workspace.getConfiguration('planlight');
    await configuration.update('automatic', 'off', vscode.ConfigurationTarget.Workspace);
    const unplanned = 'src/unplanned.js';
    const text = program.replaceAll("'published'", "'archived'").replace('limit: 10', 'limit: 7');
    await vscode.workspace.fs.writeFile(workspaceUri(unplanned), Buffer.from(text));
    try {
      const opened = await openFile(unplanned);
      await eventually('the lenses', async () => (await lensesOf(opened)).length === 2, 30_000);
      const at = positionOf(opened, 'findAndCountAll');
      (await vscode.window.showTextDocument(opened)).selection = new vscode.Selection(at, at);
      const offered = await picking(/^Statement 2/, async () =>
        vscode.commands.executeCommand('planlight.explainQuery'),
      );
      assert.deepEqual(
        offered.map(({ label }) => label),
        ['Statement 1', 'Statement 2'],
      );
      assert.match(offered[0]?.detail ?? '', /^SELECT count/);
      const hover = await hoverAt(opened, at);
      assert.match(
        hover ?? '',
        /1 of 2\*\* · \[Explain\][\s\S]*2 of 2\*\* · cost [^\n]*the dearest: its plan is below/,
      );
    } finally {
      await configuration.update('automatic', undefined, vscode.ConfigurationTarget.Workspace);
      await vscode.workspace.fs.delete(workspaceUri(unplanned));
    }
  });

  it('says which of its forms is shown', async () => {
    const hover = await eventually('the hover', () => hoverAt(document, positionOf(document, 'Comment.findAll')));
    assert.match(hover, /of 2 forms this is the (?:dearest|likeliest)/);
  });

  it('has no lens where no SQL is known, and says why', async () => {
    const at = positionOf(document, 'query(text)').translate(0, -3);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      at,
    );
    const texts = hovers.flatMap(({ contents }) =>
      contents.map((part) => (typeof part === 'string' ? part : part.value)),
    );
    const [why] = texts.filter((text) => text.includes('typeorm sends'));
    assert.match(why ?? '', /What typeorm sends here is not known/);
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(at, at);
    const shown = await errorsShown(async () => vscode.commands.executeCommand('planlight.explainQuery'));
    assert.match(shown.join('\n'), /^Planlight: What this call sends is not known\. /);
  });
});
