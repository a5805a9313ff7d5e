import * as vscode from 'vscode';
import type { IndexInCode } from '../analysis/code/indexes-in-code';
import type { EditFix, IndexFix } from '../nouns/fix';
import type { CodeIndex } from './code-index';
import type { ErrorReporter } from './error-reporter';

/** The light bulb waits so long for the models, no longer: while the program is read, it goes without them. */
const WAIT_MS = 500;

/** Index fixes as edits of the models that declare the tables. */
export class IndexesInModels {
  readonly #code: CodeIndex;
  readonly #errors: ErrorReporter;

  constructor(code: CodeIndex, errors: ErrorReporter) {
    this.#code = code;
    this.#errors = errors;
  }

  /** `document` is the one with the query. */
  async editsOf(document: vscode.TextDocument, { index }: IndexFix): Promise<readonly EditFix[]> {
    const found = await this.#soon(() => this.#code.indexesInCode(index, document.uri));
    return found.filter(isOfText).map(({ fix }) => fix);
  }

  #soon(ask: () => Promise<readonly IndexInCode[]>): Promise<readonly IndexInCode[]> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve([]), WAIT_MS);
      this.#errors.background('Looking for the model of a table', async () => {
        resolve(await ask());
        clearTimeout(timer);
      });
    });
  }
}

/** The places of the edit hold for the text that was read: what is typed and not saved may be another. */
function isOfText({ path, text }: IndexInCode): boolean {
  const open = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'file' && uri.fsPath === path);
  return open === undefined || open.getText() === text;
}
