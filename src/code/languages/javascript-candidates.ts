import type { Node } from 'web-tree-sitter';

/** An expression that may be the text of a query. */
export interface Candidate {
  readonly kind: 'call' | 'tag' | 'mark';
  /** The template, or the arguments that may be the text: `query(sql, values)`, `query(database, sql)`. */
  readonly expressions: readonly Node[];
  /** The function is known to send queries; otherwise its name only sounds like it. */
  readonly isKnown: boolean;
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
  /(?<![\w$])((?:[\w$]+\s*\??\.\s*)*)(sql|SQL|pgsql|psql|postgres|unsafe|fragment|\$queryRaw|\$executeRaw|\$queryRawUnsafe|query|execute|typeAlias|type)\s*(?:\([^`()]*(?:\([^`()]*\)[^`()]*)*\))?\s*(?=[<`])/g;

/** `fetchQuery`, `runSql`, `queryRows`, `executeStatement`: names that sound like sending a query. */
const soundsLikeQuery = /(?<![\w$])[\w$]*(?:query|sql|execute)[\w$]*\s*(?=[(<])/gi;
const soundsOtherwise =
  /^(?:querySelector|queryCommand|queryClient|queryKey|queryParam|queryString|define|function|use|expect|assert|mock|describe|log|print|parse|format|is|to)(?:[A-Z]|$)/;

const usualTags = new Set([
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
  /\/\*\s*(?:sql|pgsql|postgres|postgresql)\s*\*\/\s*(['"`])|(['"`])\s*(?:\/\*\s*(?:sql|pgsql|postgres|postgresql)\s*\*\/|--\s*(?:sql|pgsql|postgres|postgresql)[ \t\r]*(?:\\n|\n))/gi;

/** A literal that begins as a statement does, or a mark; a text without one needs no tree. */
const anyStatement =
  /["'`}](?:\s|\\[nrt]|\\\r?\n|\(|--[^\n]*\n|\/\*[^*]*\*\/)*(?:select|insert|update|delete|merge|with|values|table|create|alter|drop|truncate|explain|analyze|vacuum|refresh|reindex|cluster|call|do|copy|grant|revoke|comment|lock|set|reset|show|begin|start|commit|rollback|savepoint|release|declare|fetch|close|listen|notify|unlisten|prepare|execute|deallocate|import)\b|\.helpers\.(?:insert|update)\(|(?:\/\*|--)\s*(?:sql|pgsql|postgres|postgresql)\b/i;

/** Finds candidates by patterns first, and asks the tree only for those: walking the whole tree would take longer. */
export class Candidates {
  readonly #callPattern: RegExp;
  readonly #names: ReadonlySet<string>;

  constructor(names: readonly string[]) {
    this.#names = new Set(names);
    const escaped = [...new Set(names)]
      .map((name) => name.replace(/[^\w]/g, '\\$&'))
      .sort((a, b) => b.length - a.length);
    // pg-promise's `map` has the name of every list's: only before a text.
    const any = `(?:${escaped.join('|')})(?![\\w$])\\s*(?=[(<?])|map(?=\\(\\s*['"\`])`;
    this.#callPattern = new RegExp(`(?<![\\w$])(${any})`, 'g');
  }

  mayExist(text: string): boolean {
    return anyStatement.test(text);
  }

  /** Calls, then tags, then marks; each in the order of the text. */
  *find(text: string, root: Node, tagNames: ReadonlySet<string>): Generator<Candidate> {
    for (const match of text.matchAll(this.#callPattern)) {
      const candidate = callAt(text, root, match.index, match[0].trimEnd(), true);
      if (candidate !== undefined) yield candidate;
    }
    for (const match of text.matchAll(soundsLikeQuery)) {
      const name = match[0].trimEnd();
      if (this.#names.has(name) || soundsOtherwise.test(name)) continue;
      const candidate = callAt(text, root, match.index, name, false);
      if (candidate !== undefined) yield candidate;
    }
    for (const match of text.matchAll(tagPattern)) {
      const [whole, receiver = '', name = ''] = match;
      const isSlonik = /^(?:unsafe|fragment|type|typeAlias)$/.test(name) && /\b(?:sql|t)\s*\.\s*$/.test(receiver);
      if (!isSlonik && !usualTags.has(name)) continue;
      // A part of another query, never sent by itself.
      if (isSlonik && name === 'fragment') continue;
      let open = match.index + whole.length;
      if (text[open] === '<') open = skipSpace(text, endOfTypeArguments(text, open));
      if (text[open] !== '`') continue;
      const template = root.descendantForIndex(open, open + 1);
      const expression = template?.type === 'template_string' ? template : template?.parent;
      if (expression?.type !== 'template_string' || expression.startIndex !== open) continue;
      yield {
        kind: 'tag',
        expressions: [wholeChain(expression)],
        isKnown: true,
        use: expression,
        name: isSlonik ? 'sql' : name,
        receiver: trimReceiver(receiver),
      };
    }
    if (tagNames.size > 0) yield* tagsNamed(text, root, tagNames);
    for (const match of text.matchAll(markPattern)) {
      const open = match[1] === undefined ? match.index : match.index + match[0].length - 1;
      const node = root.descendantForIndex(open, open + 1);
      const literal = node?.type === 'string' || node?.type === 'template_string' ? node : node?.parent;
      if ((literal?.type !== 'string' && literal?.type !== 'template_string') || literal.startIndex !== open) continue;
      const expressions = [wholeConcatenation(literal)];
      yield { kind: 'mark', expressions, isKnown: true, use: literal, name: '', receiver: '' };
    }
  }
}

/** tx`…` */
function* tagsNamed(text: string, root: Node, names: ReadonlySet<string>): Generator<Candidate> {
  const any = [...names].map((name) => name.replaceAll('$', '\\$')).join('|');
  for (const match of text.matchAll(new RegExp(`(?<![.\\w$])(${any})\\s*(?=[<\`])`, 'g'))) {
    let open = match.index + match[0].length;
    if (text[open] === '<') open = skipSpace(text, endOfTypeArguments(text, open));
    if (text[open] !== '`') continue;
    const node = root.descendantForIndex(open, open + 1);
    const template = node?.type === 'template_string' ? node : node?.parent;
    if (template?.type !== 'template_string' || template.startIndex !== open) continue;
    yield { kind: 'tag', expressions: [template], isKnown: true, use: template, name: match[1] ?? '', receiver: '' };
  }
}

function callAt(text: string, root: Node, at: number, name: string, isKnown: boolean): Candidate | undefined {
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
  const expressions = firstArguments(list, open);
  if (expressions.length === 0) return undefined;
  const before = /(?:(?:[\w$\])]+(?:\(\s*\))?|\?)\s*\.\s*)+$/.exec(text.slice(Math.max(0, at - 80), at))?.[0] ?? '';
  return { kind: 'call', expressions, isKnown, use, name, receiver: trimReceiver(before) };
}

/** Up to three expressions in the parentheses that open there; a half-typed call has no list of its own. */
function firstArguments(list: Node, open: number): Node[] {
  const found = list.namedChildren.filter(
    (child) => child !== null && child.startIndex > open && child.type !== 'comment',
  );
  const [first] = found;
  // `query<Row>(text, values)` after some words is read as a comparison with a sequence.
  const all = first?.type === 'sequence_expression' ? first.namedChildren : found;
  return all.filter((each) => each !== null).slice(0, 3);
}

/** SQL`…`.append(SQL`…`), of which the template is the first. */
function wholeChain(template: Node): Node {
  const tag = template.parent;
  if (tag?.type !== 'call_expression') return template;
  let whole: Node = tag;
  for (;;) {
    const member = whole.parent;
    const call = member?.type === 'member_expression' ? member.parent : null;
    if (call?.type !== 'call_expression' || member?.childForFieldName('property')?.text !== 'append') break;
    whole = call;
  }
  const isLone = whole.parent?.type === 'variable_declarator';
  return whole === tag && !isLone ? template : whole;
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
