import { join } from 'node:path';
import { QuerySiteFinder } from '../../src/code/find-query-sites';
import { languageOf } from '../../src/code/language-of';
import { orms } from '../../src/code/orms/orms';
import { findPools } from '../../src/code/pools/find-pools';
import { indexedLanguageOf } from '../../src/code/program/facts-reader';
import { findReplicaUses } from '../../src/code/replicas/find-replica-uses';
import type { ReplicaUses } from '../../src/code/replicas/replica-use';
import { withReadsOfPrimary } from '../../src/fixes/read-primary';
import { findReplicaClients } from '../../src/fixes/replica-clients/find-replica-clients';
import type { QuerySite } from '../../src/nouns/query-site';
import { SqlParser } from '../../src/sql/parser';
import { ormCallsIn } from './orm-calls';
import { wholePaths } from './whole-paths';

const grammarFolder = join(import.meta.dirname, '../../dist/grammars');

/** What a program that is written in the test does with replicas: path → text. */
export async function replicaUsesIn(files: Readonly<Record<string, string>>): Promise<ReplicaUses> {
  const indexed = Object.entries(files).filter(([path]) => indexedLanguageOf(path) !== undefined);
  const { program } = await ormCallsIn(Object.fromEntries(indexed));
  const calls = new Map([...program.files.keys()].map((uri) => [uri, program.callsOf(uri)]));
  const textOf = (path: string) => files[path];
  const parser = await SqlParser.load();
  const finder = await QuerySiteFinder.load({ parser, grammarFolder, roles: wholePaths });
  const sites = new Map<string, QuerySite[]>();
  for (const [uri, text] of Object.entries(files)) {
    const languageId = languageOf(uri);
    if (languageId === undefined) continue;
    await finder.prepare(languageId);
    sites.set(uri, finder.find({ uri, languageId, text }));
  }
  const { tracer, models } = program;
  const found = findReplicaUses({
    ...{ tracer, models, orms, calls, sites, textOf, pools: findPools(program), parser },
  });
  const uses = withReadsOfPrimary(found, textOf);
  return { ...uses, clients: findReplicaClients(program, uses.divisions, textOf) };
}
