import type { Tree } from 'web-tree-sitter';
import type { SourceDocument } from '../../../nouns/query-site';
import { type Grammar, loadJavaScriptGrammars, parseable } from '../../languages/javascript-grammars';
import { whyNoProgram } from '../../left-alone';
import type { FileFacts } from '../facts';
import { FileReader } from './file-reader';
import { repaired } from './half-typed';
import { programOf } from './scripts';
import { Names } from './strings';
import { type SyntaxTree, TreeCopier } from './syntax-tree';

/** Reads what JavaScript and TypeScript files say, as data that needs neither their text nor their tree any more. */
export class JavaScriptFacts {
  readonly #grammars: ReadonlyMap<string, Grammar>;
  readonly #copiers = new Map<Grammar, TreeCopier>();
  readonly #names = new Names();

  constructor(grammars: ReadonlyMap<string, Grammar>) {
    this.#grammars = grammars;
  }

  /** `grammarFolder`: the folder with tree-sitter-typescript.wasm and the other grammars. */
  static async load(options: { readonly grammarFolder: string }): Promise<JavaScriptFacts> {
    return new JavaScriptFacts(await loadJavaScriptGrammars(options.grammarFolder));
  }

  /** Never throws for what stands in the text; what does not parse is read around. */
  read(document: SourceDocument): FileFacts {
    const why = whyNoProgram(document.text);
    if (why !== undefined) return nothingOf(document, why);
    const program = programOf(document);
    const grammar = this.#grammars.get(program.languageId);
    if (grammar === undefined) return nothingOf(document, `no grammar for ${document.languageId}`);
    const tree = this.#parsed(grammar, program.text);
    if (tree === undefined) return nothingOf(document, 'it cannot be parsed');
    return new FileReader({ ...document, text: program.text }, tree, this.#names).facts();
  }

  /** Where a part does not parse, perhaps because a line is half typed, it is tried with that line's brackets closed. */
  #parsed(grammar: Grammar, text: string): SyntaxTree | undefined {
    const found = this.#tree(grammar, text);
    if (found === undefined || found.unread === 0) return found;
    const whole = repaired(text);
    const other = whole === undefined ? undefined : this.#tree(grammar, whole);
    return other === undefined || other.unread >= found.unread ? found : other;
  }

  #tree(grammar: Grammar, text: string): SyntaxTree | undefined {
    const tree = grammar.parser.parse(parseable(text));
    if (tree === null) return undefined;
    try {
      return this.#copier(grammar).copy(tree);
    } finally {
      tree.delete();
    }
  }

  /** The same of a text that is parsed already. */
  ofTree(document: SourceDocument, grammar: Grammar, tree: Tree): FileFacts {
    return new FileReader(document, this.#copier(grammar).copy(tree), this.#names).facts();
  }

  #copier(grammar: Grammar): TreeCopier {
    const copier = this.#copiers.get(grammar) ?? new TreeCopier(grammar.language);
    this.#copiers.set(grammar, copier);
    return copier;
  }
}

function nothingOf(document: SourceDocument, leftAlone: string): FileFacts {
  const { uri, languageId } = document;
  return { uri, languageId, imports: [], exports: [], classes: [], functions: [], leftAlone };
}
