import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  actionsAt,
  answering,
  apply,
  closeAll,
  diagnosticsOf,
  eventually,
  openFile,
  workspaceUri,
} from '../support/editor-helpers';

const schema = `model Post {
  id       Int    @id
  authorId Int    @map("author_id")
  title    String

  @@map("posts")
}
`;

const table = `import { integer, pgTable, text } from 'drizzle-orm/pg-core';

export const posts = pgTable('posts', {
  id: integer('id').primaryKey(),
  authorId: integer('author_id'),
  title: text('title'),
});
`;

const journal = {
  version: '7',
  dialect: 'postgresql',
  entries: [{ idx: 0, version: '7', when: 1_704_110_400_000, tag: '0000_init', breakpoints: true }],
};

const files: Readonly<Record<string, string>> = {
  'tools/notes/package.json': '{ "dependencies": { "@prisma/client": "7.0.0" } }',
  'tools/notes/schema.prisma': schema,
  'tools/notes/src/list.ts': `import { PrismaClient } from '@prisma/client';

const prisma = new PrismaClient();

export function listNotes(authorId: number) {
  return prisma.post.findMany({ where: { authorId: 17 }, select: { title: true } });
}
`,
  'tools/shop/package.json': '{ "dependencies": { "drizzle-orm": "0.45.0" } }',
  'tools/shop/src/schema.ts': table,
  'tools/shop/src/list.ts': `import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { posts } from './schema';

const db = drizzle(process.env.DATABASE_URL ?? '');

export function listGoods() {
  return db.select({ title: posts.title }).from(posts).where(eq(posts.authorId, 17));
}
`,
  'tools/shop/drizzle/0000_init.sql': 'SELECT 1;\n',
  'tools/shop/drizzle/meta/_journal.json': JSON.stringify(journal, undefined, 2),
};

describe('an index goes where the project keeps its indexes', () => {
  before(async () => {
    for (const [path, text] of Object.entries(files)) {
      await vscode.workspace.fs.writeFile(workspaceUri(path), Buffer.from(text));
    }
    // The files are looked at once they were quiet for a while.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  });

  after(() => vscode.workspace.fs.delete(workspaceUri('tools'), { recursive: true }));
  afterEach(closeAll);

  /** The quick fix of the call in a file. */
  async function fixIn(path: string, title: RegExp): Promise<vscode.CodeAction> {
    const document = await openFile(path);
    return eventually(
      `a quick fix ${title}`,
      async () => {
        for (const { range } of diagnosticsOf(document)) {
          const found = (await actionsAt(document, range)).find((action) => title.test(action.title));
          if (found) return found;
        }
        return undefined;
      },
      30_000,
    );
  }

  /** Says yes to the change; gives what was asked. */
  async function made(action: vscode.CodeAction): Promise<readonly string[]> {
    const { asked } = await answering('Make the Change', () => apply(action), 'showInformationMessage');
    return asked;
  }

  const file = (path: string) => vscode.workspace.openTextDocument(workspaceUri(path));

  it('in the table of a Drizzle schema', async () => {
    const action = await fixIn('tools/shop/src/list.ts', /add it to the model posts \(schema\.ts\)/);
    const [question] = await made(action);
    assert.match(String(question), /Then run drizzle-kit generate.* tools\/shop\/src\/schema\.ts stays unsaved/);
    const text = (await file('tools/shop/src/schema.ts')).getText();
    assert.match(text, /^import \{ index, integer, pgTable, text \}/);
    assert.match(text, /\n\}, \(table\) => \[index\('posts_author_id\w*_idx'\)\.on\(table\.authorId[^\]]*\)\]\);\n$/);
  });

  it('in a migration of Drizzle and in the journal, without which it would never run', async () => {
    const action = await fixIn('tools/shop/src/list.ts', /new migration file$/);
    await apply(action);
    const migration = await eventually('the migration', () =>
      vscode.workspace.textDocuments.find(({ uri }) => /\/drizzle\/0001_create_posts_\w+_idx\.sql$/.test(uri.path)),
    );
    assert.match(migration.getText(), /^CREATE INDEX posts_author_id\w*_idx ON posts \(author_id/m);
    const listed = await file('tools/shop/drizzle/meta/_journal.json');
    assert.deepEqual([migration.isDirty, listed.isDirty], [true, true], 'a person reads them first');
    assert.ok((await migration.save()) && (await listed.save()));
    const written = await eventually('the file', async () => {
      const names = await vscode.workspace.fs.readDirectory(workspaceUri('tools/shop/drizzle'));
      return names.map(([name]) => name).find((name) => name.startsWith('0001_'));
    });
    const text = Buffer.from(await vscode.workspace.fs.readFile(workspaceUri('tools/shop/drizzle/meta/_journal.json')));
    const { entries } = JSON.parse(text.toString());
    assert.deepEqual(entries[0], journal.entries[0]);
    assert.equal(entries.length, 2);
    assert.equal(`${entries[1].tag}.sql`, written);
    assert.equal(entries[1].idx, 1);
  });

  it('in schema.prisma, which is not open, after a look at the change', async () => {
    const action = await fixIn('tools/notes/src/list.ts', /add it to the model Post/);
    assert.match(action.title, /^Index on posts \(author_id[^)]*\).*: add it to the model Post \(schema\.prisma\)$/);
    assert.ok(action.title.length <= 80, action.title);
    await answering('Leave It', () => apply(action), 'showInformationMessage');
    assert.equal((await file('tools/notes/schema.prisma')).getText(), schema);
    const [question] = await made(action);
    assert.match(String(question), /Then run prisma migrate dev/);
    assert.ok((await file('tools/notes/schema.prisma')).isDirty, 'a person saves it');
    assert.match(
      (await file('tools/notes/schema.prisma')).getText(),
      /\n {2}@@map\("posts"\)\n {2}@@index\(\[authorId[^\]]*\], map: "posts_author_id\w*_idx"\)\n\}\n$/,
    );
  });
});
