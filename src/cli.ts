import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Analyzer } from './analysis/analyzer';
import { checkFiles } from './analysis/check-files';
import { whyLeftAlone } from './analysis/left-alone';
import { readSource, sourceFiles } from './analysis/source-files';
import { isSchemaFile } from './code/schema-files';
import { connectionOfUrl, discoverConnections } from './database/connection-sources';
import type { FoundConnection } from './database/connection-text';
import { EmbeddedTarget } from './database/embedded-target';
import { Server } from './database/server';
import { WhatIfPlanner } from './database/what-if-planner';
import type { SchemaText } from './database/workspace-schema';
import { Problem } from './nouns/problem';
import { type Arguments, readArguments } from './report/arguments';
import { buildCheckReport, planningSummary, reachesLevel } from './report/check-report';
import { Console } from './report/console';
import { explainReport } from './report/explain-report';
import { onlyStatement } from './report/only-statement';
import { checkReporters } from './report/reporters';
import { usage } from './report/usage';
import { effectOf } from './sql/statement-effect';

type Run = Extract<Arguments, { command: 'check' | 'explain' }>;

/** Everything that a command needs, built when it is asked for and ended together. */
class Services {
  readonly #ends: (() => Promise<void>)[] = [];
  readonly #whatIf: WhatIfPlanner;
  readonly #run: Run;

  constructor(run: Run, console: Console) {
    this.#run = run;
    this.#whatIf = new WhatIfPlanner({
      processFile: join(__dirname, 'what-if-process.js'),
      idleMs: 60_000,
      memoryMb: 2_000,
      onProblem: (message) => console.tell(message),
    });
    this.#ends.push(() => this.#whatIf.dispose());
  }

  analyzer(): Promise<Analyzer> {
    return Analyzer.load({ grammarFolder: join(__dirname, 'grammars'), whatIf: this.#whatIf });
  }

  /** Undefined when no database is named. Rejects with the Problem when it cannot be asked. */
  async server(signal: AbortSignal): Promise<Server | undefined> {
    const found = await namedConnection(this.#run.database);
    if (!found) return undefined;
    const server = new Server({
      profile: found.profile,
      password: async () => found.password,
      isTrusted: () => true,
      timeouts: { statementMs: this.#run.timeoutMs, lockMs: 1_000, connectMs: 5_000 },
    });
    this.#ends.push(() => server.dispose());
    await server.facts(signal);
    return server;
  }

  /** The planner in memory, with the schema that the files define. */
  inMemory(schema: readonly SchemaText[]): EmbeddedTarget {
    const { assumedRows } = this.#run;
    return new EmbeddedTarget({
      label: 'the planner in memory (no database given: table sizes are assumed)',
      whatIf: this.#whatIf,
      read: (signal) => this.#whatIf.snapshotOfScripts(schema, { assumedRows }, signal),
    });
  }

  async end(): Promise<void> {
    await Promise.allSettled(this.#ends.map((end) => end()));
  }
}

/** The database of `--database`, else of the environment; Problem 'no-database' for one that cannot be understood. */
async function namedConnection(url: string | undefined): Promise<FoundConnection | undefined> {
  const { env } = process;
  if (url !== undefined) return connectionOfUrl(url, { env, home: homedir() });
  const isOfEnvironment = ({ profile }: FoundConnection) => profile.source === 'environment';
  const { connections, problems } = await discoverConnections({ settings: [], env, folders: [], home: '' });
  const found = connections.find(isOfEnvironment);
  const [problem] = problems;
  if (!found && problem !== undefined) throw new Problem('no-database', problem);
  if (!found || found.password !== undefined) return found;
  const withPasswords = await discoverConnections({ settings: [], env, folders: [], home: homedir() });
  return withPasswords.connections.find(isOfEnvironment);
}

/** The .sql files that define tables. */
async function schemaFiles(paths: readonly string[]): Promise<SchemaText[]> {
  const files: SchemaText[] = [];
  for (const path of paths.filter((one) => /\.sql$/i.test(one))) {
    const document = await readSource(path, () => undefined);
    const file = document && { name: document.uri, text: document.text };
    if (file && !file.text.includes('\0') && isSchemaFile(file)) files.push(file);
  }
  return files;
}

async function check(
  run: Extract<Run, { command: 'check' }>,
  { services, console, signal }: Environment,
): Promise<number> {
  const passedOver = (sentence: string) => console.tell(sentence);
  const paths = await sourceFiles(run.paths, passedOver);
  const server = await services.server(signal);
  const schema = server ? [] : await schemaFiles(paths);
  if (!server && schema.length === 0) {
    console.tell(
      'Only the text of the queries is read: there is no database (--database URL or DATABASE_URL) and no .sql file below the paths defines a table.',
    );
  }
  const target = server ?? (schema.length > 0 ? services.inMemory(schema) : undefined);
  const { files, lost, alike } = await checkFiles(paths, {
    analyzer: await services.analyzer(),
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

async function explain(run: Extract<Run, { command: 'explain' }>, { services, signal }: Environment): Promise<number> {
  const document = { uri: 'argument', languageId: 'sql', text: run.sql };
  const analyzer = await services.analyzer();
  const why = whyLeftAlone(run.sql);
  if (why !== undefined) throw new Problem('not-understood', `This text is not read: ${why}.`);
  const { query, statement } = onlyStatement(document, analyzer.read(document).queries);
  const server = await services.server(signal);
  const schema = server ? [] : await schemaFiles(await sourceFiles(['.'], () => undefined));
  const target = server ?? services.inMemory(schema);
  const mode = run.analyze && statement.readsOnly ? 'analyze' : 'estimate';
  const judgement = await analyzer.judge(query, { target, mode, signal });
  if (judgement.problem?.kind === 'missing-object' && !server && schema.length === 0) {
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

interface Environment {
  readonly services: Services;
  readonly console: Console;
  readonly signal: AbortSignal;
}

async function version(): Promise<string> {
  const manifest: { version: string } = JSON.parse(await readFile(join(__dirname, '..', 'package.json'), 'utf8'));
  return manifest.version;
}

/** @returns the exit code: 0 fine, 1 findings at or above the level, 2 could not run. */
async function main(argv: readonly string[]): Promise<number> {
  const console = new Console();
  const interrupt = new AbortController();
  // Asked a second time, the process ends at once, as without us.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort());
  // `planlight check . | head` closes the pipe: there is nobody left to tell.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    console.tell(`The report cannot be written: ${error.message}.`);
    process.exitCode = 2;
  });
  let services: Services | undefined;
  try {
    const run = readArguments(argv);
    if (run.command === 'help') {
      process.stdout.write(`${usage[run.topic]}\n`);
      return 0;
    }
    if (run.command === 'version') {
      process.stdout.write(`${await version()}\n`);
      return 0;
    }
    services = new Services(run, console);
    const environment = { services, console, signal: interrupt.signal };
    return run.command === 'check' ? await check(run, environment) : await explain(run, environment);
  } catch (error) {
    const hint = error instanceof Problem && error.hint ? ` ${error.hint}` : '';
    const said = error instanceof Error ? error.message : String(error);
    const message = error instanceof Problem ? said : `This is a defect of Planlight: ${said}.`;
    if (process.env.PLANLIGHT_DEBUG && error instanceof Error) console.tell(error.stack ?? said);
    console.tell(interrupt.signal.aborted ? 'Interrupted.' : `${message}${hint}`);
    return 2;
  } finally {
    await services?.end();
  }
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode ??= code;
});
