import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, errorsShown, eventually, openText, planTabs } from '../support/editor-helpers';

const statement = 'SELECT id, title FROM posts WHERE author_id = 1500';

/** Selects `text` in the active editor, its cursor at the end. */
function select(text: string): void {
  const editor = vscode.window.activeTextEditor;
  assert.ok(editor);
  const start = editor.document.getText().indexOf(text);
  assert.ok(start >= 0, text);
  const positionAt = (offset: number) => editor.document.positionAt(offset);
  editor.selection = new vscode.Selection(positionAt(start), positionAt(start + text.length));
}

async function explain(command = 'planlight.explainQuery'): Promise<string[]> {
  return errorsShown(async () => vscode.commands.executeCommand(command));
}

async function labelOfPlan(): Promise<string> {
  const [tab] = await eventually('the plan view', () => planTabs().length > 0 && planTabs());
  return tab?.label ?? '';
}

describe('a selected statement', () => {
  afterEach(closeAll);

  it('is explained in the middle of a plain text', async () => {
    await openText(`Dear all,\n\nthis one is slow: ${statement}\nCan you look?\n`, 'plaintext');
    select(statement);
    assert.deepEqual(await explain(), []);
    assert.match(await labelOfPlan(), /:3$/);
  });

  for (const command of ['planlight.explainQuery', 'planlight.explainAnalyzeQuery', 'planlight.openPlan']) {
    it(`is taken by ${command} in a language that is not read`, async () => {
      await openText(`import db\n\nrows = db.run("""\n  ${statement};\n""")\n`, 'python');
      select(`  ${statement};\n`);
      assert.deepEqual(await explain(command), []);
      assert.match(await labelOfPlan(), /:4$/);
    });
  }

  it('is the one among others of a SQL file', async () => {
    await openText(`SELECT 1;\nSELECT 2;\n${statement};\nSELECT 4;\n`);
    select(statement);
    assert.deepEqual(await explain(), []);
    assert.match(await labelOfPlan(), /:3$/);
  });

  it('is explained in a file that is too long to be read', async () => {
    await openText(`${'-- a comment that makes the file long\n'.repeat(60_000)}${statement};\n`);
    select(statement);
    assert.deepEqual(await explain(), []);
    assert.match(await labelOfPlan(), /:60001$/);
  });

  it('is answered with the syntax error when it is broken', async () => {
    await openText('The slow one: SELECT id FORM posts WHERE id = 1, I think.\n', 'plaintext');
    select('SELECT id FORM posts WHERE id = 1');
    assert.deepEqual(await explain(), [
      'Planlight: The selection is no SQL statement: syntax error at or near "posts".',
    ]);
  });

  it('has to be one statement', async () => {
    await openText(`SELECT 1;\n${statement};\n`, 'plaintext');
    select(`SELECT 1;\n${statement};\n`);
    assert.deepEqual(await explain(), ['Planlight: 2 queries are selected; select one.']);
    await closeAll();
    await openText(`SELECT 1;\n${statement};\n`);
    select(`SELECT 1;\n${statement};\n`);
    assert.deepEqual(await explain(), ['Planlight: 2 queries are selected; select one, or use Explain File.']);
    assert.equal(planTabs().length, 0);
  });

  it('is what the plan view’s buttons mean until the text changes', async () => {
    const document = await openText(`rows = db.run("""\n  ${statement}\n""")\n`, 'python');
    select(statement);
    await explain();
    await labelOfPlan();
    const argument = { uri: document.uri.toString(), offset: document.getText().indexOf(statement) };
    const again = async () => vscode.commands.executeCommand('planlight.explainAnalyzeQuery', argument);
    assert.deepEqual(await errorsShown(again), []);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '# changed\n');
    await vscode.workspace.applyEdit(edit);
    assert.deepEqual(await errorsShown(again), ['Planlight: There is no query at the cursor.']);
  });
});
