import type * as vscode from 'vscode';
import { explainableStatement } from '../analysis/explainable';
import type { Judgement, ReadQuery } from '../analysis/judgement';
import type { Finding } from '../nouns/finding';
import type { TextRange } from '../nouns/text-range';
import { shifted } from './ranges';

/** One query as it stands in the editor now: edits move it until the document is read again. */
export class TrackedQuery {
  readonly query: ReadQuery;
  /** Offsets in the document as it is now. */
  range: TextRange;
  /** How far it moved since it was read. */
  delta = 0;
  /** Edited since it was read: its findings may be wrong and are not shown. */
  touched = false;
  judgement: Judgement | undefined;
  /** The judgement before something changed in the database: titles keep it until the new one is there. */
  outdated: Judgement | undefined;

  constructor(query: ReadQuery) {
    this.query = query;
    this.range = query.site.range;
  }

  /** EXPLAIN takes it. */
  get isExplainable(): boolean {
    return explainableStatement(this.query) !== undefined;
  }

  /** The findings that hold, with their ranges in the document as it is now. */
  get findings(): readonly Finding[] {
    if (this.touched) return [];
    const findings = this.judgement?.findings ?? this.query.findings;
    if (this.delta === 0) return findings;
    return findings.map((finding) => ({ ...finding, range: shifted(finding.range, this.delta) }));
  }

  /** The judgement holds no longer. */
  outdate(): void {
    this.outdated = this.judgement ?? this.outdated;
    this.judgement = undefined;
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

/** What is known of an open document. */
export class TrackedDocument {
  readonly document: vscode.TextDocument;
  queries: TrackedQuery[] = [];
  /** Why it is not read; undefined when it is. */
  leftAlone: string | undefined;
  /** The version that was read last; -1 before the first time. */
  readVersion = -1;
  /** How long the last reading took, in ms. */
  readMs = 0;

  constructor(document: vscode.TextDocument) {
    this.document = document;
  }

  get key(): string {
    return this.document.uri.toString();
  }

  /** The smallest query around the offset. */
  queryAt(offset: number): TrackedQuery | undefined {
    const around = this.queries.filter(({ range }) => range.start <= offset && offset <= range.end);
    return around.sort((a, b) => a.range.end - a.range.start - (b.range.end - b.range.start))[0];
  }
}
