import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  closeAll,
  codeOf,
  diagnosticsOf,
  errorsShown,
  eventually,
  hoverAt,
  lensesOf,
  planTabs,
  positionOf,
} from '../support/editor-helpers';

const text = 'SELECT * FORM posts;\n\nSELECT id FROM posts WHERE author_id = 1500 ORDER BY created_at;\n';

/** One file that is nowhere on a disk, as in a folder on GitHub. */
class MemoryFiles implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const isFile = uri.path.endsWith('.sql');
    return { type: isFile ? vscode.FileType.File : vscode.FileType.Directory, ctime: 0, mtime: 0, size: text.length };
  }

  readDirectory(): [string, vscode.FileType][] {
    return [['queries.sql', vscode.FileType.File]];
  }

  readFile(): Uint8Array {
    return Buffer.from(text);
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  writeFile(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
}

describe('a file of a virtual folder', () => {
  let provider: vscode.Disposable;
  let document: vscode.TextDocument;

  before(async () => {
    provider = vscode.workspace.registerFileSystemProvider('memfs', new MemoryFiles(), { isReadonly: true });
    document = await vscode.workspace.openTextDocument(vscode.Uri.parse('memfs:/project/queries.sql'));
    await vscode.window.showTextDocument(document, { preview: false });
  });

  after(async () => {
    await closeAll();
    provider.dispose();
  });

  it('gets what the text says', async () => {
    const [diagnostic] = await eventually('the syntax error', () => {
      const found = diagnosticsOf(document);
      return found.length > 0 && found;
    });
    assert.ok(diagnostic);
    assert.equal(codeOf(diagnostic), 'syntax-error');
  });

  it('is planned on no database by itself', async () => {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const titles = (await lensesOf(document)).map((lens) => lens.command?.title ?? '');
    assert.equal(titles.length, 2);
    for (const title of titles) assert.doesNotMatch(title, / m?s · |cost/);
    const hover = await hoverAt(document, positionOf(document, 'author_id'));
    assert.doesNotMatch(hover ?? '', /Seq Scan|openPlan/);
    assert.match(hover ?? '', /Not planned yet: choose Explain/);
  });

  it('is planned when a person asks for it', async () => {
    const editor = await vscode.window.showTextDocument(document);
    const position = positionOf(document, 'author_id');
    editor.selection = new vscode.Selection(position, position);
    const shown = await errorsShown(async () => vscode.commands.executeCommand('planlight.explainQuery'));
    assert.deepEqual(shown, []);
    await eventually('the plan view', () => planTabs().length === 1);
  });
});
