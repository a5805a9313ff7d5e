import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  closeAll,
  codeOf,
  diagnosticsOf,
  eventually,
  hoverAt,
  lensesOf,
  openText,
  positionOf,
} from '../support/editor-helpers';

describe('what the text alone says', () => {
  afterEach(closeAll);

  it('underlines a syntax error at its token and hides no other statement', async () => {
    const document = await openText('SELECT 1;\nSELECT * FORM posts;\nSELECT 2;\n');
    const [diagnostic] = await eventually('the syntax error', () => {
      const found = diagnosticsOf(document).filter((one) => codeOf(one) === 'syntax-error');
      return found.length > 0 && found;
    });
    assert.equal(diagnosticsOf(document).filter((one) => codeOf(one) === 'syntax-error').length, 1);
    assert.equal(diagnostic?.range.start.line, 1);
    assert.match(diagnostic?.message ?? '', /syntax error at or near/);
    assert.equal(diagnostic?.severity, vscode.DiagnosticSeverity.Error);
    assert.equal((await lensesOf(document)).length, 3);
  });

  it('underlines a syntax error inside a template literal in its own line', async () => {
    const document = await openText(
      'pool.query(`SELECT id\n  FROM posts\n  WHERE AND id = $1`, [id]);\n',
      'javascript',
    );
    const [diagnostic] = await eventually('the syntax error', () => {
      const found = diagnosticsOf(document);
      return found.length > 0 && found;
    });
    assert.equal(document.getText(diagnostic?.range), 'AND');
    assert.equal(diagnostic?.range.start.line, 2);
  });

  it('takes a finding away with the first key pressed in its query, and moves those of the queries below', async () => {
    const document = await openText('SELECT * FORM a;\n\nSELECT * FORM b;\n');
    await eventually('two syntax errors', () => diagnosticsOf(document).length === 2);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 9), '\n');
    await vscode.workspace.applyEdit(edit);
    // The document is read again after a pause; this is what is shown before that.
    const shown = diagnosticsOf(document);
    assert.equal(shown.length, 1);
    assert.equal(shown[0]?.range.start.line, 3);
  });

  it('says nothing about text that only looks like SQL', async () => {
    const document = await openText(
      "const label = 'Select an option';\nlog('update failed from here');\n",
      'typescript',
    );
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.deepEqual(diagnosticsOf(document), []);
    assert.deepEqual(await lensesOf(document), []);
    assert.equal(await hoverAt(document, positionOf(document, 'Select an')), undefined);
  });

  it('keeps lenses in their lines while plans arrive', async () => {
    const document = await openText(
      'SELECT id FROM posts WHERE author_id = 1;\n\nSELECT id FROM users WHERE id = 2;\n',
    );
    const first = (await lensesOf(document)).map((lens) => lens.range.start.line);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const later = (await lensesOf(document)).map((lens) => lens.range.start.line);
    assert.deepEqual(first, [0, 2]);
    assert.deepEqual(later, first);
  });

  it('shows no lens when lenses are switched off', async () => {
    const configuration = vscode.workspace.getConfiguration('planlight');
    const document = await openText('SELECT id FROM posts WHERE author_id = 1;\n');
    await configuration.update('codeLens.enabled', false, vscode.ConfigurationTarget.Global);
    try {
      await eventually('no lens', async () => (await lensesOf(document)).length === 0);
    } finally {
      await configuration.update('codeLens.enabled', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
