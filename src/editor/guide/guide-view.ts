import * as vscode from 'vscode';
import type { ErrorReporter } from '../error-reporter';
import type { GuideItem } from './guide-item';
import type { GuideService } from './guide-service';

/** What a person wants to see of a long list. */
export interface RowsWanted {
  /** Words, in lower case; a row has all of them. */
  readonly words: readonly string[];
  /** One of the view's orders; '' for its own. */
  readonly order: string;
}

/** Empty: nothing was read yet, and the view's welcome says so. */
export type Rows = (guide: GuideService, wanted: RowsWanted) => GuideItem[];

export interface GuideViewOptions {
  readonly id: string;
  readonly guide: GuideService;
  readonly errors: ErrorReporter;
  /** Loaded with the first rows. */
  readonly rows: () => Promise<Rows>;
  /** When it is seen, before its rows are asked for. */
  readonly prepare?: () => Promise<unknown>;
  /** It has rows also before anything was gathered. */
  readonly needsNoFacts?: true;
  readonly badge?: (guide: GuideService) => Promise<vscode.ViewBadge | undefined>;
}

/** How long ago it was read changes while one looks. */
const AGE_MS = 30_000;

/** A view of the container, of what the guide has gathered. It gathers nothing itself. */
export class GuideView implements vscode.TreeDataProvider<GuideItem>, vscode.Disposable {
  readonly #options: GuideViewOptions;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #view: vscode.TreeView<GuideItem>;
  readonly #disposables: vscode.Disposable[];
  #wanted: RowsWanted = { words: [], order: '' };

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(options: GuideViewOptions) {
    this.#options = options;
    this.#view = vscode.window.createTreeView(options.id, { treeDataProvider: this, showCollapseAll: true });
    const timer = setInterval(() => this.#view.visible && this.#describe(), AGE_MS);
    this.#disposables = [
      this.#view,
      this.#changed,
      { dispose: () => clearInterval(timer) },
      this.#view.onDidChangeVisibility(() => this.#describe()),
      options.guide.onDidChange(() => this.refresh()),
    ];
  }

  refresh(): void {
    this.#describe();
    this.#changed.fire(undefined);
  }

  get filter(): string {
    return this.#wanted.words.join(' ');
  }

  setFilter(filter: string): void {
    this.#wanted = { ...this.#wanted, words: filter.toLowerCase().split(/\s+/).filter(Boolean) };
    this.refresh();
  }

  setOrder(order: string): void {
    this.#wanted = { ...this.#wanted, order };
    this.refresh();
  }

  getTreeItem(item: GuideItem): GuideItem {
    return item;
  }

  resolveTreeItem(item: GuideItem): GuideItem {
    item.explain();
    return item;
  }

  async getChildren(item?: GuideItem): Promise<GuideItem[]> {
    if (item) return item.children();
    const { guide, rows, needsNoFacts, prepare } = this.#options;
    await prepare?.();
    if (!guide.facts && !needsNoFacts) return [];
    return (await rows())(guide, this.#wanted);
  }

  #describe(): void {
    const { guide, errors, badge, needsNoFacts } = this.#options;
    if (needsNoFacts) return;
    errors.background('Describing a view', async () => {
      const { describeView } = await import('./describe-view');
      const { description, message } = describeView(guide, this.#wanted);
      this.#view.description = description;
      this.#view.message = message;
      this.#view.badge = await badge?.(guide);
    });
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
