import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, diagnosticsOf, eventually, lensesOf, openFile, workspaceUri } from '../support/editor-helpers';

const component = `<template>
  <p>SELECT * FORM nowhere; it’s text</p>
</template>

<script setup lang="ts">
import { pool } from './pool';

const users = await pool.query('SELECT id FROM users WHERE id = $1', [1]);
const broken = await pool.query('SELECT id FROM users WHERE id = = 1');
</script>
`;

describe('components of Vue and Svelte', () => {
  const files: vscode.Uri[] = [];

  afterEach(async () => {
    await closeAll();
    for (const uri of files.splice(0)) await vscode.workspace.fs.delete(uri);
  });

  for (const name of ['Users.vue', 'Users.svelte']) {
    it(`have lenses and findings in the scripts of ${name}, also where no extension for them is installed`, async () => {
      const uri = workspaceUri(name);
      files.push(uri);
      await vscode.workspace.fs.writeFile(uri, Buffer.from(component));
      const document = await openFile(name);
      assert.equal(document.languageId, name.split('.')[1]);
      const lenses = await eventually('two lenses', async () => {
        const found = await lensesOf(document);
        return found.length === 2 && found;
      });
      assert.deepEqual(
        lenses.map(({ range }) => range.start.line),
        [7, 8],
      );
      const [error, ...others] = await eventually('the syntax error', () => {
        const found = diagnosticsOf(document).filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
        return found.length > 0 && found;
      });
      assert.deepEqual(others, []);
      assert.equal(error?.range.start.line, 8);
    });
  }
});
