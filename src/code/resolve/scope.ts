import type { Binding, ClassFacts, FileFacts, FunctionFacts, Import } from '../facts/facts';
import type { ObjectValue, Pattern } from '../facts/values';

/** What a name means in a function. */
export type Declaration =
  | {
      readonly kind: 'parameter';
      readonly index: number;
      readonly pattern: Pattern;
      readonly path: readonly string[];
      readonly function: number;
    }
  | {
      readonly kind: 'bindings';
      /** Every declaration and assignment, in the order of the text. */
      readonly bindings: readonly { readonly binding: Binding; readonly path: readonly string[] }[];
      readonly function: number;
    }
  | { readonly kind: 'function'; readonly function: number }
  | { readonly kind: 'class'; readonly class: ClassFacts }
  | { readonly kind: 'import'; readonly import: Import };

/** The names of one file. */
export class FileScope {
  readonly #file: FileFacts;
  readonly #byFunction = new Map<number, ReadonlyMap<string, Declaration>>();
  #owners: ReadonlyMap<number, { readonly class: ClassFacts; readonly isStatic: boolean }> | undefined;
  #objects: ReadonlyMap<number, ObjectValue> | undefined;
  #imports: ReadonlyMap<string, Import> | undefined;
  #children: ReadonlyMap<number, readonly number[]> | undefined;

  constructor(file: FileFacts) {
    this.#file = file;
  }

  /** Looks into the function, the ones around it, and the file. */
  find(name: string, within: number): Declaration | undefined {
    for (const id of this.around(within)) {
      const found = this.#namesOf(id).get(name);
      if (found) return found;
    }
    this.#imports ??= new Map(this.#file.imports.map((one) => [one.local, one]));
    const imported = this.#imports.get(name);
    return imported && { kind: 'import', import: imported };
  }

  /** A function and those around it, the top level last. */
  *around(within: number): Generator<number> {
    let id: number | undefined = within;
    // A parent stands before its children, so this ends.
    for (let steps = 0; id !== undefined && steps < 1_000; steps++) {
      yield id;
      if (id === 0) return;
      id = this.#file.functions[id]?.parent ?? 0;
    }
  }

  /** The class that `this` is an object of in that function. */
  classAround(within: number): { readonly class: ClassFacts; readonly isStatic: boolean } | undefined {
    this.#owners ??= ownersOf(this.#file);
    for (const id of this.around(within)) {
      const found = this.#owners.get(id);
      if (found) return found;
      const { class: name } = this.#file.functions[id] ?? {};
      const named = name === undefined ? undefined : this.#file.classes.find((one) => one.name === name);
      if (named) return { class: named, isStatic: false };
    }
    return undefined;
  }

  /** The object of the file's top level that has the function as a member. */
  objectWith(id: number): ObjectValue | undefined {
    if (!this.#objects) {
      const objects = new Map<number, ObjectValue>();
      const values = [...this.#file.exports, ...(this.#file.functions[0]?.bindings ?? [])].map(({ value }) => value);
      for (const value of values) {
        if (value?.kind !== 'object') continue;
        for (const entry of value.entries) if (entry.value.kind === 'function') objects.set(entry.value.id, value);
      }
      this.#objects = objects;
    }
    return this.#objects.get(id);
  }

  #namesOf(id: number): ReadonlyMap<string, Declaration> {
    const known = this.#byFunction.get(id);
    if (known) return known;
    const names = new Map<string, Declaration>();
    const { functions, classes } = this.#file;
    const facts = functions[id];
    facts?.parameters.forEach((pattern, index) => {
      for (const { name, path } of namesOf(pattern)) {
        names.set(name, { kind: 'parameter', index, pattern, path, function: id });
      }
    });
    for (const child of this.#childrenOf(id)) {
      const { name = '', class: owner, callback } = functions[child] ?? {};
      if (name !== '' && owner === undefined && !callback) names.set(name, { kind: 'function', function: child });
    }
    for (const one of classes) if (one.within === id) names.set(one.name, { kind: 'class', class: one });
    addBindings(names, facts, id);
    this.#byFunction.set(id, names);
    return names;
  }

  #childrenOf(id: number): readonly number[] {
    if (!this.#children) {
      const children = new Map<number, number[]>();
      this.#file.functions.forEach(({ parent }, child) => {
        if (child === 0) return;
        const list = children.get(parent ?? 0) ?? [];
        list.push(child);
        children.set(parent ?? 0, list);
      });
      this.#children = children;
    }
    return this.#children.get(id) ?? [];
  }
}

/** A value that says more than a declaration; a parameter that is assigned again stays a parameter. */
function addBindings(names: Map<string, Declaration>, facts: FunctionFacts | undefined, id: number): void {
  const found = new Map<string, { binding: Binding; path: readonly string[] }[]>();
  for (const binding of facts?.bindings ?? []) {
    for (const { name, path } of namesOf(binding.pattern)) {
      const list = found.get(name) ?? [];
      list.push({ binding, path });
      found.set(name, list);
    }
  }
  for (const [name, bindings] of found) {
    const known = names.get(name);
    if (known?.kind !== 'parameter') names.set(name, { kind: 'bindings', bindings, function: id });
  }
}

/** Every name that a pattern binds, with the way to it. */
export function namesOf(pattern: Pattern): readonly { readonly name: string; readonly path: readonly string[] }[] {
  const own = pattern.name === '' ? [] : [{ name: pattern.name, path: [] }];
  return [...own, ...(pattern.bound ?? [])];
}

function ownersOf(file: FileFacts) {
  const owners = new Map<number, { class: ClassFacts; isStatic: boolean }>();
  for (const one of file.classes) {
    for (const { function: id, isStatic = false } of one.methods) owners.set(id, { class: one, isStatic });
    for (const { value, isStatic = false } of one.fields) {
      if (value?.kind === 'function') owners.set(value.id, { class: one, isStatic });
    }
  }
  return owners;
}
