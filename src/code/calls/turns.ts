import type { FileFacts, Use } from '../facts/facts';
import type { Tracer } from '../resolve/origin';
import { type Repeat, repeatsOf } from './repeats';
import { takerOf } from './taker';

/** A use with its place in the file. */
export interface PlacedUse {
  readonly function: number;
  readonly use: number;
  readonly facts: Use;
}

/** Callbacks of these run later, or once for the program: what is around them says nothing. */
const laterFunctions =
  /^(?:on|once|addListener|addEventListener|get|post|put|patch|delete|use|all|route|it|test|describe|before|after|beforeEach|afterEach|beforeAll|afterAll|setTimeout|setInterval|useCallback|useMemo|useEffect|schedule|cron)$/;

/** Which uses of a file run on each turn of which repeat, and which once for each call of which function. */
export class Turns {
  readonly file: FileFacts;
  readonly repeats: readonly Repeat[];
  readonly #loops = new Map<string, Repeat>();
  readonly #callbacks = new Map<number, Repeat>();
  readonly #children: readonly (readonly number[])[];

  constructor(file: FileFacts, tracer?: Tracer) {
    this.file = file;
    this.repeats = repeatsOf(file, tracer);
    for (const repeat of this.repeats) {
      if (repeat.loop !== undefined) this.#loops.set(`${repeat.function} ${repeat.loop}`, repeat);
      if (repeat.callback !== undefined) this.#callbacks.set(repeat.callback, repeat);
    }
    const children: number[][] = file.functions.map(() => []);
    for (const [index, facts] of file.functions.entries()) {
      if (facts.callback && facts.parent !== undefined) children[facts.parent]?.push(index);
    }
    this.#children = children;
  }

  /** What a call of the function runs once: its uses and those of callbacks in it that are called at once. */
  usesOf(index: number): PlacedUse[] {
    return this.#usesUnder(index, undefined);
  }

  /** What each turn runs; what stands in a repeat within it is that one's. */
  usesIn(repeat: Repeat): PlacedUse[] {
    if (repeat.loop !== undefined) return this.#usesUnder(repeat.function, repeat);
    return repeat.callback === undefined ? [] : this.#usesUnder(repeat.callback, undefined);
  }

  /** The repeat on whose turns a use runs; undefined when it runs once for each call of its function, or later. */
  around(functionIndex: number, use: number | undefined): Repeat | undefined {
    let loop = use === undefined ? undefined : this.#repeatOf(functionIndex, this.#use(functionIndex, use));
    for (let index: number | undefined = functionIndex; !loop && index !== undefined; ) {
      const facts: FileFacts['functions'][number] | undefined = this.file.functions[index];
      const repeat = this.#callbacks.get(index);
      if (repeat) return repeat;
      if (!facts?.callback || facts.parent === undefined || this.#isLater(index)) return undefined;
      loop = this.#repeatOf(facts.parent, this.#use(facts.parent, facts.callback.use));
      index = facts.parent;
    }
    return loop;
  }

  /** The same for a place in the document. */
  aroundOffset(offset: number): Repeat | undefined {
    const holds = ({ start, end }: { start: number; end: number }) => start <= offset && offset < end;
    let index = innermostFunction(this.file, offset);
    for (;;) {
      const facts = this.file.functions[index];
      if (!facts) return undefined;
      for (let loop = facts.loops.findLastIndex(({ bodyRange }) => holds(bodyRange)); loop >= 0; ) {
        const repeat = this.#loops.get(`${index} ${loop}`);
        if (repeat) return repeat;
        loop = facts.loops[loop]?.parent ?? -1;
      }
      const repeat = this.#callbacks.get(index);
      if (repeat) return repeat;
      if (!facts.callback || facts.parent === undefined || this.#isLater(index)) return undefined;
      index = facts.parent;
    }
  }

  #usesUnder(index: number, within: Repeat | undefined): PlacedUse[] {
    const facts = this.file.functions[index];
    if (!facts) return [];
    const found: PlacedUse[] = [];
    for (const [use, used] of facts.uses.entries()) {
      if (this.#repeatOf(index, used) === within) found.push({ function: index, use, facts: used });
    }
    for (const child of this.#children[index] ?? []) {
      if (this.#callbacks.has(child) || this.#isLater(child)) continue;
      const used = this.#use(index, this.file.functions[child]?.callback?.use ?? -1);
      if (this.#repeatOf(index, used) === within) found.push(...this.#usesUnder(child, undefined));
    }
    return found;
  }

  /** The innermost loop around a use in its function. */
  #repeatOf(index: number, use: Use | undefined): Repeat | undefined {
    const loops = this.file.functions[index]?.loops ?? [];
    let loop = use?.loop;
    // The list is asked for once: it is of the loop around.
    if (use?.within === 'loop head' && loop !== undefined) loop = loops[loop]?.parent;
    for (; loop !== undefined; loop = loops[loop]?.parent) {
      const repeat = this.#loops.get(`${index} ${loop}`);
      if (repeat) return repeat;
    }
    return undefined;
  }

  #use(index: number, use: number): Use | undefined {
    return this.file.functions[index]?.uses[use];
  }

  #isLater(index: number): boolean {
    return laterFunctions.test(takerOf(this.file, index)?.name ?? '');
  }
}

export function innermostFunction(file: FileFacts, offset: number): number {
  let best = 0;
  let length = Number.POSITIVE_INFINITY;
  for (const [index, { range }] of file.functions.entries()) {
    if (offset < range.start || offset >= range.end || range.end - range.start > length) continue;
    best = index;
    length = range.end - range.start;
  }
  return best;
}
