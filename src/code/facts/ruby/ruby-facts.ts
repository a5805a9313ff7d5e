import { join } from 'node:path';
import type { Parser } from 'web-tree-sitter';
import type { SourceDocument } from '../../../nouns/query-site';
import { whyNoProgram } from '../../left-alone';
import type { FileFacts } from '../facts';
import { FileReader } from './file-reader';
import { copyTree } from './nodes';
import { rubyOfErb } from './templates';

/** Reads what Ruby files say, as data that needs neither their text nor their tree any more. */
export class RubyFacts {
  readonly #parser: Parser;

  private constructor(parser: Parser) {
    this.#parser = parser;
  }

  /** `grammarFolder`: the folder with tree-sitter-ruby.wasm. */
  static async load({ grammarFolder }: { readonly grammarFolder: string }): Promise<RubyFacts> {
    const { Language, Parser: TreeParser } = await import('web-tree-sitter');
    await TreeParser.init();
    const language = await Language.load(join(grammarFolder, 'tree-sitter-ruby.wasm'));
    return new RubyFacts(new TreeParser().setLanguage(language));
  }

  /** Never throws for what stands in the text; what does not parse is read around. */
  read(document: SourceDocument): FileFacts {
    const { uri, languageId, text } = document;
    const why = whyNoProgram(text);
    const code = /\.erb$/i.test(uri) ? rubyOfErb(text) : text;
    const tree = why === undefined ? this.#parser.parse(code) : null;
    if (tree === null) {
      const leftAlone = why ?? 'it cannot be parsed';
      return { uri, languageId, imports: [], exports: [], classes: [], functions: [], leftAlone };
    }
    try {
      return new FileReader(document, copyTree(tree.rootNode)).facts();
    } finally {
      tree.delete();
    }
  }
}
