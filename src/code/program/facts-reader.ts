import type { SourceDocument } from '../../nouns/query-site';
import type { FileFacts } from '../facts/facts';
import { JavaScriptFacts } from '../facts/javascript/javascript-facts';
import { componentLanguageIds } from '../facts/javascript/scripts';
import { PythonFacts } from '../facts/python/python-facts';
import { isPythonTemplate } from '../facts/python/templates/template-names';
import { RubyFacts } from '../facts/ruby/ruby-facts';
import { isRubyTemplate } from '../facts/ruby/templates';
import type { FileRoles } from '../file-roles';
import { languageOf } from '../language-of';
import { javascriptLanguageIds } from '../languages/javascript-grammars';
import { isDatabaseTypes } from '../orms/supabase/database-types';
import { isProjectFile } from '../resolve/project-files';
import { canMatter } from './can-matter';

/** What the index reads of a file: its facts, or its text as it is ('project'). */
export type IndexedLanguage = string;

interface LanguageFacts {
  read(document: SourceDocument): FileFacts;
}

/** Languages whose grammar is loaded only where such files are. */
const otherLanguages: Readonly<Record<string, (options: GrammarOptions) => Promise<LanguageFacts>>> = {
  python: (options) => PythonFacts.load(options),
  ruby: (options) => RubyFacts.load(options),
};

/** The languages of which more is read than SQL text. */
const programLanguages: ReadonlySet<string> = new Set([
  ...javascriptLanguageIds,
  ...componentLanguageIds,
  ...Object.keys(otherLanguages),
]);

export interface GrammarOptions {
  /** The folder with tree-sitter-typescript.wasm and the other grammars. */
  readonly grammarFolder: string;
}

export interface FactsReaderOptions extends GrammarOptions {
  readonly roles: FileRoles;
}

/** The language in which the index reads a file; 'project' for package.json and the like; undefined: not at all. */
export function indexedLanguageOf(path: string): IndexedLanguage | undefined {
  if (isProjectFile(path)) return 'project';
  if (/\.prisma$/i.test(path)) return 'prisma';
  if (/\.(?:graphqls?|gql)$/i.test(path)) return 'graphql';
  if (isRubyTemplate(path)) return 'ruby';
  if (isPythonTemplate(path)) return 'python';
  const language = /\.d\.[cm]?ts$/i.test(path) ? 'typescript' : languageOf(path);
  return language !== undefined && programLanguages.has(language) ? language : undefined;
}

/** Reads the facts of one file after another. */
export class FactsReader {
  readonly #options: FactsReaderOptions;
  readonly #javaScript: JavaScriptFacts;
  readonly #loading = new Map<string, Promise<void>>();
  readonly #others = new Map<string, LanguageFacts>();

  private constructor(options: FactsReaderOptions, javaScript: JavaScriptFacts) {
    this.#options = options;
    this.#javaScript = javaScript;
  }

  static async load(options: FactsReaderOptions): Promise<FactsReader> {
    return new FactsReader(options, await JavaScriptFacts.load(options));
  }

  /** Loads what `read` needs for files in that language. */
  async prepare(languageId: string): Promise<void> {
    const load = otherLanguages[languageId];
    if (!load || this.#others.has(languageId)) return;
    const loading =
      this.#loading.get(languageId) ??
      load(this.#options).then((facts) => {
        this.#others.set(languageId, facts);
      });
    this.#loading.set(languageId, loading);
    await loading;
  }

  /**
   * undefined: it holds nothing that any question could lead to. What `isOpen` in an editor is read in any case: a test, too.
   * `prepare` comes first.
   */
  read(document: SourceDocument, { isOpen = false }: { readonly isOpen?: boolean } = {}): FileFacts | undefined {
    const { uri, languageId, text } = document;
    if (languageId === 'prisma' || languageId === 'graphql') {
      return { uri, languageId, imports: [], exports: [], classes: [], functions: [], text };
    }
    if (!isOpen && !canMatter(document, this.#options.roles)) return undefined;
    if (otherLanguages[languageId]) {
      const other = this.#others.get(languageId);
      if (!other) throw new Error(`The grammar of ${languageId} is not loaded.`);
      return other.read(document);
    }
    const facts = this.#javaScript.read(document);
    return isDatabaseTypes(text) ? { ...facts, text } : facts;
  }
}
