import { writeFileSync } from 'node:fs';
import { Analyzer } from '../../src/analysis/analyzer';
import type { SourceDocument } from '../../src/nouns/query-site';
import { sqlFile, typeScriptFile } from './generated-sources';

const rounds = 25;

/** The program behind `npm run bench`'s analysis lines: `GRAMMAR_FOLDER RESULT_FILE`; times in ms. */
async function main([grammarFolder, resultFile]: string[]): Promise<void> {
  if (grammarFolder === undefined || resultFile === undefined)
    throw new Error('GRAMMAR_FOLDER and RESULT_FILE are missing.');
  const analyzer = await Analyzer.load({ grammarFolder, folders: [] });
  const ts = (text: string): SourceDocument => ({ uri: 'bench.ts', languageId: 'typescript', text });
  const sql = (text: string): SourceDocument => ({ uri: 'bench.sql', languageId: 'sql', text });
  const result = {
    typeScript: measure(
      analyzer,
      (seed) => ts(typeScriptFile(seed)),
      (text) => ts(edited(text)),
    ),
    sql: measure(
      analyzer,
      (seed) => sql(sqlFile(seed)),
      (text) => sql(edited(text)),
    ),
  };
  writeFileSync(resultFile, JSON.stringify(result));
}

/** `first`: a file that was never seen; `edit`: the same file with one number changed in one query. */
function measure(
  analyzer: Analyzer,
  fresh: (seed: number) => SourceDocument,
  edit: (text: string) => SourceDocument,
): { first: number[]; edit: number[]; queries: number } {
  const times = { first: [] as number[], edit: [] as number[] };
  let queries = 0;
  // The first rounds warm the compiler up, as the first minute of an editor's day does.
  for (let round = -5; round < rounds; round++) {
    const document = fresh(round);
    const first = timed(() => {
      queries = analyzer.read(document).queries.length;
    });
    const after = edit(document.text);
    const second = timed(() => analyzer.read(after));
    if (round < 0) continue;
    times.first.push(first);
    times.edit.push(second);
  }
  return { ...times, queries };
}

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

/** One query in the middle of the file asks for another number. */
function edited(text: string): string {
  const at = text.indexOf('LIMIT 1', Math.floor(text.length / 2));
  return `${text.slice(0, at)}LIMIT 7${text.slice(at + 7)}`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
