import { stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { textFiles } from '../analysis/code/program-files';
import { Guide } from '../analysis/guide/guide';
import { guideSources } from '../analysis/guide/sources';
import { buildHealthReport, panelsOf } from '../analysis/health-report/health-report';
import { placesIn } from '../analysis/health-report/places';
import { unseenIn } from '../analysis/health-report/unseen';
import { checks } from '../guide/checks';
import { Problem } from '../nouns/problem';
import { type HealthFormat, healthReporters } from '../report/health-reporters';
import { type Command, type Environment, type Given, oneOf, text, upTo, wrong } from './command';
import { type DatabaseArguments, databaseArguments, databaseOptions } from './database-arguments';
import { sizeOf } from './size';

interface HealthRun extends DatabaseArguments {
  readonly workspace?: string;
  readonly memoryBytes?: number;
  readonly cores?: number;
  readonly storage?: 'ssd' | 'disk';
  readonly format: HealthFormat;
}

export const health: Command<HealthRun> = {
  name: 'health',
  synopsis: '[--database URL] [--workspace DIR] [options]',
  summary: 'go through the checklist for a fast database, with what was measured',
  usage: `planlight health [--database URL] [--workspace DIR] [options]

Asks a server how it is and reads the programs that use it, judges both by the checklist for a fast database, and prints
each point with what decided it and what to do. It reads only; nothing is changed.

Options
  --database URL     postgres://user@host:port/database; else DATABASE_URL or PG* of the environment
  --workspace DIR    the folder of the program and its manifests (the current folder)
  --memory SIZE      memory of the server's machine, such as 16GB, where it is not this one
  --cores N          its cores
  --storage KIND     ssd or disk: what it keeps its data on
  --timeout MS       give a question to the database at most this long (5000)
  --format FORMAT    text (default), json, or html: one file to open in a browser or print

Exit codes: 0 nothing has failed; 1 a point has failed; 2 could not run.`,
  options: {
    database: databaseOptions.database,
    snapshot: databaseOptions.snapshot,
    timeout: databaseOptions.timeout,
    workspace: { type: 'string' },
    memory: { type: 'string' },
    cores: { type: 'string' },
    storage: { type: 'string' },
    format: { type: 'string' },
  },
  read(given) {
    if (given.words.length > 0) throw wrong('health takes no files: name the folder with --workspace', 'health');
    if (given.values.snapshot !== undefined) throw wrong('health asks a server: --snapshot has no counters', 'health');
    return {
      workspace: text(given, 'workspace'),
      memoryBytes: memoryOf(given),
      cores: text(given, 'cores') === undefined ? undefined : upTo(1_024, given, 'cores', '1'),
      storage:
        given.values.storage === undefined
          ? undefined
          : oneOf<'ssd' | 'disk'>(given, 'storage', ['ssd', 'disk'], 'ssd'),
      format: oneOf(given, 'format', ['text', 'json', 'html'], 'text'),
      ...databaseArguments(given),
    };
  },
  run: judgeHealth,
};

/** PostgreSQL's own defaults take more than this: who says less has forgotten the unit. */
const leastMemory = 64 * 2 ** 20;
const mostMemory = 2 ** 50;

function memoryOf(given: Given): number | undefined {
  const bytes = sizeOf(given, 'memory');
  if (bytes === undefined || (bytes >= leastMemory && bytes <= mostMemory)) return bytes;
  throw wrong(`--memory takes the memory of a machine, such as 16GB, not ${text(given, 'memory')}`, 'health');
}

/** Rejects with one sentence: below a misspelt name all would be well. */
async function folderOf(name: string): Promise<string> {
  const isFolder = await stat(name).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return resolve(name);
  throw new Problem('not-understood', `${name || 'An empty name'} is no folder that can be read, for --workspace.`);
}

/** @returns 0 nothing has failed, 1 a point has. */
async function judgeHealth(run: HealthRun, environment: Environment): Promise<number> {
  const { services, console, signal } = environment;
  const folder = await folderOf(run.workspace ?? '.');
  const server = await services.server(run, signal);
  const passedOver = (sentence: string) => console.tell(sentence);
  const guide = new Guide({
    checks,
    sources: guideSources({
      server,
      folders: [folder],
      code: () => services.codeBelow([folder], environment),
      textFiles: () => textFiles([folder], passedOver),
      parser: async () => (await services.analyzer([folder])).parser,
      whatIf: async () => services.whatIf,
      machine: {
        memoryBytes: run.memoryBytes,
        cores: run.cores,
        storage: run.storage,
        source: '--memory, --cores and --storage',
      },
      onPassedOver: passedOver,
    }),
    onDefect: (error, { id }) => console.tell(`${id}: ${error instanceof Error ? error.stack : String(error)}`),
  });
  await guide.run(checks, { signal, onProgress: (sentence) => console.progress(() => sentence) });
  console.clear();
  const report = buildHealthReport({
    at: guide.facts.now,
    ...(server && { database: server.label }),
    missing: unseenIn(guide.facts),
    points: guide.points,
    panels: panelsOf(guide.facts.health),
    place: await placesIn(guide.points, (path) => relative('.', path)),
  });
  process.stdout.write(`${healthReporters[run.format](report)}\n`);
  return report.points.some(({ state }) => state === 'failed') ? 1 : 0;
}
