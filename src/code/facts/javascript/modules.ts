import type { Export } from '../facts';
import type { Value } from '../values';
import type { FileReader } from './file-reader';
import type { Frame } from './frame';
import { childOf, has, isClass, isFunction, ofType, rangeOf, unwrap } from './nodes';
import { namesOf } from './patterns';
import type { SyntaxNode } from './syntax-tree';

const longestRequire = '_interopRequireWildcard'.length;

/** Reads what a file takes from others and gives to them. */
export class ModuleReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  import(node: SyntaxNode): void {
    const required = ofType(node, 'import_require_clause');
    const source = childOf(required ?? node, 'source');
    if (source === undefined) return;
    const from = this.#string(source);
    if (required !== undefined) {
      const name = ofType(required, 'identifier');
      if (name !== undefined) this.#add(name, from, '*');
      return;
    }
    for (const child of ofType(node, 'import_clause')?.children ?? []) {
      if (child.type === 'identifier') this.#add(child, from, 'default');
      else if (child.type === 'namespace_import') {
        const name = ofType(child, 'identifier');
        if (name !== undefined) this.#add(name, from, '*');
      } else if (child.type === 'named_imports') {
        for (const specifier of child.children) {
          const name = childOf(specifier, 'name');
          const local = childOf(specifier, 'alias') ?? name;
          if (name !== undefined && local !== undefined) this.#add(local, from, this.#name(name));
        }
      }
    }
  }

  #add(local: SyntaxNode, from: string, name: string): void {
    this.#file.imports.push({ local: this.#file.text(local), from, name, range: rangeOf(local) });
  }

  /** `const x = require('./x')`, `const { a: b } = require('./x')`, `const y = require('./x').y`, `await import('./x')` */
  required(target: SyntaxNode, value: SyntaxNode): boolean {
    const module = this.#requiredModule(value);
    if (module === undefined) return false;
    if (target.type === 'identifier') {
      this.#add(target, module.from, module.name);
      return true;
    }
    if (target.type !== 'object_pattern' || module.name !== '*') return false;
    const names: { local: SyntaxNode; name: string }[] = [];
    for (const child of target.children) {
      if (child.type === 'shorthand_property_identifier_pattern')
        names.push({ local: child, name: this.#file.text(child) });
      else if (child.type === 'pair_pattern') {
        const key = childOf(child, 'key');
        const local = childOf(child, 'value');
        if (key === undefined || local?.type !== 'identifier') return false;
        names.push({ local, name: this.#name(key) });
      } else return false;
    }
    for (const { local, name } of names) this.#add(local, module.from, name);
    return true;
  }

  #requiredModule(value: SyntaxNode): { from: string; name: string } | undefined {
    let node = unwrap(value);
    let name = '*';
    if (node.type === 'member_expression') {
      name = this.#name(childOf(node, 'property') ?? node);
      node = unwrap(childOf(node, 'object') ?? node);
    }
    if (node.type === 'await_expression') node = unwrap(node.children.at(-1) ?? node);
    if (node.type !== 'call_expression') return undefined;
    const callee = childOf(node, 'function');
    const given = childOf(node, 'arguments')?.children ?? [];
    const first = given[0];
    if (callee === undefined || first === undefined || given.length !== 1) return undefined;
    if (callee.end - callee.start > longestRequire) return undefined;
    const called = this.#file.text(callee);
    // What TypeScript writes when it compiles an import.
    if (/^(?:__importDefault|__importStar|_interopRequireDefault|_interopRequireWildcard)$/.test(called)) {
      return name === '*' ? this.#requiredModule(first) : undefined;
    }
    if (called !== 'require' && called !== 'import') return undefined;
    return first.type === 'string' ? { from: this.#string(first), name } : undefined;
  }

  export(node: SyntaxNode, frame: Frame): void {
    const source = childOf(node, 'source');
    const clause = ofType(node, 'export_clause');
    if (clause !== undefined) this.#clause(clause, source);
    else if (source !== undefined) {
      const named = ofType(node, 'namespace_export');
      const name = named === undefined ? undefined : ofType(named, 'identifier');
      const from = this.#string(source);
      this.#file.exports.push(
        name === undefined ? { name: '*', from } : { name: this.#file.text(name), from, local: '*' },
      );
    } else this.#exported(node, frame);
  }

  #clause(clause: SyntaxNode, source: SyntaxNode | undefined): void {
    for (const specifier of clause.children) {
      const local = childOf(specifier, 'name');
      if (local === undefined) continue;
      this.#file.exports.push({
        name: this.#name(childOf(specifier, 'alias') ?? local),
        ...(source === undefined ? {} : { from: this.#string(source) }),
        local: this.#name(local),
      });
    }
  }

  #exported(node: SyntaxNode, frame: Frame): void {
    const isDefault = has(node, 'default');
    const declaration = childOf(node, 'declaration');
    const decorators = node.children.filter((child) => child.type === 'decorator');
    if (declaration !== undefined) {
      if (isClass(declaration)) {
        const local = this.#file.classes.declaration(declaration, frame, { decorators, fallback: 'default' });
        this.#file.exports.push({ name: isDefault ? 'default' : local, local });
        return;
      }
      const before = frame.draft.bindings.length;
      const imported = this.#file.imports.length;
      this.#file.statements.read(declaration, frame);
      const own = childOf(declaration, 'name');
      const names =
        own === undefined
          ? frame.draft.bindings.slice(before).flatMap(({ pattern }) => namesOf(pattern))
          : [this.#file.text(own)];
      names.push(...this.#file.imports.slice(imported).map((each) => each.local));
      for (const local of names) this.#file.exports.push({ name: isDefault ? 'default' : local, local });
      return;
    }
    const value = childOf(node, 'value') ?? assigned(node);
    if (value === undefined) {
      for (const child of node.children) if (child.children.length > 0) this.#file.statements.read(child, frame);
      return;
    }
    const name = isDefault ? 'default' : '=';
    if (isClass(value)) {
      const local = this.#file.classes.declaration(value, frame, { decorators, fallback: 'default' });
      this.#file.exports.push({ name, local });
    } else this.#push(name, this.#value(value, name === '=' ? '' : 'default', frame), frame);
  }

  /** `module.exports = value`, `module.exports.x = value`, `exports.x = value`; false for any other assignment. */
  exported(target: SyntaxNode, right: SyntaxNode, frame: Frame): boolean {
    if (target.type !== 'member_expression') return false;
    const path = this.#file.source.slice(target.start, Math.min(target.end, target.start + 200));
    const match = /^(?:module\.exports|exports)(?:\.([\w$]+))?$/.exec(path);
    if (match === null || path === 'exports' || frame.scope.find('exports') !== undefined) return false;
    const name = match[1] === undefined ? '=' : this.#file.names.of(match[1]);
    const inner = unwrap(right);
    // `exports.a = exports.b = value`, `module.exports = exports = value`
    if (inner.type === 'assignment_expression') this.#file.expressions.read(inner, frame, {});
    const last = lastRight(inner);
    if (name !== '=' && last.type === 'unary_expression') return true;
    if (inner === last) this.#push(name, this.#value(last, name === '=' ? '' : name, frame), frame);
    else this.#push(name, this.#file.exports.at(-1)?.value, frame);
    return true;
  }

  #value(node: SyntaxNode, name: string, frame: Frame): Value {
    const inner = unwrap(node);
    const value = isFunction(inner)
      ? this.#file.functions.later(inner, frame, { name })
      : this.#file.expressions.read(node, frame, { name });
    return value;
  }

  #push(name: string, value: Value | undefined, frame: Frame): void {
    if (value === undefined) return;
    const isName = value.kind === 'chain' && value.links.length === 0 && typeof value.root === 'string';
    const settled = this.#file.variables.settle(value, frame);
    const exported: Export = isName ? { name, local: value.root as string, value: settled } : { name, value: settled };
    this.#file.exports.push(exported);
  }

  #name(node: SyntaxNode): string {
    return node.type === 'string' ? this.#string(node) : this.#file.text(node);
  }

  #string(node: SyntaxNode): string {
    return this.#file.names.of(this.#file.source.slice(node.start + 1, node.end - 1));
  }
}

/** The value of `export = value`: a name that stands alone, where other statements have parts with names. */
function assigned(node: SyntaxNode): SyntaxNode | undefined {
  const last = node.children.at(-1);
  return last?.type === 'identifier' && last.field === '' && !has(node, 'default') ? last : undefined;
}

function lastRight(node: SyntaxNode): SyntaxNode {
  let current = node;
  while (current.type === 'assignment_expression') {
    const right = childOf(current, 'right');
    if (right === undefined) return current;
    current = unwrap(right);
  }
  return current;
}
