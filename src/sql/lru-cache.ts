/** Keeps the values that were used last, up to a number of entries and a total weight. */
export class LruCache<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #limits: { readonly entries: number; readonly characters: number };
  #characters = 0;

  /** `characters` limits the sum of the keys' lengths. */
  constructor(limits: { readonly entries: number; readonly characters: number }) {
    this.#limits = limits;
  }

  get(key: string): Value | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  /** The key must not be there yet. */
  add(key: string, value: Value): void {
    this.#entries.set(key, value);
    this.#characters += key.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.entries && this.#characters <= this.#limits.characters) break;
      if (oldest === key) break;
      this.#entries.delete(oldest);
      this.#characters -= oldest.length;
    }
  }
}
