import type { Node } from 'web-tree-sitter';

export interface VariableHistory {
  /** The values that it is set to; the last sure one hides those before it. */
  readonly starts: readonly Node[];
  /** What is put behind it, in order; not sure under a condition or in a loop. */
  readonly added: readonly { readonly value: Node; readonly isSure: boolean }[];
}

interface Declaration {
  readonly declarator: Node;
  readonly scope: Node;
}

/** What a name stands for in the same file, when it is set once: `const text = "…"`, `{ find: '…' }.find`, `enum`. */
export class Definitions {
  readonly #text: string;
  readonly #root: Node;
  readonly #declarations = new Map<string, Declaration[]>();

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

  /**
   * What a `let` was given before the use: `let q = 'a'; if (x) q += 'b'` starts as 'a', to which 'b' is perhaps added.
   * Undefined when the node is no such variable, or is changed in ways that say nothing.
   */
  history(use: Node): VariableHistory | undefined {
    if (use.type !== 'identifier') return undefined;
    const name = use.text;
    const declaration = this.#declarationOf(use, name);
    if (declaration?.declarator.type !== 'variable_declarator') return undefined;
    const { declarator, scope } = declaration;
    let starts: Node[] = [];
    let added: { value: Node; isSure: boolean }[] = [];
    const initial = declarator.childForFieldName('value');
    if (initial !== null) starts.push(initial);
    const pattern = new RegExp(
      `(?<![.\\w$])${name.replaceAll('$', '\\$')}\\s*(?:[-+*/%&|^?]{0,3}=(?![=>])|\\+\\+|--)`,
      'g',
    );
    pattern.lastIndex = 0;
    const from = declarator.endIndex;
    for (const match of this.#text.slice(from, Math.min(scope.endIndex, use.startIndex)).matchAll(pattern)) {
      const at = from + match.index;
      const target = this.#root.descendantForIndex(at, at + name.length);
      const assignment = target?.parent;
      if (!target || !assignment || this.#declarationOf(target, name)?.declarator.id !== declarator.id) continue;
      const value = assignment.childForFieldName('right');
      const isLeft = assignment.childForFieldName('left')?.id === target.id;
      if (value === null || !isLeft) return undefined;
      const certainty = certaintyOf(assignment, use, scope);
      if (certainty === 'never') continue;
      const isSure = certainty === 'always';
      if (assignment.type === 'augmented_assignment_expression') {
        if (!/\+=$/.test(match[0])) return undefined;
        added.push({ value, isSure });
      } else if (value.type === 'binary_expression' && value.childForFieldName('left')?.text === name) {
        // q = q + ' LIMIT 1'
        const right = value.childForFieldName('right');
        if (right !== null) added.push({ value: right, isSure });
      } else if (new RegExp(`\\$\\{\\s*${name.replaceAll('$', '\\$')}\\b`).test(value.text)) {
        added.push({ value, isSure: false });
      } else if (isSure) {
        starts = [value];
        added = [];
      } else starts.push(value);
    }
    return starts.length === 0 ? undefined : { starts, added };
  }

  /** `parts.push(…)`, `parts[0] = …` */
  isMutated(use: Node): boolean {
    if (use.type !== 'identifier') return false;
    const scope = this.#declarationOf(use, use.text)?.scope ?? this.#root;
    const name = use.text.replaceAll('$', '\\$');
    const change = new RegExp(
      `(?<![.\\w$])${name}\\s*(?:\\.(?:push|unshift|splice|concat|pop|shift)\\(|\\[[^\\]]*\\]\\s*=(?!=))`,
    );
    return change.test(this.#text.slice(scope.startIndex, scope.endIndex));
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
    const best = this.#declarationOf(use, name);
    if (best === undefined) return undefined;
    const value = best.declarator.childForFieldName('value');
    if (value === null || this.#isAssigned(name, best)) return undefined;
    return value;
  }

  #declarationOf(use: Node, name: string): Declaration | undefined {
    let best: Declaration | undefined;
    for (const each of this.#declarationsOf(name)) {
      const contains = each.scope.startIndex <= use.startIndex && use.endIndex <= each.scope.endIndex;
      if (contains && (best === undefined || each.scope.startIndex >= best.scope.startIndex)) best = each;
    }
    return best;
  }

  /** `const`, and `let` or `var` that nothing sets again. A parameter or an import hides it, with no value. */
  #declarationsOf(name: string): Declaration[] {
    const known = this.#declarations.get(name);
    if (known !== undefined) return known;
    const found: Declaration[] = [];
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

const conditional =
  /^(?:if_statement|else_clause|switch_case|switch_default|for_statement|for_in_statement|while_statement|do_statement|catch_clause|ternary_expression|arrow_function|function_expression|function_declaration|method_definition)$/;

/** Whether an assignment has happened at the use: 'never' from the other branch of an `if` around the use. */
function certaintyOf(assignment: Node, use: Node, scope: Node): 'always' | 'perhaps' | 'never' {
  let certainty: 'always' | 'perhaps' = 'always';
  let child = assignment;
  for (let node = assignment.parent; node !== null && node.id !== scope.id; child = node, node = node.parent) {
    if (!conditional.test(node.type) && !/^(?:&&|\|\||\?\?)$/.test(node.childForFieldName('operator')?.type ?? ''))
      continue;
    if (child.startIndex <= use.startIndex && use.endIndex <= child.endIndex) continue;
    if (node.type === 'if_statement' && node.startIndex <= use.startIndex && use.endIndex <= node.endIndex)
      return 'never';
    certainty = 'perhaps';
  }
  return certainty;
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
