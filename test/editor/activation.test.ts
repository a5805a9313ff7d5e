import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, openText } from '../support/editor-helpers';

describe('activation', () => {
  after(closeAll);

  it('happens when a SQL document is opened', async () => {
    await openText('SELECT 1');
    const extension = vscode.extensions.all.find(({ id }) => id.endsWith('.planlight'));
    assert.ok(extension, 'the extension is installed');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('registers every command of package.json', async () => {
    const extension = vscode.extensions.all.find(({ id }) => id.endsWith('.planlight'));
    const contributed: { command: string }[] = extension?.packageJSON.contributes.commands;
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.ok(contributed.length >= 6);
    for (const { command } of contributed) assert.ok(registered.has(command), command);
  });

  it('gives every setting a default and a sentence', () => {
    const extension = vscode.extensions.all.find(({ id }) => id.endsWith('.planlight'));
    const properties: Record<string, { default?: unknown; markdownDescription?: string }> =
      extension?.packageJSON.contributes.configuration.properties;
    for (const [name, setting] of Object.entries(properties)) {
      assert.notEqual(setting.default, undefined, name);
      assert.match(setting.markdownDescription ?? '', /\.$/, name);
      const [section, key] = [name.slice(0, name.indexOf('.')), name.slice(name.indexOf('.') + 1)];
      assert.deepEqual(vscode.workspace.getConfiguration(section).inspect(key)?.defaultValue, setting.default, name);
    }
  });
});
