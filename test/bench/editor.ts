import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';

/**
 * Measured inside the extension host, in ms: one activation (loading the file included), and hovers over a query
 * whose plan is known already, with VS Code's own way from the request to the answer.
 */
export async function run(): Promise<void> {
  const reportFile = process.env.PLANLIGHT_TEST_REPORT;
  assert.ok(reportFile);
  try {
    const extension = vscode.extensions.all.find(({ packageJSON }) => packageJSON.name === 'planlight');
    assert.ok(extension && !extension.isActive);
    const started = performance.now();
    await extension.activate();
    const activation = performance.now() - started;
    writeFileSync(
      reportFile,
      JSON.stringify({ activation, hovers: process.env.PLANLIGHT_BENCH_HOVER ? await hovers() : [] }),
    );
  } catch (error) {
    writeFileSync(reportFile, JSON.stringify({ error: error instanceof Error ? error.stack : String(error) }));
    throw error;
  }
}

async function hovers(): Promise<number[]> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  const uri = vscode.Uri.file(join(folder.uri.fsPath, 'bench.sql'));
  await vscode.workspace.fs.writeFile(
    uri,
    Buffer.from('SELECT id, title FROM posts WHERE author_id = 17 ORDER BY created_at DESC LIMIT 20;\n'),
  );
  await vscode.window.showTextDocument(uri);
  const ask = async () => {
    const answers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      uri,
      new vscode.Position(0, 10),
    );
    return answers
      .flatMap(({ contents }) => contents.map((content) => (typeof content === 'string' ? content : content.value)))
      .join('\n');
  };
  const deadline = Date.now() + 60_000;
  while (!/Scan/.test(await ask())) {
    assert.ok(Date.now() < deadline, 'the hover never showed a plan');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const times: number[] = [];
  for (let i = 0; i < 100; i++) {
    const started = performance.now();
    await ask();
    times.push(performance.now() - started);
  }
  return times;
}
