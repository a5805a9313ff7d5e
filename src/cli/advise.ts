import { resolve } from 'node:path';
import type { Analyzer } from '../analysis/analyzer';
import { modelPlaces } from '../analysis/code/model-places';
import { sourceFiles } from '../analysis/source-files';
import type { AdviceReport } from '../analysis/workload/advice-text';
import { adviseStatements } from '../analysis/workload/advise-statements';
import { countedStatements, type FoundStatements } from '../analysis/workload/workload-statements';
import type { Server } from '../database/server';
import type { Json } from '../nouns/finding';
import type { ModelPlace } from '../nouns/fix';
import { adviceReporters } from '../report/advice-report';
import { type Command, type Environment, type Given, oneOf, text, upTo, wrong } from './command';
import { databaseArguments, databaseOptions } from './database-arguments';
import { workspaceFolders } from './program-folders';
import { type QueryArguments, queriesOf, schemaOf } from './queries';
import { sizeOf } from './size';
import { verifiedJson, verifiedText, verifyAdvice } from './verify-question';

/** Neither paths nor sql: the statements that the server counted. */
interface AdviseRun extends QueryArguments {
  /** Create the indexes and measure, after a question unless `yes`. */
  readonly verify: boolean;
  readonly yes: boolean;
  readonly budgetBytes: number;
  readonly maxWidth: number;
  readonly timeLimitMs: number;
  readonly format: 'text' | 'json';
}

/** Of those that the server counted, so many that took most time. */
const mostCounted = 500;
/** PostgreSQL's limit for an index (INDEX_MAX_KEYS). */
const mostColumns = 32;

export const advise: Command<AdviseRun> = {
  name: 'advise',
  synopsis: '[FILES…] [options]',
  summary: 'the indexes that make a whole workload cheapest',
  usage: `planlight advise [--database URL | --snapshot FILE] [--budget SIZE] [--max-width N] [--time-limit S] (--sql "…" | FILES…)

Chooses the set of indexes that makes all queries of the files together cheapest, and says which indexes could go. All
plans are made in memory, on the database's statistics. Without files and --sql, the workload is what
pg_stat_statements of the database counted, each statement with its number of calls.

Options
  --database URL     postgres://user@host:port/database; else DATABASE_URL or PG* of the environment. Without any, the schema
                     of the .sql files below FILES with assumed table sizes.
  --snapshot FILE    what planlight snapshot wrote of a database, instead of a database
  --sql "…"          one or more statements, instead of files
  --budget SIZE      what all new indexes may take together, such as 500MB or 2GB (no limit)
  --max-width N      columns of one index at most, those of INCLUDE counted (6)
  --time-limit S     seconds; then, or at Ctrl-C, the best that was found until then is the answer (30)
  --timeout MS       give a question to the database at most this long (5000)
  --rows N           rows that every table is assumed to have where no database is asked (100000)
  --verify           then create the indexes on the database one after the other, measure a query before and after each, and
                     keep those that help; asks first
  --yes              with --verify: do not ask
  --format FORMAT    text (default) or json

Exit codes: 0 an answer was printed, be it that everything is fine; 2 could not run.`,
  options: {
    ...databaseOptions,
    sql: { type: 'string' },
    budget: { type: 'string' },
    'max-width': { type: 'string' },
    'time-limit': { type: 'string' },
    verify: { type: 'boolean' },
    yes: { type: 'boolean' },
    format: { type: 'string' },
  },
  read(given) {
    const sql = text(given, 'sql');
    if (sql !== undefined && given.words.length > 0) throw wrong('advise takes --sql or files, not both', 'advise');
    const budgetBytes = sizeOf(given, 'budget') ?? Number.POSITIVE_INFINITY;
    if (budgetBytes === 0) throw wrong('--budget has to leave room for something', 'advise');
    const verify = given.values.verify === true;
    const yes = given.values.yes === true;
    if (yes && !verify) throw wrong('--yes goes with --verify', 'advise');
    return {
      paths: given.words,
      sql,
      verify,
      yes,
      budgetBytes,
      maxWidth: upTo(mostColumns, given, 'max-width', '6'),
      timeLimitMs: seconds(given) * 1_000,
      format: oneOf(given, 'format', ['text', 'json'], 'text'),
      ...databaseArguments(given),
    };
  },
  run: adviseOn,
};

/** Down to tenths: a search among a few candidates takes less than a second. */
function seconds(given: Given): number {
  const value = text(given, 'time-limit') ?? '30';
  const number = Number(value);
  if (!/^\d{1,5}(?:\.\d{1,3})?$/.test(value) || number <= 0 || number > 86_400) {
    throw wrong(`--time-limit takes seconds, up to 86,400, not ${value}`);
  }
  return number;
}

async function adviseOn(given: AdviseRun, environment: Environment): Promise<number> {
  const { services, console, signal } = environment;
  const folders = await workspaceFolders(given.paths.length > 0 ? given.paths : ['.']);
  const analyzer = await services.analyzer(folders);
  const run = { ...given, paths: await sourceFiles(given.paths, (sentence) => console.tell(sentence)) };
  const server = await services.server(run, signal);
  if (run.verify && !server) throw wrong('--verify measures on a database: it needs --database URL', 'advise');
  const isCounted = given.sql === undefined && given.paths.length === 0;
  const found = isCounted ? await counted(server, analyzer, signal) : await queriesOf(run, analyzer, console);
  const snapshot = await schemaOf(run, found, { server, folders, services, signal });
  const advised = await adviseStatements(found, {
    snapshot,
    whatIf: services.whatIf,
    parser: analyzer.parser,
    limits: run,
    isCounted,
    signal,
    onProgress: (said) => console.progress(said),
  });
  const report = { ...advised, models: await modelsOf(advised, run.paths, folders, environment) };
  console.clear();
  const print = (verified?: Json) =>
    process.stdout.write(`${adviceReporters[run.format]({ ...report, ...(verified && { verified }) })}\n`);
  if (!run.verify || !server) {
    print();
    return 0;
  }
  // A person wants to see what it is about before saying yes.
  if (run.format === 'text') print();
  const verified = await verifyAdvice(server, report, { console, signal, yes: run.yes });
  if (run.format === 'json') print(verified && verifiedJson(verified));
  else if (verified && verified.length > 0) process.stdout.write(`\n${verifiedText(verified, server)}\n`);
  return 0;
}

/** Of the program that the files belong to; scripts of SQL belong to none. */
async function modelsOf(
  { advice }: AdviceReport,
  paths: readonly string[],
  folders: readonly string[],
  environment: Environment,
): Promise<ReadonlyMap<string, readonly ModelPlace[]>> {
  const models = new Map<string, readonly ModelPlace[]>();
  if (advice.indexes.length === 0 || paths.every((path) => /\.sql$/i.test(path))) return models;
  const { services, signal } = environment;
  const code = await services.code(paths, folders, environment).catch((error: unknown) => {
    // Whoever ends the search early wants its answer, if without this.
    if (signal.aborted) return undefined;
    throw error;
  });
  if (!code) return models;
  for (const { index, queries } of advice.indexes) {
    const [first = 0] = queries;
    const near = resolve(advice.queries[first]?.query.label.replace(/:\d+$/, '') ?? '');
    const places = await modelPlaces(code, index, near);
    if (places.length > 0) models.set(index.name, places);
  }
  return models;
}

async function counted(server: Server | undefined, analyzer: Analyzer, signal: AbortSignal): Promise<FoundStatements> {
  if (!server) throw wrong('advise needs files, --sql, or a database that counts its statements', 'advise');
  return countedStatements(await server.statementCalls(mostCounted, signal), analyzer.parser);
}
