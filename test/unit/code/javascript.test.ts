import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { QuerySiteFinder } from '../../../src/code/find-query-sites';
import type { QuerySite } from '../../../src/nouns/query-site';
import { SqlParser } from '../../../src/sql/parser';
import { wholePaths } from '../../support/whole-paths';

const grammarFolder = join(__dirname, '../../../node_modules/@vscode/tree-sitter-wasm/wasm');
const fixture = (name: string) => readFileSync(join(__dirname, '../../fixtures/sources', name), 'utf8');

describe('query sites in JavaScript and TypeScript', () => {
  let parser: SqlParser;
  let finder: QuerySiteFinder;
  before(async () => {
    parser = await SqlParser.load();
    finder = await QuerySiteFinder.load({ parser, grammarFolder, roles: wholePaths, queryFunctions: ['runQuery'] });
  });

  const find = (text: string, languageId = 'typescript') => finder.find({ uri: 'file.ts', languageId, text });
  const sql = (text: string) => find(text).map((site) => site.sql);
  const parameters = (site: QuerySite | undefined) =>
    site?.parameters.map(({ index, source, kind }) => `${index} ${source} ${kind}`);

  /** What the syntax error of the only site underlines in the document. */
  function underlined(text: string, languageId?: string): string {
    const [site, ...others] = find(text, languageId);
    assert.ok(site && others.length === 0, 'one site');
    const parsed = parser.parse(site.sql);
    assert.ok(!parsed.ok, site.sql);
    const { start, end } = site.sourceMap.rangeToDocument(parsed.problem.range);
    return `${text.slice(0, start).split('\n').length}: ${text.slice(start, end)}`;
  }

  it('finds queries in calls, through constants, concatenations and templates', () => {
    const text = fixture('blog-service.ts');
    const sites = find(text);
    assert.deepEqual(
      sites.map((site) => site.sql),
      [
        'SELECT * FROM posts WHERE author_id = $1',
        'SELECT id FROM posts WHERE title LIKE $1',
        "SELECT * FROM posts WHERE note = 'it''s' AND id = $1",
        'SELECT * FROM users WHERE id = $1',
        'SELECT *\nFROM tags',
        'SELECT * FROM "posts_${column}" ORDER BY $1 DESC',
        'SELECT * FROM "${column}"  LIMIT 10',
        'DELETE FROM tags',
        'DELETE FROM posts',
        'SELECT * FROM comments WHERE post_id = $1',
        'SELECT name FROM tags WHERE post_id = $1',
      ],
    );
    assert.ok(sites.every((site) => site.library === 'pg' && parser.parse(site.sql).ok));
    assert.equal(text.slice(sites[0]?.range.start, sites[0]?.range.end), 'SELECT * FROM posts WHERE author_id = $1');
    assert.deepEqual(parameters(sites[1]), ['1 ${term} spliced']);
    assert.deepEqual(
      sites[6]?.replaced?.map(({ source }) => source),
      ['${column}', '${where()}'],
    );
    assert.deepEqual(
      sites.flatMap(({ loop }) => (loop ? [`${loop.kind}: ${text.slice(loop.range.start, loop.range.end)}`] : [])),
      ['for: for (const id of ids)', 'callback: ids.map(async (id) =>'],
    );
  });

  it('finds nothing in what only looks like SQL', () => {
    assert.deepEqual(
      finder.find({ uri: 'a.tsx', languageId: 'typescriptreact', text: fixture('look-alikes.tsx') }),
      [],
    );
    assert.deepEqual(sql('db.query("SELECT `id` FROM `users` WHERE id = ?")'), []);
    assert.deepEqual(sql("import mysql from 'mysql2'; db.query('SELECT 1 FROM a')"), []);
  });

  it('sends the expressions of tagged templates as values, and puts fragments in their place', () => {
    const [site] = find(
      'const rest = sql`b = ${b}`; sql<Row[]>`SELECT * FROM a WHERE ${rest} AND c = ${f(1)} ${d ? sql`AND d = ${d}` : sql``}`',
    );
    assert.equal(site?.sql, 'SELECT * FROM a WHERE b = $1 AND c = $2 AND d = $3');
    assert.deepEqual(parameters(site), ['1 ${b} value', '2 ${f(1)} value', '3 ${d} value']);
  });

  it('reads Prisma, sequelize, knex and slonik', () => {
    const [prisma] = find(
      'prisma.$queryRaw`SELECT * FROM "User" WHERE id IN (${Prisma.join(ids)}) ${Prisma.raw("LIMIT 1")}`',
    );
    assert.deepEqual([prisma?.library, prisma?.sql], ['prisma', 'SELECT * FROM "User" WHERE id IN ($1) LIMIT 1']);
    const [sequelize] = find("sequelize.query('SELECT * FROM a WHERE b = :b OR c = :b', { replacements: { b } })");
    assert.deepEqual([sequelize?.library, sequelize?.sql], ['sequelize', 'SELECT * FROM a WHERE b = $1 OR c = $1']);
    const [knex] = find("knex.raw('SELECT * FROM ?? WHERE a = ? AND b \\\\? 1', [t, a])");
    assert.deepEqual(
      [knex?.library, knex?.sql.replace(/ +/g, ' ')],
      ['knex', 'SELECT * FROM "??" WHERE a = $1 AND b ? 1'],
    );
    assert.deepEqual(sql('pool.one(sql.type(row)`SELECT 1 AS one FROM a`)'), ['SELECT 1 AS one FROM a']);
    assert.deepEqual(sql("runQuery('SELECT 2 FROM a')"), ['SELECT 2 FROM a']);
  });

  it('leaves fragments of tags alone', () => {
    assert.deepEqual(sql('sql`WHERE a = ${b}`; sql`now()`; sql`${a} DESC`'), []);
  });

  it('underlines a syntax error in the third line of a template', () => {
    assert.equal(underlined('db.query(`SELECT *\n  FROM "a\\u0062" -- é😀\n  WERE b = ${c}\n`)'), '3: b');
    assert.equal(underlined('db.query(`SELECT *\n  FROM a\n  WHERE b = = ${c}`)'), '3: =');
    assert.equal(underlined("db.query('SELECT a ' +\n 'FROM b' +\n ' ODER BY c')"), '3: BY');
  });

  it('reports broken SQL in marked strings', () => {
    assert.equal(underlined('const a = /* sql */ `SELEC 1`'), '1: SELEC');
    assert.equal(underlined('const a = `--sql\n  SELECT a FROM b WHERE`'), '2: WHERE');
    assert.equal(find('const a = /* sql */ "SELECT 1"')[0]?.library, 'comment');
  });

  it('follows a constant to its definition, and not when it is changed', () => {
    const text = "import 'pg';\nconst q = { find: 'SELECT * FORM a' };\nfor (const x of y) db.query(q.find)";
    assert.equal(underlined(text), '2: FORM');
    assert.ok(find(text)[0]?.loop);
    assert.deepEqual(sql("let q = 'SELECT 1 FROM a'; q++; db.query(q)"), []);
  });

  it('follows what is put behind a text: what is sure as text, what is not as a replaced part', () => {
    const text = [
      "let q = 'SELECT * FROM a WHERE 1 = 1';",
      'if (x) { values.push(x); q += ` AND b = $${values.length}`; }',
      "q += ' ORDER BY c LIMIT 5';",
      'pool.query(q, values);',
    ].join('\n');
    const [site] = find(text);
    assert.equal(site?.sql.replace(/ +/g, ' '), 'SELECT * FROM a WHERE 1 = 1 ORDER BY c LIMIT 5');
    assert.deepEqual(
      site?.replaced?.map(({ source }) => source),
      ['` AND b = $${values.length}`'],
    );
    assert.deepEqual(sql("let q = 'SELECT 1 FROM a'; q = q + ' LIMIT 2'; db.query(q)"), ['SELECT 1 FROM a LIMIT 2']);
    assert.equal(underlined("let q = 'SELECT 1 ';\nq += 'FORM a';\ndb.query(q)"), '2: a');
  });

  it('takes each text that a variable may have for a query of its own', () => {
    const either = "let q = ''; if (x) { q = 'SELECT 1 FROM a'; } else { q = 'SELECT 2 FROM b'; } db.query(q)";
    assert.deepEqual(sql(either), ['SELECT 1 FROM a', 'SELECT 2 FROM b']);
    assert.deepEqual(sql("db.query(x ? 'SELECT 1 FROM a' : 'SELECT 2 FROM b')"), [
      'SELECT 1 FROM a',
      'SELECT 2 FROM b',
    ]);
    assert.deepEqual(sql("let q = 'SELECT 1 FROM a'; db.query(q); q = 'SELECT 2 FROM b'; db.query(q)"), [
      'SELECT 1 FROM a',
      'SELECT 2 FROM b',
    ]);
    const branches = "let q = 'SELECT 1 FROM a'; if (x) { q += ' WHERE'; } else { db.query(q); }";
    assert.deepEqual(sql(branches), ['SELECT 1 FROM a']);
  });

  it('does not take a list that grows for its first elements', () => {
    const text =
      "const set = []; set.push('b = 1'); db.query(`UPDATE a SET ${set.join(', ')}, c = now() WHERE id = $${set.length}`)";
    const [site] = find(text);
    assert.ok(site && parser.parse(site.sql).ok, site?.sql);
    assert.deepEqual(
      site.parameters.map(({ source }) => source).filter((source) => source.startsWith('$$')),
      ['$${set.length}'],
    );
  });

  it('sends a plain text within a tagged template as a value', () => {
    const [site] = find(
      "import postgres from 'postgres'; sql`SELECT * FROM a WHERE b ILIKE ${`%${term}%`} OR c = ${'new'}`",
    );
    assert.equal(site?.sql, 'SELECT * FROM a WHERE b ILIKE $1 OR c = $2');
    assert.equal(site?.parameters[0]?.wildcards, 'both');
  });

  it('takes a sum for a value, and a tag in parentheses for a part of a query', () => {
    const [site] = find('db.query(`SELECT * FROM a LIMIT ${size + 1} OFFSET ${10 + size}`)');
    assert.equal(site?.sql, 'SELECT * FROM a LIMIT $1 OFFSET $2');
    assert.deepEqual(sql('sql`(SELECT count(*) FROM a) AS "n"`'), []);
  });

  it('settles many names in one statement', () => {
    const [site] = find(
      'pool.query(sql`insert into ${t.table} (${f.key}, ${f.value}) values (${key}, ${value}) on conflict (${f.key}) do update set ${f.value} = excluded.${f.value}`)',
    );
    assert.equal(
      site?.sql,
      'insert into "${t.table}" ("${f.key}", "${f.value}") values ($1, $2) on conflict ("${f.key}") do update set "${f.value}" = excluded."${f.value}"',
    );
  });

  it('sees where the program puts % around a value', () => {
    const wildcards = (text: string) => find(text)[0]?.parameters.map((parameter) => parameter.wildcards ?? '-');
    assert.deepEqual(wildcards("db.query('SELECT 1 FROM a WHERE b LIKE $2 AND c = $1', [c, `%${b}%`])"), ['-', 'both']);
    assert.deepEqual(wildcards("db.query('SELECT 1 FROM a WHERE b LIKE ? OR c LIKE ?', [b + '%', '%' + c])"), [
      'after',
      'before',
    ]);
    assert.deepEqual(
      wildcards('sequelize.query("SELECT 1 FROM a WHERE b ILIKE :p", { replacements: { p: `%${term}%` } })'),
      ['both'],
    );
    assert.deepEqual(wildcards("db.query(`SELECT 1 FROM a WHERE b LIKE '${b}%'`)"), ['after']);
    const config = 'const values = [`%${b}%`]; db.query({ text: "SELECT 1 FROM a WHERE b LIKE $1", values })';
    assert.deepEqual(wildcards(config), ['both']);
    assert.deepEqual(wildcards("db.query('SELECT 1 FROM a WHERE b LIKE $2', [...first, `%${b}%`])"), ['-']);
  });

  it('finds the text behind other arguments, and in functions that sound like a query', () => {
    assert.deepEqual(sql("query(database, 'SELECT 1 FROM a', [])"), ['SELECT 1 FROM a']);
    assert.deepEqual(sql("this.query(db, { text: 'SELECT 1 FROM a', values: [] }, signal)"), ['SELECT 1 FROM a']);
    assert.deepEqual(sql("await fetchQueryRows('SELECT 1 FROM a')"), ['SELECT 1 FROM a']);
    assert.deepEqual(sql("document.querySelectorAll('select:not([disabled])')"), []);
    assert.deepEqual(
      sql("expectQuery('SELECT 1 FROM a'); formatSql('SELECT 1 FROM a'); mySqlThing('SELECT FROM')"),
      [],
    );
    assert.deepEqual(sql("async function clickhouseQuery() { return rawQuery('SELECT 1 FROM a') }"), []);
  });

  it('reads chains of append, type arguments with semicolons, generics, decorators, await using and JSX', () => {
    const chain = 'db.query(SQL`SELECT 1 FROM a WHERE b = ${b}`.append(SQL` AND c = ${c}`))';
    assert.deepEqual(sql(chain), ['SELECT 1 FROM a WHERE b = $1 AND c = $2']);
    assert.deepEqual(sql('tx.$queryRaw<{ id: string; n: Map<string, { a: 1 }[]> }[]>`SELECT 1 FROM a`'), [
      'SELECT 1 FROM a',
    ]);
    assert.deepEqual(sql("const { rows: [user] } = await pool.query<User>('SELECT 1 FROM a')"), ['SELECT 1 FROM a']);
    const modern =
      "@Injectable() class A { @Inject() db: Pool; async f() { await using c = await open(); c.query('SELECT 1 FROM a'); } }";
    assert.deepEqual(sql(modern), ['SELECT 1 FROM a']);
    const page =
      "export const Page = async () => <ul>{(await db.query('SELECT 1 FROM a')).map((r) => <li>{r.id}</li>)}</ul>";
    assert.equal(find(page, 'typescriptreact').length, 1);
  });

  const libraries: [string, string][] = [
    ["import { pool } from './database'; pool.query('SELECT 1 FROM a')", 'pg'],
    ["const db = require('../db'); db.query('SELECT 1 FROM a WHERE b = $1', [b])", 'pg'],
    ["import { getPool } from '@/lib/pool'; getPool().query('SELECT 1 FROM a')", 'pg'],
    ["import { query } from './db'; query('SELECT 1 FROM a WHERE b = $1', [b])", 'pg'],
    ["import { db } from './db'; db.query('SELECT 1 FROM a WHERE b = ?', [b])", 'sql string'],
    ["import { sql } from '@company/slonik'; pool.one(sql`SELECT 1 FROM a`)", 'slonik'],
    ["pool.maybeOne('SELECT 1 FROM a')", 'slonik'],
    ["import { run } from './run'; run.execute('SELECT 1 FROM a')", 'sql string'],
  ];
  for (const [text, library] of libraries) {
    it(`takes ${text} for ${library}`, () => assert.equal(find(text)[0]?.library, library));
  }

  it('says that a statement of a migration runs once', () => {
    const text = "db.query('UPDATE a SET b = 1')";
    const [site] = finder.find({ uri: 'src/migrations/7.ts', languageId: 'typescript', text });
    assert.equal(site?.runsOnce, true);
    assert.equal(find(text)[0]?.runsOnce, undefined);
  });

  const loops: [string, boolean][] = [
    ['for (let i = 0; i < n; i++) { await Q }', true],
    ['for await (const row of cursor()) { await Q }', true],
    ['while (queue.length > 0) { const id = queue.shift(); await Q }', true],
    ['posts.forEach((post) => { Q })', true],
    ['await Promise.map(posts, (post) => Q)', true],
    ['for (const id of ids) { await db.transaction(async (t) => { await Q }) }', true],
    ['for (let i = 0; i < n; i += 100) { await Q }', false],
    ['while (batch.length) { await Q; batch = await next() }', false],
    ['while (ids.length) { const some = ids.splice(0, 100); await Q }', false],
    ['do { rows = await Q } while (rows.length === 100)', false],
    ['for (let attempt = 0; attempt < 3; attempt++) { await Q }', false],
    ['while (true) { try { await Q; break } catch {} }', false],
    ['for (const some of chunk(ids, 100)) { await Q }', false],
    ["for (const t of ['a', 'b']) { await Q }", false],
    ['for (const id of ids) { const load = async () => { await Q } }', false],
    ['for (const path of paths) { app.get(path, async () => { await Q }) }', false],
    ['for (const id of (await Q).rows) { use(id) }', false],
  ];
  for (const [code, isLoop] of loops) {
    it(`${isLoop ? 'sees a loop' : 'sees no loop'} in ${code}`, () => {
      const [site] = find(`async function f() { ${code.replace('Q', "db.query('SELECT 1 FROM a')")} }`);
      assert.ok(site);
      assert.equal(site.loop !== undefined, isLoop);
    });
  }

  it('keeps the other sites while one is half typed', () => {
    const text = "db.query('SELECT 1 FROM a');\nfunction f( { db.query('SELECT 2 FROM\n}\ndb.query('SELECT 3 FROM a');";
    const found = sql(text);
    assert.ok(found.includes('SELECT 1 FROM a') && found.includes('SELECT 3 FROM a'), JSON.stringify(found));
  });

  it('takes CRLF, a BOM, broken UTF-8, binary files and a line of a megabyte', () => {
    assert.equal(underlined('\ufeffdb.query(`SELECT 1\r\nFROM FROM`)\r\n'), '2: FROM');
    assert.deepEqual(sql("db.query('SELECT 1 FROM a \ufffd')"), ['SELECT 1 FROM a \ufffd']);
    assert.deepEqual(sql("db.query('SELECT 1 FROM a')\0"), []);
    assert.equal(sql(`const a = [${'1,'.repeat(500_000)}]; db.query('SELECT 1 FROM a')`).length, 1);
  });
});
