import * as vscode from 'vscode';
import type { Judgement } from '../analysis/judgement';
import { Problem } from '../nouns/problem';
import { type FromPage, isPlanPage, type PlanPage, type ToPage } from '../webview/messages';
import type { ErrorReporter } from './error-reporter';
import type { Feature } from './feature';
import { type Comparison, planPage } from './plan-page';
import type { FoundQuery } from './query-finder';
import { webviewPage } from './webview-page';

const VIEW_TYPE = 'planlight.plan';

/** The plan of one query beside its source, in pev2; one panel that shows what was asked for last. */
export class PlanViews implements Feature, vscode.WebviewPanelSerializer<unknown> {
  readonly #errors: ErrorReporter;
  readonly #extensionUri: vscode.Uri;
  #panel: vscode.WebviewPanel | undefined;
  #page: PlanPage | undefined;
  /** Which of its call's statements the page is about. */
  #part: number | undefined;

  constructor(extensionUri: vscode.Uri, errors: ErrorReporter) {
    this.#extensionUri = extensionUri;
    this.#errors = errors;
  }

  register(context: vscode.ExtensionContext): void {
    // The panel is not disposed with the extension: when a window is loaded anew, it would be gone from the layout.
    context.subscriptions.push(vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this));
  }

  async show({ tracked, query }: FoundQuery, judgement: Judgement, comparison?: Comparison): Promise<void> {
    const { document } = tracked;
    const line = document.positionAt(query.range.start).line + 1;
    const place = {
      place: `${vscode.workspace.asRelativePath(document.uri)}:${line}`,
      uri: document.uri.toString(),
      offset: query.range.start,
    };
    const page = planPage(judgement, query.findings, place, comparison);
    if (!page) throw judgement.problem ?? new Problem('not-understood', 'There is no plan to show.');
    this.#page = page;
    this.#part = tracked.partOf(query);
    if (this.#panel) {
      this.#panel.title = titleOf(page);
      this.#panel.reveal(undefined, true);
      await this.#post({ kind: 'show', page });
      return;
    }
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.#adopt(vscode.window.createWebviewPanel(VIEW_TYPE, titleOf(page), where, this.#options()));
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    if (!isPlanPage(state)) {
      panel.dispose();
      return;
    }
    this.#page = state;
    panel.title = titleOf(state);
    panel.webview.options = this.#options();
    this.#adopt(panel);
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.#extensionUri, 'media', 'icon.png');
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = undefined;
    });
    panel.webview.onDidReceiveMessage((message: FromPage) => {
      this.#errors.background('Plan view', () => this.#receive(message));
    });
    const { cspSource } = panel.webview;
    panel.webview.html = webviewPage(panel.webview, {
      folder: this.#folder,
      name: 'plan',
      title: 'Plan',
      allowed: [`img-src ${cspSource} data:`, `font-src ${cspSource}`],
    });
  }

  async #receive(message: FromPage): Promise<void> {
    switch (message.kind) {
      case 'ready':
        if (this.#page) await this.#post({ kind: 'show', page: this.#page });
        return;
      case 'reveal':
        await reveal(message.uri, message.offset);
        return;
      case 'explain': {
        const command = message.analyze ? 'planlight.explainAnalyzeQuery' : 'planlight.explainQuery';
        await vscode.commands.executeCommand(command, {
          uri: message.uri,
          offset: message.offset,
          part: this.#part,
        });
        return;
      }
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        return;
      case 'failed':
        this.#errors.logOnly('Plan view', new Error(message.message));
    }
  }

  async #post(message: ToPage): Promise<void> {
    await this.#panel?.webview.postMessage(message);
  }

  #options(): vscode.WebviewOptions & vscode.WebviewPanelOptions {
    return { enableScripts: true, enableFindWidget: true, localResourceRoots: [this.#folder] };
  }

  get #folder(): vscode.Uri {
    return vscode.Uri.joinPath(this.#extensionUri, 'dist', 'webview');
  }
}

async function reveal(uri: string, offset: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const position = document.positionAt(offset);
  await vscode.window.showTextDocument(document, {
    viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One,
    selection: new vscode.Range(position, position),
  });
}

function titleOf(page: PlanPage): string {
  return `Plan · ${page.place.slice(page.place.lastIndexOf('/') + 1)}`;
}
