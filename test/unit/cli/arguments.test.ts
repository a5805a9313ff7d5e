import assert from 'node:assert/strict';
import { readArguments } from '../../../src/cli/arguments';
import { check } from '../../../src/cli/check';
import { explain } from '../../../src/cli/explain';
import { Problem } from '../../../src/nouns/problem';

/** What the command would run with. */
function runOf(argv: readonly string[]): Record<string, unknown> {
  const read = readArguments(argv);
  assert.ok('run' in read);
  return read.run as Record<string, unknown>;
}

describe('command line arguments', () => {
  it('check takes paths and has defaults', () => {
    assert.equal(readArguments(['check', 'src', 'db']).command, check);
    assert.deepEqual(runOf(['check', 'src', 'db']), {
      paths: ['src', 'db'],
      format: 'text',
      failOn: 'warning',
      database: undefined,
      snapshot: undefined,
      analyze: false,
      timeoutMs: 5000,
      assumedRows: 100000,
    });
  });

  it('explain takes exactly one statement', () => {
    assert.equal(runOf(['explain', 'SELECT 1', '--format', 'json', '--analyze']).sql, 'SELECT 1');
    assert.throws(() => readArguments(['explain', 'SELECT', '1']), /one statement, in quotes/);
  });

  it('takes a statement that begins with a comment for a statement', () => {
    for (const sql of ['-- posts\nSELECT 1', '--posts of an author\nSELECT 1']) {
      assert.equal(runOf(['explain', sql]).sql, sql);
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
    assert.deepEqual(readArguments(['check', '--help']), { command: 'help', of: check });
    assert.deepEqual(readArguments(['help', 'explain']), { command: 'help', of: explain });
    assert.deepEqual(readArguments([]), { command: 'help', of: undefined });
  });
});
