import type { Node } from 'web-tree-sitter';
import { backslashes, both, doubled, type Escapes, insideQuotes, literalParts } from './strings/literals';
import { binaryOperands, bothWays, field, namedChildren, rangeOf, receiverText } from './strings/nodes';
import { atNames, named } from './strings/placeholders';
import type { Assignment, Call, Formatted, LiteralPart, StringSyntax } from './strings/syntax';

/** SQL in the strings of C#. */
export const csharp: StringSyntax = {
  languageIds: ['csharp'],
  grammarFile: 'tree-sitter-c-sharp.wasm',
  libraries: {
    own: [
      [/^\s*(?:global\s+)?using\s+Npgsql\b(?!\.EntityFrameworkCore)/m, 'npgsql'],
      [
        /^\s*(?:global\s+)?using\s+(?:static\s+)?(?:Microsoft\.EntityFrameworkCore|Npgsql\.EntityFrameworkCore)\b/m,
        'ef',
      ],
      [/^\s*(?:global\s+)?using\s+Dapper\b/m, 'dapper'],
    ],
    other:
      /^\s*(?:global\s+)?using\s+(?:MySql|MySqlConnector|Microsoft\.Data\.SqlClient|System\.Data\.SqlClient|Microsoft\.Data\.Sqlite|System\.Data\.SQLite|SQLite|Oracle|ClickHouse|Snowflake|DuckDB|Cassandra|Google\.Cloud)\b/m,
  },
  functions: [
    ...['Query', 'QueryAsync', 'QueryFirst', 'QueryFirstAsync', 'QueryFirstOrDefault', 'QueryFirstOrDefaultAsync'],
    ...['QuerySingle', 'QuerySingleAsync', 'QuerySingleOrDefault', 'QuerySingleOrDefaultAsync', 'QueryMultiple'],
    ...['QueryMultipleAsync', 'QueryUnbufferedAsync', 'Execute', 'ExecuteAsync', 'ExecuteScalar', 'ExecuteScalarAsync'],
    ...[
      'ExecuteReader',
      'ExecuteReaderAsync',
      'CommandDefinition',
      'NpgsqlCommand',
      'NpgsqlBatchCommand',
      'CommandText',
    ],
    ...[
      'NpgsqlDataAdapter',
      'CreateCommand',
      'FromSqlRaw',
      'FromSql',
      'FromSqlInterpolated',
      'SqlQueryRaw',
      'SqlQuery',
    ],
    ...['ExecuteSqlRaw', 'ExecuteSqlRawAsync', 'ExecuteSql', 'ExecuteSqlAsync', 'ExecuteSqlInterpolated'],
    ...['ExecuteSqlInterpolatedAsync', 'BeginBinaryImport', 'BeginBinaryExport', 'BeginTextImport', 'BeginTextExport'],
    ...['Sql'],
  ],
  callFollows: /\s*(?:[(<]|=(?!=))/,
  call,
  literal,
  operands: (node) => (node.type === 'binary_expression' ? binaryOperands(node, '+') : undefined),
  inner(node) {
    if (node.type === 'parenthesized_expression' || node.type === 'argument') return namedChildren(node).at(-1);
    const { name, whole } = call(node) ?? {};
    if (whole?.type !== 'invocation_expression' || !/^(?:Trim\w*|ToString)$/.test(name?.text ?? '')) return undefined;
    const callee = field(whole, 'function');
    return callee && field(callee, 'expression');
  },
  formatted(node): Formatted | undefined {
    const { name, receiver, arguments: given = [] } = node.type === 'invocation_expression' ? (call(node) ?? {}) : {};
    const [template, ...values] = given;
    if (name?.text !== 'Format' || !/^string$/i.test(receiver ?? '') || template === undefined) return undefined;
    const escapes = new Map([
      ['{{', '{'],
      ['}}', '}'],
    ]);
    return { template, values, places: /\{\{|\}\}|\{\d+[^{}]*\}/g, escapes };
  },
  alternatives: (node) => (node.type === 'conditional_expression' ? bothWays(node) : undefined),
  nameOf(node) {
    if (node.type === 'identifier') return { name: node.text, isMember: false };
    const member = node.type === 'member_access_expression' ? field(node, 'name') : undefined;
    return member && { name: member.text, isMember: true };
  },
  assignment,
  functionNodes:
    /^(?:method_declaration|constructor_declaration|local_function_statement|lambda_expression|anonymous_method_expression|accessor_declaration)$/,
  conditionalNodes:
    /^(?:if_statement|else_clause|for_statement|foreach_statement|while_statement|do_statement|switch_section|catch_clause)$/,
  loops: {
    nodes: { for_statement: 'for', foreach_statement: 'for', while_statement: 'while', do_statement: 'while' },
    callbacks: /^(?:lambda_expression|anonymous_method_expression)$/,
    iterates: ({ name }) =>
      /^(?:Select|SelectMany|ForEach|ForEachAsync|Where|Any|All|Sum|ToDictionary)$/.test(name.text),
  },
  placeholders: (text) => [...named(text, atNames), ...named(text, /\{(\d+)\}/g)],
  binds: ({ name }) => /^(?:FromSql|SqlQuery|ExecuteSql(?:Async)?|\w+Interpolated(?:Async)?)$/.test(name.text),
};

/** Also `new NpgsqlCommand("…")` and `command.CommandText = "…"`. */
function call(node: Node): Call | undefined {
  if (node.type === 'object_creation_expression') {
    const name = field(node, 'type');
    return name && { name, receiver: '', arguments: argumentsOf(node), whole: node };
  }
  if (node.type === 'assignment_expression') {
    const left = field(node, 'left');
    const name = left?.type === 'member_access_expression' ? field(left, 'name') : left;
    const right = field(node, 'right');
    if (name?.text !== 'CommandText' || right === undefined) return undefined;
    return { name, receiver: '', arguments: [right], whole: node };
  }
  if (node.type !== 'invocation_expression') return undefined;
  const callee = field(node, 'function');
  if (callee === undefined) return undefined;
  const binding = callee.type === 'conditional_access_expression' ? namedChildren(callee).at(-1) : callee;
  const member = binding && /^member_/.test(binding.type) ? field(binding, 'name') : callee;
  const name = member?.type === 'generic_name' ? namedChildren(member)[0] : member;
  if (name?.type !== 'identifier') return undefined;
  const receiver = field(callee, 'expression') ?? field(callee, 'condition');
  return { name, receiver: receiverText(receiver), arguments: argumentsOf(node), whole: node };
}

function argumentsOf(node: Node): Node[] {
  return namedChildren(field(node, 'arguments')).flatMap((one) =>
    one.type === 'argument' ? namedChildren(one).slice(-1) : [one],
  );
}

function literal(node: Node, text: string): LiteralPart[] | undefined {
  if (node.type === 'string_literal') return literalParts(text, insideQuotes(node, 1, 1), { escapes: backslashes });
  if (node.type === 'verbatim_string_literal') {
    return literalParts(text, insideQuotes(node, 2, 1), { escapes: doubled('""') });
  }
  if (node.type === 'raw_string_literal') {
    const quotes = /^"+/.exec(node.text)?.[0].length ?? 3;
    return literalParts(text, insideQuotes(node, quotes, quotes), {});
  }
  if (node.type !== 'interpolated_string_expression') return undefined;
  const [, sign = '$', quotes = '"'] = /^([$@]+)("+)/.exec(node.text) ?? [];
  const interpolations = namedChildren(node).flatMap((child) => {
    const expression =
      child.type === 'interpolation'
        ? namedChildren(child).find(({ type }) => !/^interpolation_/.test(type))
        : undefined;
    return expression ? [{ range: rangeOf(child), expression }] : [];
  });
  // Of `$""`, the two quotes are both ends.
  const length = quotes.length === 2 ? 1 : quotes.length;
  const inside = insideQuotes(node, sign.length + length, length);
  return literalParts(text, inside, { escapes: interpolatedEscapes(sign, length), interpolations });
}

function interpolatedEscapes(sign: string, quotes: number): Escapes | undefined {
  if (quotes >= 3) return undefined;
  return sign.includes('@') ? doubled('""', '{{', '}}') : both(backslashes, doubled('{{', '}}'));
}

function assignment(name: Node): Assignment | undefined {
  const target = name.parent?.type === 'member_access_expression' ? name.parent : name;
  const whole = target.parent;
  if (whole === null) return undefined;
  if (whole.type === 'variable_declarator' && field(whole, 'name')?.id === target.id) {
    const [, value] = namedChildren(whole);
    return { value, appends: false, whole };
  }
  if (whole.type !== 'assignment_expression' || field(whole, 'left')?.id !== target.id) return undefined;
  return { value: field(whole, 'right'), appends: field(whole, 'operator')?.type === '+=', whole };
}
