import { checkFiles } from '../analysis/check-files';
import { sourceFiles } from '../analysis/source-files';
import { buildCheckReport, type FailLevel, planningSummary, reachesLevel } from '../report/check-report';
import { type CheckFormat, checkReporters } from '../report/reporters';
import { type Command, type Environment, oneOf, wrong } from './command';
import { type DatabaseArguments, databaseArguments, databaseOptions } from './database-arguments';
import { workspaceFolders } from './program-folders';
import { schemaFiles } from './services';

interface CheckRun extends DatabaseArguments {
  readonly paths: readonly string[];
  readonly analyze: boolean;
  readonly format: CheckFormat;
  readonly failOn: FailLevel;
}

export const check: Command<CheckRun> = {
  name: 'check',
  synopsis: 'PATHS… [options]',
  summary: 'read the files, ask the planner, print the findings',
  usage: `planlight check PATHS… [options]

Reads .sql, .js, .jsx, .ts, .tsx, .mjs and .cjs files at or below PATHS, finds the queries in them (SQL, and the calls of
query libraries with the SQL that they send), asks the planner about each and prints the findings. In files of
Python, Ruby, Go, Java, PHP, C# and Rust it finds SQL. The models and helpers
of a call are looked for in the whole program: the folder with package.json around PATHS, or the repository.

Options
  --database URL     postgres://user@host:port/database; else DATABASE_URL or PG* of the environment. Without any, a planner
                     in memory answers, with the schema of the .sql files below PATHS and assumed table sizes.
  --snapshot FILE    a file of planlight snapshot, instead of a database: a planner in memory answers from it
  --analyze          run the statements that only read (in a read-only transaction), for real times
  --timeout MS       give a statement at most this long (5000)
  --rows N           rows that every table is assumed to have where no database is asked (100000)
  --format FORMAT    text (default), json, sarif or github
  --fail-on LEVEL    error, warning (default) or never: exit 1 when there is a finding at or above this level

Exit codes: 0 nothing at or above the level; 1 findings; 2 could not run, or the database could not be asked (any more).
Files of more than 2 million characters and binary files are left alone; standard error says so.`,
  options: {
    ...databaseOptions,
    analyze: { type: 'boolean' },
    format: { type: 'string' },
    'fail-on': { type: 'string' },
  },
  read(given) {
    if (given.words.length === 0) throw wrong('check needs at least one file or folder', 'check');
    return {
      paths: given.words,
      analyze: given.values.analyze === true,
      format: oneOf(given, 'format', ['text', 'json', 'sarif', 'github'], 'text'),
      failOn: oneOf(given, 'fail-on', ['error', 'warning', 'never'], 'warning'),
      ...databaseArguments(given),
    };
  },
  run: checkPaths,
};

/** @returns 0 fine, 1 findings at or above the level, 2 the database was lost on the way. */
async function checkPaths(run: CheckRun, environment: Environment): Promise<number> {
  const { services, console, signal } = environment;
  const passedOver = (sentence: string) => console.tell(sentence);
  const paths = await sourceFiles(run.paths, passedOver);
  const folders = await workspaceFolders(run.paths);
  const server = await services.server(run, signal);
  const saved = await services.saved(run);
  for (const sentence of (await saved?.snapshot(signal))?.leftOut ?? []) console.tell(sentence);
  const schema = server || saved ? [] : await schemaFiles(paths, folders);
  if (!server && !saved && schema.length === 0) {
    console.tell(
      'Only the text of the queries is read: there is no database (--database URL or DATABASE_URL) and no .sql file below the paths defines a table.',
    );
  }
  const target = server ?? saved ?? (schema.length > 0 ? services.inMemory(schema, run) : undefined);
  const { files, lost, alike } = await checkFiles(paths, {
    analyzer: await services.analyzer(folders),
    code: paths.every((path) => /\.sql$/i.test(path)) ? undefined : await services.code(paths, folders, environment),
    target,
    mode: run.analyze ? 'analyze' : 'estimate',
    signal,
    onLeftAlone: passedOver,
    onProgress: ({ path, file, query, queries }) =>
      console.progress(() => `${file}/${paths.length} ${path}${queries > 1 ? ` · query ${query}/${queries}` : ''}`),
  });
  console.clear();
  const report = buildCheckReport(files);
  const planning = planningSummary(files, target?.label);
  process.stdout.write(`${checkReporters[run.format](report, planning)}\n`);
  if (alike > 0) {
    console.tell(
      `${alike.toLocaleString('en-US')} statements are not planned: 20 of the same shape, with other values, are.`,
    );
  }
  if (lost) {
    console.tell(`${lost.message} The queries after that are not planned.`);
    return 2;
  }
  return reachesLevel(report, run.failOn) ? 1 : 0;
}
