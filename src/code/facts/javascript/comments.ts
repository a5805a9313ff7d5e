import type { SyntaxNode } from './syntax-tree';

/** What is longer is documentation of every parameter, not a reason. */
const longest = 300;

/** Finds what people wrote above functions and loops, and on the first line in them. */
export class Comments {
  readonly #source: string;
  readonly #comments: readonly SyntaxNode[];

  constructor(source: string, comments: readonly SyntaxNode[]) {
    this.#source = source;
    this.#comments = comments;
  }

  /** The comment that ends right above `start`, and the one that the body begins with. */
  about(start: number | undefined, body: SyntaxNode | undefined): string | undefined {
    if (this.#comments.length === 0) return undefined;
    const above = start === undefined ? '' : this.#above(start);
    const inside = body?.type === 'statement_block' ? this.#first(body) : '';
    const text = [above, inside].filter((part) => part !== '').join('\n');
    return text === '' ? undefined : text.slice(0, longest);
  }

  #above(start: number): string {
    const lines: string[] = [];
    let end = start;
    for (let i = this.#before(start); i >= 0; i--) {
      const comment = this.#comments[i];
      if (comment === undefined || this.#source.slice(comment.end, end).trim() !== '') break;
      if (this.#linesBetween(comment.end, end) > 1) break;
      lines.unshift(plain(this.#source.slice(comment.start, comment.end)));
      end = comment.start;
    }
    return lines.join('\n');
  }

  #first(body: SyntaxNode): string {
    const comment = this.#comments[this.#before(body.start + 1) + 1];
    const until = body.children[0]?.start ?? body.end;
    if (comment === undefined || comment.start >= until || comment.start >= body.end) return '';
    return plain(this.#source.slice(comment.start, comment.end));
  }

  #linesBetween(start: number, end: number): number {
    return this.#source.slice(start, end).split('\n').length - 1;
  }

  /** Index of the last comment that starts before the offset. */
  #before(offset: number): number {
    let low = -1;
    let high = this.#comments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#comments[middle]?.start ?? 0) < offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Without slashes and stars. */
function plain(comment: string): string {
  return comment
    .replace(/^\/\*+|\*+\/$/g, '')
    .replace(/^\s*(?:\/\/+|\*+)\s?/gm, '')
    .trim();
}
