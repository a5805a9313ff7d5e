import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { indexInModel } from '../../src/fixes/index-in-code/index-in-model';
import type { IndexDefinition } from '../../src/nouns/fix';
import { createIndexSql } from '../../src/sql/create-index';
import { indexTools } from '../support/index-tools';
import { declarations } from '../support/model-declarations';
import { ormCallsIn } from '../support/orm-calls';
import { createDatabase, sharedServer } from '../support/postgres-server';

const made = join(import.meta.dirname, 'apps/made-with-indexes');

const plain: IndexDefinition = {
  schema: 'public',
  table: 'posts',
  name: 'posts_author_id_title_idx',
  method: 'btree',
  columns: [{ name: 'author_id' }, { name: 'title' }],
};

const indexes = {
  plain,
  descending: { ...plain, columns: [{ name: 'author_id' }, { name: 'created_at', descending: true }] },
  'nulls last': { ...plain, columns: [{ name: 'created_at', descending: true, nulls: 'last' }] },
  partial: { ...plain, where: "status = 'draft'::text" },
  'on an expression': { ...plain, columns: [{ name: 'lower(title)', isExpression: true }, { name: 'author_id' }] },
  'of a JSON column': { ...plain, method: 'gin', columns: [{ name: 'data', operatorClass: 'jsonb_path_ops' }] },
  'of trigrams': { ...plain, method: 'gin', columns: [{ name: 'title', operatorClass: 'gin_trgm_ops' }] },
  'of patterns': { ...plain, columns: [{ name: 'title', operatorClass: 'text_pattern_ops' }] },
  'of block ranges': { ...plain, method: 'brin', columns: [{ name: 'created_at' }] },
  'of hashes': { ...plain, method: 'hash', columns: [{ name: 'title' }] },
  'of two types in a GIN index': {
    ...plain,
    method: 'gin',
    columns: [{ name: 'author_id' }, { name: 'title', operatorClass: 'gin_trgm_ops' }],
  },
  covering: { ...plain, columns: [{ name: 'author_id' }], include: ['title'] },
} satisfies Readonly<Record<string, IndexDefinition>>;

type Kind = keyof typeof indexes;
const kinds = Object.keys(indexes) as Kind[];

/** What each library's declarations can say. */
const sayable: Readonly<Record<string, readonly Kind[]>> = {
  drizzle: kinds.filter((kind) => kind !== 'covering'),
  'mikro-orm': kinds,
  prisma: ['plain', 'descending', 'of a JSON column', 'of trigrams', 'of patterns', 'of block ranges', 'of hashes'],
  sequelize: kinds.filter((kind) => kind !== 'covering' && kind !== 'nulls last'),
  typeorm: ['plain', 'partial'],
};

/** The others differ in the index's own text only, which is the same however the model is written. */
const inEveryWay: readonly Kind[] = ['plain', 'partial'];

/** The file after the edit. */
async function declared(library: string, file: string, source: string, index: IndexDefinition) {
  const { program } = await ormCallsIn({ [`/app/${file}`]: source });
  const model = program.models.of(library).find(({ table }) => table === 'posts') ?? assert.fail('the model is read');
  const facts = program.files.get(model.uri) ?? assert.fail('the file is read');
  return indexInModel(index, model, { source, facts })
    ?.edits.toSorted((a, b) => b.range.start - a.range.start)
    .reduce((text, { range, newText }) => text.slice(0, range.start) + newText + text.slice(range.end), source);
}

describe('An index is declared in its model', function () {
  this.timeout(120_000);

  beforeEach(() => mkdir(made, { recursive: true }));
  afterEach(() => rm(made, { recursive: true, force: true }));

  for (const { title, library, tool, file, source } of declarations) {
    const isFirst = declarations.find((one) => one.library === library)?.title === title;
    const said = (sayable[library] ?? []).filter((kind) => isFirst || inEveryWay.includes(kind));
    for (const kind of said) {
      it(`${title}: one ${kind}, and the tool makes the same`, async () => {
        const index: IndexDefinition = indexes[kind];
        const text = (await declared(library, file, source, index)) ?? assert.fail('there is an edit');
        // The libraries remember models by their files.
        const path = join(await mkdtemp(join(made, 'app-')), file);
        await writeFile(path, text);
        const database = await createDatabase(
          await sharedServer(),
          'CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gin',
        );
        const definition = async () => {
          const sql = 'SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index WHERE indexrelid = $1::regclass';
          return (await database.admin.query(sql, [index.name])).rows;
        };
        try {
          const run = indexTools[tool] ?? assert.fail(tool);
          await run(path, database.server.connectionString(database.name));
          const ofTool = await definition();
          await database.admin.query(`DROP INDEX ${index.name}`);
          await database.admin.query(createIndexSql(index));
          assert.deepEqual(ofTool, await definition());
        } finally {
          await database.drop();
        }
      });
    }

    for (const kind of kinds.filter((one) => !sayable[library]?.includes(one))) {
      it(`${title}: none ${kind}`, async () =>
        assert.equal(await declared(library, file, source, indexes[kind]), undefined));
    }

    it(`${title}: none of another table, another schema, a column that it has not, or that is there`, async () => {
      const others: readonly Partial<IndexDefinition>[] = [
        { table: 'users' },
        { schema: 'archive' },
        { columns: [{ name: 'slug' }] },
      ];
      for (const other of others) {
        assert.equal(await declared(library, file, source, { ...plain, ...other }), undefined);
      }
      const text = (await declared(library, file, source, plain)) ?? assert.fail('there is an edit');
      assert.equal(await declared(library, file, text, plain), undefined);
      const underAnotherName = text.replace(plain.name, 'by_author');
      assert.equal(await declared(library, file, underAnotherName, plain), undefined);
      const moreOf = { ...plain, columns: [...plain.columns, { name: 'status' }] };
      assert.ok(await declared(library, file, underAnotherName, moreOf), 'an index of more columns is another one');
    });
  }

  const declarationsThatAreNotItsOwn: readonly (readonly [title: string, library: string, source: string])[] = [
    [
      'options that another model has too',
      'sequelize',
      `import { DataTypes, Sequelize } from 'sequelize';
const sequelize = new Sequelize('postgres://localhost/blog');
const options = { underscored: true };
sequelize.define('Post', { authorId: DataTypes.INTEGER, title: DataTypes.TEXT }, options);
sequelize.define('User', { name: DataTypes.TEXT }, options);
`,
    ],
    [
      'options that are spread, perhaps with indexes',
      'sequelize',
      `import { DataTypes, Sequelize } from 'sequelize';
import { common } from './common';
const sequelize = new Sequelize('postgres://localhost/blog');
sequelize.define('Post', { authorId: DataTypes.INTEGER, title: DataTypes.TEXT }, { underscored: true, ...common });
`,
    ],
    [
      'indexes that stand elsewhere',
      'sequelize',
      `import { DataTypes, Sequelize } from 'sequelize';
const sequelize = new Sequelize('postgres://localhost/blog');
const indexes = [{ fields: ['title'] }];
sequelize.define('Post', { authorId: DataTypes.INTEGER, title: DataTypes.TEXT }, { underscored: true, indexes });
sequelize.define('Draft', { authorId: DataTypes.INTEGER, title: DataTypes.TEXT }, { indexes });
`,
    ],
    [
      'a function that gives the indexes of several tables',
      'drizzle',
      `import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
const common = (table: any) => [index().on(table.title)];
export const posts = pgTable('posts', { authorId: integer('author_id'), title: text('title') }, common);
`,
    ],
    [
      'a table whose name is taken apart',
      'drizzle',
      `import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
export const posts = pgTable('posts', { authorId: integer('author_id'), title: text('title') }, ({ title }) => [
  index().on(title),
]);
`,
    ],
    [
      'a view',
      'drizzle',
      `import { index, integer, pgMaterializedView, text } from 'drizzle-orm/pg-core';
export const posts = pgMaterializedView('posts', { authorId: integer('author_id'), title: text('title') }).existing();
`,
    ],
    [
      'another thing by the name of the decorator',
      'typeorm',
      `import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Index } from './search';
@Entity('posts')
export class Post {
  @PrimaryColumn()
  id!: number;
  @Column({ name: 'author_id' })
  authorId!: number;
  @Index()
  @Column()
  title!: string;
}
`,
    ],
    [
      'a class on the line of its decorator',
      'mikro-orm',
      `import { Entity, PrimaryKey, Property } from '@mikro-orm/core';
@Entity({ tableName: 'posts' }) export class Post {
  @PrimaryKey()
  id!: number;
  @Property()
  authorId!: number;
  @Property()
  title!: string;
}
`,
    ],
  ];
  for (const [title, library, source] of declarationsThatAreNotItsOwn) {
    it(`not with ${title}`, async () => assert.equal(await declared(library, 'models.ts', source, plain), undefined));
  }

  it('not where the property has it, whose migration was not run yet', async () => {
    const source = `import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('posts')
export class Post {
  @PrimaryColumn()
  id!: number;

  @Index()
  @Column({ name: 'author_id' })
  authorId!: number;

  @Column()
  title!: string;
}
`;
    const on = (...names: string[]) => ({ ...plain, columns: names.map((name) => ({ name })) });
    assert.equal(await declared('typeorm', 'models.ts', source, on('author_id')), undefined);
    assert.ok(await declared('typeorm', 'models.ts', source, on('title')));
  });

  it('keeps the layout of what is there', async () => {
    const list = declarations.find(({ title }) => title === 'Drizzle, with a list of indexes') ?? assert.fail();
    const text = await declared(list.library, list.file, list.source, plain);
    assert.match(
      text ?? '',
      /\n {4}index\('posts_title_idx'\)[^\n]*,\n {4}index\('posts_author_id_title_idx'\)\.on\(t\.authorId, t\.title\),\n {2}\],/,
    );
  });

  it('says what has to follow', async () => {
    const prisma = declarations.find(({ library }) => library === 'prisma') ?? assert.fail();
    const { program } = await ormCallsIn({ [`/app/${prisma.file}`]: prisma.source });
    const [model] = program.models.of('prisma');
    const facts = model && program.files.get(model.uri);
    assert.ok(model && facts);
    const fix = indexInModel(plain, model, { source: prisma.source, facts });
    assert.equal(fix?.title, 'add it to the model Post (schema.prisma)');
    assert.match(fix?.note ?? '', /prisma migrate dev.*without CONCURRENTLY/);
  });
});
