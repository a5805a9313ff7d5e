import type { QueryPlace, Repetition } from '../../code/calls/repetition';
import { isTemplate } from '../../code/file-roles';

/** Repetitions of one cause: one query reached by several loops, or one loop that sends several queries. */
export interface RepetitionGroup {
  /** The best place to see and mend it. */
  readonly main: Repetition;
  /** What else the same loop sends in this way. */
  readonly alsoSends: readonly QueryPlace[];
  /** The same query on the turns of other loops. */
  readonly alsoFrom: readonly Repetition[];
  /** The same code in other files: modules that somebody copied. */
  readonly copies: readonly Repetition[];
}

/** Folds repeats of one cause into one. */
export function groupRepetitions(
  repetitions: readonly Repetition[],
  isQuiet: (uri: string) => boolean,
): RepetitionGroup[] {
  const byCall = collect(repetitions, callKey);
  const calls = byCall.map((group) => {
    const [main, ...others] = group.toSorted((a, b) => order(a) - order(b)) as [Repetition, ...Repetition[]];
    return { main, alsoSends: others.map(({ inner }) => inner) };
  });
  const causes = collect(calls, ({ main }) => causeKey(main)).map((group) => {
    const sorted = group.toSorted((a, b) => place(a.main, isQuiet) - place(b.main, isQuiet));
    const [best, ...others] = sorted as [(typeof calls)[number], ...typeof calls];
    return { ...best, alsoFrom: others.map(({ main }) => main) };
  });
  return collect(causes, ({ main }) => copyKey(main)).flatMap((group) => {
    const [first, ...others] = group as [(typeof causes)[number], ...typeof causes];
    const isCopied = others.some(({ main }) => main.loop.uri !== first.main.loop.uri);
    if (!isCopied) return group.map((one) => ({ ...one, copies: [] }));
    return [{ ...first, copies: others.map(({ main }) => main) }];
  });
}

/** Of two loops that are written alike: files of one name, `azure/authentication.js`, with the same query for the same list. */
function copyKey({ loop, steps, inner, kind, keys }: Repetition): string {
  const fileName = loop.uri.slice(loop.uri.lastIndexOf('/') + 1);
  const over = loop.over?.value;
  const length = over && over.range.end - over.range.start;
  const by = keys.map(({ property, rowPath }) => `${property}=${rowPath?.join('.')}`);
  const [, ...way] = steps.map(({ name }) => name);
  return [fileName, kind, loop.kind, loop.rowName, length, ...by, ...way, ...inner.sql].join(' ');
}

/**
 * Reads of the loop itself stand for themselves, each has its own edit. Its writes are mended together, and so is what the
 * turn sends through calls.
 */
function callKey({ loop, depth, inner, kind, association }: Repetition): string {
  const head = `${loop.uri} ${loop.headRange.start}`;
  if (depth > 0) return `${head} calls`;
  // What a template reads of a row is loaded where the rows are asked for, once for all that it does with it.
  if (association && isTemplate(loop.uri)) return `${head} ${association.association.name}`;
  return kind === 'write' ? `${head} writes` : `${head} ${inner.range.start} ${kind}`;
}

/**
 * Ten lists that are shown by one presenter have one cause, the presenter's query. Loops that ask the data access itself
 * for one row each are one for each file, so that each file says so once.
 */
function causeKey({ loop, steps, depth, inner, kind }: Repetition): string {
  const query = `${inner.uri} ${inner.range.start}`;
  if (depth === 0) return `${query} in ${loop.uri} ${loop.headRange.start}`;
  const isShared = depth > 1 || kind === 'lazy';
  return `${query} by ${steps[1]?.name}${isShared ? '' : ` in ${loop.uri}`}`;
}

/** Of the queries behind one call the reads come first: they are what a join saves. */
function order({ kind, depth, keys }: Repetition): number {
  const kinds: Record<Repetition['kind'], number> = { lazy: 0, query: 1, count: 2, 'same query': 3, write: 4 };
  return kinds[kind] * 10 + depth - (keys.some(({ rowPath }) => rowPath) ? 5 : 0);
}

function place(repetition: Repetition, isQuiet: (uri: string) => boolean): number {
  const quiet = isQuiet(repetition.loop.uri) ? 100 : 0;
  const known = repetition.loop.over?.query ? 0 : 1;
  return quiet + repetition.depth * 2 + known + (repetition.reason ? 50 : 0);
}

function collect<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}
