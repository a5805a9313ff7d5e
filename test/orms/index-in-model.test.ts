import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { indexInModel } from '../../src/fixes/index-in-code/index-in-model';
import type { IndexDefinition } from '../../src/nouns/fix';
import { ormCalls } from '../support/orm-calls';
import { createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';

const apps = join(import.meta.dirname, 'apps/fixes');
const made = join(apps, 'made/indexes-of-models');

const index: IndexDefinition = {
  schema: 'public',
  table: 'posts',
  name: 'posts_author_id_title_idx',
  method: 'btree',
  columns: [{ name: 'author_id' }, { name: 'title' }],
};

/** The file with the model, before and after. */
async function declared(library: string, more: Partial<IndexDefinition> = {}): Promise<string | undefined> {
  const { program } = await ormCalls(join(apps, library));
  const model = program.models.of(library).find(({ table }) => table === 'posts') ?? assert.fail('the model is read');
  const source = await readFile(model.uri, 'utf8');
  return indexInModel({ ...index, ...more }, model, source)
    ?.edits.toSorted((a, b) => b.range.start - a.range.start)
    .reduce((text, { range, newText }) => text.slice(0, range.start) + newText + text.slice(range.end), source);
}

describe('An index is declared in its model', function () {
  this.timeout(60_000);

  beforeEach(() => mkdir(made, { recursive: true }));
  afterEach(() => rm(made, { recursive: true, force: true }));

  it('of TypeORM, which makes it', async () => {
    const text = (await declared('typeorm')) ?? assert.fail('there is an edit');
    await writeFile(join(made, 'models.ts'), text);
    const outfile = join(made, 'models.cjs');
    await build({
      entryPoints: [join(made, 'models.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      packages: 'external',
      tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } },
    });
    const database: TestDatabase = await createDatabase(await sharedServer(), '');
    process.env.BLOG_DATABASE_URL = database.server.connectionString(database.name);
    const { dataSource } = createRequire(outfile)(outfile);
    await dataSource.initialize();
    try {
      await dataSource.synchronize();
      const found = await dataSource.query('SELECT indexdef FROM pg_indexes WHERE indexname = $1', [index.name]);
      assert.deepEqual(found, [
        { indexdef: `CREATE INDEX ${index.name} ON public.posts USING btree (author_id, title)` },
      ]);
    } finally {
      await dataSource.destroy();
      await database.drop();
    }
  });

  it('of Prisma, which reads it', async () => {
    const columns = [{ name: 'author_id' }, { name: 'title', descending: true }];
    const text = (await declared('prisma', { columns })) ?? assert.fail('there is an edit');
    assert.match(text, /\n\n? {2}@@index\(\[authorId, title\(sort: Desc\)\], map: "posts_author_id_title_idx"\)\n\}/);
    await writeFile(join(made, 'schema.prisma'), text);
    const cli = join(import.meta.dirname, 'node_modules/prisma/build/index.js');
    const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1' };
    await promisify(execFile)(process.execPath, [cli, 'validate', '--schema', join(made, 'schema.prisma')], {
      env,
      cwd: made,
    });
  });

  const refused: readonly (readonly [what: string, library: string, more: Partial<IndexDefinition>])[] = [
    ['a condition', 'prisma', { where: 'title IS NOT NULL' }],
    ['an expression', 'prisma', { columns: [{ name: 'lower(title)', isExpression: true }] }],
    ['another method', 'typeorm', { method: 'gin' }],
    ['columns beside the key', 'typeorm', { include: ['title'] }],
    ['a column that the model does not have', 'typeorm', { columns: [{ name: 'slug' }] }],
    ['a direction that TypeORM cannot say', 'typeorm', { columns: [{ name: 'title', descending: true }] }],
    ['another table', 'prisma', { table: 'users' }],
    ['another schema', 'prisma', { schema: 'archive' }],
  ];
  for (const [what, library, more] of refused) {
    it(`not with ${what}`, async () => assert.equal(await declared(library, more), undefined));
  }
});
