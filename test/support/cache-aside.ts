import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { localCode } from '../../src/analysis/code/local-code';
import { programFiles, textFiles } from '../../src/analysis/code/program-files';
import { cacheAsideFixes, whyNoFix } from '../../src/guide/cache/aside-fix';
import type { Candidate } from '../../src/guide/cache/candidate';
import type { WorkspaceFacts } from '../../src/guide/facts';
import type { GuideFix } from '../../src/nouns/check';
import { statisticOf } from './guide-facts';
import { workspaceOf } from './pool-facts';

const root = join(import.meta.dirname, '../..');
const nothing = (): void => undefined;

/** Puts links to packages of this project, or of the tests of libraries, into the folder. */
export async function linkPackages(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const own = [join(root, 'node_modules', name), join(root, 'test/orms/node_modules', name)].find(existsSync);
    if (own === undefined) throw new Error(`${name} is not installed.`);
    await mkdir(dirname(join(folder, 'node_modules', name)), { recursive: true });
    await symlink(own, join(folder, 'node_modules', name));
  }
}

/** The source code of a folder, as the checks get it. */
export async function codeOf(folder: string): Promise<WorkspaceFacts> {
  const threadProgram = join(root, 'dist/facts-thread.js');
  const fail = (sentence: string): never => {
    throw new Error(sentence);
  };
  const code = await localCode({ grammarFolder: join(root, 'dist/grammars'), threadProgram, folders: [folder] }, fail);
  await code.index(await programFiles([folder], nothing), { threadProgram });
  return workspaceOf(await code.facts(await textFiles([folder], nothing)));
}

/** As if the server had said so of the query in this function. */
export function candidateIn(workspace: WorkspaceFacts, inFunction: string, lifetime = 60): Candidate {
  const places = workspace.queries.filter((query) => query.inFunction === inFunction && query.readsOnly);
  const tables = [...new Set(places.flatMap((place) => place.tables))];
  return {
    row: { id: '1', statistic: statisticOf(), entries: 1, share: 1, places, sender: 'here' },
    tables,
    demand: { readsPerSecond: 1, writesPerSecond: 0, keys: 1 },
    lifetime,
    hitRatio: 0.9,
    saved: 0.9,
  };
}

/** Why there is no edit; none where there is one. */
export function refusals(workspace: WorkspaceFacts, inFunction: string): string[] {
  return whyNoFix(candidateIn(workspace, inFunction), workspace);
}

/** Applies what is proposed for the query in this function to the files. */
export async function applyCacheAside(folder: string, inFunction: string): Promise<readonly GuideFix[]> {
  const workspace = await codeOf(folder);
  const fixes = cacheAsideFixes(candidateIn(workspace, inFunction), workspace);
  for (const fix of fixes) {
    if (fix.kind === 'file') {
      for (const { path, content } of fix.files) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, content);
      }
    }
    if (fix.kind !== 'edit') continue;
    for (const path of new Set(fix.edits.map(({ uri }) => uri ?? ''))) {
      const edits = fix.edits.filter(({ uri }) => uri === path).toSorted((a, b) => b.range.start - a.range.start);
      let text = await readFile(path, 'utf8');
      for (const { range, newText } of edits) text = text.slice(0, range.start) + newText + text.slice(range.end);
      await writeFile(path, text);
    }
  }
  return fixes;
}
