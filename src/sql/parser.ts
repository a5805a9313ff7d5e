import type { ParsedSql, RelationName, Statement, StatementKind, SyntaxProblem } from '../nouns/statement';
import type { AstNode } from './ast';
import { ByteOffsets } from './byte-offsets';
import { lastToken } from './lexer';
import { LruCache } from './lru-cache';
import { PgQuery } from './pg-query';
import { type StatementFacts, statementFacts, statementKind } from './statement-facts';

/**
 * Statements over this many UTF-16 code units are not parsed. Measured: 0.2 ms a kB, so that the longest takes some
 * 50 ms; what is longer is data (INSERT … VALUES with thousands of rows), not a query to explain.
 */
const longestStatement = 256 * 1024;

/** Reads one statement with PostgreSQL's own parser. Answers are kept, so that unchanged text costs nothing. */
export class SqlParser {
  readonly #engine: PgQuery;
  readonly #cache = new LruCache<ParsedSql>({ entries: 4_000, characters: 1_000_000 });

  private constructor(engine: PgQuery) {
    this.#engine = engine;
  }

  static async load(): Promise<SqlParser> {
    return new SqlParser(await PgQuery.load());
  }

  /** Never throws. Text of no statement, or of more than one, is a problem. */
  parse(text: string): ParsedSql {
    const known = this.#cache.get(text);
    if (known !== undefined) return known;
    const parsed = this.#read(text);
    this.#cache.add(text, parsed);
    return parsed;
  }

  #read(text: string): ParsedSql {
    if (text.length > longestStatement) {
      const size = `${Math.round(text.length / 1024).toLocaleString('en-US')} kB`;
      return unread(text, `this statement of ${size} is too long to read here (limit ${longestStatement / 1024} kB)`);
    }
    if (text.includes('\0')) return unread(text, 'this statement contains a NUL character');
    const raw = this.#engine.parse(text);
    if (raw === 'overflow') return unread(text, 'this statement is too deeply nested to parse here');
    if ('message' in raw) {
      if (raw.message.startsWith('memory exhausted')) {
        return unread(text, 'this statement is too deeply nested to parse here');
      }
      return { ok: false, problem: syntaxProblem(text, raw.message, raw.character) };
    }
    const { stmts = [] } = JSON.parse(raw.tree) as { stmts?: RawStatement[] };
    const [first, second] = stmts;
    if (first?.stmt === undefined) {
      return { ok: false, problem: { message: 'empty statement', range: { start: 0, end: text.length } } };
    }
    if (second !== undefined) {
      const start = skipSpace(text, new ByteOffsets(text).fromByte(second.stmt_location ?? 0));
      return { ok: false, problem: { message: 'more than one statement', range: { start, end: text.length } } };
    }
    const end = first.stmt_len
      ? new ByteOffsets(text).fromByte((first.stmt_location ?? 0) + first.stmt_len)
      : text.length;
    return { ok: true, statement: new ParsedStatement(text.slice(0, end), first.stmt, this.#engine) };
  }
}

interface RawStatement {
  readonly stmt?: AstNode;
  /** UTF-8 bytes; left out when 0. */
  readonly stmt_location?: number;
  /** UTF-8 bytes without the semicolon; left out when the statement goes to the end. */
  readonly stmt_len?: number;
}

class ParsedStatement implements Statement {
  readonly text: string;
  readonly kind: StatementKind;
  readonly ast: AstNode;
  readonly #engine: PgQuery;
  #fingerprint: string | undefined;
  #facts: StatementFacts | undefined;

  constructor(text: string, ast: AstNode, engine: PgQuery) {
    this.text = text;
    this.ast = ast;
    this.#engine = engine;
    this.kind = statementKind(ast);
  }

  get readsOnly(): boolean {
    return this.#known.readsOnly;
  }

  get functions(): readonly string[] {
    return this.#known.functions;
  }

  get relations(): readonly RelationName[] {
    return this.#known.relations;
  }

  get #known(): StatementFacts {
    this.#facts ??= statementFacts(this.ast);
    return this.#facts;
  }

  get fingerprint(): string {
    this.#fingerprint ??= this.#engine.fingerprint(this.text) ?? this.text;
    return this.#fingerprint;
  }
}

function unread(text: string, message: string): ParsedSql {
  const start = skipSpace(text, 0);
  const lineEnd = text.indexOf('\n', start);
  const end = Math.min(lineEnd < 0 ? text.length : lineEnd, start + 80);
  return { ok: false, problem: { message, range: { start, end }, unread: true } };
}

/** `syntax error at or near "form"` with its position becomes the range of `form`; at the end, of the last token. */
function syntaxProblem(text: string, message: string, character: number): SyntaxProblem {
  if (/at end of input$/.test(message)) return { message, range: lastToken(text) };
  const start = new ByteOffsets(text).fromCharacter(character);
  const near = /at or near "(.*)"$/s.exec(message)?.[1];
  if (near !== undefined && near.length > 0 && text.startsWith(near, start)) {
    const lineEnd = near.search(/[\r\n]/);
    return { message: oneLine(message), range: { start, end: start + (lineEnd < 0 ? near.length : lineEnd) } };
  }
  const token = /^(?:[\w$\u0080-\uffff]+|.)/u.exec(text.slice(start, start + 100))?.[0] ?? '';
  return { message: oneLine(message), range: token === '' ? lastToken(text) : { start, end: start + token.length } };
}

/** An unterminated string makes the server quote the rest of the file. */
function oneLine(message: string): string {
  const line = message.split(/[\r\n]/, 1)[0] ?? '';
  if (line.length === message.length && line.length <= 120) return message;
  return `${line.slice(0, 100).trimEnd()}…"`;
}

function skipSpace(text: string, from: number): number {
  const offset = text.slice(from).search(/\S/);
  return offset < 0 ? from : from + offset;
}
