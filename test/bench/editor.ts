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
    const hovers = process.env.PLANLIGHT_BENCH_HOVER ? await measureHovers() : { ours: [], empty: [] };
    writeFileSync(reportFile, JSON.stringify({ activation, ...hovers }));
  } catch (error) {
    writeFileSync(reportFile, JSON.stringify({ error: error instanceof Error ? error.stack : String(error) }));
    throw error;
  }
}

/** `empty`: the same way through VS Code to a provider that answers one word at once. */
async function measureHovers(): Promise<{ ours: number[]; empty: number[] }> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  const sql = vscode.Uri.file(join(folder.uri.fsPath, 'bench.sql'));
  const other = vscode.Uri.file(join(folder.uri.fsPath, 'bench.txt'));
  const text = 'SELECT id, title FROM posts WHERE author_id = 17 ORDER BY created_at DESC LIMIT 20;\n';
  for (const uri of [other, sql]) {
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    await vscode.window.showTextDocument(uri, { preview: false });
  }
  const empty = vscode.languages.registerHoverProvider('plaintext', { provideHover: () => new vscode.Hover('word') });
  const deadline = Date.now() + 60_000;
  while (!/Scan/.test(await hoverAt(sql))) {
    assert.ok(Date.now() < deadline, 'the hover never showed a plan');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const times: { ours: number[]; empty: number[] } = { ours: [], empty: [] };
  for (let i = 0; i < 200; i++) {
    times.ours.push(await timed(() => hoverAt(sql)));
    times.empty.push(await timed(() => hoverAt(other)));
  }
  empty.dispose();
  return times;
}

async function hoverAt(uri: vscode.Uri): Promise<string> {
  const answers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    uri,
    new vscode.Position(0, 10),
  );
  return answers
    .flatMap(({ contents }) => contents.map((content) => (typeof content === 'string' ? content : content.value)))
    .join('\n');
}

/** Milliseconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
