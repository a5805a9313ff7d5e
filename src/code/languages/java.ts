import type { Node } from 'web-tree-sitter';
import type { Placeholder } from '../../sql/placeholders';
import { backslashes, insideQuotes, literalParts } from './strings/literals';
import { binaryOperands, bothWays, field, namedChildren, receiverText } from './strings/nodes';
import { named } from './strings/placeholders';
import type { Assignment, Call, Formatted, StringSyntax } from './strings/syntax';

/** SQL in the strings of Java. */
export const java: StringSyntax = {
  languageIds: ['java'],
  grammarFile: 'tree-sitter-java.wasm',
  libraries: {
    own: [
      [/^import\s+org\.springframework\.(?:jdbc|r2dbc)\b/m, 'spring-jdbc'],
      [/^import\s+org\.springframework\.data\b/m, 'spring-data'],
      [/^import\s+org\.jooq\b/m, 'jooq'],
      [/^import\s+org\.jdbi\b/m, 'jdbi'],
      [/^import\s+org\.apache\.ibatis\b/m, 'mybatis'],
      [/^import\s+(?:jakarta|javax)\.persistence\b|^import\s+org\.hibernate\b/m, 'jpa'],
      [/^import\s+(?:static\s+)?(?:java\.sql|javax\.sql|org\.postgresql)\b/m, 'jdbc'],
    ],
    other: otherJava(),
  },
  functions: [
    ...[
      'prepareStatement',
      'prepareCall',
      'executeQuery',
      'executeUpdate',
      'execute',
      'executeLargeUpdate',
      'addBatch',
    ],
    ...['query', 'queryForObject', 'queryForList', 'queryForMap', 'queryForRowSet', 'queryForStream', 'update', 'sql'],
    ...[
      'batchUpdate',
      'createNativeQuery',
      'createSQLQuery',
      'createNativeMutationQuery',
      'createQuery',
      'createUpdate',
    ],
    ...[
      'fetch',
      'fetchOne',
      'fetchMany',
      'fetchSingle',
      'fetchOptional',
      'resultQuery',
      'createStatement',
      'preparedQuery',
    ],
    ...[
      'Query',
      'NativeQuery',
      'Select',
      'Insert',
      'Update',
      'Delete',
      'SqlQuery',
      'SqlUpdate',
      'SqlBatch',
      'NamedNativeQuery',
    ],
  ],
  call,
  literal(node, text) {
    if (node.type !== 'string_literal') return undefined;
    const quotes = text.startsWith('"""', node.startIndex) ? 3 : 1;
    return literalParts(text, insideQuotes(node, quotes, quotes), { escapes: backslashes });
  },
  operands(node) {
    if (node.type === 'element_value_array_initializer') return namedChildren(node);
    if (node.type === 'binary_expression') return binaryOperands(node, '+');
    // new StringBuilder("SELECT …").append("…")
    const { name, arguments: given = [] } = node.type === 'method_invocation' ? (call(node) ?? {}) : {};
    const object = name?.text === 'append' ? field(node, 'object') : undefined;
    const [first] = given;
    return object && first ? [object, first] : undefined;
  },
  separator: (node) => (node.type === 'element_value_array_initializer' ? ' ' : ''),
  inner(node) {
    if (node.type === 'parenthesized_expression') return namedChildren(node)[0];
    if (node.type === 'object_creation_expression') {
      const isBuilder = /^(?:StringBuilder|StringBuffer|String)$/.test(field(node, 'type')?.text ?? '');
      return isBuilder ? namedChildren(field(node, 'arguments'))[0] : undefined;
    }
    if (node.type !== 'method_invocation') return undefined;
    const method = field(node, 'name')?.text ?? '';
    return /^(?:toString|strip|trim|stripIndent|translateEscapes|intern)$/.test(method)
      ? field(node, 'object')
      : undefined;
  },
  formatted(node): Formatted | undefined {
    if (node.type !== 'method_invocation') return undefined;
    const { name, receiver, arguments: given = [] } = call(node) ?? {};
    const places = /%%|%n|%(?:\d+\$)?[-+# 0,(]*\d*(?:\.\d+)?[a-zA-Z]/g;
    const escapes = new Map([
      ['%%', '%'],
      ['%n', '\n'],
    ]);
    const object = field(node, 'object');
    if (name?.text === 'formatted' && object) return { template: object, values: given, places, escapes };
    const [template, ...values] = given;
    return name?.text === 'format' && receiver === 'String' && template
      ? { template, values, places, escapes }
      : undefined;
  },
  alternatives: (node) => (node.type === 'ternary_expression' ? bothWays(node) : undefined),
  nameOf(node) {
    if (node.type === 'identifier') return { name: node.text, isMember: false };
    const member = node.type === 'field_access' ? field(node, 'field') : undefined;
    return member && { name: member.text, isMember: true };
  },
  assignment,
  functionNodes: /^(?:method_declaration|constructor_declaration|lambda_expression)$/,
  conditionalNodes:
    /^(?:if_statement|for_statement|enhanced_for_statement|while_statement|do_statement|switch_block_statement_group|switch_rule|catch_clause)$/,
  loops: {
    nodes: {
      for_statement: 'for',
      enhanced_for_statement: 'for',
      while_statement: 'while',
      do_statement: 'while',
    },
    callbacks: /^lambda_expression$/,
    iterates: ({ name, receiver }) =>
      // JdbcTemplate hands each row to the function behind the query.
      /^(?:forEach|forEachOrdered|replaceAll|removeIf|query|queryForStream)$/.test(name.text) ||
      (/^(?:map\w*|flatMap\w*|filter|peek|anyMatch|allMatch|noneMatch)$/.test(name.text) &&
        /[sS]tream\b/.test(receiver)),
  },
  placeholders,
  isOther({ name, whole, receiver }, text) {
    if (name.text === 'createQuery') return !/^(?:handle|h)$/.test(receiver);
    if (whole.type !== 'annotation') return false;
    if (name.text === 'NativeQuery' || name.text === 'NamedNativeQuery') return false;
    // Without nativeQuery it is the query language of JPA, which has entities in place of tables.
    const isNative =
      /nativeQuery\s*=\s*true/.test(whole.text) || /import\s+org\.springframework\.data\.(?:jdbc|r2dbc)\b/.test(text);
    if (name.text === 'Query') return !isNative;
    return !/import\s+org\.(?:jdbi|apache\.ibatis)\b/.test(text);
  },
};

function otherJava(): RegExp {
  const packages =
    'com\\.mysql|org\\.mariadb|org\\.sqlite|oracle\\.jdbc|com\\.microsoft\\.sqlserver|com\\.clickhouse|ru\\.yandex\\.clickhouse|android\\.|androidx\\.|com\\.datastax|org\\.apache\\.(?:cassandra|spark|hive|calcite)|org\\.h2|org\\.duckdb|net\\.snowflake|com\\.google\\.cloud';
  return new RegExp(`^import\\s+(?:static\\s+)?(?:${packages})`, 'm');
}

function call(node: Node): Call | undefined {
  if (node.type === 'annotation') {
    const name = field(node, 'name');
    const values = namedChildren(field(node, 'arguments')).flatMap((one) => {
      if (one.type !== 'element_value_pair') return [one];
      const value = /^(?:value|query|nativeQuery)$/.test(field(one, 'key')?.text ?? '')
        ? field(one, 'value')
        : undefined;
      return value ? [value] : [];
    });
    return name && { name, receiver: '', arguments: values, whole: node };
  }
  if (node.type !== 'method_invocation') return undefined;
  const name = field(node, 'name');
  const given = namedChildren(field(node, 'arguments'));
  return name && { name, receiver: receiverText(field(node, 'object')), arguments: given, whole: node };
}

/** Also `sql.append(" LIMIT 1")` of a StringBuilder. */
function assignment(name: Node): Assignment | undefined {
  const target = name.parent?.type === 'field_access' ? name.parent : name;
  const whole = target.parent;
  if (whole === null) return undefined;
  if (whole.type === 'variable_declarator' && field(whole, 'name')?.id === target.id) {
    return { value: field(whole, 'value'), appends: false, whole };
  }
  if (whole.type === 'assignment_expression' && field(whole, 'left')?.id === target.id) {
    return { value: field(whole, 'right'), appends: field(whole, 'operator')?.type === '+=', whole };
  }
  const isObject = whole.type === 'method_invocation' && field(whole, 'object')?.id === target.id;
  if (!isObject || field(whole, 'name')?.text !== 'append') return undefined;
  return { value: namedChildren(field(whole, 'arguments'))[0], appends: true, whole };
}

/** MyBatis's `#{author.id}`, JPA's `?1`. */
function placeholders(text: string): Placeholder[] {
  return [...named(text, /#\{\s*([\w.]+)[^}]*\}/g), ...named(text, /\?(\d+)/g)];
}
