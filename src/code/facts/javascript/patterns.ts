import type { Pattern, Value } from '../values';
import type { FileReader } from './file-reader';
import { variableOf } from './flow';
import type { Frame } from './frame';
import { childOf, rangeOf } from './nodes';
import type { SyntaxNode } from './syntax-tree';

interface Bound {
  readonly name: string;
  readonly path: readonly string[];
}

/** Names that parameters and declarations bind. */
export class PatternReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  /** Declares the names in the scope; defaults are read as expressions. */
  read(node: SyntaxNode, frame: Frame): Pattern {
    const pattern = { ...this.#target(node, frame), range: rangeOf(node) };
    for (const each of namesOf(pattern)) frame.scope.declare(variableOf(each, frame.id));
    return pattern;
  }

  /** Of an assignment: the names are declared elsewhere. */
  readTarget(node: SyntaxNode, frame: Frame): Pattern {
    const { name, bound } = this.#target(node, frame);
    return { name, ...(bound === undefined ? {} : { bound }), range: rangeOf(node) };
  }

  /** `constructor(private readonly posts: Repository<Post>, @Inject('X') x?: Foo, { page = 1 }: Options = {})` */
  parameter(node: SyntaxNode, frame: Frame): Pattern {
    if (node.type !== 'required_parameter' && node.type !== 'optional_parameter') return this.read(node, frame);
    const target = childOf(node, 'pattern') ?? node;
    const pattern = this.read(target, frame);
    const type = this.type(childOf(node, 'type'));
    const decorators = node.children.filter((child) => child.type === 'decorator');
    const isField = node.children.some((child) =>
      /^(?:accessibility_modifier|override_modifier|readonly)$/.test(child.type),
    );
    const value = childOf(node, 'value');
    const byDefault = value === undefined ? undefined : this.#file.expressions.read(value, frame, {});
    return {
      ...pattern,
      ...(byDefault === undefined ? {} : { default: byDefault }),
      ...(type === undefined ? {} : { type }),
      ...(isField ? { isField: true } : {}),
      ...(decorators.length === 0 ? {} : { decorators: this.#file.classes.decorators(decorators, frame) }),
    };
  }

  /** `: Repository<Post>` → 'Repository<Post>' */
  type(annotation: SyntaxNode | undefined): string | undefined {
    if (annotation === undefined) return undefined;
    const text = this.#file.source.slice(annotation.start, annotation.end).replace(/^\s*:\s*/, '');
    return this.#file.names.of(text.length > 300 ? `${text.slice(0, 299)}…` : text);
  }

  #target(node: SyntaxNode, frame: Frame): { name: string; bound?: readonly Bound[]; default?: Value } {
    switch (node.type) {
      case 'object_pattern':
      case 'array_pattern': {
        const bound: Bound[] = [];
        this.#bind(node, [], bound, frame);
        return { name: '', bound };
      }
      case 'assignment_pattern': {
        const right = childOf(node, 'right');
        const byDefault = right === undefined ? undefined : this.#file.expressions.read(right, frame, {});
        const target = this.#target(childOf(node, 'left') ?? node, frame);
        return byDefault === undefined ? target : { ...target, default: byDefault };
      }
      case 'rest_pattern': {
        const inner = node.children.find((child) => child.type !== '...');
        if (inner === undefined) return { name: '' };
        return { name: '', bound: [{ name: this.#file.text(inner), path: ['...'] }] };
      }
      default:
        return { name: this.#file.text(node) };
    }
  }

  #bind(node: SyntaxNode, path: readonly string[], bound: Bound[], frame: Frame): void {
    if (path.length > 20) return;
    switch (node.type) {
      case 'object_pattern':
        for (const child of node.children) this.#bindProperty(child, path, bound, frame);
        return;
      case 'array_pattern':
        // Holes are not among the children: the number of commas before says which it is.
        for (const child of node.children) {
          const index = this.#commasBefore(node, child);
          this.#bind(child, child.type === 'rest_pattern' ? path : [...path, String(index)], bound, frame);
        }
        return;
      case 'assignment_pattern': {
        const right = childOf(node, 'right');
        if (right !== undefined) this.#file.expressions.read(right, frame, {});
        const left = childOf(node, 'left');
        if (left !== undefined) this.#bind(left, path, bound, frame);
        return;
      }
      case 'rest_pattern': {
        const inner = node.children.find((child) => child.type !== '...');
        if (inner !== undefined) this.#bind(inner, [...path, '...'], bound, frame);
        return;
      }
      case 'identifier':
        bound.push({ name: this.#file.text(node), path });
        return;
      default:
    }
  }

  #bindProperty(node: SyntaxNode, path: readonly string[], bound: Bound[], frame: Frame): void {
    switch (node.type) {
      case 'shorthand_property_identifier_pattern':
      case 'shorthand_property_identifier': {
        const name = this.#file.text(node);
        bound.push({ name, path: [...path, name] });
        return;
      }
      case 'object_assignment_pattern': {
        const right = childOf(node, 'right');
        if (right !== undefined) this.#file.expressions.read(right, frame, {});
        const left = childOf(node, 'left');
        if (left !== undefined) this.#bindProperty(left, path, bound, frame);
        return;
      }
      case 'pair_pattern':
      case 'pair': {
        const key = childOf(node, 'key');
        const value = childOf(node, 'value');
        if (key === undefined || value === undefined) return;
        const name = this.#file.objects.keyOf(key, frame);
        this.#bind(value, [...path, typeof name === 'string' ? name : '[]'], bound, frame);
        return;
      }
      default:
        this.#bind(node, path, bound, frame);
    }
  }

  #commasBefore(array: SyntaxNode, element: SyntaxNode): number {
    let count = 0;
    let depth = 0;
    for (let i = array.start + 1; i < element.start; i++) {
      const char = this.#file.source[i];
      if (char === '{' || char === '[' || char === '(') depth++;
      else if (char === '}' || char === ']' || char === ')') depth--;
      else if (char === ',' && depth === 0) count++;
    }
    return count;
  }
}

export function namesOf(pattern: Pattern): string[] {
  return pattern.bound?.map((each) => each.name) ?? (pattern.name === '' ? [] : [pattern.name]);
}
