import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { SourceDocument } from '../../src/nouns/query-site';

/** Where the sample application lives, from the project's folder. */
const sampleFolder = 'examples/blog';

const languages: Readonly<Record<string, string>> = { '.js': 'javascript', '.ts': 'typescript', '.sql': 'sql' };

/** The source files below folders of the sample, by path. */
export async function sampleDocuments(folders: readonly string[]): Promise<SourceDocument[]> {
  const documents: SourceDocument[] = [];
  for (const folder of folders) {
    const names = await readdir(join(sampleFolder, folder), { recursive: true });
    for (const name of names.sort()) {
      const languageId = languages[extname(name)];
      const uri = join(sampleFolder, folder, name);
      if (languageId) {
        documents.push({ uri, languageId, text: await readFile(uri, 'utf8') });
      }
    }
  }
  return documents;
}
