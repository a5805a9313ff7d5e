import * as vscode from 'vscode';
import type { ListedQuery } from '../analysis/code/listed-queries';
import type { Finding, Severity } from '../nouns/finding';
import { formatCost, formatCounted, formatMs } from '../plan/format';
import type { QueryArgument } from './query-argument';

/** What is known of a query's plan: of its dearest statement. */
export interface PlannedQuery {
  readonly cost: number;
  readonly ms?: number;
  readonly problem?: string;
  readonly findings: readonly Finding[];
}

/** A query of the list, with what is known of it. */
export interface QueryEntry {
  readonly uri: vscode.Uri;
  readonly query: ListedQuery;
  readonly planned?: PlannedQuery;
  /** Of the program and of the plan. */
  readonly findings: readonly Finding[];
}

export class FileItem extends vscode.TreeItem {
  readonly entries: readonly QueryEntry[];

  constructor(uri: vscode.Uri, entries: readonly QueryEntry[]) {
    super(uri, vscode.TreeItemCollapsibleState.Collapsed);
    this.entries = entries;
    this.id = uri.toString();
    this.iconPath = vscode.ThemeIcon.File;
    this.description = [String(entries.length), folderOf(uri)].filter((part) => part !== '').join(' · ');
    this.contextValue = 'file';
  }
}

export class QueryItem extends vscode.TreeItem {
  readonly entry: QueryEntry;

  /** `isAlone`: it stands in a flat list by cost, so it says its cost first, which a narrow view would cut, and its file. */
  constructor(entry: QueryEntry, isAlone: boolean) {
    super(isAlone ? [amount(entry), entry.query.name].filter(Boolean).join(' · ') : entry.query.name);
    this.entry = entry;
    this.description = description(entry, isAlone);
    this.iconPath = icon(entry);
    this.contextValue = entry.query.isCall ? 'queryOfCall' : 'queryText';
    this.command = { title: 'Open', command: 'planlight.openQuery', arguments: [argumentOf(entry)] };
  }

  explain(): void {
    this.tooltip = tooltip(this.entry);
  }
}

export function argumentOf({ uri, query }: QueryEntry): QueryArgument {
  return { uri: uri.toString(), offset: query.range.start };
}

export function isSlow({ findings }: QueryEntry): boolean {
  return findings.some(({ severity }) => severity === 'warning' || severity === 'error');
}

/** `cost 5,013`, `12 ms`; undefined while nothing is known. */
function amount({ planned }: QueryEntry): string | undefined {
  if (!planned) return undefined;
  if (planned.problem) return 'no plan';
  return planned.ms === undefined ? `cost ${formatCost(planned.cost)}` : formatMs(planned.ms);
}

function description(entry: QueryEntry, isAlone: boolean): string {
  const { uri, query, findings } = entry;
  const statements = query.statements.length > 1 ? formatCounted(query.statements.length, 'statement') : undefined;
  const found = findings.length > 0 ? formatCounted(findings.length, 'finding') : undefined;
  const file = isAlone ? vscode.workspace.asRelativePath(uri) : undefined;
  const parts = [isAlone ? undefined : amount(entry), query.library, statements, found, file];
  return parts.filter((part) => part !== undefined).join(' · ');
}

const order: readonly Severity[] = ['error', 'warning', 'info', 'hint'];

function icon({ query, findings }: QueryEntry): vscode.ThemeIcon {
  const worst = order.find((severity) => findings.some((finding) => finding.severity === severity));
  if (worst === 'error') return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  if (worst === 'warning') return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  if (worst) return new vscode.ThemeIcon('info');
  const sql = query.statements[0]?.sql ?? '';
  if (/^\s*(?:insert|update|delete|merge)\b/i.test(sql)) return new vscode.ThemeIcon('edit');
  return new vscode.ThemeIcon(sql === '' ? 'question' : 'search');
}

function tooltip({ query, planned, findings }: QueryEntry): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  for (const { message } of findings.slice(0, 5)) text.appendText(`• ${message}\n\n`);
  if (planned?.problem) text.appendText(`No plan: ${planned.problem}\n\n`);
  for (const { sql } of query.statements.slice(0, 3)) text.appendCodeblock(sql, 'sql');
  return text;
}

function folderOf(uri: vscode.Uri): string {
  const path = vscode.workspace.asRelativePath(uri);
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}
