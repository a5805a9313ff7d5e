import type { TextRange } from '../../../nouns/text-range';
import { isUndefinedLiteral, pathOf, sourceOf } from '../../facts/value-access';
import type { ArrayValue, ObjectValue, Value } from '../../facts/values';
import type { Origin, Place, Tracer } from '../../resolve/origin';
import type { GeneratedParameter } from '../orm';

/** A value of a call's arguments, with the place where its names are to be read. */
export interface Argument {
  readonly value: Value;
  readonly at: Place;
  /** In the document of the call: of the name where the value itself stands in another file. */
  readonly range: TextRange;
}

export interface NamedArgument {
  /** '' for a key that only the run time knows: `[sortBy]: 'asc'`. */
  readonly name: string;
  readonly keyRange: TextRange;
  readonly argument: Argument;
}

interface Parts<T> {
  readonly items: readonly T[];
  readonly isOpen: boolean;
}

/** Reads values through names that other functions and files declare: `select: postFields`, `where: published(userId)`. */
export class ArgumentReader {
  constructor(
    private readonly tracer: Tracer,
    private readonly home: Place,
  ) {}

  of(value: Value): Argument {
    return this.#settled({ value, at: this.home, range: value.range });
  }

  /** What an object holds under the name; undefined when it has none, or `undefined`, or `Prisma.skip`. */
  entry(of: Argument | undefined, name: string): Argument | undefined {
    return of && this.entries(of).find((entry) => entry.name === name)?.argument;
  }

  /** The properties that a value's type has, where the program declares it: `data: CreatePostDto`. */
  typeMembers({ value, at }: Argument): string[] | undefined {
    const origin = this.tracer.trace(value, at);
    if (origin.kind !== 'instance') return undefined;
    if (origin.of.kind === 'class') return origin.of.class.fields.map(({ name }) => name);
    return origin.of.kind === 'type' ? origin.of.type.members.map(({ name }) => name) : undefined;
  }

  /** In the order in which the names come first; those without a value are left out. */
  entries(of: Argument): NamedArgument[] {
    const { items } = this.#entries(of, 0);
    const named = new Map(items.filter(({ name }) => name !== '').map((entry) => [entry.name, entry]));
    const all = [...named.values(), ...items.filter(({ name }) => name === '')];
    return all.filter(({ argument: { value } }) => {
      return !isUndefinedLiteral(value) && pathOf(value)?.join('.') !== 'Prisma.skip';
    });
  }

  /** An array's elements, or the one value itself; undefined for a list that only the run time knows. */
  elements(of: Argument): Argument[] | undefined {
    if (of.value.kind === 'object') return [of];
    const each = mappedTo(of);
    if (each) return [this.#settled(each)];
    if (of.value.kind !== 'array') return undefined;
    return this.#elements(of, 0).items.filter(({ value }) => !isUndefinedLiteral(value));
  }

  /** More may be there at run time than `entries` and `elements` give. */
  isOpen(of: Argument): boolean {
    return of.value.kind === 'array' ? this.#elements(of, 0).isOpen : this.#entries(of, 0).isOpen;
  }

  /** What is spread stands among the others: `{ ...published(userId), title }`. */
  #entries(of: Argument, depth: number): Parts<NamedArgument> {
    const { value } = of;
    if (value.kind !== 'object') return { items: [], isOpen: false };
    const own = value.entries.map((entry): NamedArgument => {
      const isHere = of.at.file === this.home.file;
      return {
        name: typeof entry.key === 'string' ? entry.key : '',
        keyRange: isHere ? entry.keyRange : of.range,
        argument: this.#child(of, entry.value),
      };
    });
    return this.#withSpreads(of, own, value, depth, (spread) => this.#entries(spread, depth + 1));
  }

  #elements(of: Argument, depth: number): Parts<Argument> {
    const { value } = of;
    if (value.kind !== 'array') return { items: [], isOpen: false };
    const own = value.elements.map((element) => this.#child(of, element.value));
    return this.#withSpreads(of, own, value, depth, (spread) => this.#elements(spread, depth + 1));
  }

  #withSpreads<T>(
    of: Argument,
    own: readonly T[],
    { kind, open, spreads = [] }: ObjectValue | ArrayValue,
    depth: number,
    read: (spread: Argument) => Parts<T>,
  ): Parts<T> {
    const items: T[] = [];
    let isOpen = open === true && spreads.length === 0;
    for (let i = 0; i <= own.length; i++) {
      for (const spread of spreads.filter(({ at }) => at === i)) {
        const argument = this.#child(of, spread.value);
        const isKnown = argument.value.kind === kind && depth < 8;
        if (!isKnown && !isNothing(argument)) isOpen = true;
        if (!isKnown) continue;
        const inner = read(argument);
        items.push(...inner.items);
        isOpen ||= inner.isOpen;
      }
      const next = own[i];
      if (next !== undefined) items.push(next);
    }
    return { items, isOpen };
  }

  #child(of: Argument, value: Value): Argument {
    return this.#settled({ value, at: of.at, range: of.at.file === this.home.file ? value.range : of.range });
  }

  #settled(argument: Argument): Argument {
    let settled = argument;
    for (let steps = 0; steps < 10; steps++) {
      const { value, at } = settled;
      if (value.kind === 'choice' && value.options[0]) {
        settled = { ...settled, value: value.options[0].value };
        continue;
      }
      if (value.kind !== 'chain') break;
      const validated = validatorArgument(value);
      if (validated) {
        settled = { ...settled, value: validated };
        continue;
      }
      const origin = this.tracer.trace(value, at);
      if (isNotPassed(origin, at))
        return { ...settled, value: { kind: 'literal', value: undefined, range: value.range } };
      if (origin.kind !== 'value' || origin.value === value) break;
      settled = { ...settled, value: origin.value, at: origin.at };
    }
    return settled;
  }
}

/** `published()` of `(authorId?: number) => ({ published: true, authorId })`: the parameter is undefined. */
function isNotPassed(origin: Origin, { passed, function: called }: Place): boolean {
  return (
    origin.kind === 'parameter' &&
    origin.path.length === 0 &&
    passed?.function === called &&
    origin.function === origin.file.functions[called] &&
    origin.index >= passed.values.length
  );
}

/** `Prisma.validator<Prisma.PostSelect>()({ … })` → the object */
function validatorArgument(value: Value & { kind: 'chain' }): Value | undefined {
  if (value.root !== 'Prisma' || value.links[0]?.name !== 'validator' || value.links.length > 2) return undefined;
  return value.links.at(-1)?.arguments?.at(-1);
}

/** `names.map((name) => ({ name }))`: the object that stands for each element. */
function mappedTo({ value, at, range }: Argument): Argument | undefined {
  const link = value.kind === 'chain' ? value.links.at(-1) : undefined;
  const [mapper] = link?.arguments ?? [];
  if (link?.name !== 'map' || mapper?.kind !== 'function') return undefined;
  const returned = mapper.body.find(({ isReturned }) => isReturned)?.value;
  return returned && { value: returned, at: { ...at, function: mapper.id }, range };
}

/** `...(isAdmin && { … })` where it is not. */
function isNothing({ value }: Argument): boolean {
  return value.kind === 'literal' && !value.value;
}

/** Nothing is known of what it holds: a parameter, a call's result. */
export function isUnknown({ value }: Argument): boolean {
  return value.kind === 'chain' || value.kind === 'runtime';
}

export function isNull({ value }: Argument): boolean {
  if (value.kind === 'literal') return value.value === null;
  return /^Prisma\.(?:DbNull|AnyNull)$/.test(pathOf(value)?.join('.') ?? '');
}

export function isTrue({ value }: Argument): boolean {
  return value.kind === 'literal' && value.value === true;
}

export function isFalse({ value }: Argument): boolean {
  return value.kind === 'literal' && value.value === false;
}

export function parameterOf(argument: Argument): GeneratedParameter {
  const { value, range } = argument;
  const parameter = { source: sourceOf(value), range };
  const constant = value.kind === 'literal' ? value.value : undefined;
  return constant === undefined ? parameter : { ...parameter, constant };
}
