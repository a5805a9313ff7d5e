import type { Node } from 'web-tree-sitter';
import { backslashes, type Escapes, insideQuotes, literalParts } from './strings/literals';
import { binaryOperands, field, namedChildren, receiverText } from './strings/nodes';
import type { Assignment, Call, Formatted, LiteralPart, Name, StringSyntax } from './strings/syntax';

/** SQL in the strings of Rust. */
export const rust: StringSyntax = {
  languageIds: ['rust'],
  grammarFile: 'tree-sitter-rust.wasm',
  libraries: {
    own: [
      [/\b(?:PgPool|PgConnection|PgRow|PgExecutor|sqlx::(?:postgres|Postgres))\b/, 'sqlx'],
      [/\b(?:tokio_postgres|deadpool_postgres|bb8_postgres)\b/, 'tokio-postgres'],
      [/\bdiesel::(?:pg|PgConnection)\b|\bAsyncPgConnection\b/, 'diesel'],
      [/\buse\s+postgres\b|\bpostgres::/, 'postgres'],
    ],
    other:
      /\b(?:rusqlite|mysql_async|mysql|tiberius|clickhouse|libsql|duckdb|scylla|cdrs\w*)::|\b(?:SqlitePool|MySqlPool|SqliteConnection|MysqlConnection|MySqlConnection|sqlx::(?:sqlite|Sqlite|mysql|MySql))\b/,
  },
  functions: [
    ...['query', 'query_as', 'query_scalar', 'query_unchecked', 'query_as_unchecked', 'query_with', 'query_as_with'],
    ...[
      'query_one',
      'query_opt',
      'query_raw',
      'query_typed',
      'execute',
      'execute_raw',
      'batch_execute',
      'simple_query',
    ],
    ...[
      'prepare',
      'prepare_typed',
      'prepare_cached',
      'sql_query',
      'raw_sql',
      'execute_unprepared',
      'copy_in',
      'copy_out',
    ],
    ...['from_string', 'from_sql_and_values', 'fetch_one', 'fetch_all', 'fetch_optional', 'raw_cmd'],
  ],
  callFollows: /\s*(?:!\s*|::\s*<[^;{}]*?>\s*)?[([{]/,
  call,
  literal,
  operands(node) {
    if (node.type === 'binary_expression') return binaryOperands(node, '+');
    return macroOf(node, 'concat');
  },
  inner(node) {
    if (node.type === 'parenthesized_expression' || node.type === 'reference_expression') {
      return field(node, 'value') ?? namedChildren(node)[0];
    }
    if (node.type === 'macro_invocation') return macroOf(node, 'indoc')?.[0];
    const {
      name,
      receiver = '',
      arguments: given = [],
      whole,
    } = node.type === 'call_expression' ? (call(node) ?? {}) : {};
    if (name === undefined || whole === undefined) return undefined;
    if (/^(?:from|new|AssertSqlSafe)$/.test(name.text) && /^(?:String|Cow|)$/.test(receiver)) return given[0];
    if (!/^(?:to_string|to_owned|as_str|into|trim|clone|as_ref|as_mut)$/.test(name.text)) return undefined;
    const callee = field(whole, 'function');
    return callee && field(callee, 'value');
  },
  formatted(node): Formatted | undefined {
    const [template, ...values] = macroOf(node, 'format') ?? [];
    if (template === undefined) return undefined;
    const escapes = new Map([
      ['{{', '{'],
      ['}}', '}'],
    ]);
    // `{table}` says its own name, so that the values are not in the order of the places.
    const isNamed = /\{\w/.test(template.text);
    return { template, values: isNamed ? [] : values, places: /\{\{|\}\}|\{[^{}]*\}/g, escapes };
  },
  alternatives: () => undefined,
  nameOf(node): Name | undefined {
    if (node.type === 'identifier') return { name: node.text, isMember: false };
    const member = /^scoped_identifier$/.test(node.type) ? field(node, 'name') : undefined;
    return member && { name: member.text, isMember: true };
  },
  assignment,
  functionNodes: /^(?:function_item|closure_expression)$/,
  conditionalNodes: /^(?:if_expression|else_clause|match_arm|for_expression|while_expression|loop_expression)$/,
  loops: {
    nodes: { for_expression: 'for', while_expression: 'while', loop_expression: 'while' },
    callbacks: /^closure_expression$/,
    iterates: ({ name, receiver }) =>
      /^(?:for_each|try_for_each|for_each_concurrent|filter_map|flat_map)$/.test(name.text) ||
      (/^(?:map|then|filter|and_then)$/.test(name.text) && /\b(?:iter|into_iter|iter_mut|stream)\b/.test(receiver)),
  },
};

/** `client.prepare(…)`, `sqlx::query_as::<_, Post>(…)`, `sqlx::query!(…)` */
function call(node: Node): Call | undefined {
  if (node.type === 'macro_invocation') {
    const macro = field(node, 'macro');
    const name = macro?.type === 'scoped_identifier' ? field(macro, 'name') : macro;
    const tokens = namedChildren(node).find(({ type }) => type === 'token_tree');
    return name && tokens && { name, receiver: '', arguments: macroArguments(tokens), whole: node };
  }
  if (node.type !== 'call_expression') return undefined;
  const given = field(node, 'function');
  const callee = given?.type === 'generic_function' ? field(given, 'function') : given;
  if (callee === undefined) return undefined;
  const name = field(callee, 'field') ?? field(callee, 'name') ?? callee;
  if (!/identifier$/.test(name.type)) return undefined;
  const receiver = receiverText(field(callee, 'value') ?? field(callee, 'path'));
  return { name, receiver, arguments: namedChildren(field(node, 'arguments')), whole: node };
}

/** Of what stands between the commas only what is one token is known: a macro's arguments have no tree. */
function macroArguments(tokens: Node): Node[] {
  const groups: Node[][] = [[]];
  for (const child of tokens.children) {
    if (child === null || /comment/.test(child.type)) continue;
    if (child.type === ',') groups.push([]);
    else if (child.isNamed) groups.at(-1)?.push(child);
  }
  return groups.flatMap((group) => (group[0] ? [group[0]] : []));
}

function macroOf(node: Node, macro: string): Node[] | undefined {
  if (node.type !== 'macro_invocation' || field(node, 'macro')?.text.replace(/^.*::/, '') !== macro) return undefined;
  return call(node)?.arguments.slice();
}

/** A backslash at the end of a line takes the spaces of the next with it. */
const rustEscapes: Escapes = {
  pattern: /\\(?:\r?\n\s*|x[0-9a-fA-F]{2}|u\{[0-9a-fA-F]+\}|[\s\S])/g,
  decode: (sequence) => backslashes.decode(sequence),
};

function literal(node: Node, text: string): LiteralPart[] | undefined {
  if (node.type === 'string_literal') {
    const opening = text.startsWith('"', node.startIndex) ? 1 : 2;
    return literalParts(text, insideQuotes(node, opening, 1), { escapes: rustEscapes });
  }
  if (node.type !== 'raw_string_literal') return undefined;
  const [, letters = 'r', hashes = ''] = /^(\w+)(#*)"/.exec(text.slice(node.startIndex, node.endIndex)) ?? [];
  return literalParts(text, insideQuotes(node, letters.length + hashes.length + 1, hashes.length + 1), {});
}

/** Also `sql.push_str(" LIMIT 1")`. */
function assignment(name: Node): Assignment | undefined {
  let whole = name.parent;
  if (whole?.type === 'mut_pattern') whole = whole.parent;
  if (whole === null) return undefined;
  if (whole.type === 'let_declaration' && field(whole, 'pattern')?.text.replace(/^mut\s+/, '') === name.text) {
    return { value: field(whole, 'value'), appends: false, whole };
  }
  if ((whole.type === 'const_item' || whole.type === 'static_item') && field(whole, 'name')?.id === name.id) {
    return { value: field(whole, 'value'), appends: false, whole };
  }
  if (/^(?:assignment_expression|compound_assignment_expr)$/.test(whole.type) && field(whole, 'left')?.id === name.id) {
    return { value: field(whole, 'right'), appends: whole.type === 'compound_assignment_expr', whole };
  }
  const invocation = whole.type === 'field_expression' ? whole.parent : null;
  const isPushed = invocation?.type === 'call_expression' && field(whole, 'field')?.text === 'push_str';
  if (!isPushed || invocation === null) return undefined;
  return { value: namedChildren(field(invocation, 'arguments'))[0], appends: true, whole: invocation };
}
