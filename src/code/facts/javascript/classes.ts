import type { TextRange } from '../../../nouns/text-range';
import type { FieldFacts } from '../facts';
import type { ChainValue, Value } from '../values';
import type { FileReader } from './file-reader';
import { variableOf } from './flow';
import type { ClassDraft, Frame, Mutable } from './frame';
import { childOf, has, isFunction, ofType, rangeOf, unwrap } from './nodes';
import { splitTypes } from './strings';
import type { SyntaxNode } from './syntax-tree';

interface Declared {
  /** Those that stand before `export`. */
  readonly decorators?: readonly SyntaxNode[];
  /** The name of a class without one. */
  readonly fallback?: string;
}

/** Reads classes with their decorators, fields and methods. */
export class ClassReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  /** Gives the name under which the file's classes have it. */
  declaration(node: SyntaxNode, frame: Frame, declared: Declared | undefined): string {
    const nameNode = childOf(node, 'name');
    const name = nameNode === undefined ? (declared?.fallback ?? '') : this.#file.text(nameNode);
    frame.scope.declare(variableOf(name, frame.id));
    this.#read(node, name, nameNode, declared?.decorators ?? [], frame);
    return name;
  }

  /** `const Post = class extends Model { … }` is class Post; one without any name is called by its place. */
  expression(node: SyntaxNode, frame: Frame, hint: string | undefined): Value {
    const nameNode = childOf(node, 'name');
    const plainHint = hint !== undefined && /^[\w$]+$/.test(hint) ? hint : `class@${node.start}`;
    const name = nameNode === undefined ? plainHint : this.#file.text(nameNode);
    this.#read(node, name, nameNode, [], frame);
    const range = rangeOf(nameNode ?? node);
    return { kind: 'chain', root: name, rootRange: range, links: [], range };
  }

  decorators(nodes: readonly SyntaxNode[], frame: Frame): ChainValue[] {
    return nodes.flatMap((node) => {
      const inner = node.children[0];
      return inner === undefined ? [] : [this.#chain(inner, frame)];
    });
  }

  /** `this.posts = posts` in a method: a field that is declared by it, or the value of a declared one. */
  setField(frame: Frame, name: string, value: Value, range: TextRange): void {
    const fields = frame.owner?.fields;
    if (fields === undefined) return;
    const settled = this.#file.variables.settle(value, frame);
    const known = fields.find((field) => field.name === name);
    if (known === undefined) fields.push({ name, value: settled, within: frame.id, decorators: [], range });
    else if (saysNothing(known.value) && known.isStatic === undefined) {
      known.value = settled;
      known.within = frame.id;
    }
  }

  #chain(node: SyntaxNode, frame: Frame): ChainValue {
    const read = this.#file.expressions.read(node, frame, {});
    const value = this.#file.variables.variableOf(read) === undefined ? this.#file.variables.settle(read, frame) : read;
    if (value.kind === 'chain') return value;
    const range = rangeOf(node);
    return { kind: 'chain', root: value, rootRange: range, links: [], range };
  }

  #read(
    node: SyntaxNode,
    name: string,
    nameNode: SyntaxNode | undefined,
    before: readonly SyntaxNode[],
    frame: Frame,
  ): void {
    const own = node.children.filter((child) => child.type === 'decorator');
    const draft: ClassDraft = {
      name,
      decorators: this.decorators([...before, ...own], frame),
      fields: [],
      methods: [],
      within: frame.id,
      nameRange: rangeOf(nameNode ?? ofType(node, 'class') ?? node),
      range: rangeOf(node),
    };
    this.#file.classDrafts.push(draft);
    const heritage = ofType(node, 'class_heritage');
    const clause = heritage === undefined ? undefined : (ofType(heritage, 'extends_clause') ?? heritage);
    const parent = clause?.type === 'extends_clause' ? childOf(clause, 'value') : clause?.children[0];
    if (parent !== undefined && parent.type !== 'implements_clause') draft.extends = this.#chain(parent, frame);
    const types = clause === undefined ? undefined : ofType(clause, 'type_arguments');
    if (types !== undefined)
      draft.extendsTypes = splitTypes(this.#file.source.slice(types.start, types.end)).map((type) =>
        this.#file.names.of(type),
      );
    const generic = ofType(node, 'type_parameters');
    if (generic !== undefined)
      draft.typeParameters = splitTypes(this.#file.source.slice(generic.start, generic.end)).map(typeName);
    const implemented = heritage === undefined ? undefined : ofType(heritage, 'implements_clause');
    if (implemented !== undefined) {
      const text = this.#file.source.slice(implemented.start, implemented.end).replace(/^implements\s+/, '');
      draft.implements = splitTypes(text).map((type) => this.#file.names.of(type));
    }
    this.#body(childOf(node, 'body')?.children ?? [], draft, frame);
  }

  #body(members: readonly SyntaxNode[], draft: ClassDraft, frame: Frame): void {
    let decorators: SyntaxNode[] = [];
    for (const member of members) {
      if (member.type === 'decorator') {
        decorators.push(member);
        continue;
      }
      decorators.push(...member.children.filter((child) => child.type === 'decorator'));
      if (member.type === 'method_definition') this.#method(member, decorators, draft, frame);
      else if (member.type === 'public_field_definition' || member.type === 'field_definition') {
        this.#field(member, decorators, draft, frame);
      } else if (this.#file.statements.isStatement(member) || member.type === 'ERROR') {
        this.#file.statements.read(member, frame);
      }
      decorators = [];
    }
  }

  #method(node: SyntaxNode, decorators: readonly SyntaxNode[], draft: ClassDraft, frame: Frame): void {
    const nameNode = childOf(node, 'name');
    if (nameNode === undefined) return;
    const key = this.#file.objects.keyOf(nameNode, frame);
    const name = typeof key === 'string' ? key : '[]';
    const anchor = Math.min(node.start, ...decorators.map((decorator) => decorator.start));
    const read = this.decorators(decorators, frame);
    const value = this.#file.functions.later(node, frame, { name: `${draft.name}.${name}`, owner: draft, anchor });
    if (name === 'constructor') this.#parameterFields(node, value.id, draft, frame);
    draft.methods.push({
      name,
      ...(has(node, 'static') ? { isStatic: true } : {}),
      ...(has(node, 'get') ? { isGetter: true } : {}),
      decorators: read,
      function: value.id,
    });
  }

  /** `constructor(private readonly posts: Repository<Post>)` */
  #parameterFields(node: SyntaxNode, within: number, draft: ClassDraft, frame: Frame): void {
    for (const parameter of childOf(node, 'parameters')?.children ?? []) {
      const isField = parameter.children.some((child) =>
        /^(?:accessibility_modifier|override_modifier|readonly)$/.test(child.type),
      );
      const target = childOf(parameter, 'pattern');
      if (!isField || target?.type !== 'identifier') continue;
      const name = this.#file.text(target);
      const range = rangeOf(target);
      const type = this.#file.patterns.type(childOf(parameter, 'type'));
      draft.fields.push({
        name,
        ...(type === undefined ? {} : { type }),
        value: { kind: 'chain', root: name, rootRange: range, links: [], range },
        within,
        decorators: this.decorators(
          parameter.children.filter((child) => child.type === 'decorator'),
          frame,
        ),
        range,
      });
    }
  }

  #field(node: SyntaxNode, decorators: readonly SyntaxNode[], draft: ClassDraft, frame: Frame): void {
    const nameNode = childOf(node, 'name') ?? childOf(node, 'property');
    if (nameNode === undefined) return;
    const key = this.#file.objects.keyOf(nameNode, frame);
    const name = typeof key === 'string' ? key : '[]';
    const type = this.#file.patterns.type(childOf(node, 'type'));
    const field: Mutable<FieldFacts> = {
      name,
      ...(has(node, 'static') ? { isStatic: true } : {}),
      ...(type === undefined ? {} : { type }),
      within: frame.id,
      decorators: this.decorators(decorators, frame),
      range: rangeOf(nameNode),
    };
    draft.fields.push(field);
    const valueNode = childOf(node, 'value');
    if (valueNode === undefined) return;
    const inner = unwrap(valueNode);
    const named = { name: `${draft.name}.${name}`, owner: draft, anchor: node.start };
    field.value = isFunction(inner)
      ? this.#file.functions.later(inner, frame, named)
      : this.#file.variables.settle(this.#file.expressions.read(valueNode, frame, { name: named.name }), frame);
  }
}

/** `in T extends Base = Post` → 'T' */
function typeName(parameter: string): string {
  return /^(?:const\s+|in\s+|out\s+)*([\w$]+)/.exec(parameter)?.[1] ?? parameter;
}

/** `posts: Post[] = []`, `client = null`: set later. */
function saysNothing(value: Value | undefined): boolean {
  if (value?.kind === 'array') return value.elements.length === 0 && value.spreads === undefined;
  return value === undefined || (value.kind === 'literal' && value.value == null);
}
