import assert from 'node:assert/strict';
import { splitScript } from '../../../src/sql/split';

const texts = (script: string) => splitScript(script).map((part) => part.text);

describe('splitScript', () => {
  it('takes quotes, dollar quotes and nested comments as one', () => {
    assert.deepEqual(texts(`SELECT ';', ";", E'\\';', $a$;$$;$a$; /* ; /* ; */ ; */ SELECT 2 -- ;\n, 3;`), [
      `SELECT ';', ";", E'\\';', $a$;$$;$a$`,
      'SELECT 2 -- ;\n, 3',
    ]);
  });

  it('gives ranges without surrounding comments and the semicolon', () => {
    const script = '\ufeff-- first\r\nSELECT 1 ; -- done\r\n';
    assert.deepEqual(
      splitScript(script).map(({ range }) => script.slice(range.start, range.end)),
      ['SELECT 1'],
    );
  });

  it('keeps BEGIN ATOMIC bodies and the actions of rules whole', () => {
    const body = 'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END';
    const rule = 'CREATE RULE r AS ON INSERT TO a DO (DELETE FROM b; DELETE FROM c)';
    assert.deepEqual(texts(`${body}; ${rule}; BEGIN; END;`), [body, rule, 'BEGIN', 'END']);
  });

  it('leaves out psql commands and COPY data', () => {
    const script =
      "\\set x 'a;b'\nSELECT 1 \\gexec\nCOPY a FROM stdin;\n1;'\n\\.\n\\copy a from stdin\nit's;\n\\.\nSELECT 2 \\; SELECT 3;\n\\d a";
    assert.deepEqual(texts(script), ['SELECT 1', 'COPY a FROM stdin', 'SELECT 2', 'SELECT 3']);
  });

  it('blanks a psql command within a statement, so that offsets stay', () => {
    assert.deepEqual(texts('SELECT 1\n\\pset a b\n, 2;'), ['SELECT 1\n         \n, 2']);
  });

  it('takes what follows COPY FROM stdin as statements when no line ends the data', () => {
    assert.deepEqual(texts('COPY a FROM stdin;\nSELECT 1;'), ['COPY a FROM stdin', 'SELECT 1']);
  });

  it('finds the statements behind a missing quote', () => {
    assert.deepEqual(texts("SELECT 'a;\nSELECT 2;\nSELECT 'x';\nSELECT 3"), [
      "SELECT 'a",
      'SELECT 2',
      "SELECT 'x'",
      'SELECT 3',
    ]);
    assert.deepEqual(texts('SELECT "a;\nSELECT 2;'), ['SELECT "a', 'SELECT 2']);
    assert.deepEqual(texts('SELECT 1 /* a;\nSELECT 2;'), ['SELECT 1', 'SELECT 2']);
  });

  it('finds the statements behind a missing parenthesis and a missing END', () => {
    assert.deepEqual(texts('SELECT (1;\nSELECT 2;'), ['SELECT (1', 'SELECT 2']);
    assert.deepEqual(texts('CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;\nCREATE TABLE a ();'), [
      'CREATE FUNCTION f() BEGIN ATOMIC SELECT 1',
      'CREATE TABLE a ()',
    ]);
  });

  it('splits 10 MB, a line of 1 MB and hostile repetitions without trouble', () => {
    assert.equal(splitScript("SELECT * FROM a WHERE b = 'x';\n".repeat(330_000)).length, 330_000);
    for (const piece of [
      "'",
      '"',
      '$a$',
      '/*',
      '(',
      '\\',
      "\\x '",
      "E'\\",
      'COPY a FROM stdin;\n',
      "SELECT 'a;\nSELECT 1;\n",
    ]) {
      const script = piece.repeat(Math.ceil(1_000_000 / piece.length));
      const parts = splitScript(script);
      assert.ok(
        parts.every(({ range }) => range.start < range.end && range.end <= script.length),
        piece,
      );
    }
  });
});
