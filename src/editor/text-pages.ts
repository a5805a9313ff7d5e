import * as vscode from 'vscode';

/** Pages of text that are made here, cannot be edited and are not to be saved. */
export class TextPages implements vscode.TextDocumentContentProvider {
  readonly #scheme: string;
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();

  readonly onDidChange = this.#changed.event;

  constructor(scheme: string) {
    this.#scheme = scheme;
  }

  register(context: Pick<vscode.ExtensionContext, 'subscriptions'>): void {
    context.subscriptions.push(
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(this.#scheme, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#texts.delete(uri.toString())),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  /** `title` is the tab's; a page of the same title that is open gets the new text. */
  async show(title: string, text: string, options: vscode.TextDocumentShowOptions = {}): Promise<void> {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(this.keep(title, text)), options);
  }

  /** A page that something else shows, such as a comparison. */
  keep(title: string, text: string): vscode.Uri {
    const uri = this.#uri(title);
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    return uri;
  }

  /** Gives a page that is open the new text. */
  update(title: string, text: string): void {
    const uri = this.#uri(title);
    const key = uri.toString();
    if (!this.#texts.has(key) || this.#texts.get(key) === text) return;
    this.#texts.set(key, text);
    this.#changed.fire(uri);
  }

  #uri(title: string): vscode.Uri {
    return vscode.Uri.from({ scheme: this.#scheme, path: title });
  }
}
