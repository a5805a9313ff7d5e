import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localCode } from '../../../src/analysis/code/local-code';

const grammarFolder = join(import.meta.dirname, '../../../node_modules/@vscode/tree-sitter-wasm/wasm');

const program = `import { Pool } from 'pg';
const pool = new Pool();
export async function list() {
  const { rows } = await pool.query('SELECT id, name FROM users');
  for (const row of rows) {
    await pool.query('INSERT INTO tags (label) VALUES ($1)', [row.name]);
  }
  for (const row of rows) {
    console.log(await pool.query('SELECT id FROM tags WHERE label = $1', [row.name]));
  }
}
`;

describe('SQL text in a loop, of which its own rule tells while one types', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'planlight-fixes-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is told again with the fix that the program knows, and only then', async () => {
    const path = join(folder, 'users.js');
    await writeFile(path, program);
    const code = await localCode({ grammarFolder, threadProgram: '', folders: [] }, assert.fail);
    await code.calls({ uri: path, languageId: 'javascript', text: program });
    const types = new Map([['tags.label', 'text']]);
    const measured = { queries: new Map(), tables: new Map(), types };
    const found = (await code.findings({ measured })).get(path) ?? [];
    const inLoops = found.filter(({ rule }) => rule === 'query-in-loop');
    assert.deepEqual(
      inLoops.map(({ fixes }) => fixes.map((fix) => fix.kind === 'edit' && fix.title)),
      [['Write the rows for all of rows with one statement']],
    );
    assert.equal(program.slice(inLoops[0]?.range.start, inLoops[0]?.range.end), 'INSERT INTO tags (label) VALUES ($1)');
    const withoutTypes = (await code.findings({})).get(path) ?? [];
    assert.deepEqual(
      withoutTypes.filter(({ rule }) => rule === 'query-in-loop'),
      [],
    );
  });
});
