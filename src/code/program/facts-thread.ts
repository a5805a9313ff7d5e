import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { FileRoles } from '../file-roles';
import { sourceText } from '../source-text';
import { FactsCache } from './facts-cache';
import type { FactsThreadData, FileRead, FilesRead, ReadFiles } from './facts-messages';
import { FactsReader, indexedLanguageOf } from './facts-reader';

/** The thread that reads files: text, hash and, where the cache does not know it, facts. */
const { grammarFolder, folders, known } = workerData as FactsThreadData;
const knownHashes = new Set(known);
const reader = FactsReader.load({ grammarFolder, roles: new FileRoles(folders) });

function read(facts: FactsReader, { uri, path }: ReadFiles['files'][number]): FileRead {
  const languageId = indexedLanguageOf(path);
  if (languageId === undefined) return { uri };
  let text: string;
  try {
    text = sourceText(readFileSync(path));
  } catch (error) {
    return { uri, problem: error instanceof Error ? error.message : String(error) };
  }
  if (languageId === 'project') return { uri, text };
  const hash = FactsCache.hashOf(languageId, path, text);
  if (knownHashes.has(hash)) return { uri, hash };
  try {
    const found = facts.read({ uri, languageId, text });
    return { uri, hash, json: found ? FactsCache.jsonOf(found) : 'null' };
  } catch (error) {
    return { uri, problem: `a defect of Planlight (${error instanceof Error ? error.message : String(error)})` };
  }
}

parentPort?.on('message', async ({ batch, files }: ReadFiles) => {
  const facts = await reader;
  for (const { path } of files) await facts.prepare(indexedLanguageOf(path) ?? '');
  const reply: FilesRead = { batch, files: files.map((file) => read(facts, file)) };
  parentPort?.postMessage(reply);
});
