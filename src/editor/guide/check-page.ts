import * as vscode from 'vscode';
import type { JudgedCheck } from '../../analysis/guide/guide';
import { positionsIn } from '../../analysis/source-files';
import type { Conclusion, Diagnosis } from '../../guide/troubleshooting/diagnosis';
import { Problem } from '../../nouns/problem';
import { stateLabel } from '../database-state';
import { checkHtml, type PagePlace } from './check-html';
import type { GuideService } from './guide-service';

/** What the links of the page may do. */
const commands = [
  'planlight.applyGuideFix',
  'planlight.runChecks',
  'planlight.openQuery',
  'planlight.openGuidePage',
] as const;

/** One check, all of a point, or those of a trouble with their conclusion. */
export type Shown = { readonly check: string } | { readonly point: string } | { readonly diagnosis: Diagnosis };

interface Found {
  readonly title: string;
  /** The page of docs/guide. */
  readonly docs?: string;
  readonly checks: readonly JudgedCheck[];
  readonly conclusion?: Conclusion;
}

/** The details of a check beside the editor; one panel that shows what was asked for last, and follows the checklist. */
export class CheckPage implements vscode.Disposable {
  readonly #guide: GuideService;
  readonly #extensionUri: vscode.Uri;
  readonly #subscription: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;
  #shown: Shown | undefined;

  constructor(guide: GuideService, extensionUri: vscode.Uri) {
    this.#guide = guide;
    this.#extensionUri = extensionUri;
    this.#subscription = guide.onDidChange(() => void this.#render());
  }

  async show(shown: Shown): Promise<void> {
    if (!this.#found(shown)) throw new Problem('not-understood', 'The checklist has not asked this yet.');
    this.#shown = shown;
    if (this.#panel) this.#panel.reveal(undefined, true);
    else this.#panel = this.#open();
    await this.#render();
  }

  #open(): vscode.WebviewPanel {
    const media = vscode.Uri.joinPath(this.#extensionUri, 'media');
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel('planlight.check', 'Checklist', where, {
      enableScripts: false,
      enableCommandUris: commands,
      enableFindWidget: true,
      localResourceRoots: [media],
    });
    panel.iconPath = vscode.Uri.joinPath(media, 'icon.png');
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    return panel;
  }

  /** After a run of another database there may be nothing to show: then the page stays as it is. */
  async #render(): Promise<void> {
    const found = this.#shown && this.#found(this.#shown);
    if (!found || !this.#panel) return;
    const { title, docs, checks, conclusion } = found;
    const { server } = this.#guide;
    const body = checkHtml({
      title,
      now: new Date().toISOString(),
      ...(server && { database: stateLabel(server) }),
      checks: await Promise.all(checks.map(async (judged) => ({ ...judged, placed: await placesOf(judged) }))),
      ...(docs !== undefined && { docs }),
      ...(conclusion && { conclusion }),
    });
    const panel = this.#panel;
    if (!panel) return;
    panel.title = title;
    panel.webview.html = this.#page(panel.webview, body);
  }

  #found(shown: Shown): Found | undefined {
    if ('diagnosis' in shown) return this.#diagnosed(shown.diagnosis);
    const isShown = ({ check }: JudgedCheck) => 'point' in shown || check.id === shown.check;
    const { points } = this.#guide;
    const point = points.find(({ id, checks }) => ('point' in shown ? id === shown.point : checks.some(isShown)));
    return point && { title: point.title, docs: point.id, checks: point.checks.filter(isShown) };
  }

  /** What was found stands first, in the order of the causes. */
  #diagnosed({ title, checks, conclude }: Diagnosis): Found | undefined {
    const judged = checks.flatMap(({ id }) => this.#guide.check(id) ?? []);
    if (judged.length === 0) return undefined;
    const conclusion = conclude(new Map(judged.map(({ check, result }) => [check.id, result])));
    const causes = conclusion.causes.flatMap((cause) => judged.find(({ check }) => check.id === cause.check) ?? []);
    return { title, conclusion, checks: [...causes, ...judged.filter((one) => !causes.includes(one))] };
  }

  /** No scripts, no styles and no pictures from elsewhere. */
  #page(webview: vscode.Webview, body: string): string {
    const style = webview.asWebviewUri(vscode.Uri.joinPath(this.#extensionUri, 'media', 'check.css')).toString();
    const policy = `default-src 'none'; style-src ${webview.cspSource}; base-uri 'none'; form-action 'none'`;
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>Checklist</title>
</head>
<body>${body}</body>
</html>`;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#panel?.dispose();
  }
}

async function placesOf({ result: { places = [] } }: JudgedCheck): Promise<PagePlace[]> {
  return Promise.all(
    places.map(async ({ uri, range, message }) => {
      const file = vscode.Uri.file(uri);
      const line = (await positionsIn(uri))?.of(range).line;
      const name = vscode.workspace.asRelativePath(file);
      return {
        place: line === undefined ? name : `${name}:${line}`,
        message,
        uri: file.toString(),
        offset: range.start,
      };
    }),
  );
}
