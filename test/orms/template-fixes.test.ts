import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCallFacts } from '../../src/code/calls/call-facts';
import { filesBelow } from '../../src/code/files-below';
import { orms } from '../../src/code/orms/orms';
import { codeFixes } from '../../src/fixes/code-fixes';
import { ormCallsIn } from '../support/orm-calls';

const folder = join(import.meta.dirname, 'recorded/django-templates');
const views = '/program/blog/views.py';

async function texts(): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  const isWanted = (name: string) => /\.(?:py|html)$/.test(name);
  for await (const path of filesBelow(join(folder, 'program'), isWanted, assert.fail))
    all[path.slice(folder.length)] = await readFile(path, 'utf8');
  return all;
}

async function repetitionsIn(files: Readonly<Record<string, string>>) {
  const { program } = await ormCallsIn(files);
  const calls = new Map([...program.files.keys()].map((uri) => [uri, program.callsOf(uri)]));
  return readCallFacts({ tracer: program.tracer, models: program.models, orms, calls }).repetitions;
}

/** prove.py, beside the files, was run with Django 5.2: each view renders the same page, with as many statements for more rows. */
describe('Views of Django whose templates ask for each row', () => {
  it('are mended one after the other to those that were run, and nothing is told of them then', async function () {
    this.timeout(20_000);
    const files = await texts();
    let repetitions = await repetitionsIn(files);
    for (let left = 40; left > 0 && repetitions.length > 0; left--) {
      const [fix] = repetitions.flatMap((repetition) => codeFixes({ repetition }, (uri) => files[uri]).slice(0, 1));
      if (!fix) break;
      for (const { uri, range, newText } of [...fix.edits].sort((a, b) => b.range.start - a.range.start)) {
        assert.equal(uri, views);
        const text = files[views] ?? '';
        files[views] = text.slice(0, range.start) + newText + text.slice(range.end);
      }
      repetitions = await repetitionsIn(files);
    }
    assert.equal(files[views], await readFile(join(folder, 'mended/views.py'), 'utf8'));
    assert.deepEqual(
      repetitions.map(({ inner, loop }) => `${inner.name} in ${loop.uri}`),
      [],
    );
  });
});
