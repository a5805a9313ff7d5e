import type { Statement } from '../nouns/statement';
import type { TextRange } from '../nouns/text-range';
import { type AstNode, isNode, walk } from './ast';
import { ByteOffsets } from './byte-offsets';
import { type Token, tokens } from './lexer';

export type ClauseName =
  | 'with'
  | 'select'
  | 'insert into'
  | 'update'
  | 'delete from'
  | 'values'
  | 'set'
  | 'from'
  | 'using'
  | 'join'
  | 'on'
  | 'where'
  | 'group by'
  | 'having'
  | 'window'
  | 'order by'
  | 'limit'
  | 'offset'
  | 'fetch'
  | 'for'
  | 'on conflict'
  | 'returning'
  | 'union'
  | 'intersect'
  | 'except';

const clauseWords: readonly ClauseName[] = [
  'insert into',
  'delete from',
  'group by',
  'order by',
  'on conflict',
  'with',
  'select',
  'update',
  'values',
  'set',
  'from',
  'using',
  'join',
  'on',
  'where',
  'having',
  'window',
  'limit',
  'offset',
  'fetch',
  'for',
  'returning',
  'union',
  'intersect',
  'except',
];

interface Clause {
  readonly name: ClauseName;
  /** With the keyword. */
  readonly whole: TextRange;
  /** Without it: the condition of WHERE, the list of ORDER BY. */
  readonly content: TextRange;
}

/**
 * What follows a keyword in the outermost query: the condition of WHERE, the list of ORDER BY; the first one where there
 * are several (joins, UNION). Offsets in `statement.text`.
 */
export function clauseRange(
  statement: Pick<Statement, 'text'>,
  name: ClauseName,
  options: { readonly withKeyword?: boolean } = {},
): TextRange | undefined {
  const clause = clauses(statement.text).find((each) => each.name === name);
  return options.withKeyword ? clause?.whole : clause?.content;
}

function clauses(text: string): Clause[] {
  let list = tokens(text);
  // (SELECT …) has its clauses inside.
  while (textOf(text, list[0]) === '(' && closing(text, list, 0) === list.length - 1) list = list.slice(1, -1);
  const found: { name: ClauseName; start: number; from: number; at: number }[] = [];
  let depth = 0;
  for (let i = 0; i < list.length; i++) {
    const token = list[i];
    const mark = textOf(text, token);
    if (mark === '(' || mark === '[') depth++;
    else if (mark === ')' || mark === ']') depth--;
    if (depth > 0 || token?.kind !== 'word') continue;
    const name = clauseAt(text, list, i);
    if (name === undefined) continue;
    const words = name.includes(' ') ? 2 : 1;
    found.push({ name, start: token.start, from: list[i + words]?.start ?? token.end, at: i });
    i += words - 1;
  }
  return found.map(({ name, start, from, at }, i) => {
    const next = found[i + 1]?.at ?? list.length;
    const end = list[next - 1]?.end ?? text.length;
    // `LEFT` and `INNER` before JOIN belong to the join.
    const kept = joinWords(text, list, next, at);
    return {
      name,
      whole: { start, end: kept ?? end },
      content: { start: Math.min(from, kept ?? end), end: kept ?? end },
    };
  });
}

function clauseAt(text: string, list: readonly Token[], index: number): ClauseName | undefined {
  const word = textOf(text, list[index]);
  const previous = textOf(text, list[index - 1]);
  if (previous === '.' || previous === 'as') return undefined;
  const both = `${word} ${textOf(text, list[index + 1])}`;
  const name = clauseWords.find((each) => each === both) ?? clauseWords.find((each) => each === word);
  if (name === 'from' && previous === 'distinct') return undefined;
  if (name === 'with' && index > 0) return undefined;
  if (name === 'update' && (previous === 'for' || previous === 'do' || previous === 'key')) return undefined;
  return name;
}

/** The end of the clause when the words before the next clause are those of a join. */
function joinWords(text: string, list: readonly Token[], next: number, from: number): number | undefined {
  if (textOf(text, list[next]) !== 'join') return undefined;
  let last = next - 1;
  while (last > from && /^(left|right|full|inner|outer|cross|natural)$/.test(textOf(text, list[last]))) last--;
  return list[last]?.end;
}

/**
 * The comparison that mentions a column, wherever it is: in WHERE, in a join's ON, in a sub-query. Without one, the
 * WHERE condition of the outermost query. `relation` is a table's name or its alias.
 */
export function predicateRange(
  statement: Statement,
  target: { readonly relation?: string; readonly column: string },
): TextRange | undefined {
  const names = new Set([target.relation]);
  for (const { name, alias } of statement.relations) if (name === target.relation) names.add(alias ?? name);
  const candidates: TextRange[] = [];
  const offsets = new ByteOffsets(statement.text);
  const list = tokens(statement.text);
  const visitConditions = (condition: unknown) =>
    walk(condition, (type, node) => {
      const isComparison = type === 'A_Expr' || type === 'NullTest' || type === 'SubLink' || type === 'BooleanTest';
      if (!isComparison || !mentions(node, names, target)) return true;
      const range = nodeRange(statement.text, list, offsets, node);
      if (range !== undefined) candidates.push(range);
      return true;
    });
  walk(statement.ast, (type, node) => {
    if (isNode(node.whereClause)) visitConditions(node.whereClause);
    if (type === 'JoinExpr' && isNode(node.quals)) visitConditions(node.quals);
    return true;
  });
  candidates.sort((a, b) => a.end - a.start - (b.end - b.start));
  return candidates[0] ?? clauseRange(statement, 'where');
}

function mentions(
  node: AstNode,
  names: ReadonlySet<string | undefined>,
  target: { readonly relation?: string; readonly column: string },
): boolean {
  let found = false;
  walk(node, (type, reference) => {
    if (type === 'ColumnRef' && Array.isArray(reference.fields)) {
      const fields = reference.fields.map((field) =>
        isNode(field) && isNode(field.String) ? String(field.String.sval) : '*',
      );
      const qualifier = fields.at(-2);
      if (
        fields.at(-1) === target.column &&
        (qualifier === undefined || target.relation === undefined || names.has(qualifier))
      ) {
        found = true;
      }
    }
    return !found;
  });
  return found;
}

/** From the first to the last token that the tree names, and to the closing parenthesis of what it opens. */
function nodeRange(text: string, list: readonly Token[], offsets: ByteOffsets, node: AstNode): TextRange | undefined {
  let first = Number.POSITIVE_INFINITY;
  let last = -1;
  const pending: unknown[] = [node];
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) pending.push(...value);
    else if (isNode(value)) {
      const { location } = value;
      if (typeof location === 'number' && location > 0) {
        const at = offsets.fromByte(location);
        first = Math.min(first, at);
        last = Math.max(last, at);
      }
      pending.push(...Object.values(value));
    }
  }
  const from = list.findIndex((token) => token.end > first);
  let to = list.findIndex((token) => token.end > last);
  if (from < 0 || to < 0) return undefined;
  // `p.created_at`: a column's location is that of its first part. A function's arguments follow its name.
  while (textOf(text, list[to + 1]) === '.') to += 2;
  let depth = 0;
  for (let i = from; i <= to || depth > 0; i++) {
    const mark = textOf(text, list[i]);
    if (i >= list.length || mark === '') break;
    if (mark === '(' || mark === '[') depth++;
    else if (mark === ')' || mark === ']') depth--;
    if (i > to) to = i;
    if (i === to && depth === 0 && textOf(text, list[i + 1]) === '(' && list[i]?.kind === 'word') to = i + 1;
  }
  return { start: list[from]?.start ?? 0, end: list[to]?.end ?? text.length };
}

function closing(text: string, list: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < list.length; i++) {
    const mark = textOf(text, list[i]);
    if (mark === '(') depth++;
    else if (mark === ')' && --depth === 0) return i;
  }
  return -1;
}

function textOf(text: string, token: Token | undefined): string {
  return token === undefined ? '' : text.slice(token.start, token.end).toLowerCase();
}
