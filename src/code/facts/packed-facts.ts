/**
 * JSON that keeps what is one object one object. A chain stands in a file's facts as a use, as the value of a binding and
 * in longer chains; written out each time, facts would take three times the room, on the disk and when they are read again.
 * Shared objects stand in a table before the whole, `{"$":3}` in their place.
 */
export function packed(facts: object): string {
  const table = new Table(sharedIn(facts));
  const root = table.written(facts, true);
  return JSON.stringify([table.entries, root]);
}

/** What `packed` made. Throws SyntaxError for a text that is not JSON, TypeError for other JSON. */
export function unpacked(text: string): object {
  const read: unknown = JSON.parse(text);
  const [entries, root] = Array.isArray(read) ? (read as unknown[]) : [];
  if (!Array.isArray(entries) || !isHolder(root)) throw new TypeError('These are no packed facts.');
  const known: Holder[] = [];
  for (const entry of entries as Holder[]) known.push(restored(entry, known));
  return restored(root, known);
}

/** An object or an array. */
type Holder = Record<string, unknown>;

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null;
}

/** Objects that more than one other holds. */
function sharedIn(root: object): ReadonlySet<object> {
  const seen = new Set<object>();
  const shared = new Set<object>();
  const open: object[] = [root];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const key in next) {
      const value = (next as Holder)[key];
      if (!isHolder(value) || isShort(value)) continue;
      if (seen.has(value)) shared.add(value);
      else {
        seen.add(value);
        open.push(value);
      }
    }
  }
  return shared;
}

/** A range or an empty list is hardly longer than what would stand for it. */
function isShort(value: Holder): boolean {
  return Array.isArray(value) ? value.length === 0 : typeof value.start === 'number';
}

class Table {
  readonly entries: unknown[] = [];
  readonly #shared: ReadonlySet<object>;
  readonly #places = new Map<object, { readonly $: number }>();

  constructor(shared: ReadonlySet<object>) {
    this.#shared = shared;
  }

  /** An entry refers only to those before it. */
  written(value: unknown, isEntry = false): unknown {
    if (!isHolder(value)) return value;
    if (isShort(value)) return value;
    if (isEntry || !this.#shared.has(value)) return this.#copied(value);
    const known = this.#places.get(value);
    if (known !== undefined) return known;
    const copy = this.#copied(value);
    const place = { $: this.entries.push(copy) - 1 };
    this.#places.set(value, place);
    return place;
  }

  #copied(value: Holder): unknown {
    if (Array.isArray(value)) return value.map((item) => this.written(item));
    const copy: Holder = {};
    for (const key in value) copy[key] = this.written(value[key]);
    return copy;
  }
}

/** The object itself, with the table's in their places. */
function restored(value: Holder, table: readonly Holder[]): Holder {
  for (const key in value) {
    const inner = value[key];
    if (!isHolder(inner) || isShort(inner)) continue;
    const place = inner.$;
    if (typeof place !== 'number') restored(inner, table);
    else value[key] = table[place];
  }
  return value;
}
