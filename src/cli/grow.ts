import type { GrowthLimit } from '../analysis/growth/growth';
import { growStatements } from '../analysis/growth/statements';
import { GrowingTables } from '../analysis/growth/tables';
import { sourceFiles } from '../analysis/source-files';
import { EmbeddedTarget } from '../database/embedded-target';
import { largestFactor } from '../database/growth/growth';
import { formatCount } from '../plan/format';
import { type GrowthFormat, growthReporters } from '../report/growth-report';
import { type Command, type Environment, type Given, oneOf, text, wrong } from './command';
import { databaseArguments, databaseOptions } from './database-arguments';
import { workspaceFolders } from './program-folders';
import { type QueryArguments, queriesOf, schemaOf } from './queries';

interface GrowRun extends QueryArguments {
  /** In ascending order. */
  readonly factors: readonly number[];
  readonly tables?: readonly string[];
  readonly alone: boolean;
  readonly limit?: GrowthLimit;
  readonly format: GrowthFormat;
}

/** More are searched anyway where a plan changes between two. */
const mostFactors = 20;

export const grow: Command<GrowRun> = {
  name: 'grow',
  synopsis: 'FILES… [options]',
  summary: 'what happens to the plans when the tables grow',
  usage: `planlight grow [--factor 10,100,1000] [--table NAMES] [--limit COST] (--sql "…" | FILES…)

Plans the queries on tables that are 10, 100 and 1,000 times as large: what each costs then, at which size its plan
becomes another one, and which law its cost follows. All plans are made in memory, on statistics that grow with the
tables; a database is only asked for those. Who costs most in the end comes first.

Options
  --factor LIST      how much the tables grow (10,100,1000); at most ${mostFactors}, each up to ${formatCount(largestFactor)}
  --table NAMES      the tables that grow, and with them those that point at them (all tables)
  --alone            the tables of --table grow without those that point at them
  --limit COST       say from which size on a query costs more: a planner's cost such as 100000, or 50x today's
  --sql "…"          one or more statements, instead of files
  --database URL     postgres://user@host:port/database; else DATABASE_URL or PG* of the environment. Without any, the schema
                     of the .sql files below FILES with assumed table sizes.
  --snapshot FILE    as in planlight check
  --timeout MS       give a question to the database at most this long (5000)
  --rows N           rows that every table is assumed to have where no database is asked (100000)
  --format FORMAT    text (default) or json

Exit codes: 0 the answer was printed; 1 a query passes the limit; 2 could not run.`,
  options: {
    ...databaseOptions,
    sql: { type: 'string' },
    factor: { type: 'string' },
    table: { type: 'string' },
    alone: { type: 'boolean' },
    limit: { type: 'string' },
    format: { type: 'string' },
  },
  read(given) {
    const sql = text(given, 'sql');
    if (sql !== undefined && given.words.length > 0) throw wrong('grow takes --sql or files, not both', 'grow');
    if (sql === undefined && given.words.length === 0) throw wrong('grow needs files or --sql', 'grow');
    const tables = text(given, 'table')
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    if (tables?.length === 0) throw wrong('--table needs a name', 'grow');
    const alone = given.values.alone === true;
    if (alone && !tables) throw wrong('--alone says which tables do not grow: it needs --table', 'grow');
    return {
      paths: given.words,
      sql,
      factors: factorsOf(given),
      tables,
      alone,
      limit: limitOf(given),
      format: oneOf(given, 'format', ['text', 'json'], 'text'),
      ...databaseArguments(given),
    };
  },
  run: growQueries,
};

/** @returns 1 when a query passes the limit. */
async function growQueries(run: GrowRun, { services, console, signal }: Environment): Promise<number> {
  const folders = await workspaceFolders(run.paths.length > 0 ? run.paths : ['.']);
  const analyzer = await services.analyzer(folders);
  const files = { ...run, paths: await sourceFiles(run.paths, (sentence) => console.tell(sentence)) };
  const server = await services.server(run, signal);
  const found = await queriesOf(files, analyzer, console);
  const snapshot = await schemaOf(files, found, { server, folders, services, signal });
  const tables = new GrowingTables(snapshot, run);
  const target = new EmbeddedTarget({
    label: 'the planner in memory',
    whatIf: services.whatIf,
    read: async () => snapshot,
  });
  const { statements, passedOver } = await growStatements(found.statements, {
    ...run,
    target,
    whatIf: services.whatIf,
    snapshot,
    signal,
    onProgress: (done, all) => console.progress(() => `statement ${formatCount(done + 1)} of ${formatCount(all)}`),
  });
  console.clear();
  const report = growthReporters[run.format]({
    statements,
    tables,
    factors: run.factors,
    passedOver: [...found.passedOver, ...passedOver],
    assumed: snapshot.assumed,
    leftOut: (await services.whatIf.open(snapshot, signal)).leftOut,
  });
  process.stdout.write(`${report}\n`);
  return statements.some(({ growth }) => growth.overLimit) ? 1 : 0;
}

function factorsOf(given: Given): number[] {
  const written = (text(given, 'factor') ?? '10,100,1000').split(',').map((one) => one.trim());
  if (written.length > mostFactors) {
    throw wrong(`--factor takes at most ${mostFactors} factors, not ${formatCount(written.length)}`, 'grow');
  }
  const factors = written.map((one) => {
    const factor = /^\d{1,7}(?:\.\d{1,6})?[x×]?$/i.test(one) ? Number.parseFloat(one) : Number.NaN;
    if (factor > 1 && factor <= largestFactor) return factor;
    throw wrong(`--factor takes numbers above 1, up to ${formatCount(largestFactor)}, not ${one || 'nothing'}`, 'grow');
  });
  return [...new Set(factors)].sort((a, b) => a - b);
}

function limitOf(given: Given): GrowthLimit | undefined {
  const written = text(given, 'limit');
  if (written === undefined) return undefined;
  const [, number = '', isTimes] = /^\s*(\d{1,15}(?:\.\d{1,6})?)\s*([x×])?\s*$/i.exec(written) ?? [];
  const value = Number(number);
  if (number === '' || value <= 0) throw wrong(`--limit takes a cost such as 100000, or 50x, not ${written}`, 'grow');
  return isTimes ? { times: value } : { cost: value };
}
