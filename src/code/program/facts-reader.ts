import type { SourceDocument } from '../../nouns/query-site';
import type { FileFacts } from '../facts/facts';
import { JavaScriptFacts } from '../facts/javascript/javascript-facts';
import { componentLanguageIds } from '../facts/javascript/scripts';
import { languageOf } from '../language-of';
import { javascriptLanguageIds } from '../languages/javascript-grammars';
import { isDatabaseTypes } from '../orms/supabase/database-types';
import { isProjectFile } from '../resolve/project-files';
import { canMatter } from './can-matter';

/** What the index reads of a file: its facts, or its text as it is ('project'). */
export type IndexedLanguage = string;

/** The languages of which more is read than SQL text. */
const programLanguages: ReadonlySet<string> = new Set([...javascriptLanguageIds, ...componentLanguageIds]);

/** The language in which the index reads a file; 'project' for package.json and the like; undefined: not at all. */
export function indexedLanguageOf(path: string): IndexedLanguage | undefined {
  if (isProjectFile(path)) return 'project';
  if (/\.prisma$/i.test(path)) return 'prisma';
  const language = /\.d\.[cm]?ts$/i.test(path) ? 'typescript' : languageOf(path);
  return language !== undefined && programLanguages.has(language) ? language : undefined;
}

/** Reads the facts of one file after another. */
export class FactsReader {
  readonly #javaScript: JavaScriptFacts;

  private constructor(javaScript: JavaScriptFacts) {
    this.#javaScript = javaScript;
  }

  static async load(options: { readonly grammarFolder: string }): Promise<FactsReader> {
    return new FactsReader(await JavaScriptFacts.load(options));
  }

  /** undefined: it holds nothing that any question could lead to. What `isOpen` in an editor is read in any case: a test, too. */
  read(document: SourceDocument, { isOpen = false }: { readonly isOpen?: boolean } = {}): FileFacts | undefined {
    const { uri, languageId, text } = document;
    if (languageId === 'prisma') {
      return { uri, languageId, imports: [], exports: [], classes: [], functions: [], text };
    }
    const facts = isOpen || canMatter(document) ? this.#javaScript.read(document) : undefined;
    return facts && isDatabaseTypes(text) ? { ...facts, text } : facts;
  }
}
