import type { TextRange } from '../nouns/text-range';
import { Lexer } from './lexer';
import { blankMetaCommands, endOfCopyData, readMetaCommand, sendsQuery } from './psql';

/** One statement of a script. */
export interface ScriptPart {
  /** From its first token to its last, in the script; without the semicolon. */
  readonly range: TextRange;
  /** The script's text there; psql's own commands in it are blanked, so that offsets stay. */
  readonly text: string;
  /** False when the script ends before a semicolon does. */
  readonly terminated: boolean;
  /**
   * A literal in it holds the end of a line with a semicolon and the start of another statement: should the statement be
   * wrong, a quote is probably missing, and `splitScript(text, { recover: true })` finds the statements behind it.
   */
  readonly swallows: boolean;
}

/**
 * Cuts a script into statements as psql does: quotes, dollar quotes, nested comments, BEGIN ATOMIC bodies, backslash
 * commands, the data of COPY … FROM stdin. Unlike psql it goes on after a missing quote or parenthesis, so that a
 * broken statement hides no other. Linear in the length of the text.
 */
export function splitScript(text: string, options: SplitOptions = {}): ScriptPart[] {
  const splitter = new Splitter(text, options);
  const parts = splitter.run();
  return splitter.endsInside && !options.recover ? new Splitter(text, { ...options, recover: true }).run() : parts;
}

export interface SplitOptions {
  /** Ends a literal where a line ends with a semicolon and the next begins a statement. */
  readonly recover?: boolean;
  /** False for the text that a program sends, which has no commands of psql and no COPY data. */
  readonly psql?: boolean;
}

/** A literal that goes on over the end of one statement and the beginning of the next. */
const swallowed =
  /;[ \t]*(?:--[^\r\n]*)?\r?\n(?:[ \t]*(?:--[^\r\n]*)?\r?\n)*(?=(?:select|insert|update|delete|with|create|alter|drop|truncate|grant|revoke|comment|merge|explain|analyze|vacuum|copy|set)\b)/i;

class Splitter {
  readonly #text: string;
  readonly #recover: boolean;
  readonly #psql: boolean;
  readonly #lexer: Lexer;
  readonly #parts: ScriptPart[] = [];
  /** The text ends inside a quote or a BEGIN ATOMIC body. */
  endsInside = false;
  /** The first token of the statement, or -1 between statements. */
  #start = -1;
  #end = 0;
  #metas: TextRange[] = [];
  #swallows = false;
  #parens = 0;
  /** Open BEGIN and CASE of a BEGIN ATOMIC body. */
  #blocks = 0;
  /** The first words in lower case, for `create or replace function` and `copy`. */
  #words: string[] = [];
  #fromStdin = false;
  #lastWord = '';
  /** COPY … FROM stdin statements whose data begins on the next line. */
  #pendingData = 0;
  /** No line says `\\.` from here on. */
  #noMoreData = false;

  constructor(text: string, options: SplitOptions) {
    this.#text = text;
    this.#recover = options.recover ?? false;
    this.#psql = options.psql ?? true;
    this.#lexer = new Lexer(text);
  }

  run(): ScriptPart[] {
    const lexer = this.#lexer;
    while (lexer.next()) {
      if (lexer.kind === 'space') this.#space();
      else if (lexer.kind === 'comment') this.#literal(false);
      else if (this.#psql && lexer.kind === 'mark' && lexer.text === '\\') this.#backslash();
      else if (lexer.kind === 'mark' && lexer.text === ';') this.#semicolon();
      else this.#token();
    }
    if (this.#blocks > 0) this.endsInside = true;
    this.#finish(false);
    return this.#parts;
  }

  #space(): void {
    if (this.#pendingData === 0) return;
    const line = this.#text.slice(this.#lexer.start, this.#lexer.end).indexOf('\n');
    if (line < 0) return;
    let at = this.#lexer.start + line + 1;
    for (; this.#pendingData > 0 && !this.#noMoreData; this.#pendingData--) {
      const end = endOfCopyData(this.#text, at);
      if (end === undefined) this.#noMoreData = true;
      else at = end;
    }
    this.#pendingData = 0;
    this.#lexer.jump(at);
  }

  #token(): void {
    const { kind, start, end } = this.#lexer;
    if (this.#start < 0) this.#start = start;
    this.#end = end;
    if (kind === 'string' || kind === 'quoted name') this.#literal(true);
    else if (kind === 'word') this.#word(this.#lexer.text.toLowerCase());
    else if (kind === 'mark') {
      const mark = this.#text[start];
      if (mark === '(') this.#parens++;
      else if (mark === ')' && this.#parens > 0) this.#parens--;
    }
  }

  /** A quoted text or a comment, which may have lost its end. */
  #literal(isToken: boolean): void {
    const { start, end, unterminated } = this.#lexer;
    if (unterminated) this.endsInside = true;
    if (end - start < 8 || (!isToken && !unterminated)) return;
    const quote = this.#text[start] ?? '';
    const isBody = quote === '$';
    if (isBody && !unterminated) return;
    const found = swallowed.exec(this.#text.slice(start, end));
    if (found === null) return;
    if (isToken) this.#swallows = true;
    if (!this.#recover) return;
    this.#lexer.unterminated = false;
    const cut = start + found.index;
    if (isToken) this.#end = cut;
    this.#lexer.jump(cut);
  }

  #word(word: string): void {
    if (this.#words.length < 5) this.#words.push(word);
    // The server takes STDOUT for STDIN there.
    if (/^std(?:in|out)$/.test(word) && this.#lastWord === 'from') this.#fromStdin = true;
    this.#lastWord = word;
    if (this.#parens > 0) return;
    if (this.#blocks > 0) {
      if (word === 'begin' || word === 'case') this.#blocks++;
      else if (word === 'end') this.#blocks--;
    } else if (word === 'begin' && isRoutine(this.#words)) this.#blocks = 1;
  }

  #semicolon(): void {
    const isRule = this.#parens > 0 && /^create( or replace)? rule\b/.test(this.#words.join(' '));
    if (isRule || (this.#blocks > 0 && !(this.#recover && this.#endsLineBeforeStatement()))) {
      this.#end = this.#lexer.end;
      return;
    }
    this.#finish(true);
  }

  #endsLineBeforeStatement(): boolean {
    const ahead = this.#text.slice(this.#lexer.start, this.#lexer.start + 400);
    return swallowed.exec(ahead)?.index === 0;
  }

  #backslash(): void {
    const meta = readMetaCommand(this.#text, this.#lexer.start);
    const at = { start: this.#lexer.start, end: meta.end };
    this.#lexer.jump(meta.end);
    if (meta.name === ';') this.#finish(true);
    else if (meta.name === 'r' || meta.name === 'reset') this.#forget();
    else if (sendsQuery(meta.name)) this.#finish(true);
    else if (this.#start >= 0) this.#metas.push(at);
    if (meta.readsData) this.#pendingData++;
  }

  #finish(terminated: boolean): void {
    if (terminated && this.#psql && this.#fromStdin && this.#words[0] === 'copy') this.#pendingData++;
    if (this.#start >= 0) {
      const range = { start: this.#start, end: this.#end };
      const text = blankMetaCommands(this.#text, range, this.#metas);
      this.#parts.push({ range, text, terminated, swallows: this.#swallows });
    }
    this.#forget();
  }

  #forget(): void {
    this.#start = -1;
    this.#metas = [];
    this.#swallows = false;
    this.#parens = 0;
    this.#blocks = 0;
    this.#words = [];
    this.#fromStdin = false;
    this.#lastWord = '';
  }
}

function isRoutine(words: readonly string[]): boolean {
  return /^create( or replace)? (function|procedure)\b/.test(words.join(' '));
}
