import assert from 'node:assert/strict';
import { join } from 'node:path';
import { QuerySiteFinder } from '../../../src/code/find-query-sites';
import { SqlParser } from '../../../src/sql/parser';
import { wholePaths } from '../../support/whole-paths';

const grammarFolder = join(__dirname, '../../../node_modules/@vscode/tree-sitter-wasm/wasm');

describe('query sites in .sql files', () => {
  let parser: SqlParser;
  let finder: QuerySiteFinder;
  before(async () => {
    parser = await SqlParser.load();
    finder = await QuerySiteFinder.load({ parser, grammarFolder, roles: wholePaths });
  });

  const find = (text: string, uri = 'a.sql') => finder.find({ uri, languageId: 'sql', text });

  /** `line: token` of every syntax error. */
  function errors(text: string): string[] {
    return find(text).flatMap((site) => {
      const parsed = parser.parse(site.sql);
      if (parsed.ok) return [];
      const { start, end } = site.sourceMap.rangeToDocument(parsed.problem.range);
      return [`${text.slice(0, start).split('\n').length}: ${text.slice(start, end)}`];
    });
  }

  it('gives one error for a broken statement, and keeps the others', () => {
    const text = 'SELECT 1;\nSELECT *\nFROM a WERE b;\n-- é\nSELECT 2;\nSELEC 3;\nSELECT (4;\nSELECT 5;\n';
    assert.equal(find(text).length, 6);
    assert.deepEqual(errors(text), ['3: b', '6: SELEC', '7: 4']);
  });

  it('takes the values that \\set gives', () => {
    const text =
      "\\set author 17\nSELECT * FROM a WHERE b = :author AND c = :'name' AND d = :other;\n\\set name 'it''s' me\nSELECT :'name';";
    assert.deepEqual(
      find(text).map((site) => site.sql),
      ['SELECT * FROM a WHERE b = 17 AND c = $1 AND d = $2', "SELECT 'it''sme'"],
    );
  });

  it('says nothing about the bodies of functions', () => {
    const text =
      'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  SELECT count(*) INTO n FROM a WERE b;\n  RETURN NEW;\nEND $$;\nDO $$ BEGIN PERFORM 1; END $$;';
    assert.equal(find(text).length, 2);
    assert.deepEqual(errors(text), []);
  });

  it("leaves alone what is in MySQL's quotes, and names that a program fills in", () => {
    assert.deepEqual(
      find('UPDATE `a` SET b = 1;\nSELECT 1;').map(({ sql }) => sql),
      ['SELECT 1'],
    );
    assert.equal(find('SELECT 1 WHERE a = $name -- not `b`\nAND c').length, 1);
    assert.deepEqual(errors('GRANT SELECT ON a TO tenant_${database};\nSELECT FROM WHERE;'), ['2: WHERE']);
  });

  it('finds what a missing quote swallowed, also when a later quote closes it', () => {
    const text = "SELECT 'a;\nSELECT 2;\nSELECT * FROM b WHERE c = 'd e;\nSELECT 4;\n";
    assert.deepEqual(
      find(text).map((site) => site.sql),
      ["SELECT 'a", 'SELECT 2', "SELECT * FROM b WHERE c = 'd e", 'SELECT 4'],
    );
  });

  it('takes every kind of placeholder', () => {
    const text =
      "SELECT $1, :a FROM b WHERE c = ? AND d = %s AND e = :'f' ORDER BY :g;\nCOPY a FROM :'file';\nSELECT * FROM :t;";
    assert.deepEqual(errors(text), []);
    assert.deepEqual(
      find(text).map((site) => [site.sql, site.parameters.length]),
      [
        ['SELECT $1, $2 FROM b WHERE c = $3 AND d = $4 AND e = $5 ORDER BY $6', 6],
        ["COPY a FROM 'file'", 0],
        ['SELECT * FROM ":t"', 0],
      ],
    );
  });

  it('takes a binary file for none', () => {
    assert.deepEqual(find('SELECT 1;\0\u0001'), []);
  });

  it('leaves scripts of other databases alone', () => {
    assert.deepEqual(find('SELECT 1;', '/project/db/clickhouse/1.sql'), []);
    assert.deepEqual(find('SELECT 1;', 'schema.mysql.sql'), []);
    assert.equal(find('SELECT 1;', '/home/me/from-mysql-to-pg/db/1.sql').length, 1);
  });

  it('takes 10,000 statements, and a statement of a megabyte', () => {
    assert.equal(find('SELECT * FROM a WHERE b = :c;\n'.repeat(10_000)).length, 10_000);
    assert.equal(find(`INSERT INTO a VALUES ${"('b'),".repeat(200_000)}('c')`).length, 1);
  });
});
