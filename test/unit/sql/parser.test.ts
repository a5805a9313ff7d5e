import assert from 'node:assert/strict';
import type { Statement, SyntaxProblem } from '../../../src/nouns/statement';
import { SqlParser } from '../../../src/sql/parser';

describe('SqlParser', () => {
  let parser: SqlParser;
  before(async () => {
    parser = await SqlParser.load();
  });

  function statement(text: string): Statement {
    const parsed = parser.parse(text);
    assert.ok(parsed.ok, parsed.ok ? '' : parsed.problem.message);
    return parsed.statement;
  }

  function problem(text: string): SyntaxProblem {
    const parsed = parser.parse(text);
    assert.ok(!parsed.ok, 'parses');
    return parsed.problem;
  }

  function underlined(text: string): string {
    const { range } = problem(text);
    return text.slice(range.start, range.end);
  }

  it('says what kind of statement it is', () => {
    assert.equal(statement('VALUES (1)').kind, 'select');
    assert.equal(statement('INSERT INTO a DEFAULT VALUES').kind, 'insert');
    assert.equal(statement('CREATE INDEX ON a (b)').kind, 'ddl');
    assert.equal(statement('COMMIT').kind, 'transaction');
    assert.equal(statement('EXPLAIN SELECT 1').kind, 'other');
    assert.equal(statement('DO $$ BEGIN END $$').kind, 'other');
  });

  it('takes only what changes nothing as reading only', () => {
    for (const text of ['SELECT 1', 'TABLE a', 'WITH x AS (SELECT 1) SELECT * FROM x']) {
      assert.equal(statement(text).readsOnly, true, text);
    }
    for (const text of [
      'SELECT * INTO b FROM a',
      'SELECT * FROM a FOR UPDATE',
      'SELECT * FROM (SELECT * FROM a FOR KEY SHARE) b',
      'WITH d AS (DELETE FROM a RETURNING *) SELECT * FROM d',
      'SELECT * FROM a WHERE EXISTS (WITH u AS (UPDATE b SET c = 1 RETURNING 1) SELECT * FROM u)',
      'EXPLAIN SELECT 1',
      'CREATE TABLE b AS SELECT 1',
      'COPY (SELECT 1) TO STDOUT',
      'CALL f()',
    ]) {
      assert.equal(statement(text).readsOnly, false, text);
    }
  });

  it('finds called functions wherever they are nested', () => {
    const { functions } = statement(
      "SELECT extract(year FROM Now()), CASE WHEN audit.Log(1) THEN 1 END FROM a, LATERAL f(a.b) WHERE c IN (SELECT nextval('s'))",
    );
    assert.deepEqual([...functions].sort(), ['audit.log', 'extract', 'f', 'nextval', 'now']);
    assert.deepEqual(statement('CALL p(q())').functions, ['p', 'q']);
  });

  it('names relations without those that WITH defines', () => {
    assert.deepEqual(statement('WITH x AS (SELECT * FROM a) SELECT * FROM x JOIN s.b c ON true').relations, [
      { schema: 's', name: 'b', alias: 'c' },
      { name: 'a' },
    ]);
    assert.deepEqual(statement('WITH x AS (SELECT * FROM x) SELECT * FROM x').relations, [{ name: 'x' }]);
    assert.deepEqual(statement('WITH RECURSIVE x AS (SELECT 1 UNION SELECT * FROM x) SELECT * FROM x').relations, []);
    assert.deepEqual(statement('WITH x AS (SELECT 1) INSERT INTO x SELECT * FROM x').relations, [{ name: 'x' }]);
  });

  it('gives the same fingerprint to statements that differ in constants', () => {
    const fingerprints = ['SELECT * FROM a WHERE b = 1', 'select  * from a where b = 2'].map(
      (t) => statement(t).fingerprint,
    );
    assert.equal(fingerprints[0], fingerprints[1]);
    assert.notEqual(fingerprints[0], statement('SELECT * FROM a WHERE c = 1').fingerprint);
  });

  it('leaves the final semicolon out of the text', () => {
    assert.equal(statement(" SELECT 'é' ; ").text, " SELECT 'é' ");
  });

  it('points at the token, also behind text outside ASCII', () => {
    assert.equal(problem("SELECT 'é😀' FROM FROM a").message, 'syntax error at or near "FROM"');
    assert.deepEqual(problem("SELECT 'é😀' FROM FROM a").range, { start: 18, end: 22 });
    assert.equal(underlined('SELECT 1 FROM -- to do\n'), 'FROM');
    assert.equal(underlined("SELECT 'abc\nFROM a"), "'abc");
  });

  it('says when there is no statement, and when there are two', () => {
    assert.equal(problem(' -- nothing\n').message, 'empty statement');
    assert.equal(problem('SELECT 1; SELECT 2').message, 'more than one statement');
    assert.equal(underlined("SELECT 'é'; SELECT 2"), 'SELECT 2');
  });

  it('parses 5,000 nested parentheses', () => {
    assert.equal(statement(`SELECT ${'('.repeat(5000)}1${')'.repeat(5000)}`).kind, 'select');
  });

  it('says that a statement is nested too deeply, and parses the next ones as before', () => {
    for (let i = 0; i < 12; i++) {
      const { message, unread } = problem(`SELECT ${'1+'.repeat(60_000 + i)}1`);
      assert.equal(message, 'this statement is too deeply nested to parse here');
      assert.equal(unread, true);
      assert.deepEqual(statement(`SELECT a FROM b${i}`).relations, [{ name: `b${i}` }]);
    }
  });

  it('does not read a statement of a megabyte', () => {
    const { message, unread } = problem(`INSERT INTO a VALUES ${"(1, 'abc'), ".repeat(90_000)} (2, 'd')`);
    assert.match(message, /^this statement of 1,055 kB is too long to read here/);
    assert.equal(unread, true);
  });
});
