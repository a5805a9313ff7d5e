import { resolve } from 'node:path';
import { sourceFiles } from '../analysis/source-files';
import { whyLeftAlone } from '../code/left-alone';
import { Problem } from '../nouns/problem';
import { explainReport } from '../report/explain-report';
import { onlyStatement } from '../report/only-statement';
import { effectOf } from '../sql/statement-effect';
import { type Command, type Environment, oneOf, wrong } from './command';
import { type DatabaseArguments, databaseArguments, databaseOptions } from './database-arguments';
import { schemaFiles } from './services';

interface ExplainRun extends DatabaseArguments {
  readonly sql: string;
  readonly analyze: boolean;
  readonly format: 'text' | 'json';
}

export const explain: Command<ExplainRun> = {
  name: 'explain',
  synopsis: '"SQL" [options]',
  summary: 'one statement: its plan and the findings',
  usage: `planlight explain "SQL" [options]

Plans one statement and prints the plan and the findings. Placeholders ($1, :name, ?) get values from the statistics.

Options
  --database URL     as in planlight check; without a database the schema is read from the .sql files of this folder
  --snapshot FILE    as in planlight check
  --analyze          run it (read-only transaction); a statement that changes data is planned only, with a note
  --timeout MS       give the statement at most this long (5000)
  --rows N           as in planlight check
  --format FORMAT    text (default) or json

Exit codes: 0 a plan was printed; 2 could not run.`,
  options: { ...databaseOptions, analyze: { type: 'boolean' }, format: { type: 'string' } },
  read(given) {
    const [sql, extra] = given.words;
    if (sql === undefined || extra !== undefined) throw wrong('explain takes one statement, in quotes', 'explain');
    return {
      sql,
      analyze: given.values.analyze === true,
      format: oneOf(given, 'format', ['text', 'json'], 'text'),
      ...databaseArguments(given),
    };
  },
  run: explainStatement,
};

async function explainStatement(run: ExplainRun, { services, console, signal }: Environment): Promise<number> {
  const document = { uri: 'argument', languageId: 'sql', text: run.sql };
  const analyzer = await services.analyzer([]);
  const why = whyLeftAlone(run.sql);
  if (why !== undefined) throw new Problem('not-understood', `This text is not read: ${why}.`);
  const { query, statement } = onlyStatement(document, analyzer.read(document).queries);
  const server = await services.server(run, signal);
  const saved = await services.saved(run);
  for (const sentence of (await saved?.snapshot(signal))?.leftOut ?? []) console.tell(sentence);
  const schema = server || saved ? [] : await schemaFiles(await sourceFiles(['.'], () => undefined), [resolve()]);
  const target = server ?? saved ?? services.inMemory(schema, run);
  const mode = run.analyze && statement.readsOnly ? 'analyze' : 'estimate';
  const judgement = await analyzer.judge(query, { target, mode, signal });
  if (judgement.problem?.kind === 'missing-object' && !server && !saved && schema.length === 0) {
    throw new Problem(
      'no-database',
      'There is no database to ask (--database URL or DATABASE_URL), and no .sql file below this folder defines a table.',
      { cause: judgement.problem },
    );
  }
  if (judgement.problem) throw judgement.problem;
  const notices =
    run.analyze && !statement.readsOnly ? [`Not run, only planned: the statement ${effectOf(statement)}.`] : [];
  process.stdout.write(`${explainReport(document, judgement, run.format, notices)}\n`);
  return 0;
}
