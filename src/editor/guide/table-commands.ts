import * as vscode from 'vscode';
import { terminated } from '../../fixes/fix-statements';
import type { MaintenanceTask } from '../../nouns/check';
import { Problem } from '../../nouns/problem';
import { isTableArgument, maintenanceOf } from './table-actions';

/** VS Code forgets the rows of a list that it draws anew, also the one whose button is just pressed. */
const drawnAnew = { hint: 'If you did, the list was drawn anew at that moment: press once more.' };

/** Of a row's menu: asks, runs, and measures as any other fix does. */
export async function maintain(kind: MaintenanceTask['kind'], item: unknown): Promise<void> {
  const about = aboutOf(item);
  const fix = isTableArgument(about) ? maintenanceOf(kind, about) : undefined;
  if (!fix)
    throw new Problem('not-understood', 'Choose a table or an index in the views of Planlight first.', drawnAnew);
  await vscode.commands.executeCommand('planlight.applyGuideFix', fix);
}

/** The queries of this workspace that name the table, in the view Queries. */
export async function showQueriesOfTable(item: unknown): Promise<void> {
  const about = aboutOf(item);
  if (!isTableArgument(about)) {
    throw new Problem('not-understood', 'Choose a table in the views of Planlight first.', drawnAnew);
  }
  await vscode.commands.executeCommand('planlight.queries.focus');
  await vscode.commands.executeCommand('planlight.filterQueries', about.table);
}

/** The plan of a counted statement: where it stands in the code, else as a text of its own, with what is proposed for it. */
export async function explainStatement(item: unknown): Promise<void> {
  const { sql, place } = (aboutOf(item) ?? {}) as { sql?: unknown; place?: { uri: string; offset: number } };
  if (place) {
    await vscode.commands.executeCommand('planlight.openQuery', place);
    await vscode.commands.executeCommand('planlight.explainQuery', place);
    return;
  }
  if (typeof sql !== 'string') throw new Problem('not-understood', 'Choose a statement in the view Workload first.');
  const document = await openText(`${terminated(sql)}\n`);
  await vscode.commands.executeCommand('planlight.explainQuery', { uri: document.uri.toString(), offset: 0 });
}

/** A statement to read and to run by hand; `comment` says what for. */
export async function openStatement(argument: unknown): Promise<void> {
  const { sql, comment } = (argument ?? {}) as { sql?: unknown; comment?: unknown };
  if (typeof sql !== 'string') throw new Problem('not-understood', 'There is no statement to open.');
  const said = typeof comment === 'string' ? `-- ${comment.replaceAll('\n', ' ')}\n` : '';
  await openText(`${said}${terminated(sql)}\n`);
}

async function openText(content: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ content, language: 'sql' });
  await vscode.window.showTextDocument(document, { preview: false });
  return document;
}

const aboutOf = (item: unknown): unknown => (item as { about?: unknown } | undefined)?.about ?? item;
