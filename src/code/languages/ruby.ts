import type { Node } from 'web-tree-sitter';
import { backslashes, type Interpolation, insideQuotes, literalParts, quoteBackslashes } from './strings/literals';
import { binaryOperands, bothWays, field, namedChildren, rangeOf, receiverText } from './strings/nodes';
import type { Assignment, Call, Formatted, LiteralPart, Name, StringSyntax } from './strings/syntax';

/** SQL in the strings of Ruby. */
export const ruby: StringSyntax = {
  languageIds: ['ruby'],
  grammarFile: 'tree-sitter-ruby.wasm',
  libraries: {
    own: [
      [/\b(?:ActiveRecord|ApplicationRecord)\b|\bfind_by_sql\b/, 'activerecord'],
      [/require\s+['"]sequel['"]|\bSequel\b/, 'sequel'],
      [/require\s+['"]pg['"]|\bPG(?:::|\.connect)/, 'pg'],
    ],
    other:
      /require\s+['"](?:mysql2|sqlite3|tiny_tds|oci8|ruby-oci8|clickhouse[\w-]*|cassandra)['"]|\b(?:SQLite3|Mysql2)::/,
  },
  functions: [
    ...['exec', 'exec_params', 'exec_prepared', 'async_exec', 'async_exec_params', 'sync_exec', 'query', 'async_query'],
    ...[
      'send_query',
      'send_query_params',
      'prepare',
      'execute',
      'exec_query',
      'exec_update',
      'exec_delete',
      'exec_insert',
    ],
    ...['select_all', 'select_one', 'select_value', 'select_values', 'select_rows', 'internal_exec_query'],
    ...['find_by_sql', 'async_find_by_sql', 'count_by_sql', 'insert', 'update', 'delete', 'exec_no_cache', 'copy_data'],
    ...['fetch', 'run', 'with_sql', 'with_sql_all', 'with_sql_first', 'sanitize_sql_array', 'sanitize_sql', 'DB'],
  ],
  callFollows: /\s*\(|\[|[ \t]+(?:<<[-~]?["'A-Z]|(?![=\s.,)}\]&|?:*/<>]))/,
  call,
  literal,
  operands(node) {
    if (node.type === 'chained_string') return namedChildren(node);
    if (node.type !== 'binary') return undefined;
    return binaryOperands(node, '+') ?? binaryOperands(node, '<<');
  },
  inner(node) {
    if (node.type === 'parenthesized_statements') return namedChildren(node)[0];
    // find_by_sql(["SELECT … WHERE id = ?", id])
    if (node.type === 'array') return namedChildren(node)[0];
    // sql = +"SELECT …"
    if (node.type === 'unary') return field(node, 'operator')?.type === '+' ? field(node, 'operand') : undefined;
    if (node.type !== 'call') return undefined;
    const method = field(node, 'method')?.text ?? '';
    if (/^(?:squish|strip|strip_heredoc|chomp|freeze|to_s|dup|html_safe|lstrip|rstrip)!?$/.test(method)) {
      return field(node, 'receiver');
    }
    return /^(?:sanitize_sql(?:_array|_for_conditions)?|sql)$/.test(method)
      ? namedChildren(field(node, 'arguments'))[0]
      : undefined;
  },
  formatted(node): Formatted | undefined {
    const places = /%%|%(?:\{\w+\}|<\w+>)?[-+0 #]*\d*(?:\.\d+)?[sdifpx]|%\{\w+\}/g;
    const escapes = new Map([['%%', '%']]);
    const [template, value] = node.type === 'binary' ? (binaryOperands(node, '%') ?? []) : [];
    if (template !== undefined && value !== undefined) {
      return { template, places, escapes, values: value.type === 'array' ? namedChildren(value) : [value] };
    }
    if (node.type !== 'call' || !/^(?:format|sprintf)$/.test(field(node, 'method')?.text ?? '')) return undefined;
    const [first, ...values] = namedChildren(field(node, 'arguments'));
    return first && { template: first, places, escapes, values };
  },
  alternatives: (node) => (node.type === 'conditional' ? bothWays(node) : undefined),
  nameOf(node): Name | undefined {
    if (node.type === 'identifier') return { name: node.text, isMember: false };
    if (/^(?:constant|instance_variable|class_variable)$/.test(node.type)) return { name: node.text, isMember: true };
    const constant = node.type === 'scope_resolution' ? field(node, 'name') : undefined;
    return constant && { name: constant.text, isMember: true };
  },
  assignment(name): Assignment | undefined {
    const whole = name.parent;
    if (whole === null || field(whole, 'left')?.id !== name.id) return undefined;
    const value = field(whole, 'right');
    if (whole.type === 'assignment') return { value, appends: false, whole };
    const operator = field(whole, 'operator')?.type;
    if (whole.type === 'operator_assignment') return operator === '+=' ? { value, appends: true, whole } : undefined;
    return whole.type === 'binary' && operator === '<<' ? { value, appends: true, whole } : undefined;
  },
  functionNodes: /^(?:method|singleton_method)$/,
  conditionalNodes:
    /^(?:if|unless|elsif|else|case|when|while|until|for|rescue|if_modifier|unless_modifier|block|do_block)$/,
  loops: {
    nodes: { for: 'for', while: 'while', until: 'while' },
    callbacks: /^(?:block|do_block|lambda)$/,
    iterates: ({ name }) =>
      /^(?:each|each_with_index|each_with_object|each_value|each_pair|each_entry|map|flat_map|collect|filter_map|select|reject|sum|inject|reduce|find_each|to_h|index_with|group_by|sort_by|partition|any|all|none|min_by|max_by)[?!]?$/.test(
        name.text,
      ),
  },
};

function call(node: Node): Call | undefined {
  if (node.type === 'element_reference') {
    // DB["SELECT * FROM posts WHERE id = ?", id]
    const [object, ...given] = namedChildren(node);
    if (object?.text !== 'DB') return undefined;
    return { name: object, receiver: '', arguments: given, whole: node };
  }
  if (node.type !== 'call') return undefined;
  const name = field(node, 'method');
  if (name === undefined) return undefined;
  const given = namedChildren(field(node, 'arguments')).map((one) =>
    one.type === 'pair' ? (field(one, 'value') ?? one) : one,
  );
  return { name, receiver: receiverText(field(node, 'receiver')), arguments: given, whole: node };
}

function literal(node: Node, text: string): LiteralPart[] | undefined {
  if (node.type === 'heredoc_beginning') return heredoc(node, text);
  if (node.type !== 'string') return undefined;
  const opening = node.children[0]?.text.length ?? 1;
  const isSimple = /^(?:'|%q)/.test(text.slice(node.startIndex, node.startIndex + 2));
  const escapes = isSimple ? quoteBackslashes : backslashes;
  return literalParts(text, insideQuotes(node, opening, 1), { escapes, interpolations: interpolationsOf(node) });
}

/** The text of <<~SQL stands below its line, behind those that begin before it there. */
function heredoc(beginning: Node, text: string): LiteralPart[] | undefined {
  const lineStart = text.lastIndexOf('\n', beginning.startIndex) + 1;
  const earlier = text.slice(lineStart, beginning.startIndex).match(/<<[-~]?["'`]?[A-Za-z_]\w*/g)?.length ?? 0;
  for (let node = beginning.parent; node !== null; node = node.parent) {
    const bodies = namedChildren(node).filter(
      ({ type, startIndex }) => type === 'heredoc_body' && startIndex >= beginning.endIndex,
    );
    const body = bodies[earlier];
    if (body === undefined) continue;
    const end = namedChildren(body).find(({ type }) => type === 'heredoc_end');
    const inside = { start: body.startIndex, end: end?.startIndex ?? body.endIndex };
    const isRaw = beginning.text.includes("'");
    return literalParts(text, inside, isRaw ? {} : { escapes: backslashes, interpolations: interpolationsOf(body) });
  }
  return undefined;
}

function interpolationsOf(node: Node): Interpolation[] {
  return namedChildren(node).flatMap((child) => {
    const [expression] = child.type === 'interpolation' ? namedChildren(child) : [];
    return expression ? [{ range: rangeOf(child), expression }] : [];
  });
}
