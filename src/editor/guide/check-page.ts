import * as vscode from 'vscode';
import type { JudgedCheck } from '../../analysis/guide/guide';
import { statementOf } from '../../analysis/guide/statement-advice';
import { positionsIn } from '../../analysis/source-files';
import type { Check } from '../../guide/check';
import type { Conclusion, Diagnosis } from '../../guide/troubleshooting/diagnosis';
import { Problem } from '../../nouns/problem';
import { stateLabel } from '../database-state';
import { webviewPage } from '../webview-page';
import { type CheckCommand, checkHtml, type PagePlace } from './check-html';
import type { GuideService } from './guide-service';

/** What the links of the page may do. */
const commands = [
  'planlight.applyGuideFix',
  'planlight.runChecks',
  'planlight.adviseStatement',
  'planlight.openQuery',
  'planlight.openGuidePage',
] as const;

/** One check, all of a point, those of a trouble with their conclusion, or what was asked about one statement. */
export type Shown =
  | { readonly check: string }
  | { readonly point: string }
  | { readonly diagnosis: Diagnosis }
  | { readonly statement: Check };

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
  readonly #media: vscode.Uri;
  readonly #subscription: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;
  #shown: Shown | undefined;

  constructor(guide: GuideService, extensionUri: vscode.Uri) {
    this.#guide = guide;
    this.#media = vscode.Uri.joinPath(extensionUri, 'media');
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
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel('planlight.check', 'Checklist', where, {
      enableScripts: false,
      enableCommandUris: commands,
      enableFindWidget: true,
      localResourceRoots: [this.#media],
    });
    panel.iconPath = vscode.Uri.joinPath(this.#media, 'icon.png');
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
      checks: await Promise.all(
        checks.map(async (judged) => ({ ...judged, again: againOf(judged), placed: await placesOf(judged) })),
      ),
      ...(docs !== undefined && { docs }),
      ...(conclusion && { conclusion }),
    });
    const panel = this.#panel;
    if (!panel) return;
    panel.title = title;
    const folder = this.#media;
    panel.webview.html = webviewPage(panel.webview, { folder, name: 'check', title: 'Checklist', body });
  }

  #found(shown: Shown): Found | undefined {
    if ('diagnosis' in shown) return this.#diagnosed(shown.diagnosis);
    if ('statement' in shown) return this.#advised(shown.statement);
    const isShown = ({ check }: JudgedCheck) => 'point' in shown || check.id === shown.check;
    const { points } = this.#guide;
    const point = points.find(({ id, checks }) => ('point' in shown ? id === shown.point : checks.some(isShown)));
    return point && { title: point.title, docs: point.id, checks: point.checks.filter(isShown) };
  }

  #advised({ id }: Check): Found | undefined {
    const judged = this.#guide.check(id);
    return judged && { title: 'Advice on a statement', docs: judged.check.point, checks: [judged] };
  }

  /** What was found stands first, in the order of the causes. */
  #diagnosed({ title, checks, conclude }: Diagnosis): Found | undefined {
    const judged = checks.flatMap(({ id }) => this.#guide.check(id) ?? []);
    if (judged.length === 0) return undefined;
    const conclusion = conclude(new Map(judged.map(({ check, result }) => [check.id, result])));
    const causes = conclusion.causes.flatMap((cause) => judged.find(({ check }) => check.id === cause.check) ?? []);
    return { title, conclusion, checks: [...causes, ...judged.filter((one) => !causes.includes(one))] };
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#panel?.dispose();
  }
}

/** The advice on a statement is on no list: its own command gives it anew. */
function againOf({ check: { id } }: JudgedCheck): CheckCommand {
  const statement = statementOf(id);
  return statement === undefined
    ? { command: 'planlight.runChecks', argument: { check: id } }
    : { command: 'planlight.adviseStatement', argument: { id: statement } };
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
