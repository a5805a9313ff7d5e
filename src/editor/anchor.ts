import type * as vscode from 'vscode';
import type { TextRange } from '../nouns/text-range';
import { shifted } from './ranges';

/** A stretch of a document as it stands now: edits move it until the document is read again. */
export class Anchor {
  /** Offsets in the document as it is now. */
  range: TextRange;
  /** How far it moved since it was read. */
  delta = 0;
  /** Edited since it was read: what was said of it may be wrong and is not shown. */
  touched = false;

  constructor(range: TextRange) {
    this.range = range;
  }

  apply(change: vscode.TextDocumentContentChangeEvent): void {
    const start = change.rangeOffset;
    const end = start + change.rangeLength;
    const grown = change.text.length - change.rangeLength;
    if (end < this.range.start) {
      this.range = shifted(this.range, grown);
      this.delta += grown;
    } else if (start <= this.range.end) {
      const from = Math.min(this.range.start, start);
      this.range = { start: from, end: Math.max(from, this.range.end + grown) };
      this.touched = true;
    }
  }
}
