import type { Node } from 'web-tree-sitter';
import type { Definitions } from './javascript-definitions';
import type { HelperPart } from './javascript-postgres-helpers';

/** What slonik's helpers write: `sql.identifier(['public', 'posts'])`, `sql.unnest(rows, ['text'])`. Undefined for another call. */
export function slonikHelper(name: string, given: readonly Node[], definitions: Definitions): HelperPart[] | undefined {
  const [first, second] = given;
  if (first === undefined) return undefined;
  const value = { value: first.text.slice(0, 40) };
  switch (name) {
    case 'identifier': {
      const names = stringsOf(first, definitions);
      return names && [names.map(quoted).join('.')];
    }
    case 'unnest': {
      const types = second && stringsOf(second, definitions);
      if (types === undefined) return undefined;
      const lists = types.flatMap((type, i): HelperPart[] => [
        ...(i > 0 ? [', '] : []),
        { value: `${value.value}.${i + 1}` },
        `::"${type}"[]`,
      ]);
      return ['unnest(', ...lists, ')'];
    }
    case 'timestamp':
      return ['to_timestamp(', value, ')'];
    case 'date':
      return [value, '::date'];
    case 'interval': {
      if (first.type !== 'object') return undefined;
      const parts = first.namedChildren.flatMap((pair, i): HelperPart[] => {
        const key = pair?.childForFieldName('key')?.text;
        return key === undefined
          ? []
          : [`${i > 0 ? ', ' : ''}${unitOf(key)} => `, { value: `${key} of ${value.value}` }];
      });
      return parts.length === 0 ? undefined : ['make_interval(', ...parts, ')'];
    }
    case 'literalValue': {
      const text = first.type === 'string' ? first.text.slice(1, -1) : undefined;
      return text === undefined ? undefined : [`'${text.replaceAll("'", "''")}'`];
    }
    default:
      return undefined;
  }
}

/** make_interval says `mins` and `secs`. */
function unitOf(key: string): string {
  return key === 'minutes' ? 'mins' : key === 'seconds' ? 'secs' : key;
}

function stringsOf(node: Node, definitions: Definitions): string[] | undefined {
  const value = definitions.valueOf(node) ?? node;
  if (value.type !== 'array') return undefined;
  const texts = value.namedChildren.map((child) => (child?.type === 'string' ? child.text.slice(1, -1) : undefined));
  return texts.some((text) => text === undefined) ? undefined : texts.filter((text) => text !== undefined);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
