import type { FileFacts } from '../facts/facts';

/** What files say under names; made when it is first asked for, then changed file by file. */
export class NameIndex<T> {
  readonly #files: ReadonlyMap<string, FileFacts>;
  readonly #entriesOf: (file: FileFacts) => Iterable<readonly [string, T]>;
  #things: Map<string, { readonly file: FileFacts; readonly thing: T }[]> | undefined;

  constructor(files: ReadonlyMap<string, FileFacts>, entriesOf: (file: FileFacts) => Iterable<readonly [string, T]>) {
    this.#files = files;
    this.#entriesOf = entriesOf;
  }

  get(name: string): readonly T[] {
    return (this.#made().get(name) ?? []).map(({ thing }) => thing);
  }

  count(name: string): number {
    return this.#made().get(name)?.length ?? 0;
  }

  names(): Iterable<string> {
    return this.#made().keys();
  }

  /** One file's facts in the place of its old ones. */
  replace(old: FileFacts, next: FileFacts): void {
    const things = this.#things;
    if (!things) return;
    for (const name of new Set([...this.#entriesOf(old)].map(([key]) => key))) {
      things.set(name, things.get(name)?.filter(({ file }) => file !== old) ?? []);
    }
    this.#add(things, next);
  }

  #made(): Map<string, { readonly file: FileFacts; readonly thing: T }[]> {
    if (!this.#things) {
      this.#things = new Map();
      for (const file of this.#files.values()) this.#add(this.#things, file);
    }
    return this.#things;
  }

  #add(things: Map<string, { readonly file: FileFacts; readonly thing: T }[]>, file: FileFacts): void {
    for (const [name, thing] of this.#entriesOf(file)) {
      const list = things.get(name);
      if (list) list.push({ file, thing });
      else things.set(name, [{ file, thing }]);
    }
  }
}
