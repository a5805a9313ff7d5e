import type { Node } from 'web-tree-sitter';

/** What a name stands for in the same file, when it is set once: `const text = "…"`, `{ find: '…' }.find`, `enum`. */
export class Definitions {
  readonly #text: string;
  readonly #root: Node;
  readonly #declarations = new Map<string, { readonly declarator: Node; readonly scope: Node }[]>();

  constructor(text: string, root: Node) {
    this.#text = text;
    this.#root = root;
  }

  /** Undefined when the node is not a name, or its value is not known. */
  valueOf(node: Node): Node | undefined {
    if (node.type === 'identifier') return this.#variable(node);
    if (node.type !== 'member_expression') return undefined;
    const object = node.childForFieldName('object');
    const property = node.childForFieldName('property');
    if (object === null || property === null) return undefined;
    const value = object.type === 'this' ? undefined : this.valueOf(object);
    if (object.type === 'this') return this.#field(property.text);
    const literal = value === undefined ? undefined : strip(value);
    return literal?.type === 'object' ? this.property(literal, property.text) : undefined;
  }

  /** The value of an object literal's property; `{ text }` is `text`. */
  property(object: Node, name: string): Node | undefined {
    for (const member of object.namedChildren) {
      if (member?.type === 'pair') {
        const key = member.childForFieldName('key');
        if (key?.text.replace(/^['"]|['"]$/g, '') === name) return member.childForFieldName('value') ?? undefined;
      } else if (member?.type === 'shorthand_property_identifier' && member.text === name) {
        return this.#lookUp(member, name) ?? member;
      }
    }
    return undefined;
  }

  #variable(use: Node): Node | undefined {
    return this.#lookUp(use, use.text);
  }

  /** The declaration in the innermost scope around the use. */
  #lookUp(use: Node, name: string): Node | undefined {
    let best: { declarator: Node; scope: Node } | undefined;
    for (const each of this.#declarationsOf(name)) {
      const contains = each.scope.startIndex <= use.startIndex && use.endIndex <= each.scope.endIndex;
      if (contains && (best === undefined || each.scope.startIndex >= best.scope.startIndex)) best = each;
    }
    if (best === undefined) return undefined;
    const value = best.declarator.childForFieldName('value');
    if (value === null || this.#isAssigned(name, best)) return undefined;
    return value;
  }

  /** `const`, and `let` or `var` that nothing sets again. A parameter or an import hides it, with no value. */
  #declarationsOf(name: string): { readonly declarator: Node; readonly scope: Node }[] {
    const known = this.#declarations.get(name);
    if (known !== undefined) return known;
    const found: { declarator: Node; scope: Node }[] = [];
    const pattern = new RegExp(`(?<![.\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`, 'g');
    for (const match of this.#text.matchAll(pattern)) {
      const node = this.#root.descendantForIndex(match.index, match.index + name.length);
      const parent = node?.parent;
      if (node === null || parent === null || parent === undefined || node.text !== name) continue;
      const isDeclared = parent.type === 'variable_declarator' && parent.childForFieldName('name')?.id === node.id;
      const isParameter = /^(?:formal_parameters|required_parameter|optional_parameter)$/.test(parent.type);
      const isLoop = parent.type === 'for_in_statement' && parent.childForFieldName('left')?.id === node.id;
      const isArrow = parent.type === 'arrow_function' && parent.childForFieldName('parameter')?.id === node.id;
      if (isDeclared || isParameter || isLoop || isArrow) found.push({ declarator: parent, scope: scopeOf(parent) });
      if (found.length > 50) break;
    }
    this.#declarations.set(name, found);
    return found;
  }

  /** `sql += ' LIMIT 10'` makes the text unknown. */
  #isAssigned(name: string, { declarator, scope }: { declarator: Node; scope: Node }): boolean {
    if (declarator.parent?.type === 'lexical_declaration' && declarator.parent.text.startsWith('const')) return false;
    const rest = this.#text.slice(declarator.endIndex, scope.endIndex);
    return new RegExp(`(?<![.\\w$])${name.replaceAll('$', '\\$')}\\s*(?:[-+*/%&|^?]{0,2}=(?![=>])|\\+\\+|--)`).test(
      rest,
    );
  }

  /** `private readonly text = '…'` of a class, set nowhere else. */
  #field(name: string): Node | undefined {
    const pattern = new RegExp(`(?<![.\\w$])#?${name.replace(/[#$]/g, '\\$&')}\\s*(?::\\s*string\\s*)?=\\s*['"\`]`);
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    const parent = this.#root.descendantForIndex(match.index, match.index + name.length)?.parent;
    if (parent === null || parent === undefined || !/field_definition$/.test(parent.type)) return undefined;
    if (new RegExp(`this\\.${name.replace(/[#$]/g, '\\$&')}\\s*[-+]?=(?!=)`).test(this.#text)) return undefined;
    return parent.childForFieldName('value') ?? undefined;
  }
}

function scopeOf(declaration: Node): Node {
  let node = declaration;
  for (let parent = node.parent; parent !== null; parent = parent.parent) {
    node = parent;
    if (
      /^(?:statement_block|program|arrow_function|for_statement|for_in_statement|switch_body|class_static_block)$/.test(
        node.type,
      )
    )
      break;
    if (/function|method_definition/.test(node.type)) break;
  }
  return node;
}

function strip(node: Node): Node {
  let inner = node;
  while (/^(?:as_expression|satisfies_expression|parenthesized_expression)$/.test(inner.type)) {
    const child = inner.namedChildren[0];
    if (child === null || child === undefined) return inner;
    inner = child;
  }
  const call = inner.type === 'call_expression' ? inner.childForFieldName('arguments')?.namedChildren[0] : undefined;
  return call?.type === 'object' && /\bfreeze$/.test(inner.childForFieldName('function')?.text ?? '') ? call : inner;
}
