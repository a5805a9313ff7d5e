import * as vscode from 'vscode';
import type { TextRange } from '../nouns/text-range';

export function toRange(document: vscode.TextDocument, range: TextRange): vscode.Range {
  return new vscode.Range(document.positionAt(range.start), document.positionAt(range.end));
}
