import type { Node } from 'web-tree-sitter';
import { both, doubled, insideQuotes, knownBackslashes, literalParts } from './strings/literals';
import { bothWays, field, namedChildren, rangeOf, receiverText } from './strings/nodes';
import type { Assignment, Call, Formatted, LiteralPart, Name, StringSyntax } from './strings/syntax';

/** SQL in the strings of Python. */
export const python: StringSyntax = {
  languageIds: ['python'],
  grammarFile: 'tree-sitter-python.wasm',
  libraries: {
    own: [
      [/^\s*(?:import|from)\s+psycopg\b/m, 'psycopg'],
      [/^\s*(?:import|from)\s+(?:psycopg2|aiopg)\b/m, 'psycopg2'],
      [/^\s*(?:import|from)\s+asyncpg\b/m, 'asyncpg'],
      [/^\s*(?:import|from)\s+(?:sqlalchemy|sqlmodel|flask_sqlalchemy|alembic)\b/m, 'sqlalchemy'],
      [/^\s*(?:import|from)\s+django\b/m, 'django'],
      [/^\s*(?:import|from)\s+pg8000\b/m, 'pg8000'],
    ],
    other:
      /^\s*(?:import|from)\s+(?:sqlite3|aiosqlite|pymysql|MySQLdb|mysql|aiomysql|pyodbc|pymssql|cx_Oracle|oracledb|clickhouse_\w+|snowflake|duckdb|google\.cloud|pyspark|cassandra|trino|pyathena|teradatasql)\b/m,
  },
  functions: [
    ...['execute', 'executemany', 'executescript', 'execute_values', 'execute_batch', 'mogrify', 'copy_expert'],
    ...[
      'fetch',
      'fetchrow',
      'fetchval',
      'fetch_all',
      'fetch_one',
      'fetch_val',
      'fetchmany',
      'copy_from_query',
      'iterate',
      'cursor',
      'prepare',
      'stream',
    ],
    ...['text', 'exec_driver_sql', 'scalar', 'scalars', 'raw', 'RunSQL', 'read_sql', 'read_sql_query', 'query'],
  ],
  call,
  literal,
  operands(node) {
    if (node.type === 'concatenated_string') return namedChildren(node);
    const joined = joinedList(node);
    if (joined !== undefined) return namedChildren(joined.list);
    if (node.type !== 'binary_operator' || field(node, 'operator')?.type !== '+') return undefined;
    return bothWays(node, 'left', 'right');
  },
  separator: (node) => joinedList(node)?.separator ?? '',
  inner(node) {
    if (node.type === 'parenthesized_expression' || node.type === 'await') return namedChildren(node)[0];
    if (node.type !== 'call') return undefined;
    const callee = field(node, 'function');
    const [first] = argumentsOf(node);
    if (/(?:^|\.)(?:text|SQL|dedent|cleandoc|RawSQL|str)$/.test(callee?.text ?? '')) return first;
    const method = callee?.type === 'attribute' ? field(callee, 'attribute')?.text : undefined;
    const keeps = method !== undefined && /^(?:strip|lstrip|rstrip|bindparams|columns|execution_options)$/.test(method);
    return keeps && callee !== undefined ? field(callee, 'object') : undefined;
  },
  formatted,
  alternatives(node) {
    if (node.type !== 'conditional_expression') return undefined;
    const [first, , last] = namedChildren(node);
    return first !== undefined && last !== undefined ? [first, last] : undefined;
  },
  nameOf(node): Name | undefined {
    if (node.type === 'identifier') return { name: node.text, isMember: false };
    const attribute = node.type === 'attribute' ? field(node, 'attribute') : undefined;
    return attribute && { name: attribute.text, isMember: true };
  },
  assignment(name): Assignment | undefined {
    const target = name.parent?.type === 'attribute' ? name.parent : name;
    const whole = target.parent;
    if (whole === null || !/^(?:augmented_)?assignment$/.test(whole.type)) return undefined;
    if (field(whole, 'left')?.id !== target.id) return undefined;
    return { value: field(whole, 'right'), appends: whole.type === 'augmented_assignment', whole };
  },
  doublesPercent: true,
  functionNodes: /^(?:function_definition|lambda)$/,
  conditionalNodes:
    /^(?:if_statement|elif_clause|else_clause|for_statement|while_statement|except_clause|match_statement|case_clause)$/,
  loops: {
    nodes: { for_statement: 'for', while_statement: 'while' },
    callbacks: /^lambda$/,
    iterates: ({ name }) => name.text === 'map',
    comprehension(node) {
      if (!/_comprehension$|^generator_expression$/.test(node.type)) return undefined;
      const body = field(node, 'body');
      const head = namedChildren(node).find(({ type }) => type === 'for_in_clause');
      return body && head && { body, head };
    },
  },
};

/** " ".join(["SELECT *", "FROM posts"]) */
function joinedList(node: Node): { readonly list: Node; readonly separator: string } | undefined {
  const { name, arguments: given = [], whole } = call(node) ?? {};
  const callee = name?.text === 'join' && whole ? field(whole, 'function') : undefined;
  const between = callee?.type === 'attribute' ? field(callee, 'object') : undefined;
  const [list] = given;
  if (between?.type !== 'string' || !/^(?:list|tuple)$/.test(list?.type ?? '') || list === undefined) return undefined;
  return { list, separator: between.text.slice(1, -1).replaceAll('\\n', '\n') };
}

function call(node: Node): Call | undefined {
  if (node.type !== 'call') return undefined;
  const callee = field(node, 'function');
  const name = callee?.type === 'attribute' ? field(callee, 'attribute') : callee;
  if (name?.type !== 'identifier') return undefined;
  const object = callee?.type === 'attribute' ? field(callee, 'object') : undefined;
  return { name, receiver: receiverText(object), arguments: argumentsOf(node), whole: node };
}

function argumentsOf(node: Node): Node[] {
  return namedChildren(field(node, 'arguments')).map((one) =>
    one.type === 'keyword_argument' ? (field(one, 'value') ?? one) : one,
  );
}

function literal(node: Node, text: string): LiteralPart[] | undefined {
  if (node.type !== 'string') return undefined;
  const [start] = node.children;
  const opening = start?.text ?? '"';
  const last = node.children.at(-1);
  const prefix = opening.replace(/["']/g, '').toLowerCase();
  const interpolations = namedChildren(node).flatMap((child) => {
    const expression = child.type === 'interpolation' ? field(child, 'expression') : undefined;
    return expression ? [{ range: rangeOf(child), expression }] : [];
  });
  const braces = prefix.includes('f') ? doubled('{{', '}}') : undefined;
  const backslashes = prefix.includes('r') ? undefined : knownBackslashes;
  const escapes = braces && backslashes ? both(backslashes, braces) : (braces ?? backslashes);
  const closing = last?.type === 'string_end' ? last.text.length : 0;
  return literalParts(text, insideQuotes(node, opening.length, closing), { escapes, interpolations });
}

function formatted(node: Node): Formatted | undefined {
  if (node.type === 'binary_operator' && field(node, 'operator')?.type === '%') {
    const [template, value] = bothWays(node, 'left', 'right');
    if (template === undefined || value === undefined) return undefined;
    const values = value.type === 'tuple' ? namedChildren(value) : [value];
    return { template, values, places: /%%|%(?:\(\w+\))?[-+ #0]*\d*(?:\.\d+)?[sdrfiux]/g, escapes: percent };
  }
  const callee = node.type === 'call' ? field(node, 'function') : undefined;
  if (callee?.type !== 'attribute' || field(callee, 'attribute')?.text !== 'format') return undefined;
  const template = field(callee, 'object');
  if (template === undefined) return undefined;
  // Named arguments are not in the order of their places.
  const list = namedChildren(field(node, 'arguments'));
  const values = list.some(({ type }) => /^(?:keyword_argument|list_splat|dictionary_splat)$/.test(type)) ? [] : list;
  return { template, values, places: /\{\{|\}\}|\{[^{}]*\}/g, escapes: braces };
}

const percent: ReadonlyMap<string, string> = new Map([['%%', '%']]);
const braces: ReadonlyMap<string, string> = new Map([
  ['{{', '{'],
  ['}}', '}'],
]);
