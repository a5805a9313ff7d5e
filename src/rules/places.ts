import type { QuerySite } from '../nouns/query-site';
import type { Statement } from '../nouns/statement';
import type { TextRange } from '../nouns/text-range';
import { type AstNode, isNode, walk } from '../sql/ast';
import { ByteOffsets } from '../sql/byte-offsets';
import { clauseRange } from '../sql/clauses';

export type Clause = Parameters<typeof clauseRange>[1];

/** The first of the clauses that the statement has, in the document; the whole query if it has none of them. */
export function clausePlace(site: QuerySite, statement: Statement, ...clauses: Clause[]): TextRange {
  for (const clause of clauses) {
    const range = clauseRange(statement, clause);
    if (range !== undefined) return site.sourceMap.rangeToDocument(range);
  }
  return site.range;
}

/**
 * Where the query names one of the columns: the first clause that does so, in the order given, else the mention
 * itself (it may stand in a subquery), else the whole query.
 */
export function columnPlace(
  site: QuerySite,
  statement: Statement,
  columns: readonly string[],
  clauses: readonly Clause[],
): TextRange {
  const mentions = columnMentions(statement).filter(({ name }) => columns.includes(name));
  for (const clause of clauses) {
    const range = clauseRange(statement, clause);
    if (range === undefined) continue;
    if (mentions.some(({ start }) => start >= range.start && start < range.end)) {
      return site.sourceMap.rangeToDocument(range);
    }
  }
  const mention = mentions.at(-1);
  return mention === undefined ? site.range : site.sourceMap.rangeToDocument(mention);
}

export interface ColumnMention extends TextRange {
  /** The table or alias before the dot. */
  readonly qualifier?: string;
  readonly name: string;
}

/** Every column that the statement names, with its place in the statement's text. */
function columnMentions(statement: Statement): ColumnMention[] {
  const offsets = new ByteOffsets(statement.text);
  const mentions: ColumnMention[] = [];
  walk(statement.ast, (type, node) => {
    if (type === 'ColumnRef') {
      const column = readColumn(node, statement.text, offsets);
      if (column !== undefined) mentions.push(column);
    }
    return undefined;
  });
  return mentions;
}

/** The column that `node` is, if it is one: `{ ColumnRef: {...} }`. `offsets` are those of the statement's text. */
export function asColumn(node: unknown, statement: Statement, offsets: ByteOffsets): ColumnMention | undefined {
  return isNode(node) && isNode(node.ColumnRef) ? readColumn(node.ColumnRef, statement.text, offsets) : undefined;
}

function readColumn(node: AstNode, text: string, offsets: ByteOffsets): ColumnMention | undefined {
  const fields = Array.isArray(node.fields) ? node.fields : [];
  const names = fields.map((field) => (isNode(field) && isNode(field.String) ? String(field.String.sval) : undefined));
  const name = names.at(-1);
  if (name === undefined) return undefined;
  const start = offsets.fromByte(typeof node.location === 'number' ? node.location : 0);
  const length = /^(?:(?:"(?:[^"]|"")*"|[^\s"().,;=<>!+*/|-]+)\.?)+/.exec(text.slice(start))?.[0].length ?? name.length;
  return { qualifier: names.at(-2), name, start, end: start + length };
}

/** The end of the function call, cast or literal that starts at `start`: behind its closing parenthesis or quote. */
export function expressionEnd(text: string, start: number): number {
  const head = /^(?:[\w$.]+\s*)?/.exec(text.slice(start))?.[0].length ?? 0;
  let depth = 0;
  for (let i = start + head; i < text.length; i++) {
    const character = text[i];
    if (character === "'") {
      const close = /^'(?:[^']|'')*'/.exec(text.slice(i))?.[0].length ?? text.length - i;
      i += close - 1;
      if (depth === 0) return i + 1;
    } else if (character === '(') depth++;
    else if (character === ')') {
      if (depth <= 1) return depth === 0 ? i : i + 1;
      depth--;
    } else if (depth === 0) return i;
  }
  return text.length;
}
