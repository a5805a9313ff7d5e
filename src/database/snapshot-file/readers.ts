/** Small readers of untrusted JSON. Each returns the value, or throws what is wrong and where. */

export type Reader<T> = (value: unknown) => T;

/** `tables[3].rows is "many", not a number` */
export class Misshapen extends Error {
  readonly #path: (string | number)[];
  readonly #what: string;

  constructor(what: string, path: (string | number)[] = []) {
    super(what);
    this.#what = what;
    this.#path = path;
  }

  /** The same, one step further out. The path is put together only for the one value that is wrong. */
  inside(step: string | number): Misshapen {
    return new Misshapen(this.#what, [step, ...this.#path]);
  }

  get sentence(): string {
    const path = this.#path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`));
    return `${path.join('') || 'It'} ${this.#what}`;
  }
}

/** One that PostgreSQL can hold. */
export const text: Reader<string> = (value) => {
  if (typeof value !== 'string') throw not(value, 'a text');
  if (value.includes('\0')) throw new Misshapen('has a NUL character, which PostgreSQL has nowhere');
  return value;
};

/** JSON has no NaN: it stands there as a text, and is for the reader of statistics to judge. */
export const number: Reader<number> = (value) => {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  throw not(value, 'a number');
};

export const flag: Reader<boolean> = (value) => {
  if (typeof value !== 'boolean') throw not(value, 'true or false');
  return value;
};

export function oneOf<T extends string>(...allowed: readonly T[]): Reader<T> {
  return (value) => {
    const found = allowed.find((one) => one === value);
    if (found === undefined) throw not(value, `one of ${allowed.join(', ')}`);
    return found;
  };
}

export function optional<T>(reader: Reader<T>): Reader<T | undefined> {
  return (value) => (value === undefined || value === null ? undefined : reader(value));
}

export function listOf<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) throw not(value, 'a list');
    return value.map((element: unknown, i) => within(i, () => reader(element)));
  };
}

export function mapOf<T>(reader: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value) =>
    Object.fromEntries(Object.entries(object(value)).map(([key, one]) => [text(key), within(key, () => reader(one))]));
}

/** A reader for every member of T: one that is forgotten does not compile. */
export type Members<T> = { readonly [Key in keyof Required<T>]: Reader<T[Key]> };

/** Members that nobody knows are named to `ignored`, as `what.member`, and left out. */
export function record<T>(what: string, members: Members<T>, ignored: Set<string>): Reader<T> {
  const known = Object.entries(members) as [string, Reader<unknown>][];
  return (value) => {
    const given = object(value);
    for (const key in given) if (!Object.hasOwn(members, key)) ignored.add(what === '' ? key : `${what}.${key}`);
    const result: Record<string, unknown> = {};
    for (const [key, reader] of known) {
      const one = within(key, () => reader(Object.hasOwn(given, key) ? given[key] : undefined));
      if (one !== undefined) result[key] = one;
    }
    return result as T;
  };
}

function object(value: unknown): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw not(value, 'an object');
  return value as Record<string, unknown>;
}

function within<T>(step: string | number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof Misshapen ? error.inside(step) : error;
  }
}

function not(value: unknown, wanted: string): Misshapen {
  if (value === undefined) return new Misshapen(`is missing; it should be ${wanted}`);
  return new Misshapen(`is ${shown(value)}, not ${wanted}`);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value !== null && typeof value === 'object') return 'an object';
  const json = JSON.stringify(value);
  return json.length > 40 ? `${json.slice(0, 40)}…` : json;
}
