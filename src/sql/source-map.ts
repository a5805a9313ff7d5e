import type { SourceMap } from '../nouns/query-site';
import type { TextRange } from '../nouns/text-range';

/** A stretch of text and where it stands in the document. Equal lengths map one to one, others as a whole. */
export interface Segment {
  /** Offset in the text; the segment goes to the next one's `start`. */
  readonly start: number;
  readonly document: TextRange;
}

/** A change of a text: the range in it, what comes in its place. */
export interface TextEdit {
  readonly range: TextRange;
  readonly newText: string;
}

/**
 * Text with the place of each of its parts in a document: `'it''s ' + name` → `it's $1`, where `$1` maps to `name`.
 * Every operation gives a new one.
 */
export class MappedText {
  readonly text: string;
  readonly #segments: readonly Segment[];

  private constructor(text: string, segments: readonly Segment[]) {
    this.text = text;
    this.#segments = segments;
  }

  /** Text that stands in the document as it is. */
  static verbatim(text: string, start: number): MappedText {
    return new MappedText(text, [{ start: 0, document: { start, end: start + text.length } }]);
  }

  /** Text that stands for something else there: an escape, an expression. */
  static standingFor(text: string, document: TextRange): MappedText {
    return new MappedText(text, [{ start: 0, document }]);
  }

  static concat(parts: readonly MappedText[]): MappedText {
    const segments: Segment[] = [];
    const texts: string[] = [];
    let length = 0;
    for (const part of parts) {
      if (part.text === '') continue;
      for (const segment of part.#segments) segments.push({ ...segment, start: segment.start + length });
      texts.push(part.text);
      length += part.text.length;
    }
    return new MappedText(texts.join(''), segments);
  }

  slice(start: number, end: number): MappedText {
    if (start === 0 && end === this.text.length) return this;
    const segments: Segment[] = [];
    for (let i = start >= end ? this.#segments.length : this.#indexOf(start); i < this.#segments.length; i++) {
      const segment = this.#segments[i];
      if (segment === undefined || segment.start >= end) break;
      const length = this.#lengthOf(i);
      const from = Math.max(start, segment.start);
      const to = Math.min(end, segment.start + length);
      const { document } = segment;
      const oneToOne = document.end - document.start === length;
      segments.push({
        start: from - start,
        document: oneToOne
          ? { start: document.start + from - segment.start, end: document.start + to - segment.start }
          : document,
      });
    }
    return new MappedText(this.text.slice(start, end), segments);
  }

  /** `edits` in order, without overlaps. What comes in stands for what was there. */
  replace(edits: readonly TextEdit[]): MappedText {
    if (edits.length === 0) return this;
    const parts: MappedText[] = [];
    let at = 0;
    for (const { range, newText } of edits) {
      parts.push(this.slice(at, range.start), MappedText.standingFor(newText, this.rangeToDocument(range)));
      at = range.end;
    }
    parts.push(this.slice(at, this.text.length));
    return MappedText.concat(parts);
  }

  toDocument(offset: number): number {
    const segment = this.#segments[this.#indexOf(offset)];
    if (segment === undefined) return 0;
    const length = this.#lengthOf(this.#indexOf(offset));
    const { start, end } = segment.document;
    const into = Math.max(0, offset - segment.start);
    if (end - start === length) return start + Math.min(into, length);
    return into >= length ? end : start;
  }

  /** The end is that of the range's last character, so that a range never reaches over a gap behind it. */
  rangeToDocument(range: TextRange): TextRange {
    const start = this.toDocument(range.start);
    if (range.end <= range.start) return { start, end: start };
    const last = this.#indexOf(range.end - 1);
    const segment = this.#segments[last];
    if (segment === undefined) return { start, end: start };
    const oneToOne = segment.document.end - segment.document.start === this.#lengthOf(last);
    const end = oneToOne ? segment.document.start + Math.max(0, range.end - segment.start) : segment.document.end;
    return { start, end: Math.max(start, Math.min(end, segment.document.end)) };
  }

  /** Only what later look-ups need. */
  get sourceMap(): SourceMap {
    return {
      toDocument: (offset) => this.toDocument(offset),
      rangeToDocument: (range) => this.rangeToDocument(range),
    };
  }

  /** The last segment that starts at or before the offset. */
  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#segments[middle]?.start ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return Math.max(low, 0);
  }

  #lengthOf(index: number): number {
    return (this.#segments[index + 1]?.start ?? this.text.length) - (this.#segments[index]?.start ?? 0);
  }
}
