import type { Node } from 'web-tree-sitter';
import type { Call, StringSyntax } from './syntax';

/** A place that may hand a query over. */
export interface Candidate {
  readonly call?: Call;
  /** The expressions that may be the text: `Query(ctx, sql)`, `pg_query($connection, $sql)`. */
  readonly expressions: readonly Node[];
  /** The function is known to send queries; otherwise its name only sounds like it. */
  readonly isKnown: boolean;
  readonly use: Node;
}

const soundsOtherwise = /^(?:to|is|has|parse|format|print|log|assert|expect|test|mock|escape|quote|build)(?:[A-Z_]|$)/;

const words =
  'select|insert|update|delete|merge|with|values|table|create|alter|drop|truncate|explain|analyze|vacuum|refresh|reindex|cluster|call|do|copy|grant|revoke|comment|lock|set|reset|show|begin|commit|rollback|savepoint|declare|fetch|close|listen|notify';

/** A literal that begins as a statement does; a text without one needs no tree. */
const anyStatement = new RegExp(
  `(?:["'\`]|%[qQ]?[({[<|]|<<<?[-~]?\\s*["']?\\w+["']?[^\\n]*\\n)(?:\\s|\\\\[nrt]|\\\\\\r?\\n|\\(|--[^\\n]*\\n|/\\*[^*]*\\*/)*(?:${words})(?=[\\s(;*]|\\\\[nrt\\r\\n])`,
  'i',
);

/** A string is marked before it or at its beginning. */
const markPattern =
  /\/\*\s*(?:sql|pgsql|postgres|postgresql|(?:lang(?:uage)?=)?(?:postgre)?sql)\s*\*\/\s*[@$rf]*["'`]|["'`]\s*(?:--\s*(?:sql|pgsql|postgres|postgresql)[ \t\r]*(?:\\n|\n)|\/\*\s*(?:sql|pgsql|postgres|postgresql)\s*\*\/)/gi;

/** Finds candidates by patterns first, and asks the tree only for those: walking the whole tree would take longer. */
export class Candidates {
  readonly #syntax: StringSyntax;
  readonly #known: ReadonlySet<string>;
  readonly #pattern: RegExp;

  constructor(syntax: StringSyntax, others: readonly string[]) {
    this.#syntax = syntax;
    this.#known = new Set([...syntax.functions, ...others]);
    const any = [...this.#known].sort((a, b) => b.length - a.length).join('|');
    const follows = (syntax.callFollows ?? /\s*\(/).source;
    this.#pattern = new RegExp(`(?<![\\w$])(?:${any}|\\w*(?:query|sql|execute)\\w*)(?![\\w$])(?=${follows})`, 'gi');
  }

  mayExist(text: string): boolean {
    return anyStatement.test(text) || text.search(markPattern) >= 0;
  }

  /** Calls, then marks; each in the order of the text. */
  *find(text: string, root: Node): Generator<Candidate> {
    for (const match of text.matchAll(this.#pattern)) {
      const [name] = match;
      const isKnown = this.#known.has(name);
      if (!isKnown && (soundsOtherwise.test(name) || !/query|sql|execute/i.test(name))) continue;
      const call = this.#callAt(root, match.index, name.length);
      if (call === undefined) continue;
      yield { call, expressions: call.arguments.slice(0, 3), isKnown, use: call.name };
    }
    for (const match of text.matchAll(markPattern)) {
      const offset = /["'`]/.exec(match[0])?.index ?? 0;
      const literal = this.#literalAt(root, match.index + offset, text);
      if (literal !== undefined) yield { expressions: [literal], isKnown: true, use: literal };
    }
  }

  #callAt(root: Node, at: number, length: number): Call | undefined {
    let node = root.descendantForIndex(at, at + length - 1);
    for (let steps = 0; node !== null && steps < 6; steps++, node = node.parent) {
      const call = this.#syntax.call(node);
      if (call !== undefined && call.name.startIndex <= at && at < call.name.endIndex) return call;
    }
    return undefined;
  }

  #literalAt(root: Node, at: number, text: string): Node | undefined {
    let node = root.descendantForIndex(at, at);
    for (let steps = 0; node !== null && steps < 3; steps++, node = node.parent) {
      if (this.#syntax.literal(node, text) !== undefined) return node;
    }
    return undefined;
  }
}
