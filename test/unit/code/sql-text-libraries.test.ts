import assert from 'node:assert/strict';
import { join } from 'node:path';
import { QuerySiteFinder } from '../../../src/code/find-query-sites';
import { sqlTagNames } from '../../../src/code/languages/javascript-tags';
import { SqlParser } from '../../../src/sql/parser';
import { wholePaths } from '../../support/whole-paths';

const grammarFolder = join(__dirname, '../../../node_modules/@vscode/tree-sitter-wasm/wasm');

describe('SQL text that libraries take', () => {
  let finder: QuerySiteFinder;
  before(async () => {
    finder = await QuerySiteFinder.load({ parser: await SqlParser.load(), grammarFolder, roles: wholePaths });
  });

  const sql = (text: string) => finder.find({ uri: 'file.ts', languageId: 'typescript', text }).map((site) => site.sql);

  for (const text of [
    "cache.query('posts')",
    "names.map('select')",
    'db.map((row) => row.id); list.map(`item ${1}`)',
    'sql.begin(async (tx) => { log(tx`hello`); tx`with love` })',
    'pgp.helpers.insert(rows)',
    "forms.helpers.update({ a: 1 }, ['a'])",
    'const fragment = sql.fragment`SELECT 1 FROM posts`',
    "element.exec('open'); router.any('/posts', handler); bus.one('select')",
  ]) {
    it(`is not ${text}`, () => assert.deepEqual(sql(`import sql from 'postgres';\n${text}`), []));
  }

  it('is written out where helpers of postgres know their columns, and only there', () => {
    assert.deepEqual(
      sql(`
        import sql from 'postgres';
        await sql\`insert into posts \${sql({ title, 'body': text })} returning id\`;
        await sql\`update posts set \${sql(changes, 'title')} where id = \${id}\`;
        await sql\`insert into posts \${sql(row)}\`;
      `),
      [
        'insert into posts ("title", "body") values ($1, $2) returning id',
        'update posts set "title" = $1 where id = $2',
        'insert into posts ("${sql(row)}") VALUES ($1)',
      ],
    );
  });

  it('is written out where helpers of pg-promise know their columns, and only there', () => {
    assert.deepEqual(
      sql(`
        const cs = new pgp.helpers.ColumnSet(['?id', 'title'], { table: { table: 'posts', schema: 'blog' } });
        await db.none(pgp.helpers.insert(rows, cs));
        await db.none(pgp.helpers.update([{ id: 1, title: 'a' }], cs) + ' WHERE v.id = t.id');
        await db.none(pgp.helpers.insert(rows, columns, 'posts'));
        await db.any('SELECT $1:name FROM $2:name WHERE id = $3', ['title', 'posts', id]);
      `),
      [
        'insert into "blog"."posts"("id", "title") values ($1, $2)',
        'update "blog"."posts" as t set "title" = v."title" from (values ($1, $2)) as v("id", "title") WHERE v.id = t.id',
        'SELECT "title" FROM "posts" WHERE id = $3',
      ],
    );
  });

  it('stands in tags that the library hands over', () => {
    assert.deepEqual(
      [...sqlTagNames('sql.begin(async (tx) => tx`…`); function f(db: Sql) {} const neonSql = neon(url); `')].sort(),
      ['db', 'neonSql', 'tx'],
    );
  });

  it('is looked for in time that grows with the text only', () => {
    for (const part of ['a: ', 'x<', 'f<{', 'db.begin(', "sql.begin('a', ", 'a<b,c<d>']) {
      assert.deepEqual([...sqlTagNames(`${part.repeat(100_000)}\``)], []);
      assert.deepEqual(sql(`/* select */ ${part.repeat(1000)}`), []);
    }
  });
});
