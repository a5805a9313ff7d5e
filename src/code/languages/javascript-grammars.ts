import { join } from 'node:path';
import type { Language, Parser } from 'web-tree-sitter';

const grammarFiles: Readonly<Record<string, string>> = {
  javascript: 'tree-sitter-javascript.wasm',
  javascriptreact: 'tree-sitter-javascript.wasm',
  typescript: 'tree-sitter-typescript.wasm',
  typescriptreact: 'tree-sitter-tsx.wasm',
};

/** VS Code's identifiers of the languages that the grammars read. */
export const javascriptLanguageIds: readonly string[] = Object.keys(grammarFiles);

export interface Grammar {
  readonly parser: Parser;
  readonly language: Language;
}

/** A parser for each language identifier; the folder has tree-sitter-typescript.wasm and the others. */
export async function loadJavaScriptGrammars(grammarFolder: string): Promise<ReadonlyMap<string, Grammar>> {
  const { Language: Loader, Parser: TreeParser } = await import('web-tree-sitter');
  await TreeParser.init();
  const byFile = new Map<string, Grammar>();
  const grammars = new Map<string, Grammar>();
  for (const [languageId, file] of Object.entries(grammarFiles)) {
    const known = byFile.get(file);
    const language = known?.language ?? (await Loader.load(join(grammarFolder, file)));
    const grammar = known ?? { parser: new TreeParser().setLanguage(language), language };
    byFile.set(file, grammar);
    grammars.set(languageId, grammar);
  }
  return grammars;
}

/**
 * The text as the grammars can read it, of the same length: they take the type arguments of a tagged template (sql<Row>`…`) for
 * comparisons, so spaces stand there.
 */
export function parseable(text: string): string {
  return text.replace(/(?<=[\w$)])<(?:[^`<>;={}]|\{[^`<>{}]*\}|<(?:[^`<>;={}]|\{[^`<>{}]*\})*>)*>(?=`)/g, (types) =>
    types.replace(/[^\n]/g, ' '),
  );
}
