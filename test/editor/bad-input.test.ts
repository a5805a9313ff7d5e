import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  closeAll,
  diagnosticsOf,
  errorsShown,
  eventually,
  lensesOf,
  openFile,
  openText,
  workspaceUri,
} from '../support/editor-helpers';

describe('bad input', () => {
  const files: vscode.Uri[] = [];

  afterEach(async () => {
    await closeAll();
    for (const uri of files.splice(0)) await vscode.workspace.fs.delete(uri).then(undefined, () => undefined);
  });

  async function write(name: string, bytes: Uint8Array): Promise<void> {
    const uri = workspaceUri(name);
    files.push(uri);
    await vscode.workspace.fs.writeFile(uri, bytes);
  }

  it('leaves a SQL file of 10 MB alone and says so in one line', async () => {
    const row = "INSERT INTO posts (title) VALUES ('a title of some length for the size of this file');\n";
    await write('big.sql', Buffer.from(row.repeat(Math.ceil(10_000_000 / row.length))));
    const document = await openFile('big.sql');
    const lenses = await lensesOf(document);
    assert.equal(lenses.length, 1);
    assert.match(lenses[0]?.command?.title ?? '', /left alone: 9\.5 MB is more than 1\.9 MB/);
    assert.deepEqual(diagnosticsOf(document), []);
  });

  it('leaves a binary file named .sql alone', async () => {
    // VS Code itself refuses a file with a NUL in its first 512 bytes.
    const text = Buffer.from('-- a dump that is not plain text\n'.repeat(40));
    await write('binary.sql', Buffer.concat([text, Uint8Array.from({ length: 4_000 }, (_, index) => index % 251)]));
    const document = await vscode.workspace.openTextDocument(workspaceUri('binary.sql'));
    const lenses = await lensesOf(document);
    assert.match(lenses[0]?.command?.title ?? '', /binary/);
    assert.deepEqual(diagnosticsOf(document), []);
  });

  it('reads on when a file is deleted while it is open', async () => {
    await write('gone.sql', Buffer.from('SELECT * FORM posts;\n'));
    const document = await openFile('gone.sql');
    await vscode.workspace.fs.delete(workspaceUri('gone.sql'));
    await eventually('the syntax error', () => diagnosticsOf(document).length === 1);
  });

  it('reads CRLF and a byte order mark without moving a range', async () => {
    await write('crlf.sql', Buffer.from('\ufeffSELECT 1;\r\n\r\nSELECT * FORM posts;\r\n'));
    const document = await openFile('crlf.sql');
    await eventually('the syntax error', () => diagnosticsOf(document).length === 1);
    assert.equal(diagnosticsOf(document)[0]?.range.start.line, 2);
  });

  it('says in one sentence what is wrong when there is no query at the cursor', async () => {
    await openText('-- nothing here\n');
    const shown = await errorsShown(async () => vscode.commands.executeCommand('planlight.explainQuery'));
    assert.deepEqual(shown, ['Planlight: There is no query at the cursor.']);
  });

  it('explains deep nesting with a message, not with a stack', async () => {
    const document = await openText(`SELECT ${'('.repeat(5_000)}1${')'.repeat(5_000)};\nSELECT * FORM posts;\n`);
    const diagnostics = await eventually('the second statement’s error', () => {
      const found = diagnosticsOf(document);
      return found.some((diagnostic) => diagnostic.range.start.line === 1) && found;
    });
    for (const { message } of diagnostics) assert.doesNotMatch(message, /at .*\.js:|Maximum call stack/);
  });
});
