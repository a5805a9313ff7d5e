import type { Node } from 'web-tree-sitter';
import type { Assignment, StringSyntax } from './syntax';

/** What a name stands for where it is used. */
export interface TextHistory {
  /** The values that it may have been set to. */
  readonly starts: readonly Node[];
  /** What is put behind it, in order; not sure under a condition or in a loop. */
  readonly added: readonly { readonly value: Node; readonly isSure: boolean }[];
}

interface Found extends Assignment {
  readonly target: Node;
}

/** More uses of one name than this are not looked at. */
const mostUses = 200;

/** The values of variables, constants and fields in the same file. */
export class TextDefinitions {
  readonly #text: string;
  readonly #root: Node;
  readonly #syntax: StringSyntax;
  readonly #found = new Map<string, readonly Found[]>();

  constructor(text: string, root: Node, syntax: StringSyntax) {
    this.#text = text;
    this.#root = root;
    this.#syntax = syntax;
  }

  /** Undefined when nothing says what the name stands for. */
  history(use: Node): TextHistory | undefined {
    const name = this.#syntax.nameOf(use);
    if (name === undefined) return undefined;
    const all = this.#assignments(name.name);
    if (!name.isMember) {
      const scope = this.#functionAround(use);
      for (let around = scope; around !== undefined; around = this.#functionAround(around)) {
        const own = all.filter(({ target }) => this.#functionAround(target)?.id === around.id);
        if (own.length > 0) return this.#before(use, own, around);
        if (this.#isParameter(name.name, around)) return undefined;
      }
    }
    // A constant of the file or a class: set once, outside of functions.
    const outside = all.filter(({ target }) => name.isMember || this.#functionAround(target) === undefined);
    const [only, ...others] = outside;
    if (only?.value === undefined || others.length > 0 || only.appends) return undefined;
    return { starts: [only.value], added: [] };
  }

  #before(use: Node, own: readonly Found[], scope: Node): TextHistory | undefined {
    let starts: Node[] = [];
    let added: { value: Node; isSure: boolean }[] = [];
    for (const { target, value, appends, whole } of own) {
      if (target.startIndex >= use.startIndex) break;
      // sql = sql.replace(…) of the use's own statement.
      if (whole.startIndex <= use.startIndex && use.endIndex <= whole.endIndex) continue;
      if (value === undefined) continue;
      const certainty = this.#certainty(whole, use, scope);
      if (certainty === 'never') continue;
      const isSure = certainty === 'always';
      const behind = appends ? value : this.#behindItself(target, value);
      if (behind !== undefined) added.push({ value: behind, isSure });
      else if (this.#usesItself(target, value)) {
        // query = fmt.Sprintf(query, table): the name in it is followed to what stands before it.
        if (isSure && this.#isText(value)) {
          starts = [value];
          added = [];
        } else added.push({ value, isSure: false });
      } else if (isSure) {
        starts = [value];
        added = [];
      } else starts.push(value);
    }
    return starts.length === 0 ? undefined : { starts, added };
  }

  /** `sql = sql + " LIMIT 1"` puts " LIMIT 1" behind it. */
  #behindItself(target: Node, value: Node): Node | undefined {
    const [first, second, ...others] = this.#syntax.operands(value) ?? [];
    if (first === undefined || others.length > 0) return undefined;
    return this.#syntax.nameOf(first)?.name === this.#syntax.nameOf(target)?.name ? second : undefined;
  }

  #usesItself(target: Node, value: Node): boolean {
    const name = target.text.replace(/[^\w]/g, '\\$&');
    return new RegExp(`(?<![\\w$@])${name}(?!\\w)`).test(value.text.replace(/"[^"{}#$]*"|'[^'{}]*'/g, ''));
  }

  #isText(value: Node): boolean {
    const inner = this.#syntax.inner(value) ?? value;
    return [value, inner].some(
      (node) => this.#syntax.formatted(node) !== undefined || this.#syntax.literal(node, this.#text) !== undefined,
    );
  }

  #assignments(name: string): readonly Found[] {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    const found: Found[] = [];
    const pattern = new RegExp(`(?<![\\w@])${name.replace(/[^\w]/g, '\\$&')}(?!\\w)`, 'g');
    let uses = 0;
    for (const match of this.#text.matchAll(pattern)) {
      if (++uses > mostUses) break;
      const target = this.#root.descendantForIndex(match.index, match.index + name.length);
      if (target === null) continue;
      const assignment = this.#syntax.assignment(target);
      if (assignment !== undefined) found.push({ ...assignment, target });
    }
    this.#found.set(name, found);
    return found;
  }

  #functionAround(node: Node): Node | undefined {
    for (let around = node.parent; around !== null; around = around.parent) {
      if (this.#syntax.functionNodes.test(around.type)) return around;
    }
    return undefined;
  }

  #isParameter(name: string, scope: Node): boolean {
    const parameters = scope.childForFieldName('parameters');
    const escaped = name.replace(/[^\w]/g, '\\$&');
    return parameters !== null && new RegExp(`(?<![\\w$@])${escaped}(?!\\w)`).test(parameters.text);
  }

  /** Whether an assignment has happened at the use: 'never' from the other branch of an `if` around the use. */
  #certainty(assignment: Node, use: Node, scope: Node): 'always' | 'perhaps' | 'never' {
    let certainty: 'always' | 'perhaps' = 'always';
    let child = assignment;
    for (let node = assignment.parent; node !== null && node.id !== scope.id; child = node, node = node.parent) {
      if (!this.#syntax.conditionalNodes.test(node.type)) continue;
      if (contains(child, use)) continue;
      if (contains(node, use) && /^(?:if|unless|elsif|else)/.test(node.type)) return 'never';
      certainty = 'perhaps';
    }
    return certainty;
  }
}

function contains(outer: Node, inner: Node): boolean {
  return outer.startIndex <= inner.startIndex && inner.endIndex <= outer.endIndex;
}
