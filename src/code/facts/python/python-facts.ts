import { join } from 'node:path';
import type { Language, Parser } from 'web-tree-sitter';
import type { SourceDocument } from '../../../nouns/query-site';
import type { FileFacts } from '../facts';
import { TreeCopier } from '../javascript/syntax-tree';
import { FileReader } from './file-reader';
import { templateOf } from './templates/template-names';
import { TemplateReader } from './templates/template-reader';

/** Longer files are generated or data. UTF-16 code units. */
const longestFile = 1_000_000;

const leaves = /^(?:identifier|integer|float|true|false|none|ellipsis|string_start|string_content|string_end|comment)$/;

/** Reads what Python files say. */
export class PythonFacts {
  readonly #parser: Parser;
  readonly #copier: TreeCopier;

  constructor(parser: Parser, language: Language) {
    this.#parser = parser;
    this.#copier = new TreeCopier(language, leaves);
  }

  static async load({ grammarFolder }: { readonly grammarFolder: string }): Promise<PythonFacts> {
    const { Language: Loader, Parser: TreeParser } = await import('web-tree-sitter');
    await TreeParser.init();
    const language = await Loader.load(join(grammarFolder, 'tree-sitter-python.wasm'));
    return new PythonFacts(new TreeParser().setLanguage(language), language);
  }

  /** Never throws for what stands in the text; what does not parse is read around. */
  read(document: SourceDocument): FileFacts {
    const { uri, languageId, text } = document;
    const nothing = { uri, languageId, imports: [], exports: [], classes: [], functions: [] };
    if (text.length > longestFile) return { ...nothing, leftAlone: 'it is too long' };
    const template = templateOf(uri);
    if (template !== undefined) return new TemplateReader(document, template).facts();
    const tree = this.#parser.parse(text);
    if (tree === null) return { ...nothing, leftAlone: 'it cannot be parsed' };
    try {
      return new FileReader(document, this.#copier.copy(tree)).facts();
    } finally {
      tree.delete();
    }
  }
}
