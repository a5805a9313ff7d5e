import type { Node } from 'web-tree-sitter';

/** An expression that may be the text of a query. */
export interface Candidate {
  readonly kind: 'call' | 'tag' | 'mark';
  /** The argument, or the template. */
  readonly expression: Node;
  /** Where the query is sent: the name of the function or the template. */
  readonly use: Node;
  /** `query`, `$queryRaw`, `sql`; '' for marked strings. */
  readonly name: string;
  /** What stands before the name: `this.pool`; '' for a plain function. */
  readonly receiver: string;
}

export const queryFunctionNames: readonly string[] = [
  ...['query', 'execute', 'exec', 'raw', 'unsafe', 'queryStream', 'queryArray', 'queryObject', 'runSql', 'sql'],
  ...['$queryRaw', '$executeRaw', '$queryRawUnsafe', '$executeRawUnsafe', '$queryRawTyped'],
  // pg-promise and slonik
  ...['any', 'one', 'many', 'none', 'oneOrNone', 'manyOrNone', 'multi', 'multiResult', 'result', 'each'],
  ...['anyFirst', 'oneFirst', 'manyFirst', 'maybeOne', 'maybeOneFirst', 'exists', 'stream'],
  // knex's parts of a statement take whole sub-queries too
  ...['whereRaw', 'joinRaw', 'fromRaw', 'queryRaw', 'executeRaw', 'executeQuery', 'executeSql', 'prepare', 'literal'],
  ...['Query', 'Cursor', 'QueryStream', 'PreparedStatement', 'ParameterizedQuery'],
];

/** `sql`…``, `Prisma.sql`…``, `sql.type(row)`…``, `client.sql<Row>`…``, `prisma.$queryRaw`…`` */
const tagPattern =
  /(?<![\w$])((?:[\w$]+\s*\??\.\s*)*)(sql|SQL|pgsql|psql|postgres|unsafe|fragment|\$queryRaw|\$executeRaw|\$queryRawUnsafe|query|execute|typeAlias|type)\s*(?:\([^`()]*(?:\([^`()]*\)[^`()]*)*\))?\s*(?:<(?:[^`;]{0,400})>)?\s*`/g;

const tagNames = new Set([
  'sql',
  'SQL',
  'pgsql',
  'psql',
  '$queryRaw',
  '$executeRaw',
  '$queryRawUnsafe',
  'query',
  'execute',
]);

/** A string is marked before it or at its beginning. */
const markPattern =
  /\/\*\s*(?:sql|pgsql|postgres|postgresql)\s*\*\/\s*(['"`])|(['"`])\s*(?:\/\*\s*(?:sql|pgsql|postgres|postgresql)\s*\*\/|--\s*(?:sql|pgsql|postgres|postgresql)\b)/gi;

const anyStatement =
  /\b(?:select|insert|update|delete|merge|with|values|table|create|alter|drop|truncate|explain|analyze|vacuum|refresh|reindex|call|do|copy|grant|revoke|comment|lock|set|reset|show|begin|commit|rollback|sql|pgsql|postgres|postgresql)\b/i;

/** Finds candidates by patterns first, and asks the tree only for those: walking the whole tree would take longer. */
export class Candidates {
  readonly #callPattern: RegExp;

  constructor(names: readonly string[]) {
    const escaped = [...new Set(names)]
      .map((name) => name.replace(/[^\w]/g, '\\$&'))
      .sort((a, b) => b.length - a.length);
    this.#callPattern = new RegExp(`(?<![\\w$])(${escaped.join('|')})(?![\\w$])\\s*(?=[(<?])`, 'g');
  }

  mayExist(text: string): boolean {
    return anyStatement.test(text);
  }

  /** Calls, then tags, then marks; each in the order of the text. */
  *find(text: string, root: Node): Generator<Candidate> {
    for (const match of text.matchAll(this.#callPattern)) {
      const candidate = callAt(text, root, match.index, match[1] ?? '');
      if (candidate !== undefined) yield candidate;
    }
    for (const match of text.matchAll(tagPattern)) {
      const [whole, receiver = '', name = ''] = match;
      const isSlonik = /^(?:unsafe|fragment|type|typeAlias)$/.test(name) && /\b(?:sql|t)\s*\.\s*$/.test(receiver);
      if (!isSlonik && !tagNames.has(name)) continue;
      const open = match.index + whole.length - 1;
      const template = root.descendantForIndex(open, open + 1);
      const expression = template?.type === 'template_string' ? template : template?.parent;
      if (expression?.type !== 'template_string' || expression.startIndex !== open) continue;
      yield {
        kind: 'tag',
        expression,
        use: expression,
        name: isSlonik ? 'sql' : name,
        receiver: trimReceiver(receiver),
      };
    }
    for (const match of text.matchAll(markPattern)) {
      const open = match[1] === undefined ? match.index : match.index + match[0].length - 1;
      const node = root.descendantForIndex(open, open + 1);
      const literal = node?.type === 'string' || node?.type === 'template_string' ? node : node?.parent;
      if ((literal?.type !== 'string' && literal?.type !== 'template_string') || literal.startIndex !== open) continue;
      yield { kind: 'mark', expression: wholeConcatenation(literal), use: literal, name: '', receiver: '' };
    }
  }
}

function callAt(text: string, root: Node, at: number, name: string): Candidate | undefined {
  let open = skipSpace(text, at + name.length);
  if (text.startsWith('?.', open)) open = skipSpace(text, open + 2);
  if (text[open] === '<') open = skipSpace(text, endOfTypeArguments(text, open));
  if (text[open] !== '(') return undefined;
  // A first look at the argument spares most look-ups in the tree: `array.each(function …`.
  if (!/[\w$'"`{[(/]/.test(text[skipSpace(text, open + 1)] ?? '')) return undefined;
  const use = root.descendantForIndex(at, at + name.length);
  if (use === null || !/identifier$/.test(use.type)) return undefined;
  const list = root.descendantForIndex(open, open + 1)?.parent;
  if (list === null || list === undefined || !/^(?:arguments|parenthesized_expression|ERROR)$/.test(list.type))
    return undefined;
  if (list.type === 'ERROR' && list.startIndex > open) return undefined;
  const expression = firstArgument(list, open);
  if (expression === undefined) return undefined;
  const before = /(?:(?:[\w$\])]+|\?)\s*\.\s*)+$/.exec(text.slice(Math.max(0, at - 80), at))?.[0] ?? '';
  return { kind: 'call', expression, use, name, receiver: trimReceiver(before) };
}

/** The first expression in the parentheses that open there; a half-typed call has no list of its own. */
function firstArgument(list: Node, open: number): Node | undefined {
  const first = list.namedChildren.find(
    (child) => child !== null && child.startIndex > open && child.type !== 'comment',
  );
  // `query<Row>(text, values)` after some words is read as a comparison with a sequence.
  return (first?.type === 'sequence_expression' ? first.namedChildren[0] : first) ?? undefined;
}

/** 'a' + 'b', of which the literal is the first. */
function wholeConcatenation(literal: Node): Node {
  let whole = literal;
  for (let parent = whole.parent; parent !== null; parent = whole.parent) {
    const grows =
      (parent.type === 'binary_expression' && parent.childForFieldName('operator')?.type === '+') ||
      parent.type === 'parenthesized_expression';
    if (!grows || (parent.type === 'binary_expression' && parent.startIndex !== whole.startIndex)) return whole;
    whole = parent;
  }
  return whole;
}

function endOfTypeArguments(text: string, open: number): number {
  let depth = 0;
  const limit = Math.min(text.length, open + 2000);
  for (let i = open; i < limit; i++) {
    const character = text[i];
    if (character === '<') depth++;
    else if (character === '>' && text[i - 1] !== '=' && --depth === 0) return i + 1;
    else if (character === ';' && depth === 1 && !text.slice(open, i).includes('{')) break;
  }
  return open;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at] ?? '')) at++;
  return at;
}

function trimReceiver(text: string): string {
  return text.replace(/\s+/g, '').replace(/\??\.$/, '');
}
