import type { Node } from 'web-tree-sitter';
import type { Wildcards } from '../../nouns/query-site';
import { wildcardsOfText } from '../../sql/wildcards';
import type { Definitions } from './javascript-definitions';

/** Where a value has `%` for certain: `%${term}%` on both sides, `term + '%'` behind. */
export function wildcardsOf(expression: Node, definitions: Definitions): Wildcards | undefined {
  let node = bare(expression);
  for (let depth = 0; depth < 4; depth++) {
    const value = definitions.valueOf(node);
    if (value === undefined) break;
    node = bare(value);
  }
  if (node.type === 'ternary_expression') {
    const parts = [node.childForFieldName('consequence'), node.childForFieldName('alternative')];
    for (const part of parts) {
      const found = part === null ? undefined : wildcardsOf(part, definitions);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const { text } = node;
  if (!/^(?:string|template_string|binary_expression)$/.test(node.type)) return undefined;
  return wildcardsOfText(text.replace(/^['"`]|['"`]$/g, ''));
}

/**
 * The values that go with a query: `[a, b]` for `$1` and `?`, `{ name }` for `:name`; behind the text in the call, or in
 * `{ values }`, `{ bind }`, `{ replacements }`.
 */
export class BoundValues {
  readonly #lists: readonly Node[];
  readonly #definitions: Definitions;

  constructor(query: Node, definitions: Definitions) {
    this.#definitions = definitions;
    const after = query.parent?.type === 'arguments' ? query.parent.namedChildren : [];
    const at = after.findIndex((node) => node?.id === query.id);
    const own = [query, ...after.slice(at + 1, at + 3)].flatMap((node) => (node === null ? [] : [this.#follow(node)]));
    const nested = own.flatMap((node) =>
      node.type === 'object'
        ? ['values', 'bind', 'replacements', 'parameters', 'params'].flatMap((name) => {
            const value = definitions.property(node, name);
            return value === undefined ? [] : [this.#follow(value)];
          })
        : [],
    );
    this.#lists = [...nested, ...own.slice(1)];
  }

  /** `source` is the placeholder as it stands in the text, `position` its place among those without a name, from 0. */
  wildcards(source: string, position: number): Wildcards | undefined {
    const number = /^\$(\d+)/.exec(source)?.[1];
    const index = number === undefined ? position : Number(number) - 1;
    const name = /^(?::|\$[({/[<]?|\{\{\s*|%\()([A-Za-z_]\w*)/.exec(source)?.[1];
    for (const list of this.#lists) {
      const value = name === undefined ? element(list, index) : this.#property(list, name);
      const found = value && wildcardsOf(value, this.#definitions);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #property(list: Node, name: string): Node | undefined {
    return list.type === 'object' ? this.#definitions.property(list, name) : undefined;
  }

  #follow(node: Node): Node {
    const inner = bare(node);
    const value = this.#definitions.valueOf(inner);
    return value === undefined ? inner : bare(value);
  }
}

function element(list: Node, index: number): Node | undefined {
  if (list.type !== 'array') return undefined;
  const elements = list.namedChildren.filter((child) => child !== null && child.type !== 'comment').slice(0, index + 1);
  return elements.some((each) => each?.type === 'spread_element') ? undefined : (elements[index] ?? undefined);
}

function bare(node: Node): Node {
  let inner = node;
  while (/^(?:parenthesized_expression|as_expression|satisfies_expression|non_null_expression)$/.test(inner.type)) {
    const child = inner.namedChildren[0];
    if (child === null || child === undefined) return inner;
    inner = child;
  }
  return inner;
}
