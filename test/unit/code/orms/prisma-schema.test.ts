import assert from 'node:assert/strict';
import type { FileFacts } from '../../../../src/code/facts/facts';
import type { Model } from '../../../../src/code/models/model';
import { readModels } from '../../../../src/code/orms/prisma/models';
import { WorkspaceTracer } from '../../../../src/code/resolve/tracer';
import { wholePaths } from '../../../support/whole-paths';

function schemaFile(uri: string, text: string): FileFacts {
  return { uri, languageId: 'prisma', text, imports: [], exports: [], classes: [], functions: [] };
}

function models(texts: Readonly<Record<string, string>> | string): Model[] {
  const files = typeof texts === 'string' ? { '/app/prisma/schema.prisma': texts } : texts;
  const facts = Object.entries(files).map(([uri, text]) => [uri, schemaFile(uri, text)] as const);
  return readModels(new WorkspaceTracer(new Map(facts), wholePaths));
}

function model(text: string, name: string): Model {
  const found = models(text).find((each) => each.name === name);
  assert.ok(found, `no model ${name}`);
  return found;
}

describe('schema.prisma', () => {
  it('gives tables, columns and types with the names that the database has', () => {
    const user = model(
      `model User {
        id        Int      @id @default(autoincrement())
        firstName String   @map("first_name") @db.VarChar(80) // a comment with "quotes" and } braces
        balance   Decimal  @default(0) @db.Decimal(12, 2)
        token     String   @default(dbgenerated("gen_random_uuid()")) @db.Uuid
        roles     Role[]
        notes     Unsupported("tsvector")?
        secret    String   @ignore
        @@map("users")
        @@schema("auth")
      }
      enum Role {
        READER
        AUTHOR @map("author")
        @@map("user_role")
        @@schema("auth")
      }`,
      'User',
    );
    assert.equal(`${user.schema}.${user.table}`, 'auth.users');
    assert.deepEqual(
      user.columns.map(({ property, column, type }) => `${property} ${column} ${type}`),
      [
        'id id integer',
        'firstName first_name varchar(80)',
        'balance balance decimal(12,2)',
        'token token uuid',
        'roles roles "auth"."user_role"[]',
      ],
    );
    assert.deepEqual(
      user.columns.filter(({ isGenerated }) => isGenerated).map(({ property }) => property),
      ['id', 'token'],
    );
  });

  it('links both sides of a relation, by name where there are several', () => {
    const text = `
      model User {
        id      Int    @id
        written Post[] @relation("Author")
        read    Post[] @relation("Reviewer")
      }
      model Post {
        id         Int   @id
        authorId   Int   @map("author_id")
        author     User  @relation("Author", fields: [authorId], references: [id])
        reviewerId Int?
        reviewer   User? @relation(name: "Reviewer", fields: [reviewerId], references: [id], onDelete: SetNull)
      }`;
    assert.deepEqual(
      [...model(text, 'User').associations, ...model(text, 'Post').associations].map(
        ({ name, kind, foreignKey, isNullable }) => [name, kind, ...foreignKey, isNullable ?? false],
      ),
      [
        ['written', 'hasMany', 'author_id', false],
        ['read', 'hasMany', 'reviewerId', false],
        ['author', 'belongsTo', 'author_id', false],
        ['reviewer', 'belongsTo', 'reviewerId', true],
      ],
    );
  });

  it('knows the join table of an implicit many-to-many relation, also of a model with itself', () => {
    const text = `
      model Tag  { id Int @id
        posts Post[] }
      model Post { id Int @id
        tags Tag[]
        next Post[] @relation("Order")
        before Post[] @relation("Order") }`
      .replaceAll('{ id', '{\nid')
      .replaceAll(' }', '\n}');
    const through = [...model(text, 'Tag').associations, ...model(text, 'Post').associations];
    assert.deepEqual(
      through.map(({ name, foreignKey, through: join }) => [
        name,
        join?.table,
        ...foreignKey,
        ...(join?.otherKey ?? []),
      ]),
      [
        ['posts', '_PostToTag', 'B', 'A'],
        ['tags', '_PostToTag', 'A', 'B'],
        ['next', '_Order', 'B', 'A'],
        ['before', '_Order', 'A', 'B'],
      ],
    );
  });

  it('is one schema when it is a folder of files, and several in a monorepo', () => {
    const found = models({
      '/a/prisma/schema/main.prisma': 'datasource db {\n provider = "postgresql"\n}',
      '/a/prisma/schema/models/user.prisma': 'model User {\n id Int @id\n posts Post[]\n}',
      '/a/prisma/schema/models/post.prisma':
        'model Post {\n id Int @id\n userId Int\n user User @relation(fields: [userId], references: [id])\n}',
      '/b/schema.prisma':
        'datasource db {\n provider = "postgresql"\n}\nmodel User {\n id Int @id\n @@map("people")\n}',
    });
    assert.deepEqual(found.map(({ name, table, associations }) => `${name} ${table} ${associations.length}`).sort(), [
      'Post Post 1',
      'User User 1',
      'User people 0',
    ]);
  });

  it('of another database says nothing', () => {
    assert.deepEqual(models('datasource db {\n provider = "mysql"\n}\nmodel User {\n id Int @id\n}'), []);
  });

  it('that is half typed gives what is whole', () => {
    const text = `
      model User {
        id Int @id @default(
        name String @map("na
        posts Post[]
        email
      }
      model Post {
        id Int @id
        title String
        author Missing @relation(fields: [authorId], references: [id])
      }
      model`;
    assert.deepEqual(
      models(text).map(({ name, columns, associations }) => [name, columns.length > 0, associations.length]),
      [
        ['User', true, 0],
        ['Post', true, 0],
      ],
    );
    assert.deepEqual(models('}}}{{{ model { @@@ "'), []);
    assert.equal(models(`model User {\n id Int @default(${'['.repeat(20_000)}`).length, 1);
  });
});
