import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localCode } from '../../../src/analysis/code/local-code';
import { textFiles } from '../../../src/analysis/code/program-files';

const grammarFolder = join(import.meta.dirname, '../../../node_modules/@vscode/tree-sitter-wasm/wasm');

describe('the queries of a workspace in languages of which only SQL text is read', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'planlight-texts-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are listed by file, and are those of today each time', async () => {
    const program = (table: string) => `package posts\nfunc f() { db.Query("SELECT * FROM ${table}") }\n`;
    await writeFile(join(folder, 'posts.go'), program('posts'));
    await writeFile(join(folder, 'tags.java'), 'class Tags { void f() { db.query("SELECT * FROM tags"); } }');
    const code = await localCode({ grammarFolder, threadProgram: '', folders: [] }, assert.fail);
    const listed = async () =>
      [...(await code.queries(await textFiles([folder], assert.fail)))].map(
        ([path, queries]) => `${path.slice(folder.length + 1)}: ${queries.map(({ name }) => name).join()}`,
      );
    assert.deepEqual(await listed(), ['posts.go: SELECT posts', 'tags.java: SELECT tags']);
    await writeFile(join(folder, 'posts.go'), program('comments'));
    await rm(join(folder, 'tags.java'));
    assert.deepEqual(await listed(), ['posts.go: SELECT comments']);
  });
});
