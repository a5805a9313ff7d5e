import type { TextRange } from '../nouns/text-range';

/** 1-based; columns count UTF-16 code units, `end` is behind the last one. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Carries offsets in a text to lines and columns. Lines end with LF, CRLF or CR, as in editors. */
export class Positions {
  readonly #lineStarts: number[] = [0];

  constructor(text: string) {
    for (const end of text.matchAll(/\r\n|\r|\n/g)) this.#lineStarts.push(end.index + end[0].length);
  }

  of(range: TextRange): Position {
    const start = this.#at(range.start);
    const end = this.#at(Math.max(range.start, range.end));
    return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
  }

  #at(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }
}
