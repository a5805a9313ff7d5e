import assert from 'node:assert/strict';
import { callFactsIn } from '../../../support/code-findings';

const head = `import { Pool } from 'pg';\nconst pool = new Pool();\n`;
const one = "await pool.query('SELECT * FROM users WHERE id = $1', [id])";
const many = "await pool.query('DELETE FROM posts WHERE id = ANY($1)', [ids])";

/** Loops that are right as they are. */
const fine: Record<string, string> = {
  'chunks by an index': `for (let i = 0; i < all.length; i += 100) { const ids = all.slice(i, i + 100); ${many}; }`,
  'chunks that a helper makes': `for (const ids of chunk(all, 100)) { ${many}; }`,
  'chunks in a callback': `await Promise.all(chunk(all, 100).map(async (ids) => { ${many}; }));`,
  'chunks that splice takes': `while (all.length > 0) { const ids = all.splice(0, 100); ${many}; }`,
  batches: `for (const batch of batches) { await pool.query('DELETE FROM posts WHERE id = ANY($1)', [batch]); }`,
  'a batch that the loop asks for':
    "let rows = await next(); while (rows.length > 0) { rows = (await pool.query('SELECT * FROM posts WHERE id > $1 ORDER BY id LIMIT 100', [rows.at(-1).id])).rows; }",
  'pages that something gives': `for await (const page of client.paginate('x')) { const ids = page.ids; ${many}; }`,
  'pages with an offset': `for (let offset = 0; offset < total; offset += 50) { await pool.query('SELECT * FROM posts LIMIT 50 OFFSET $1', [offset]); }`,
  'pages counted one by one': `for (let page = 0; page < pages; page++) { await pool.query('SELECT * FROM posts LIMIT 50 OFFSET $1', [page * 50]); }`,
  'a cursor': `let cursor = 0; while (cursor !== null) { const { rows } = await pool.query('SELECT * FROM posts WHERE id > $1 LIMIT 50', [cursor]); cursor = rows.length ? rows.at(-1).id : null; }`,
  'keyset without a condition':
    "let last = 0; while (true) { const { rows } = await pool.query('SELECT * FROM posts WHERE id > $1 ORDER BY id LIMIT 100', [last]); if (rows.length === 0) break; last = rows.at(-1).id; }",
  tries: `for (let attempt = 0; attempt < max; attempt++) { ${one}; }`,
  'tries without a count': `while (true) { try { return ${one}; } catch (error) { await sleep(100); } }`,
  'a few constants in a list': `for (const id of [1, 2, 3]) { ${one}; }`,
  'a few constants by name': `const ids = ['a', 'b']; for (const id of ids) { ${one}; }`,
  'a few constants in a callback': `await Promise.all(['a', 'b'].map(async (id) => ${one}));`,
  'the values of an enumeration': `for (const id of Object.values(Role)) { ${one}; }`,
  'the values of an enumeration that has a name': `const roles = Object.values(Role); await Promise.all(roles.map(async (id) => ${one}));`,
  'a list of the configuration': `for (const id of app.config.languages) { ${one}; }`,
  'constants of the file': `for (const id of DEFAULT_ROLES) { ${one}; }`,
  'four turns by an array that is made for it': `await Promise.all([...Array(4).keys()].map(async (id) => ${one}));`,
  'three turns by Array.from': `for (const id of Array.from({ length: 3 })) { ${one}; }`,
  'three turns': `for (let id = 0; id < 3; id++) { ${one}; }`,
  'a worker that waits': `while (running) { ${one}; await sleep(1000); }`,
  'a loop that ends on its first turn': `for (const id of all) { return ${one}; }`,
  'different queries at the same time': `await Promise.all([pool.query('SELECT 1 FROM users WHERE id = $1', [id]), pool.query('SELECT 2 FROM posts WHERE id = $1', [id])]);`,
  'an event that comes later': `for (const id of all) { emitter.on('done', async () => { ${one}; }); }`,
  'routes and tests': `names.forEach((name) => { app.get(name, async (req) => { const { id } = req.params; ${one}; }); });`,
  "a cache's find": `for (const id of all) { cache.find(id); store.query(id); }`,
  'a DataLoader': `await Promise.all(all.map((id) => loader.load(id)));`,
};

describe('loops that are no N+1', () => {
  for (const [name, body] of Object.entries(fine)) {
    it(name, async () => {
      const text = `${head}export async function work(all: any[], id: number, ids: any[]) { ${body} }`;
      const { repetitions } = await callFactsIn({ '/app/src/a.ts': text });
      assert.deepEqual(
        repetitions.map(({ inner, loop }) => [inner.name, loop.kind]),
        [],
      );
    });
  }

  it('constants that another file exports', async () => {
    const { repetitions } = await callFactsIn({
      '/app/src/roles.ts': "export const roles = ['admin', 'editor'];",
      '/app/src/a.ts': `${head}import { roles } from './roles';
        export async function work() { for (const id of roles) { ${one}; } }`,
    });
    assert.deepEqual(repetitions, []);
  });

  it('a method of the same name of another class', async () => {
    const { repetitions } = await callFactsIn({
      '/app/src/a.ts': `${head}
        class Users { async load(id: number) { return ${one}; } }
        class Files { async load(id: number) { return this.cache.get(id); } }
        export async function work(all: number[], files: Files) { for (const id of all) await files.load(id); }`,
    });
    assert.deepEqual(repetitions, []);
  });

  it('a DataLoader is none, but its batch function can hold one', async () => {
    const { repetitions } = await callFactsIn({
      '/app/src/a.ts': `${head}
        const loader = new DataLoader(async (ids: number[]) => Promise.all(ids.map(async (id) => ${one})));
        export async function work(all: number[]) { return Promise.all(all.map((id) => loader.load(id))); }`,
    });
    assert.deepEqual(
      repetitions.map(({ loop }) => loop.rowName),
      ['id'],
    );
  });

  const reasons: Record<string, [string, string]> = {
    'a comment says so': [
      'comment',
      `// one by one: the hooks of each post must run\n for (const id of all) { await pool.query('DELETE FROM posts WHERE id = $1', [id]); }`,
    ],
    'each turn is a transaction': [
      'transaction',
      `for (const id of all) { await db.transaction(async (tx) => { await pool.query('DELETE FROM posts WHERE id = $1', [id]); }); }`,
    ],
    'each turn needs the one before': [
      'result of the turn before',
      `let parent = null; for (const name of all) { parent = await create('x', parent); await pool.query('INSERT INTO folders (name, parent) VALUES ($1, $2)', [name, parent]); }`,
    ],
  };
  for (const [name, [by, body]] of Object.entries(reasons)) {
    it(`is told as meant where ${name}`, async () => {
      const { repetitions } = await callFactsIn({
        '/app/src/a.ts': `${head}export async function work(all: any[]) { ${body} }`,
      });
      assert.deepEqual(
        repetitions.map(({ reason }) => reason?.by),
        [by],
      );
    });
  }
});
