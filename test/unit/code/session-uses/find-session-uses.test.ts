import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { localCode } from '../../../../src/analysis/code/local-code';
import type { SessionUse } from '../../../../src/code/session-uses/session-use';

const dist = join(import.meta.dirname, '../../../../dist');
const threadProgram = join(dist, 'facts-thread.js');

describe('places that need one session', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'planlight-session-uses-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function usesIn(files: Readonly<Record<string, string>>): Promise<readonly SessionUse[]> {
    const paths = Object.keys(files).map((name) => join(folder, name));
    for (const path of paths) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, files[path.slice(folder.length + 1)] ?? '');
    }
    const code = await localCode({ grammarFolder: join(dist, 'grammars'), threadProgram, folders: [] }, assert.fail);
    await code.index(paths, { threadProgram, signal: new AbortController().signal });
    return (await code.facts([])).sessionUses;
  }

  const found = (uses: readonly SessionUse[]) => uses.map(({ kind, text, library }) => [kind, text, library]);

  it('are found in SQL that the program sends, with their places', async () => {
    const text = `import { Pool } from 'pg';
const pool = new Pool();
export async function work(id) {
  const client = await pool.connect();
  await client.query('LISTEN jobs');
  await client.query('SELECT pg_advisory_lock($1)', [id]);
  await client.query("LOAD 'auto_explain'");
  await client.query({ name: 'post', text: 'SELECT * FROM posts WHERE id = $1', values: [id] });
  await client.query('SELECT 1');
  client.release();
}
`;
    const uses = await usesIn({ 'src/worker.js': text });
    assert.deepEqual(found(uses), [
      ['listen', 'LISTEN jobs', 'pg'],
      ['session advisory lock', 'pg_advisory_lock($1)', 'pg'],
      ['load', "LOAD 'auto_explain'", 'pg'],
      ['prepared statement', 'name: post', 'pg'],
    ]);
    assert.deepEqual(
      uses.map(({ range }) => text.slice(0, range.start).split('\n').length),
      [5, 6, 7, 8],
    );
    assert.equal(uses[3]?.isTracked, true);
  });

  it('are what postgres.js prepares and listens to, unless it is told not to', async () => {
    const uses = await usesIn({
      'src/a.ts':
        "import postgres from 'postgres';\nconst sql = postgres(process.env.DATABASE_URL!, { max: 5 });\nsql.listen('jobs', () => {});\n",
      'src/b.ts':
        "import postgres from 'postgres';\nexport const sql = postgres(process.env.DATABASE_URL!, { prepare: false });\n",
    });
    assert.deepEqual(found(uses), [
      ['prepared statement', 'all statements: prepare is not false', 'postgres'],
      ['listen', 'LISTEN jobs', 'postgres'],
    ]);
  });

  it("are Prisma's engine, not its adapters", async () => {
    const uses = await usesIn({
      'src/a.ts': "import { PrismaClient } from '@prisma/client';\nexport const prisma = new PrismaClient();\n",
      'src/b.ts':
        "import { PrismaClient } from '@prisma/client';\nimport { PrismaPg } from '@prisma/adapter-pg';\nexport const prisma = new PrismaClient({ adapter: new PrismaPg({}) });\n",
    });
    assert.deepEqual(found(uses), [['prepared statement', "all statements of Prisma's engine", 'prisma']]);
  });

  it('are a service that extends the client, without an adapter', async () => {
    const uses = await usesIn({
      'src/a.ts':
        "import { PrismaClient } from '@prisma/client';\nexport class PrismaService extends PrismaClient {\n  constructor() { super({ log: ['warn'] }); }\n}\n",
      'src/b.ts':
        "import { PrismaClient } from '@prisma/client';\nimport { PrismaPg } from '@prisma/adapter-pg';\nexport class Other extends PrismaClient {\n  constructor() { super({ adapter: new PrismaPg({}) }); }\n}\n",
    });
    assert.deepEqual(
      uses.map(({ path, library }) => [path.slice(folder.length + 1), library]),
      [['src/a.ts', 'prisma']],
    );
  });

  it('are libraries that listen', async () => {
    const uses = await usesIn({
      'src/a.ts':
        "import createSubscriber from 'pg-listen';\nconst subscriber = createSubscriber({ connectionString: process.env.DATABASE_URL });\nsubscriber.listenTo('jobs');\n",
      'src/b.ts':
        "import { run } from 'graphile-worker';\nawait run({ connectionString: process.env.DATABASE_URL });\n",
    });
    assert.deepEqual(found(uses), [
      ['listen', 'LISTEN, by pg-listen', 'pg-listen'],
      ['listen', 'LISTEN, by graphile-worker', 'graphile-worker'],
    ]);
  });

  it('are not looked for in tests, migrations and files of SQL alone', async () => {
    const text = "import { Pool } from 'pg';\nnew Pool().query('SET search_path = a');\n";
    const uses = await usesIn({
      'test/a.test.js': text,
      'migrations/1.js': text,
      'src/migrate.js': text,
      'schema.sql': 'SET search_path = a;\nCREATE TEMP TABLE x (id int);\n',
    });
    assert.deepEqual(uses, []);
  });
});
