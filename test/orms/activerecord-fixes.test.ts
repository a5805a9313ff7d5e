import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCallFacts } from '../../src/code/calls/call-facts';
import { orms } from '../../src/code/orms/orms';
import { codeFixes } from '../../src/fixes/code-fixes';
import type { DocumentEdit } from '../../src/nouns/fix';
import { ormCalls } from '../support/orm-calls';

const folder = join(import.meta.dirname, 'recorded/ruby-fixes');
const loops = join(folder, 'program/app/loops.rb');

interface Run {
  readonly statements: number;
  readonly gives: unknown;
}

/** What ran was recorded once, by record.rb with ActiveRecord 6.1 and PostgreSQL 18, since tests are to run without Ruby. */
describe('Fixes of ActiveRecord, as they were recorded', () => {
  it('make of the program what was run', async () => {
    const source = await readFile(loops, 'utf8');
    const { program } = await ormCalls(join(folder, 'program'));
    const calls = new Map([...program.files.keys()].map((uri) => [uri, program.callsOf(uri)]));
    const { repetitions } = readCallFacts({ tracer: program.tracer, models: program.models, orms, calls });
    const edits = repetitions.flatMap((repetition) =>
      codeFixes({ repetition }, () => source)
        .slice(0, 1)
        .flatMap((fix) => fix.edits),
    );
    assert.equal(edited(source, edits), await readFile(join(folder, 'mended/loops.rb'), 'utf8'));
  });

  it('give the same with a constant number of statements', async () => {
    const recorded: Record<string, { before: Run; after: Run }> = JSON.parse(
      await readFile(join(folder, 'recorded.json'), 'utf8'),
    );
    for (const [name, { before, after }] of Object.entries(recorded)) {
      assert.deepEqual(after.gives, before.gives, name);
      assert.ok(after.statements <= 2, `${name} sends ${after.statements}`);
      assert.ok(name === 'write_none' || after.statements < before.statements, name);
    }
  });
});

function edited(source: string, edits: readonly DocumentEdit[]): string {
  return [...edits]
    .sort((a, b) => b.range.start - a.range.start)
    .reduce((text, { range, newText }) => text.slice(0, range.start) + newText + text.slice(range.end), source);
}
