import * as vscode from 'vscode';
import type { TextRange } from '../nouns/text-range';

export function toRange(document: vscode.TextDocument, range: TextRange): vscode.Range {
  return new vscode.Range(document.positionAt(range.start), document.positionAt(range.end));
}

export function shifted(range: TextRange, delta: number): TextRange {
  return delta === 0 ? range : { start: range.start + delta, end: range.end + delta };
}

export function touches(a: TextRange, b: TextRange): boolean {
  return a.start <= b.end && b.start <= a.end;
}
