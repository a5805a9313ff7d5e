import * as vscode from 'vscode';
import type { IndexFix } from '../nouns/fix';

const EXCLUDED = '**/{node_modules,dist,build,out,coverage,vendor,.git}/**';

/**
 * A new file beside the workspace's migrations, named as they are (`0007_…`, `20240131120000_…`); without any, an
 * unsaved one. It is left unsaved so that the person reads it first.
 */
export async function writeMigration(folder: vscode.WorkspaceFolder, fix: IndexFix): Promise<vscode.TextDocument> {
  const statements = [fix.needs, fix.sql].filter((statement) => statement !== undefined);
  const text = `${statements.map((sql) => `${sql.replace(/[;\s]+$/, '')};`).join('\n')}\n`;
  const pattern = new vscode.RelativePattern(folder, '**/{migrations,migration,migrate}/**/*.sql');
  const files = (await vscode.workspace.findFiles(pattern, EXCLUDED, 2_000)).map((uri) => uri.path).sort();
  const last = files.at(-1);
  const place = last ? last.slice(0, last.lastIndexOf('/')) : `${folder.uri.path}/migrations`;
  const names = files.filter((file) => file.startsWith(`${place}/`)).map((file) => file.slice(place.length + 1));
  const name = `${nextPrefix(names, new Date())}${fix.index.name}.sql`;
  const uri = folder.uri.with({ path: `${place}/${name}`, scheme: 'untitled' });
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(0, 0), text);
  await vscode.workspace.applyEdit(edit);
  return document;
}

/** ['0001_users.sql', '0002_posts.sql'] → '0003_'; ['20240131120000_a.sql'] → now in the same form; [] → now. */
export function nextPrefix(names: readonly string[], now: Date): string {
  const last = [...names].sort().at(-1);
  const match = last === undefined ? undefined : /^(V?)(\d+)(_{1,2}|[-.])/.exec(last);
  const digits = match?.[2] ?? '00000000000000';
  if (digits.length >= 12) {
    const stamp = now.toISOString().replace(/\D/g, '').slice(0, digits.length);
    return `${match?.[1] ?? ''}${stamp.padEnd(digits.length, '0')}${match?.[3] ?? '_'}`;
  }
  const next = String(Number(digits) + 1).padStart(digits.length, '0');
  return `${match?.[1] ?? ''}${next}${match?.[3] ?? '_'}`;
}
