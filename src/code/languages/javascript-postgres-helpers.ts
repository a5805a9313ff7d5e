import type { Node } from 'web-tree-sitter';
import type { Definitions } from './javascript-definitions';

/** What stands for a helper of postgres.js: SQL text, and the places of values. */
export type HelperPart = string | { readonly value: string };

/** The words that say what `sql(…)` means, as in postgres.js: the last one before it counts. */
const words = /(?<=^|[\s(])(values|in|select|as|returning|update|insert)(?=$|[\s(])|(\()/gi;

/**
 * `insert into users ${sql(user, 'email')}` → ("email") values ($1); `set ${sql({ role })}` → "role" = $1; `select ${sql(['id'])}`
 * → "id"; `${sql('users.id')}` → "users"."id". `before` is the statement's text before it. Undefined when its columns are not known.
 */
export function postgresHelper(
  given: readonly Node[],
  before: string,
  definitions: Definitions,
): HelperPart[] | undefined {
  const [first, ...rest] = given.map((node) => followed(node, definitions));
  if (first === undefined) return undefined;
  const name = stringOf(first);
  if (name !== undefined && rest.length === 0) return [quoted(name)];
  const named = namesOf(first);
  const last = [...before.matchAll(words)].at(-1);
  const word = last?.[2] ?? last?.[1]?.toLowerCase();
  if (named !== undefined && (word === 'select' || word === 'returning' || word === 'as' || word === '('))
    return [named.map(quoted).join(', ')];
  const columns = rest.length > 0 ? rest.flatMap((node) => namesOf(node) ?? stringOf(node) ?? []) : keysOf(first);
  if (columns === undefined || columns.length === 0) return undefined;
  const values = columns.map((column) => ({ value: `${given[0]?.text.slice(0, 40) ?? ''}.${column}` }));
  switch (word) {
    case 'insert':
      return [`(${columns.map(quoted).join(', ')}) values (`, ...separated(values), ')'];
    case 'values':
    case 'in':
      return ['(', ...separated(values), ')'];
    case 'update':
      return columns.flatMap((column, i): HelperPart[] => {
        const value = values[i];
        return value === undefined ? [] : [`${i > 0 ? ', ' : ''}${quoted(column)} = `, value];
      });
    default:
      return undefined;
  }
}

function followed(node: Node, definitions: Definitions): Node {
  const value = definitions.valueOf(node);
  const inner = value ?? node;
  return /^(?:as|satisfies)_expression$/.test(inner.type) ? (inner.namedChildren[0] ?? inner) : inner;
}

function stringOf(node: Node): string | undefined {
  return node.type === 'string' ? node.text.slice(1, -1) : undefined;
}

/** `['id', 'email']` */
function namesOf(node: Node): string[] | undefined {
  if (node.type !== 'array' || node.namedChildCount === 0) return undefined;
  const names = node.namedChildren.map((child) => (child === null ? undefined : stringOf(child)));
  return names.some((name) => name === undefined) ? undefined : names.filter((name) => name !== undefined);
}

/** `{ role, active: true }`, or the first of a list of such. */
function keysOf(node: Node): string[] | undefined {
  if (node.type === 'array') return node.namedChildren[0] ? keysOf(node.namedChildren[0]) : undefined;
  if (node.type !== 'object') return undefined;
  const keys = node.namedChildren.map((member) => {
    if (member?.type === 'shorthand_property_identifier') return member.text;
    if (member?.type !== 'pair') return undefined;
    return member.childForFieldName('key')?.text.replace(/^['"]|['"]$/g, '');
  });
  return keys.some((key) => key === undefined) ? undefined : keys.filter((key) => key !== undefined);
}

function separated(parts: readonly HelperPart[]): HelperPart[] {
  return parts.flatMap((part, i) => (i === 0 ? [part] : [', ', part]));
}

/** As escapeIdentifier of postgres.js. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""').replaceAll('.', '"."')}"`;
}
