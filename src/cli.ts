import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Analyzer } from './analysis/analyzer';
import { type CheckOptions, checkDocument, checkFiles } from './analysis/check-files';
import { readSource, sourceFiles } from './analysis/source-files';
import { isSchemaFile } from './code/schema-files';
import { discoverConnections } from './database/connection-sources';
import { EmbeddedTarget } from './database/embedded-target';
import type { Target } from './database/planner';
import { Server } from './database/server';
import { WhatIfPlanner } from './database/what-if-planner';
import { Problem } from './nouns/problem';
import { type Arguments, readArguments } from './report/arguments';
import { buildCheckReport, reachesLevel } from './report/check-report';
import { explainReport } from './report/explain-report';
import { checkReporters } from './report/reporters';
import { usage } from './report/usage';

type Run = Extract<Arguments, { command: 'check' | 'explain' }>;

/** Everything that a command needs, built once and ended together. */
class Services {
  readonly #ends: (() => Promise<void>)[] = [];

  async build(run: Run, schemaRoots: readonly string[]): Promise<{ analyzer: Analyzer; target: Target }> {
    const whatIf = new WhatIfPlanner({
      processFile: join(__dirname, 'what-if-process.js'),
      idleMs: 60_000,
      memoryMb: 2_000,
      onProblem: (message) => tell(message),
    });
    this.#ends.push(() => whatIf.dispose());
    const analyzer = await Analyzer.load({ grammarFolder: join(__dirname, 'grammars'), whatIf });
    const target = (await this.#server(run)) ?? embedded(run, schemaRoots, whatIf);
    return { analyzer, target };
  }

  async end(): Promise<void> {
    await Promise.allSettled(this.#ends.map((end) => end()));
  }

  async #server(run: Run): Promise<Server | undefined> {
    const env = run.database === undefined ? process.env : { ...process.env, DATABASE_URL: run.database };
    const { connections, problems } = await discoverConnections({ settings: [], env, folders: [], home: '' });
    for (const problem of problems) tell(problem);
    const found = connections.find(({ profile }) => profile.source === 'environment');
    if (run.database !== undefined && !found) {
      throw new Problem('not-understood', '--database takes a URL such as postgres://user@localhost:5432/blog.');
    }
    if (!found) return undefined;
    const server = new Server({
      profile: found.profile,
      password: async () => found.password,
      isTrusted: () => true,
      timeouts: { statementMs: run.timeoutMs, lockMs: 1_000, connectMs: 5_000 },
    });
    this.#ends.push(() => server.dispose());
    return server;
  }
}

function embedded(run: Run, roots: readonly string[], whatIf: WhatIfPlanner): Target {
  return new EmbeddedTarget({
    label: 'the planner in memory (no database given: table sizes are assumed)',
    whatIf,
    read: async (signal) => {
      const paths = (await sourceFiles(roots)).filter((path) => path.endsWith('.sql'));
      const documents = await Promise.all(paths.map(readSource));
      const files = documents.flatMap((document) => (document ? [{ name: document.uri, text: document.text }] : []));
      return whatIf.snapshotOfScripts(files.filter(isSchemaFile), { assumedRows: run.assumedRows }, signal);
    },
  });
}

async function check(
  run: Extract<Run, { command: 'check' }>,
  services: Services,
  signal: AbortSignal,
): Promise<number> {
  const paths = await sourceFiles(run.paths);
  const { analyzer, target } = await services.build(run, run.paths);
  const options: CheckOptions = {
    analyzer,
    target,
    mode: run.analyze ? 'analyze' : 'estimate',
    signal,
    onFile: (path, index) => progress(`${index + 1}/${paths.length} ${path}`),
  };
  const files = await checkFiles(paths, options);
  progress('');
  const report = buildCheckReport(files);
  process.stdout.write(`${checkReporters[run.format](report, target.label)}\n`);
  return reachesLevel(report, run.failOn) ? 1 : 0;
}

async function explain(
  run: Extract<Run, { command: 'explain' }>,
  services: Services,
  signal: AbortSignal,
): Promise<number> {
  const { analyzer, target } = await services.build(run, ['.']);
  const document = { uri: 'argument', languageId: 'sql', text: run.sql };
  const mode = run.analyze ? 'analyze' : 'estimate';
  const { judgements } = await checkDocument(document, { analyzer, target, mode, signal });
  const [judgement, second] = judgements;
  if (!judgement) throw new Problem('not-understood', 'There is no statement in the text.');
  if (second) throw new Problem('not-understood', 'explain takes one statement; this text holds several.');
  const failed = judgement.problem ?? syntaxProblem(judgement.findings);
  if (failed) throw failed;
  process.stdout.write(`${explainReport(document, judgement, run.format)}\n`);
  return 0;
}

function syntaxProblem(findings: readonly { rule: string; message: string }[]): Problem | undefined {
  const finding = findings.find(({ rule }) => rule === 'syntax-error');
  return finding && new Problem('syntax', finding.message);
}

/** To the person, beside the report. */
function tell(message: string): void {
  progress('');
  process.stderr.write(`planlight: ${message}\n`);
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text.slice(0, 100)}`);
}

async function version(): Promise<string> {
  const manifest: { version: string } = JSON.parse(await readFile(join(__dirname, '..', 'package.json'), 'utf8'));
  return manifest.version;
}

/** @returns the exit code: 0 fine, 1 findings at or above the level, 2 could not run. */
async function main(argv: readonly string[]): Promise<number> {
  const services = new Services();
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  try {
    const run = readArguments(argv);
    switch (run.command) {
      case 'help':
        process.stdout.write(`${usage[run.topic]}\n`);
        return 0;
      case 'version':
        process.stdout.write(`${await version()}\n`);
        return 0;
      case 'check':
        return await check(run, services, interrupt.signal);
      case 'explain':
        return await explain(run, services, interrupt.signal);
    }
  } catch (error) {
    const hint = error instanceof Problem && error.hint ? ` ${error.hint}` : '';
    tell(
      interrupt.signal.aborted ? 'Interrupted.' : `${error instanceof Error ? error.message : String(error)}${hint}`,
    );
    return 2;
  } finally {
    await services.end();
  }
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
