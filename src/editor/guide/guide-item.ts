import * as vscode from 'vscode';

export interface GuideItemOptions {
  /** The same for the same thing after the next run, so that what is open stays open. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: vscode.ThemeIcon;
  /** Made when the mouse rests on it. */
  readonly tooltip?: () => vscode.MarkdownString | string;
  /** What a screen reader says in the place of label and description. */
  readonly spoken?: string;
  readonly command?: vscode.Command;
  readonly contextValue?: string;
  readonly isOpen?: boolean;
  /** Made when it is opened. */
  readonly children?: () => GuideItem[];
  /** What the commands of its menu are about. */
  readonly about?: unknown;
}

/** A row of the views of the guide. */
export class GuideItem extends vscode.TreeItem {
  readonly about: unknown;
  readonly #children: (() => GuideItem[]) | undefined;
  readonly #tooltip: (() => vscode.MarkdownString | string) | undefined;

  constructor({ label, children, tooltip, isOpen, about, icon, spoken, ...rest }: GuideItemOptions) {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    super(label, children ? (isOpen ? Expanded : Collapsed) : None);
    Object.assign(this, rest);
    if (icon) this.iconPath = icon;
    if (spoken !== undefined) this.accessibilityInformation = { label: spoken };
    this.about = about;
    this.#children = children;
    this.#tooltip = tooltip;
  }

  children(): GuideItem[] {
    return this.#children?.() ?? [];
  }

  explain(): void {
    this.tooltip ??= this.#tooltip?.();
  }
}

/** A sentence in the place of rows. */
export function note(id: string, label: string, icon = 'info'): GuideItem {
  return new GuideItem({ id, label, icon: new vscode.ThemeIcon(icon), tooltip: () => label });
}
