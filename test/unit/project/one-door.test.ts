import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

const source = new URL('../../../src/', import.meta.url);
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

/** Text in double quotes is code that is proposed to people: our own has single ones, which the formatter sees to. */
function filesWith(pattern: RegExp): string[] {
  const own = (name: string) => readFileSync(new URL(name, source), 'utf8').replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
  return files.filter((name) => pattern.test(own(name))).sort();
}

describe("The one door to a person's server", () => {
  it('is the only way to a connection', () => {
    assert.deepEqual(filesWith(/import\('pg'\)|require\('pg'\)|import (?!type).*from 'pg'/), [
      'database/connection/connect.ts',
    ]);
    assert.deepEqual(filesWith(/from '(?:\.{1,2}\/)+(?:[\w-]+\/)*connect'/), [
      'database/connection/cancel.ts',
      'database/connection/connection-pool.ts',
      'database/connection/statement-run.ts',
      'database/gate.ts',
    ]);
  });

  it('is the only place that sends a statement, beside the request to cancel one', () => {
    assert.deepEqual(filesWith(/\b(?:client|second)\.query\(/), [
      'database/connection/cancel.ts',
      'database/connection/statement-run.ts',
    ]);
    assert.deepEqual(filesWith(/new StatementRun\(/), ['database/gate.ts']);
  });
});
