import { readCallFacts } from '../../src/code/calls/call-facts';
import { orms } from '../../src/code/orms/orms';
import { codeFixes } from '../../src/fixes/code-fixes';
import { ormCallsIn } from './orm-calls';

/** The repeated queries of /app/blog/views.py beside /app/blog/models.py, and its text after each one's first fix. */
export async function pythonRepetitions(models: string, text: string) {
  const files: Readonly<Record<string, string>> = { '/app/blog/models.py': models, '/app/blog/views.py': text };
  const { program } = await ormCallsIn(files);
  const calls = new Map([...program.files.keys()].map((uri) => [uri, program.callsOf(uri)]));
  const { repetitions } = readCallFacts({ tracer: program.tracer, models: program.models, orms, calls });
  const mended = repetitions.flatMap((repetition) =>
    codeFixes({ repetition }, (uri) => files[uri]).map(({ edits }) =>
      [...edits]
        .sort((a, b) => b.range.start - a.range.start)
        .reduce((all, { range, newText }) => all.slice(0, range.start) + newText + all.slice(range.end), text),
    ),
  );
  return { kinds: repetitions.map(({ kind, inner }) => `${kind} ${inner.name}`), mended };
}
