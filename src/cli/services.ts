import { homedir } from 'node:os';
import { join } from 'node:path';
import { Analyzer } from '../analysis/analyzer';
import type { CodeService } from '../analysis/code/code-service';
import { localCode } from '../analysis/code/local-code';
import { programFiles } from '../analysis/code/program-files';
import { readSource } from '../analysis/source-files';
import { FileRoles } from '../code/file-roles';
import { isSchemaFile } from '../code/schema-files';
import { connectionOfUrl, discoverConnections } from '../database/connection-sources/connection-sources';
import type { FoundConnection } from '../database/connection-sources/connection-text';
import { EmbeddedTarget } from '../database/embedded-target';
import type { SchemaText } from '../database/schema-files/workspace-schema';
import { Server } from '../database/server';
import { openSnapshotFile } from '../database/snapshot-file/target';
import { WhatIfPlanner } from '../database/what-if/planner';
import { Problem } from '../nouns/problem';
import type { Console } from '../report/console';
import { SqlParser } from '../sql/parser';
import type { Environment } from './command';
import type { DatabaseArguments } from './database-arguments';
import { cachePathOf, programFolders } from './program-folders';

/** Everything that a command needs, built when it is asked for and ended together. */
export class Services {
  readonly #ends: (() => Promise<void>)[] = [];
  readonly #whatIf: WhatIfPlanner;

  constructor(console: Console) {
    this.#whatIf = new WhatIfPlanner({
      processFile: join(__dirname, 'what-if-process.js'),
      idleMs: 60_000,
      memoryMb: 2_000,
      onProblem: (message) => console.tell(message),
    });
    this.#ends.push(() => this.#whatIf.dispose());
  }

  /** `folders`: of the workspace that the documents belong to. */
  analyzer(folders: readonly string[]): Promise<Analyzer> {
    return Analyzer.load({ grammarFolder: join(__dirname, 'grammars'), folders, whatIf: this.#whatIf });
  }

  /**
   * Undefined when no database is named, or a snapshot's file is. Rejects with the Problem when it cannot be asked.
   */
  async server({ database, snapshot, timeoutMs }: DatabaseArguments, signal: AbortSignal): Promise<Server | undefined> {
    if (snapshot !== undefined) return undefined;
    const found = await namedConnection(database);
    if (!found) return undefined;
    const server = new Server({
      profile: found.profile,
      password: async () => found.password,
      isTrusted: () => true,
      timeouts: { statementMs: timeoutMs, lockMs: 1_000, connectMs: 5_000 },
    });
    this.#ends.push(() => server.dispose());
    await server.facts(signal);
    return server;
  }

  /** The planner in memory, with the schema that the files define. */
  inMemory(schema: readonly SchemaText[], { assumedRows }: DatabaseArguments): EmbeddedTarget {
    return new EmbeddedTarget({
      label: 'the planner in memory (no database given: table sizes are assumed)',
      whatIf: this.#whatIf,
      read: (signal) => this.#whatIf.snapshotOfScripts(schema, { assumedRows }, signal),
    });
  }

  /** The planner in memory, with what the file of --snapshot holds; undefined without that option. */
  async saved({ snapshot }: DatabaseArguments): Promise<EmbeddedTarget | undefined> {
    if (snapshot === undefined) return undefined;
    const opened = await openSnapshotFile(snapshot, snapshot, await SqlParser.load());
    return new EmbeddedTarget({ ...opened, whatIf: this.#whatIf, read: async () => opened.snapshot });
  }

  /**
   * The programs that the files belong to, read whole: models and helpers stand in other files than their calls.
   * `folders`: of the workspace.
   */
  async code(
    paths: readonly string[],
    folders: readonly string[],
    environment: Pick<Environment, 'console' | 'signal'>,
  ): Promise<CodeService> {
    return this.#codeBelow(await programFolders(paths), folders, environment);
  }

  /** The program of the files below the workspace's folders, and of no others. */
  codeBelow(folders: readonly string[], environment: Pick<Environment, 'console' | 'signal'>): Promise<CodeService> {
    return this.#codeBelow(folders, folders, environment);
  }

  async #codeBelow(
    programs: readonly string[],
    folders: readonly string[],
    { console, signal }: Pick<Environment, 'console' | 'signal'>,
  ): Promise<CodeService> {
    const grammarFolder = join(__dirname, 'grammars');
    const threadProgram = join(__dirname, 'facts-thread.js');
    const code = await localCode({ grammarFolder, threadProgram, folders }, (sentence) => console.tell(sentence));
    const files = await programFiles(programs, (sentence) => console.tell(sentence));
    await code.index(files, {
      threadProgram,
      cachePath: cachePathOf(programs),
      signal,
      onProgress: (read, all) => console.progress(() => `Reading the program: ${read}/${all} files`),
    });
    return code;
  }

  get whatIf(): WhatIfPlanner {
    return this.#whatIf;
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

/** Those of the .sql files that define tables; `folders`: of the workspace. */
export async function schemaFiles(paths: readonly string[], folders: readonly string[]): Promise<SchemaText[]> {
  const roles = new FileRoles(folders);
  const files: SchemaText[] = [];
  for (const path of paths.filter((one) => /\.sql$/i.test(one))) {
    const document = await readSource(path, () => undefined);
    if (!document || document.text.includes('\0')) continue;
    const { uri: name, text } = document;
    if (isSchemaFile({ name: roles.below(name), text })) files.push({ name, text });
  }
  return files;
}
