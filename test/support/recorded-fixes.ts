import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCallFacts } from '../../src/code/calls/call-facts';
import { orms } from '../../src/code/orms/orms';
import { codeFixes } from '../../src/fixes/code-fixes';
import { ormCalls } from './orm-calls';

/** A file of a program with the first fix of every repeated query in it made, those whose edits are the same once. */
export async function readFixed(folder: string, file: string): Promise<string> {
  const uri = join(folder, file);
  const text = await readFile(uri, 'utf8');
  const { program } = await ormCalls(folder);
  const calls = new Map([...program.files.keys()].map((each) => [each, program.callsOf(each)]));
  const { repetitions } = readCallFacts({ tracer: program.tracer, models: program.models, orms, calls });
  const fixes = repetitions
    .filter(({ loop }) => loop.uri === uri)
    .flatMap((repetition) => codeFixes({ repetition }, () => text).slice(0, 1));
  const edits = new Map(fixes.flatMap((fix) => fix.edits.map((edit) => [JSON.stringify(edit), edit])));
  return [...edits.values()]
    .sort((a, b) => b.range.start - a.range.start || b.range.end - a.range.end)
    .reduce((all, { range, newText }) => all.slice(0, range.start) + newText + all.slice(range.end), text);
}
