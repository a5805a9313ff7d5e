import type { TextRange } from '../../../nouns/text-range';
import type { ClassFacts, FileFacts } from '../../facts/facts';
import { entry, stringOf } from '../../facts/value-access';
import type { ObjectValue, Value } from '../../facts/values';
import type { Origin, Place, Tracer } from '../../resolve/origin';

export interface ValueAt {
  readonly value: Value;
  readonly at: Place;
}

/** What a model or a collection is made of: the object given to `extend` or `bookshelf.model`, or a class. */
export interface Definition {
  readonly key: string;
  readonly uri: string;
  readonly range: TextRange;
  /** The registered name, else that of the class or of the constant. */
  name: string;
  readonly parent?: Definition;
  /** What a property holds, or what its getter or its function returns. */
  member(name: string): ValueAt | undefined;
  /** Names of its functions. */
  readonly functions: readonly string[];
  readonly isCollection: boolean;
  /** Of the object with functions of the model itself: the second one of `extend`. */
  staticRange?: TextRange;
}

/** Finds everything that is made from bookshelf's Model and Collection. */
export class Definitions {
  readonly registry = new Map<string, Definition>();
  readonly #known = new Map<string, Definition | undefined>();

  constructor(private readonly tracer: Tracer) {
    for (const file of tracer.files.values()) {
      for (const [index, { uses, bindings }] of file.functions.entries()) {
        for (const { chain, binding } of uses) {
          const link = chain.links.findIndex(
            ({ name, arguments: given }) => /^(?:extend|model|collection)$/.test(name) && (given?.length ?? 0) > 0,
          );
          const called = chain.links[link];
          if (!called) continue;
          const at = { file, function: index };
          const found = this.of(tracer.traceLinks(chain, link + 1, at));
          if (!found) continue;
          const statics = called.arguments?.[called.name === 'extend' ? 1 : 2];
          if (statics?.kind === 'object') found.staticRange = statics.range;
          const name = called.name === 'extend' ? undefined : stringOf(called.arguments?.[0]);
          if (name !== undefined && (called.arguments?.length ?? 0) > 1) {
            found.name = name;
            this.registry.set(name, found);
          } else if (name === undefined && found.name === '') {
            found.name = (binding === undefined ? undefined : bindings[binding]?.pattern.name) ?? fileName(file.uri);
          }
        }
      }
      for (const facts of file.classes) if (facts.extends) this.#ofClass(facts, file);
    }
  }

  /** What `this` is in a function of a definition: an object of it, or the model itself. */
  around({ file, function: id }: Place): { readonly definition: Definition; readonly isStatic: boolean } | undefined {
    const range = file.functions[id]?.range;
    if (!range) return undefined;
    const holds = (outer: TextRange | undefined): boolean =>
      outer !== undefined && outer.start <= range.start && range.end <= outer.end;
    for (const definition of this.all) {
      if (definition.uri !== file.uri) continue;
      if (holds(definition.staticRange)) return { definition, isStatic: true };
      if (holds(definition.range)) return { definition, isStatic: false };
    }
    return undefined;
  }

  get all(): readonly Definition[] {
    return [...this.#known.values()].filter((each) => each !== undefined);
  }

  /** The definition that a value is, or an object of it. */
  of(origin: Origin, depth = 0): Definition | undefined {
    if (depth > 8) return undefined;
    switch (origin.kind) {
      case 'class':
        return this.#ofClass(origin.class, origin.file, depth + 1);
      case 'call':
        return this.#ofCall(origin, depth + 1);
      default:
        return undefined;
    }
  }

  #ofCall(origin: Origin & { kind: 'call' }, depth: number): Definition | undefined {
    const { callee, at, arguments: given } = origin;
    if (callee.kind !== 'member') return undefined;
    if (callee.name === 'extend') {
      const base = this.#baseOf(callee.of, depth);
      return base && given[0] ? this.#ofValue(given[0], at, base) : undefined;
    }
    if (!/^(?:model|collection)$/.test(callee.name) || !isBookshelf(callee.of)) return undefined;
    const [name, made] = given;
    if (made === undefined) return this.registry.get(stringOf(name) ?? '');
    const base = { isCollection: callee.name === 'collection' };
    if (made.kind === 'object') return this.#ofObject(made, at, base);
    return this.of(this.tracer.trace(made, at), depth + 1);
  }

  /** `bookshelf.Model`, `bookshelf.Collection`, or a definition of the program's own. */
  #baseOf(origin: Origin, depth: number): { readonly parent?: Definition; readonly isCollection: boolean } | undefined {
    if (origin.kind === 'member' && isBookshelf(origin.of)) {
      if (origin.name === 'Model') return { isCollection: false };
      if (origin.name === 'Collection') return { isCollection: true };
      return undefined;
    }
    const parent = this.of(origin, depth + 1);
    return parent && { parent, isCollection: parent.isCollection };
  }

  #ofValue(
    value: Value,
    at: Place,
    base: { readonly parent?: Definition; readonly isCollection: boolean },
  ): Definition | undefined {
    if (value.kind === 'object') return this.#ofObject(value, at, base);
    const origin = this.tracer.trace(value, at);
    return origin.kind === 'value' && origin.value.kind === 'object'
      ? this.#ofObject(origin.value, origin.at, base)
      : undefined;
  }

  #ofObject(
    value: ObjectValue,
    at: Place,
    base: { readonly parent?: Definition; readonly isCollection: boolean },
  ): Definition {
    const key = `${at.file.uri} ${value.range.start}`;
    const known = this.#known.get(key);
    if (known) return known;
    const definition: Definition = {
      ...base,
      key,
      uri: at.file.uri,
      range: value.range,
      name: '',
      functions: value.entries.flatMap((each) =>
        typeof each.key === 'string' && each.value.kind === 'function' ? [each.key] : [],
      ),
      member: (name) => {
        const found = entry(value, name);
        if (found === undefined) return base.parent?.member(name);
        if (found.kind !== 'function') return { value: found, at };
        const [returned] = at.file.functions[found.id]?.returns ?? [];
        return returned && { value: returned, at: { file: at.file, function: found.id } };
      },
    };
    this.#known.set(key, definition);
    return definition;
  }

  #ofClass(facts: ClassFacts, file: FileFacts, depth = 0): Definition | undefined {
    const key = `${file.uri} ${facts.nameRange.start} ${facts.name}`;
    if (this.#known.has(key)) return this.#known.get(key);
    if (!facts.extends || depth > 8) return undefined;
    const base = this.#baseOf(this.tracer.trace(facts.extends, { file, function: facts.within }), depth);
    const definition: Definition | undefined = base && {
      ...base,
      key,
      uri: file.uri,
      range: facts.nameRange,
      name: facts.name,
      functions: facts.methods.filter(({ isGetter, isStatic }) => !isGetter && !isStatic).map(({ name }) => name),
      member: (name) => {
        const method = facts.methods.findLast((each) => each.name === name && !each.isStatic);
        const [returned] = method ? (file.functions[method.function]?.returns ?? []) : [];
        if (method) return returned && { value: returned, at: { file, function: method.function } };
        const field = facts.fields.findLast((each) => each.name === name && !each.isStatic);
        if (field?.value) return { value: field.value, at: { file, function: field.within } };
        return base.parent?.member(name);
      },
    };
    this.#known.set(key, definition);
    return definition;
  }
}

/** `bookshelf(knex)`, an object of its type. */
export function isBookshelf(origin: Origin): boolean {
  if (origin.kind === 'call') return isPackage(origin.callee);
  return origin.kind === 'instance' && isPackage(origin.of);
}

function isPackage(origin: Origin): boolean {
  return origin.kind === 'package' && origin.package === 'bookshelf';
}

function fileName(uri: string): string {
  const base =
    uri
      .split('/')
      .at(-1)
      ?.replace(/\.\w+$/, '') ?? '';
  return base.charAt(0).toUpperCase() + base.slice(1);
}
