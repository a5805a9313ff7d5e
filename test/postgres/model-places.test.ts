import assert from 'node:assert/strict';
import { folderOf, runCli } from '../support/cli';

const files = {
  'package.json': '{ "dependencies": { "@prisma/client": "7.0.0", "pg": "8.0.0" } }',
  'db/schema.sql':
    'CREATE TABLE posts (id int PRIMARY KEY, author_id int, title text);\nCREATE TABLE tags (label text);\n',
  'prisma/schema.prisma': `datasource db {
  provider = "postgresql"
}

model Post {
  id       Int     @id
  authorId Int?    @map("author_id")
  title    String?

  @@map("posts")
}
`,
  'src/posts.ts': `import { Pool } from 'pg';

const pool = new Pool();
export const titles = (author: number) => pool.query('SELECT title FROM posts WHERE author_id = $1', [author]);
export const tagged = (label: string) => pool.query('SELECT count(*) FROM tags WHERE label = $1', [label]);
`,
};

describe('the advice says which model can declare an index', function () {
  this.timeout(60_000);
  let folder: Awaited<ReturnType<typeof folderOf>>;

  before(async () => {
    folder = await folderOf(files);
  });
  after(() => folder?.remove());

  const ask = async (...args: string[]) => (await runCli(args, { cwd: folder.path })).stdout;

  it('in check, with its file and line, and nothing where no model has the table', async () => {
    const text = await ask('check', '.');
    assert.equal(text.match(/CREATE INDEX/g)?.length, 2, text);
    assert.deepEqual(text.match(/It can be declared in .*/g), [
      'It can be declared in the model Post, prisma/schema.prisma:5.',
    ]);
    const { findings } = JSON.parse(await ask('check', '.', '--format', 'json'));
    const fixes: { table: string; models?: unknown }[] = findings.flatMap(
      (finding: { fixes: unknown }) => finding.fixes,
    );
    assert.deepEqual(fixes.find(({ table }) => table === 'posts')?.models, [
      { model: 'Post', place: 'prisma/schema.prisma:5' },
    ]);
  });

  it('in advise', async () => {
    const text = await ask('advise', '.');
    assert.match(
      text,
      /\d\. posts \(author_id[^\n]*\n(?: {3}.*\n)* {3}can be declared in the model Post, prisma\/schema\.prisma:5\n/,
    );
    assert.equal(text.match(/can be declared/g)?.length, 1);
  });
});
