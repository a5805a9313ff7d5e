import type { Node } from 'web-tree-sitter';
import { type Interpolation, insideQuotes, knownBackslashes, literalParts, quoteBackslashes } from './strings/literals';
import { binaryOperands, bothWays, field, namedChildren, receiverText } from './strings/nodes';
import type { Assignment, Call, Formatted, LiteralPart, Name, StringSyntax } from './strings/syntax';

/** SQL in the strings of PHP. */
export const php: StringSyntax = {
  languageIds: ['php'],
  grammarFile: 'tree-sitter-php.wasm',
  libraries: {
    own: [
      [/^\s*use\s+Illuminate\\|\bDB::/m, 'laravel'],
      [/^\s*use\s+Doctrine\\/m, 'doctrine'],
      [/\bpg_(?:query|prepare|execute|send_query|connect)\w*\s*\(/, 'pg'],
      [/new\s+\\?PDO\s*\(\s*["']pgsql:/, 'pdo'],
    ],
    other:
      /\bmysqli(?:_\w+)?\s*\(|\bmysql_query\s*\(|\$wpdb\b|new\s+\\?(?:SQLite3|PDO\s*\(\s*["'](?:mysql|sqlite|sqlsrv|oci|dblib))|\bsqlsrv_\w+\s*\(|\boci_\w+\s*\(|^\s*use\s+ClickHouse/m,
  },
  functions: [
    ...['query', 'prepare', 'exec', 'execute', 'pg_query', 'pg_query_params', 'pg_prepare', 'pg_send_query'],
    ...['pg_send_query_params', 'select', 'selectOne', 'selectResultSets', 'scalar', 'insert', 'update', 'delete'],
    ...['statement', 'unprepared', 'affectingStatement', 'cursor', 'raw', 'fromQuery', 'selectRaw', 'fetchAll'],
    ...['executeQuery', 'executeStatement', 'executeUpdate', 'fetchAllAssociative', 'fetchAssociative', 'fetchOne'],
    ...['fetchFirstColumn', 'fetchNumeric', 'fetchAllNumeric', 'fetchAllKeyValue', 'fetchAllAssociativeIndexed'],
    ...['iterateAssociative', 'createNativeQuery', 'addSql', 'fetchRow', 'fetchAssoc', 'fetchColumn', 'fetchObject'],
  ],
  call,
  literal,
  operands: (node) => (node.type === 'binary_expression' ? binaryOperands(node, '.') : undefined),
  inner(node) {
    if (node.type === 'parenthesized_expression' || node.type === 'argument') return namedChildren(node).at(-1);
    const { name, arguments: given = [] } = call(node) ?? {};
    // DB::select(DB::raw("…")), trim("…")
    return /^(?:raw|trim|rtrim|ltrim)$/.test(name?.text ?? '') ? given[0] : undefined;
  },
  formatted(node): Formatted | undefined {
    const { name, arguments: given = [] } = call(node) ?? {};
    const [template, ...values] = given;
    if (name?.text !== 'sprintf' || template === undefined) return undefined;
    const places = /%%|%(?:\d+\$)?[-+ 0]*(?:'.)?\d*(?:\.\d+)?[bcdeEfFgGosuxX]/g;
    return { template, values, places, escapes: new Map([['%%', '%']]) };
  },
  alternatives(node) {
    if (node.type !== 'conditional_expression') return undefined;
    const ways = bothWays(node, 'body', 'alternative');
    return ways.length === 2 ? ways : undefined;
  },
  nameOf,
  assignment,
  functionNodes: /^(?:function_definition|method_declaration|anonymous_function|arrow_function)$/,
  conditionalNodes:
    /^(?:if_statement|else_if_clause|else_clause|for_statement|foreach_statement|while_statement|do_statement|case_statement|default_statement|catch_clause)$/,
  loops: {
    nodes: { for_statement: 'for', foreach_statement: 'for', while_statement: 'while', do_statement: 'while' },
    callbacks: /^(?:anonymous_function|arrow_function)$/,
    iterates: ({ name }) =>
      /^(?:array_map|array_walk|array_filter|array_reduce|each|map|flatMap|mapWithKeys|filter|reject|transform|sum)$/.test(
        name.text,
      ),
  },
};

function call(node: Node): Call | undefined {
  if (!/call_expression$/.test(node.type)) return undefined;
  const name = field(node, 'name') ?? field(node, 'function');
  if (name === undefined || !/name$/.test(name.type)) return undefined;
  const object = field(node, 'object') ?? field(node, 'scope');
  const given = namedChildren(field(node, 'arguments')).flatMap((one) =>
    one.type === 'argument' ? namedChildren(one).slice(-1) : [one],
  );
  return { name, receiver: receiverText(object), arguments: given, whole: node };
}

function literal(node: Node, text: string): LiteralPart[] | undefined {
  if (node.type === 'string') return literalParts(text, insideQuotes(node, 1, 1), { escapes: quoteBackslashes });
  if (node.type === 'encapsed_string') {
    const given = { escapes: knownBackslashes, interpolations: interpolationsOf(node, text) };
    return literalParts(text, insideQuotes(node, 1, 1), given);
  }
  if (node.type !== 'heredoc' && node.type !== 'nowdoc') return undefined;
  const body = field(node, 'value');
  if (body === undefined) return undefined;
  const inside = { start: body.startIndex, end: body.endIndex };
  const given = { escapes: knownBackslashes, interpolations: interpolationsOf(body, text) };
  return literalParts(text, inside, node.type === 'nowdoc' ? {} : given);
}

/** `$id`, `$post->id`, `{$post->author->id}`, with the braces. */
function interpolationsOf(node: Node, text: string): Interpolation[] {
  return namedChildren(node).flatMap((expression) => {
    if (/^(?:string_content|escape_sequence|nowdoc_string|heredoc_\w+)$/.test(expression.type)) return [];
    const { startIndex: start, endIndex: end } = expression;
    const isBraced = text[start - 1] === '{' && text[end] === '}' && start - 1 >= node.startIndex;
    return [{ range: isBraced ? { start: start - 1, end: end + 1 } : { start, end }, expression }];
  });
}

function nameOf(node: Node): Name | undefined {
  // A constant of the file; the same word is also a function's.
  if (node.type === 'name') return { name: node.text, isMember: true };
  if (node.type === 'variable_name') return { name: node.text, isMember: false };
  if (node.type === 'class_constant_access_expression') {
    const name = namedChildren(node).at(-1);
    return name && { name: name.text, isMember: true };
  }
  const member = node.type === 'member_access_expression' ? field(node, 'name') : undefined;
  return member && { name: member.text, isMember: true };
}

/** `$name` is a variable; of a class, the name without the sign. */
function assignment(name: Node): Assignment | undefined {
  const isOfClass = name.type === 'name';
  const target =
    isOfClass && /^(?:variable_name|member_access_expression)$/.test(name.parent?.type ?? '') ? name.parent : name;
  const whole = target?.parent;
  if (!target || !whole) return undefined;
  if (whole.type === 'const_element') {
    const [first, value] = namedChildren(whole);
    return first?.id === target.id ? { value, appends: false, whole } : undefined;
  }
  if (whole.type === 'property_element') return { value: field(whole, 'default_value'), appends: false, whole };
  if (field(whole, 'left')?.id !== target.id || (isOfClass && target.type === 'variable_name')) return undefined;
  if (whole.type === 'assignment_expression') return { value: field(whole, 'right'), appends: false, whole };
  const appends = whole.type === 'augmented_assignment_expression' && field(whole, 'operator')?.type === '.=';
  return appends ? { value: field(whole, 'right'), appends, whole } : undefined;
}
