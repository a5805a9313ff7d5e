import assert from 'node:assert/strict';
import { Problem } from '../../../src/nouns/problem';
import { readArguments } from '../../../src/report/arguments';

describe('command line arguments', () => {
  it('check takes paths and has defaults', () => {
    assert.deepEqual(readArguments(['check', 'src', 'db']), {
      command: 'check',
      paths: ['src', 'db'],
      format: 'text',
      failOn: 'warning',
      database: undefined,
      analyze: false,
      timeoutMs: 5000,
      assumedRows: 100000,
    });
  });

  it('explain takes exactly one statement', () => {
    const read = readArguments(['explain', 'SELECT 1', '--format', 'json', '--analyze']);
    assert.equal(read.command === 'explain' && read.sql, 'SELECT 1');
    assert.throws(() => readArguments(['explain', 'SELECT', '1']), /one statement, in quotes/);
  });

  it('takes a statement that begins with a comment for a statement', () => {
    for (const sql of ['-- posts\nSELECT 1', '--posts of an author\nSELECT 1']) {
      const read = readArguments(['explain', sql]);
      assert.equal(read.command === 'explain' && read.sql, sql);
    }
  });

  for (const [argv, sentence] of [
    [['check'], /at least one file or folder/],
    [['chek', '.'], /no command chek/],
    [['check', '.', '--format', 'xml'], /text, json, sarif, github, not xml/],
    [['check', '.', '--fail-on', 'info'], /error, warning, never, not info/],
    [['check', '.', '--timeout', '-1'], /--timeout/],
    [['check', '.', '--nonsense'], /--nonsense/],
    [['check', '.', '--rows', '99999999999'], /--rows takes a whole number from 1 to 1,000,000,000/],
    [['explain', 'SELECT 1', '--fail-on', 'error'], /no option --fail-on/],
  ] as const) {
    it(`${argv.join(' ')} is refused with one sentence`, () => {
      assert.throws(
        () => readArguments(argv),
        (error: unknown) => error instanceof Problem && sentence.test(error.message) && !error.message.includes('\n'),
      );
    });
  }

  it('help has a page for each command', () => {
    assert.deepEqual(readArguments(['check', '--help']), { command: 'help', topic: 'check' });
    assert.deepEqual(readArguments([]), { command: 'help', topic: 'main' });
  });
});
