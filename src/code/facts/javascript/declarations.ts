import type { Entry, Pattern, Value } from '../values';
import type { FileReader } from './file-reader';
import { variableOf } from './flow';
import type { Frame } from './frame';
import { childOf, isFunction, rangeOf, unwrap } from './nodes';
import { namesOf } from './patterns';
import type { SyntaxNode } from './syntax-tree';

/** `const`, `let`, `var`, `enum`. */
export class DeclarationReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  read(node: SyntaxNode, frame: Frame): void {
    const isConstant = node.children.some((child) => child.type === 'const');
    for (const child of node.children)
      if (child.type === 'variable_declarator') this.#declarator(child, isConstant, frame);
  }

  #declarator(node: SyntaxNode, isConstant: boolean, frame: Frame): void {
    const target = childOf(node, 'name');
    if (target === undefined) return;
    const valueNode = childOf(node, 'value');
    if (valueNode !== undefined && this.#file.modules.required(target, valueNode)) return;
    const name = target.type === 'identifier' ? this.#file.text(target) : '';
    const inner = valueNode === undefined ? undefined : unwrap(valueNode);
    // The value is read before the name is known: `const where = { ...where }` of an outer one.
    const pattern = this.#pattern(target, node, frame);
    const binding = this.#file.bind(frame, pattern, rangeOf(node));
    if (isConstant) binding.isConstant = true;
    let value: Value | undefined;
    if (inner !== undefined && isFunction(inner))
      value = this.#file.functions.later(inner, frame, { name, anchor: frame.statement });
    else if (valueNode !== undefined) {
      value = this.#file.expressions.read(valueNode, frame, {
        name,
        onUse: (use) => this.#file.give(binding, use),
      });
    }
    if (value !== undefined) binding.value = value;
    for (const each of namesOf(pattern)) frame.scope.declare(variableOf(each, frame.id));
    const variable = name === '' ? undefined : frame.scope.find(name);
    if (variable === undefined || variable.within !== frame.id) return;
    const isUnset = valueNode === undefined && target.type === 'identifier';
    variable.value = isUnset
      ? { kind: 'literal', value: undefined, range: pattern.range }
      : this.#file.followed(binding, value);
    variable.uses = this.#file.usesOf(binding);
  }

  #pattern(target: SyntaxNode, declarator: SyntaxNode, frame: Frame): Pattern {
    const pattern = this.#file.patterns.readTarget(target, frame);
    const type = this.#file.patterns.type(childOf(declarator, 'type'));
    return type === undefined ? pattern : { ...pattern, type };
  }

  /** `enum Status { published = 'published' }` as an object. */
  enumeration(node: SyntaxNode, frame: Frame): void {
    const nameNode = childOf(node, 'name');
    const body = childOf(node, 'body');
    if (nameNode === undefined || body === undefined) return;
    let next: number | undefined = 0;
    const entries: Entry[] = [];
    for (const member of body.children) {
      const keyNode = member.type === 'enum_assignment' ? childOf(member, 'name') : member;
      if (keyNode === undefined) continue;
      const valueNode = member.type === 'enum_assignment' ? childOf(member, 'value') : undefined;
      const key = this.#file.objects.keyOf(keyNode, frame);
      const keyRange = rangeOf(keyNode);
      let value: Value = { kind: 'literal', value: next, range: keyRange };
      if (valueNode !== undefined) value = this.#file.expressions.read(valueNode, frame, {});
      next = value.kind === 'literal' && typeof value.value === 'number' ? value.value + 1 : undefined;
      entries.push({ key, keyRange, value });
    }
    const name = this.#file.text(nameNode);
    const value: Value = { kind: 'object', entries, range: rangeOf(node) };
    const binding = this.#file.bind(frame, { name, range: rangeOf(nameNode) }, rangeOf(node));
    binding.isConstant = true;
    binding.value = value;
    const variable = variableOf(name, frame.id);
    variable.value = value;
    frame.scope.declare(variable);
  }
}
