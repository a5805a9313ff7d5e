import type { Analyzer } from '../analysis/analyzer';
import { readSource, sourceFiles } from '../analysis/source-files';
import { type FoundStatements, newViews, statementsOf } from '../analysis/workload/workload-statements';
import type { Server } from '../database/server';
import type { Snapshot } from '../database/snapshot';
import { Problem } from '../nouns/problem';
import type { SourceDocument } from '../nouns/query-site';
import type { Console } from '../report/console';
import type { Environment } from './command';
import type { DatabaseArguments } from './database-arguments';
import { schemaFiles } from './services';

/** What a command about many queries was given; `paths` are files already. */
export interface QueryArguments extends DatabaseArguments {
  readonly paths: readonly string[];
  readonly sql?: string;
}

interface SchemaSources extends Pick<Environment, 'services' | 'signal'> {
  readonly server?: Server;
  /** Of the workspace. */
  readonly folders: readonly string[];
}

/** The queries of --sql or of the files. */
export async function queriesOf(run: QueryArguments, analyzer: Analyzer, console: Console): Promise<FoundStatements> {
  const documents: SourceDocument[] = [];
  if (run.sql !== undefined) documents.push({ uri: 'argument', languageId: 'sql', text: run.sql });
  for (const path of run.paths) {
    const document = await readSource(path, (sentence) => console.tell(sentence));
    if (document) documents.push(document);
  }
  return statementsOf(documents, analyzer);
}

/**
 * The schema of the server, of a file, or of the .sql files among those given; with the views that the queries' own files
 * create, which are there when the queries run. Rejects with Problem 'no-database' where nothing defines a table.
 */
export async function schemaOf(
  run: QueryArguments,
  { others }: FoundStatements,
  { server, folders, services, signal }: SchemaSources,
): Promise<Snapshot> {
  const known = await (server ?? (await services.saved(run)) ?? (await assumed(run, folders, services))).snapshot(
    signal,
  );
  return { ...known, views: [...known.views, ...newViews(others, known)] };
}

async function assumed(
  run: QueryArguments,
  folders: readonly string[],
  services: Environment['services'],
): Promise<Pick<Server, 'snapshot'>> {
  const paths = run.paths.length > 0 ? run.paths : await sourceFiles(['.'], () => undefined);
  const files = await schemaFiles(paths, folders);
  if (files.length > 0) return services.inMemory(files, run);
  throw new Problem(
    'no-database',
    'There is no database to ask (--database URL or DATABASE_URL), and no .sql file of the paths defines a table.',
  );
}
