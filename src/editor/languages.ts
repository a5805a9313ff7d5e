import type * as vscode from 'vscode';

/** The same list as package.json's activation events. */
export const languageIds: readonly string[] = [
  ...['sql', 'javascript', 'javascriptreact', 'typescript', 'typescriptreact'],
  // Where no extension for them is installed, package.json names them by their files' endings.
  ...['vue', 'svelte'],
  ...['python', 'ruby', 'go', 'java', 'php', 'csharp', 'rust'],
];

/** Languages of which only SQL text is read. */
const textLanguageIds: ReadonlySet<string> = new Set(['sql', 'go', 'java', 'php', 'csharp', 'rust']);

/** Output panels, diffs of old versions and the like hold no code that a person edits. */
const schemes: ReadonlySet<string> = new Set([
  'output',
  'git',
  'debug',
  'vscode-scm',
  'search-editor',
  'comment',
  'walkThrough',
]);

export function isReadable(document: vscode.TextDocument): boolean {
  return languageIds.includes(document.languageId) && !schemes.has(document.uri.scheme);
}

/** Whether more than SQL text is read of it: calls of libraries, functions, models. */
export function isProgram(document: vscode.TextDocument): boolean {
  return !textLanguageIds.has(document.languageId);
}

export const documentSelector: vscode.DocumentSelector = languageIds.map((language) => ({ language }));
