import type { Node } from 'web-tree-sitter';
import { backslashes, insideQuotes, literalParts } from './strings/literals';
import { binaryOperands, field, namedChildren, receiverText } from './strings/nodes';
import { atNames, named } from './strings/placeholders';
import type { Assignment, Call, Formatted, StringSyntax } from './strings/syntax';

/** SQL in the strings of Go. */
export const go: StringSyntax = {
  languageIds: ['go'],
  grammarFile: 'tree-sitter-go.wasm',
  libraries: {
    own: [
      [/"github\.com\/jackc\/(?:pgx|pgconn)/, 'pgx'],
      [/"github\.com\/lib\/pq"/, 'pq'],
      [/"github\.com\/go-pg\/pg/, 'go-pg'],
      [/"github\.com\/uptrace\/bun\/driver\/pgdriver"/, 'bun'],
    ],
    other:
      /"(?:github\.com\/(?:go-sql-driver\/mysql|mattn\/go-sqlite3|ClickHouse\/|microsoft\/go-mssqldb|denisenkom\/go-mssqldb|gocql\/|marcboeker\/go-duckdb|duckdb\/|godror\/|sijms\/|snowflakedb\/|glebarez\/)|modernc\.org\/sqlite|zombiezen\.com\/go\/sqlite|cloud\.google\.com\/go\/(?:bigquery|spanner)|gorm\.io\/driver\/(?:mysql|sqlite|sqlserver|clickhouse))/,
  },
  functions: [
    ...['Query', 'QueryRow', 'QueryContext', 'QueryRowContext', 'Exec', 'ExecContext', 'Prepare', 'PrepareContext'],
    ...['Queryx', 'QueryRowx', 'QueryxContext', 'QueryRowxContext', 'MustExec', 'MustExecContext', 'NamedExec'],
    ...['NamedExecContext', 'NamedQuery', 'NamedQueryContext', 'PrepareNamed', 'PrepareNamedContext', 'Preparex'],
    ...[
      'Get',
      'GetContext',
      'Select',
      'SelectContext',
      'Rebind',
      'In',
      'Raw',
      'NewRaw',
      'Queue',
      'QueryOne',
      'ExecOne',
    ],
  ],
  call,
  literal(node, text) {
    if (node.type === 'raw_string_literal') return literalParts(text, insideQuotes(node, 1, 1), {});
    if (node.type !== 'interpreted_string_literal') return undefined;
    return literalParts(text, insideQuotes(node, 1, 1), { escapes: backslashes });
  },
  operands: (node) => (node.type === 'binary_expression' ? binaryOperands(node, '+') : undefined),
  inner(node) {
    if (node.type === 'parenthesized_expression') return namedChildren(node)[0];
    if (node.type === 'expression_list') return node.namedChildCount === 1 ? namedChildren(node)[0] : undefined;
    const { name, receiver, arguments: given } = call(node) ?? {};
    if (receiver === 'strings' && /^Trim/.test(name?.text ?? '')) return given?.[0];
    return /^(?:Rebind|string)$/.test(name?.text ?? '') ? given?.[0] : undefined;
  },
  formatted(node): Formatted | undefined {
    const { name, arguments: given } = call(node) ?? {};
    if (name?.text !== 'Sprintf' || given === undefined) return undefined;
    const [template, ...values] = given;
    const places = /%%|%[-+# 0]*(?:\[\d+\])?\d*(?:\.\d+)?[a-zA-Z]/g;
    return template && { template, values, places, escapes: new Map([['%%', '%']]) };
  },
  alternatives: () => undefined,
  nameOf(node) {
    if (node.type === 'identifier') return { name: node.text, isMember: false };
    const member = node.type === 'selector_expression' ? field(node, 'field') : undefined;
    return member && { name: member.text, isMember: true };
  },
  assignment,
  functionNodes: /^(?:function_declaration|method_declaration|func_literal)$/,
  conditionalNodes: /^(?:if_statement|for_statement|expression_case|default_case|type_case|communication_case)$/,
  loops: {
    nodes: { for_statement: 'for' },
    callbacks: /^func_literal$/,
    iterates: ({ name }) => /^(?:ForEach|Map)$/.test(name.text),
  },
  placeholders: (text) => named(text, atNames),
};

function call(node: Node): Call | undefined {
  if (node.type !== 'call_expression') return undefined;
  const callee = field(node, 'function');
  const isMember = callee?.type === 'selector_expression';
  const name = isMember ? field(callee, 'field') : callee;
  if (name === undefined || !/identifier$/.test(name.type)) return undefined;
  const receiver = receiverText(isMember ? field(callee, 'operand') : undefined);
  return { name, receiver, arguments: namedChildren(field(node, 'arguments')), whole: node };
}

/** `query := "…"`, `query += "…"`, `const query = "…"`; of several names, by their order. */
function assignment(name: Node): Assignment | undefined {
  const list = name.parent;
  if (list?.type === 'const_spec' || list?.type === 'var_spec') {
    const position = namedChildren(list)
      .filter(({ type }) => type === 'identifier')
      .findIndex((one) => one.id === name.id);
    if (position < 0) return undefined;
    return { value: namedChildren(field(list, 'value'))[position], appends: false, whole: list };
  }
  const whole = list?.type === 'expression_list' ? list.parent : null;
  if (whole === null || !/^(?:short_var_declaration|assignment_statement)$/.test(whole.type)) return undefined;
  if (field(whole, 'left')?.id !== list?.id) return undefined;
  const position = namedChildren(list).findIndex((one) => one.id === name.id);
  const appends = field(whole, 'operator')?.type === '+=';
  return { value: namedChildren(field(whole, 'right'))[position], appends, whole };
}
