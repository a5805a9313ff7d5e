import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { Client } from 'pg';
import * as vscode from 'vscode';
import { readHistory } from '../../src/analysis/guide/history';
import type { GuideFix } from '../../src/nouns/check';
import { answering, closeAll, errorsShown, eventually, openText, workspaceUri } from '../support/editor-helpers';

const apply = (fix: GuideFix) =>
  vscode.commands.executeCommand('planlight.applyGuideFix', { point: 'maintenance', fix });

describe('a fix of the checklist', () => {
  let client: Client;

  before(async () => {
    client = new Client({ connectionString: process.env.PLANLIGHT_TEST_DATABASE_URL });
    await client.connect();
    await openText('SELECT 1;\n');
    await vscode.commands.executeCommand('planlight.readStatistics');
  });

  after(async () => {
    await vscode.workspace
      .getConfiguration('planlight')
      .update('history', undefined, vscode.ConfigurationTarget.Global);
    await rm(workspaceUri('.planlight').fsPath, { recursive: true, force: true });
    await closeAll();
    await client.end();
  });

  it('runs one statement on the database that the question names, and nothing without a yes', async () => {
    const fix: GuideFix = {
      kind: 'statement',
      title: 'Describe posts',
      sql: `COMMENT ON TABLE posts IS 'of the blog'`,
    };
    const comment = async () =>
      (await client.query<{ said: string | null }>(`SELECT obj_description('posts'::regclass) AS said`)).rows[0]?.said;
    await answering(undefined, async () => apply(fix));
    assert.equal(await comment(), null);
    const { asked } = await answering('Run', async () => apply(fix));
    assert.match(asked[0] ?? '', /^Run this statement on blog on 127\.0\.0\.1:\d+ \(development\)\?$/);
    assert.equal(await comment(), 'of the blog');
    await client.query('COMMENT ON TABLE posts IS NULL');
  });

  it('is one statement: the server refuses a second one in the same text', async () => {
    const sql = `COMMENT ON TABLE posts IS 'one'; COMMENT ON TABLE users IS 'two'`;
    const shown = await errorsShown(() =>
      answering('Run', async () => apply({ kind: 'statement', title: 'Two', sql })),
    );
    assert.match(shown.join(), /multiple commands/);
  });

  it('sets a setting, and loads it where that is enough', async () => {
    const setting: GuideFix = {
      kind: 'setting',
      title: 'Tell slow statements',
      name: 'log_min_duration_statement',
      from: '-1',
      to: '10s',
      sql: `ALTER SYSTEM SET log_min_duration_statement = '10s'`,
      takesEffect: 'after a reload',
    };
    try {
      const { asked } = await answering('Set and Reload', async () => apply(setting));
      assert.match(asked[0] ?? '', /^Set log_min_duration_statement to 10s on blog on /);
      await eventually('the setting', async () => {
        const { rows } = await client.query('SHOW log_min_duration_statement');
        return rows[0].log_min_duration_statement === '10s';
      });
    } finally {
      await client.query('ALTER SYSTEM RESET log_min_duration_statement');
      await client.query('SELECT pg_reload_conf()');
    }
  });

  it('cleans a table up, and the history keeps the numbers before and after when it is asked to', async () => {
    await vscode.workspace.getConfiguration('planlight').update('history', true, vscode.ConfigurationTarget.Global);
    await client.query('UPDATE users SET username = username');
    await client.query('SELECT pg_stat_force_next_flush()');
    await vscode.commands.executeCommand('planlight.readStatistics');
    const task = { kind: 'vacuum analyze', schema: 'public', table: 'users' } as const;
    await answering('Run', async () => apply({ kind: 'maintenance', title: 'VACUUM (ANALYZE) users', task }));
    const file = workspaceUri('.planlight/history.jsonl').fsPath;
    const kept = await eventually('the line of the history', () => {
      const { applied } = readHistory(existsSync(file) ? readFileSync(file, 'utf8') : '');
      return applied.find(({ after }) => after);
    });
    assert.equal(kept.fix.title, 'VACUUM (ANALYZE) users');
    const dead = (measures: typeof kept.before.measures) =>
      measures.find(({ label }) => label === 'Dead rows of users');
    assert.ok(Number(dead(kept.before.measures)?.raw) > 0);
    assert.equal(dead(kept.after?.measures ?? [])?.raw, 0);
  });

  it('opens new files unsaved, for a person to read', async () => {
    const files = [{ path: 'k8s/of-a-test.yaml', content: 'kind: CronJob\n' }];
    await apply({ kind: 'file', title: 'A job', files, placeholders: [] });
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.getText(), 'kind: CronJob\n');
    assert.ok(document.isUntitled && document.uri.path.endsWith('/k8s/of-a-test.yaml'));
    assert.equal(existsSync(workspaceUri('k8s/of-a-test.yaml').fsPath), false);
    await closeAll();
  });

  it('compares a file that is there, and leaves it as it is unless somebody says so', async () => {
    const { fsPath } = workspaceUri('of-a-test.conf');
    await writeFile(fsPath, 'mine\n');
    const fix: GuideFix = {
      kind: 'file',
      title: 'A file',
      files: [{ path: 'of-a-test.conf', content: 'proposed\n' }],
      placeholders: [],
    };
    try {
      const { asked } = await answering('Leave It', async () => apply(fix));
      assert.match(asked[0] ?? '', /of-a-test\.conf is there already/);
      await answering('Put It In', async () => apply(fix));
      assert.equal(vscode.window.activeTextEditor?.document.getText(), 'proposed\n');
      assert.equal(readFileSync(fsPath, 'utf8'), 'mine\n');
    } finally {
      await closeAll();
      await rm(fsPath);
    }
  });

  it('writes nothing outside of the workspace', async () => {
    const files = [{ path: '../of-a-test.conf', content: 'x' }];
    const shown = await errorsShown(async () => apply({ kind: 'file', title: 'Out', files, placeholders: [] }));
    assert.match(shown.join(), /is not below the workspace/);
  });

  it('changes several files after a look at them, and leaves them unsaved', async () => {
    const files = ['of-a-test-1.js', 'of-a-test-2.js'].map((name) => workspaceUri(name).fsPath);
    for (const path of files) await writeFile(path, 'max: 20\n');
    const edits = files.map((uri) => ({ uri, range: { start: 5, end: 7 }, newText: '5' }));
    const change = (answer: string) =>
      answering(answer, async () => apply({ kind: 'edit', title: 'Fewer', edits }), 'showInformationMessage');
    const texts = () =>
      Promise.all(files.map(async (path) => (await vscode.workspace.openTextDocument(path)).getText()));
    try {
      await change('Leave It');
      assert.deepEqual(await texts(), ['max: 20\n', 'max: 20\n']);
      const { asked } = await change('Make the Change');
      assert.match(asked.join(), /Fewer\? 2 files stay unsaved until you save/);
      assert.deepEqual(await texts(), ['max: 5\n', 'max: 5\n']);
      assert.deepEqual(await Promise.all(files.map((path) => readFile(path, 'utf8'))), ['max: 20\n', 'max: 20\n']);
    } finally {
      await closeAll();
      for (const path of files) await rm(path);
    }
  });

  it('does not touch a file that has changed since it was read', async () => {
    const { fsPath } = workspaceUri('of-a-test.js');
    await writeFile(fsPath, 'max: 20\n');
    const document = await vscode.workspace.openTextDocument(fsPath);
    const typing = new vscode.WorkspaceEdit();
    typing.insert(document.uri, new vscode.Position(0, 0), '// mine\n');
    await vscode.workspace.applyEdit(typing);
    try {
      const edits = [{ uri: fsPath, range: { start: 5, end: 7 }, newText: '5' }];
      const shown = await errorsShown(async () => apply({ kind: 'edit', title: 'Fewer', edits }));
      assert.match(shown.join(), /of-a-test\.js has changed since it was read\. Save it and run the check again\./);
      assert.equal(document.getText(), '// mine\nmax: 20\n');
    } finally {
      await vscode.window.showTextDocument(document);
      await closeAll();
      await rm(fsPath);
    }
  });

  it('that is a command of several lines opens as a text, where no line runs by itself', async () => {
    await apply({ kind: 'command', title: 'Two', command: 'rm one\nrm two', placeholders: ['<one>: a file'] });
    assert.equal(vscode.window.activeTextEditor?.document.getText(), '# <one>: a file\nrm one\nrm two\n');
    await closeAll();
  });

  it('that the checklist no longer proposes is not applied', async () => {
    const gone = { check: 'maintenance/dead-rows', title: 'of yesterday', at: 0 };
    const shown = await errorsShown(async () => vscode.commands.executeCommand('planlight.applyGuideFix', gone));
    assert.match(shown.join(), /no longer proposed/);
  });
});

describe('the details of a check', () => {
  after(closeAll);

  it('open as a page for one that was not asked yet, too', async () => {
    await vscode.commands.executeCommand('planlight.showCheck', { check: 'bottleneck/connections' });
    const isPage = ({ input }: vscode.Tab) =>
      input instanceof vscode.TabInputWebview && input.viewType.endsWith('planlight.check');
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await eventually('the page', () => tabs().some(isPage));
  });
});
