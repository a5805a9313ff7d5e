import { fixStatements } from '../fixes/fix-statements';
import type { IndexFix } from '../nouns/fix';
import type { Statement } from '../nouns/statement';
import { needsAnalyze } from '../sql/create-index';
import { effectOf } from '../sql/statement-effect';

/** What a person says yes to before indexes are created, measured, and dropped again if they do not help. */
export function verifyQuestion(
  fixes: readonly IndexFix[],
  statement: Statement,
  database: string,
): { message: string; detail: string } {
  const [these, them] = fixes.length === 1 ? ['this index', 'it'] : [`these ${fixes.length} indexes`, 'them'];
  const tables = [...new Set(fixes.flatMap(({ index }) => (needsAnalyze(index) ? [index.table] : [])))];
  const said = [
    statement.readsOnly
      ? 'The query is run six times before and six times after.'
      : `The statement ${effectOf(statement)}: it is not run, its planned costs are compared.`,
    ...(tables.length > 0 ? [`ANALYZE renews the statistics of ${tables.join(' and ')}.`] : []),
    'The table can be read and written meanwhile.',
  ];
  return {
    message: `Create ${these} on ${database}, measure, and keep ${them} only if that helps?`,
    detail: `${runnable(fixes)}\n\n${said.join(' ')}`,
  };
}

/** What is run on the server, each statement once. */
export function runnable(fixes: readonly IndexFix[]): string {
  return [...new Set(fixes.flatMap((fix) => fixStatements(fix, { concurrently: true })))].join('\n');
}
