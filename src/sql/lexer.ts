import type { TextRange } from '../nouns/text-range';

export type TokenKind =
  | 'space'
  | 'comment'
  /** 'x', E'x', B'x', $tag$x$tag$ */
  | 'string'
  /** "x", U&"x" */
  | 'quoted name'
  /** A keyword or a name. */
  | 'word'
  | 'number'
  /** $1 */
  | 'parameter'
  /** :name, :'name', :"name", :{?name} */
  | 'variable'
  | 'operator'
  /** One of ( ) [ ] , ; . : \ and whatever else stands alone. */
  | 'mark';

export interface Token extends TextRange {
  readonly kind: TokenKind;
}

const wordStart = /[A-Za-z_\u0080-\uffff]/;
const operatorCharacters = '~!@#^&|`?+-*/%<>=';

/**
 * Cuts SQL into tokens as psql does (its psqlscan.l), without understanding it. It never fails: what is not terminated
 * goes to the end, and says so in `unterminated`. `next` moves on; `kind`, `start` and `end` describe the token.
 */
export class Lexer {
  kind: TokenKind = 'space';
  start = 0;
  end: number;
  /** The last token lacks its closing quote. */
  unterminated = false;
  readonly #text: string;
  readonly #limit: number;

  constructor(text: string, from = 0, limit = text.length) {
    this.#text = text;
    this.#limit = limit;
    this.end = from;
  }

  /** Goes on at another place. */
  jump(to: number): void {
    this.end = to;
  }

  get text(): string {
    return this.#text.slice(this.start, this.end);
  }

  next(): boolean {
    const text = this.#text;
    const start = this.end;
    if (start >= this.#limit) return false;
    this.start = start;
    const code = text.charCodeAt(start);
    if (isSpace(code) || (code === 0xfeff && start === 0)) {
      let end = start + 1;
      while (end < this.#limit && isSpace(text.charCodeAt(end))) end++;
      return this.#token('space', end);
    }
    if (isWordStart(code)) return this.#word();
    if (isDigit(code)) return this.#match('number', /[0-9][0-9A-Za-z_]*(?:\.[0-9][0-9A-Za-z_]*)?/y);
    const character = text[start] ?? '';
    const after = text[start + 1];
    if (character === "'") return this.#quoted(start, false);
    if (character === '"') return this.#quotedName(start);
    if (character === '$') return this.#dollar();
    if (character === ':') return this.#colon();
    if (character === '-' && after === '-') return this.#match('comment', /[^\r\n]+/y);
    if (character === '/' && after === '*') return this.#blockComment();
    if (character === '.' && isDigit(text.charCodeAt(start + 1))) return this.#match('number', /\.[0-9A-Za-z_]+/y);
    if (operatorCharacters.includes(character)) return this.#operator();
    return this.#token('mark', start + 1);
  }

  #token(kind: TokenKind, end: number): true {
    this.kind = kind;
    this.end = Math.min(end, this.#limit);
    return true;
  }

  #match(kind: TokenKind, sticky: RegExp): true {
    sticky.lastIndex = this.start;
    const length = sticky.exec(this.#text)?.[0].length ?? 1;
    return this.#token(kind, this.start + length);
  }

  #word(): true {
    const text = this.#text;
    let end = this.start + 1;
    while (end < this.#limit && isWordPart(text.charCodeAt(end))) end++;
    const length = end - this.start;
    const quote = text[end];
    const first = text[this.start] ?? '';
    if (quote === "'" && length === 1 && 'eEbBxXnN'.includes(first)) return this.#quoted(end, /[eE]/.test(first));
    if (quote === '&' && length === 1 && /[uU]/.test(first)) {
      if (text[end + 1] === "'") return this.#quoted(end + 1, false);
      if (text[end + 1] === '"') return this.#quotedName(end + 1);
    }
    return this.#token('word', end);
  }

  /** A literal goes on after white space with a newline: 'a'⏎'b' is 'ab', and E'a'⏎'\'' still has escapes. */
  #quoted(open: number, escapes: boolean): true {
    let end = open;
    for (;;) {
      end = this.#closingQuote(end + 1, escapes);
      if (end < 0) {
        this.unterminated = true;
        return this.#token('string', this.#limit);
      }
      const more = /[ \t\f\v]*[\r\n]\s*'/y;
      more.lastIndex = end;
      const found = more.exec(this.#text);
      if (found === null || end + found[0].length > this.#limit) return this.#token('string', end);
      end += found[0].length - 1;
    }
  }

  /** The offset after the closing quote, or -1. */
  #closingQuote(from: number, escapes: boolean): number {
    const text = this.#text;
    for (let i = from; i < this.#limit; i++) {
      const code = text.charCodeAt(i);
      if (code === 0x5c && escapes) i++;
      else if (code === 0x27) {
        if (text.charCodeAt(i + 1) === 0x27 && i + 1 < this.#limit) i++;
        else return i + 1;
      }
    }
    return -1;
  }

  #quotedName(open: number): true {
    const close = this.#text.indexOf('"', open + 1);
    if (close < 0 || close >= this.#limit) {
      this.unterminated = true;
      return this.#token('quoted name', this.#limit);
    }
    return this.#token('quoted name', close + 1);
  }

  #dollar(): true {
    const text = this.#text;
    if (isDigit(text.charCodeAt(this.start + 1))) return this.#match('parameter', /\$[0-9]+/y);
    const tag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z_0-9\u0080-\uffff]*)?\$/y;
    tag.lastIndex = this.start;
    const open = tag.exec(text)?.[0];
    if (open === undefined) return this.#token('mark', this.start + 1);
    const close = text.indexOf(open, this.start + open.length);
    if (close < 0 || close + open.length > this.#limit) {
      this.unterminated = true;
      return this.#token('string', this.#limit);
    }
    return this.#token('string', close + open.length);
  }

  #colon(): true {
    const text = this.#text;
    const after = text[this.start + 1] ?? '';
    if (after === ':' || after === '=') return this.#token('operator', this.start + 2);
    if (wordStart.test(after)) return this.#match('variable', /:[A-Za-z_0-9\u0080-\uffff]+/y);
    const quoted = /:(?:'\w+'|"\w+"|\{\?\w+\})/y;
    quoted.lastIndex = this.start;
    const found = quoted.exec(text);
    return found === null ? this.#token('mark', this.start + 1) : this.#token('variable', this.start + found[0].length);
  }

  #blockComment(): true {
    const bounds = /\/\*|\*\//g;
    bounds.lastIndex = this.start;
    let depth = 0;
    for (let bound = bounds.exec(this.#text); bound !== null; bound = bounds.exec(this.#text)) {
      depth += bound[0] === '/*' ? 1 : -1;
      if (depth === 0) return this.#token('comment', bound.index + 2);
    }
    this.unterminated = true;
    return this.#token('comment', this.#limit);
  }

  /** An operator ends before a comment. */
  #operator(): true {
    const text = this.#text;
    let end = this.start + 1;
    while (end < this.#limit && operatorCharacters.includes(text[end] ?? ' ')) {
      const pair = text.slice(end, end + 2);
      if (pair === '--' || pair === '/*') break;
      end++;
    }
    return this.#token('operator', end);
  }
}

/** Every token but space and comments. */
export function tokens(text: string, from = 0, limit = text.length): Token[] {
  const lexer = new Lexer(text, from, limit);
  const found: Token[] = [];
  while (lexer.next()) {
    if (lexer.kind !== 'space' && lexer.kind !== 'comment') {
      found.push({ kind: lexer.kind, start: lexer.start, end: lexer.end });
    }
  }
  return found;
}

/** The last token that is not a comment; in a text without tokens, its end. */
export function lastToken(text: string): TextRange {
  const lexer = new Lexer(text);
  let last: TextRange = { start: text.length, end: text.length };
  while (lexer.next()) {
    if (lexer.kind !== 'space' && lexer.kind !== 'comment') last = { start: lexer.start, end: lexer.end };
  }
  return last;
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isWordStart(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code >= 0x80;
}

function isWordPart(code: number): boolean {
  return isWordStart(code) || isDigit(code) || code === 0x24;
}
