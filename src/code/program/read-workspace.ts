import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { isPythonTemplate } from '../facts/python/templates/template-names';
import { FactsCache } from './facts-cache';
import type { FileRead } from './facts-messages';
import { readInThreads } from './facts-threads';
import type { Program } from './program';

export interface ReadWorkspaceOptions {
  readonly grammarFolder: string;
  /** dist/facts-thread.js */
  readonly threadProgram: string;
  /** Where facts are kept by content from one time to the next. */
  readonly cachePath?: string;
  readonly signal?: AbortSignal;
  /** Called at most some hundred times. */
  readonly onProgress?: (read: number, files: number) => void;
  /** One sentence for each file that cannot be read, and why. */
  readonly onLeftAlone?: (sentence: string) => void;
}

export interface WorkspaceRead {
  readonly files: number;
  /** Whose facts came from the cache. */
  readonly known: number;
}

/** Reads files into a program. Rejects with the signal's reason only; a cache that cannot be written is told and left. */
export async function readWorkspace(
  program: Program,
  listed: readonly { readonly uri: string; readonly path: string }[],
  options: ReadWorkspaceOptions,
): Promise<WorkspaceRead> {
  const files = isOfPython(program, listed) ? listed : listed.filter(({ path }) => !isPythonTemplate(path));
  const { signal, onProgress, onLeftAlone = () => undefined } = options;
  const cache =
    options.cachePath === undefined
      ? undefined
      : await FactsCache.open(options.cachePath, await versionOf(options.threadProgram));
  let read = 0;
  let known = 0;
  const threads = {
    program: options.threadProgram,
    grammarFolder: options.grammarFolder,
    folders: program.roles.folders,
    known: cache?.hashes() ?? [],
    threads: Math.max(1, Math.min(4, availableParallelism())),
    signal,
  };
  const spoiled: { uri: string; path: string }[] = [];
  const paths = new Map(files.map(({ uri, path }) => [uri, path]));
  const take = ({ uri, hash, json, text, problem }: FileRead) => {
    if (problem !== undefined) onLeftAlone(`${uri} is left alone: ${problem}.`);
    if (text !== undefined) program.setProjectFile({ uri, text });
    if (hash !== undefined) {
      const facts = json === undefined ? cache?.get(hash) : FactsCache.factsOf(json);
      if (json !== undefined) cache?.set(hash, json);
      else if (facts !== undefined) known++;
      else spoiled.push({ uri, path: paths.get(uri) ?? uri });
      if (facts) program.set({ uri, ...facts });
    }
    read++;
    if (read % 50 === 0 || read === files.length) onProgress?.(read, files.length);
  };
  await readInThreads(files, threads, take);
  // Their lines in the cache were damaged.
  if (spoiled.length > 0) await readInThreads(spoiled.splice(0), { ...threads, known: [] }, take);
  signal?.throwIfAborted();
  try {
    await cache?.save();
  } catch (error) {
    onLeftAlone(`The index is not kept: ${error instanceof Error ? error.message : String(error)}.`);
  }
  return { files: read, known };
}

/** Elsewhere the pages below `templates` are other people's. */
function isOfPython(program: Program, files: readonly { readonly path: string }[]): boolean {
  return files.some(({ path }) => /\.py$/i.test(path)) || [...program.files.keys()].some((uri) => /\.py$/i.test(uri));
}

/** Facts are as old as the program that reads them. */
async function versionOf(program: string): Promise<string> {
  return createHash('sha1')
    .update(await readFile(program))
    .digest('base64url');
}
