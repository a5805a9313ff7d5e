import type { TextRange } from '../../nouns/text-range';
import type { FileFacts, FunctionFacts, LoopFacts } from '../facts/facts';
import type { ChainValue, FunctionValue, Pattern, Value } from '../facts/values';
import type { Tracer } from '../resolve/origin';
import { chainsAt } from './chains';
import { goesOverRows, listsRows } from './few-turns';
import { iterationOf } from './iterators';
import { programIterationOf } from './program-iterators';
import type { RepeatedLoop, Repetition } from './repetition';

/** A part of the program that runs once for each of many things. */
export interface Repeat {
  readonly kind: RepeatedLoop['kind'];
  readonly file: FileFacts;
  /** The function around it; for a field resolver or a recursion the function itself. */
  readonly function: number;
  /** Index in that function's `loops`. */
  readonly loop?: number;
  /** A function of the file that is called for each element. */
  readonly callback?: number;
  /** `posts.map(toJSON)`: what is called for each element, by its name. */
  readonly reference?: ChainValue;
  readonly use?: { readonly use: number; readonly link: number };
  readonly headRange: TextRange;
  readonly bodyRange: TextRange;
  /** What one turn binds. */
  readonly element?: Pattern;
  /** Which parameter of the callback is the element. */
  readonly elementIndex: number;
  readonly over?: Value;
  readonly pace: Repetition['pace'];
  readonly comment?: string;
  /** Only this use counts: the one that goes on to the parent node. */
  readonly only?: { readonly function: number; readonly use: number };
}

/** Every loop and callback of a file that makes one turn a row; those that make few turns or many rows a turn are left out. */
export function repeatsOf(file: FileFacts, tracer?: Tracer): Repeat[] {
  return file.functions.flatMap((facts, index) => [
    ...loopsOf(file, facts, index, tracer),
    ...iterationsOf(file, facts, index, tracer),
  ]);
}

function loopsOf(file: FileFacts, facts: FunctionFacts, index: number, tracer: Tracer | undefined): Repeat[] {
  return facts.loops.flatMap((loop, number) =>
    goesOverRows(loop, number, { file, function: index }, tracer)
      ? [
          {
            kind: loop.kind,
            file,
            function: index,
            loop: number,
            headRange: loop.headRange,
            bodyRange: loop.bodyRange,
            element: loop.element,
            elementIndex: 0,
            over: loop.over ?? listCounted(loop),
            pace: 'one by one' as const,
            comment: loop.comment,
          },
        ]
      : [],
  );
}

function iterationsOf(file: FileFacts, facts: FunctionFacts, index: number, tracer: Tracer | undefined): Repeat[] {
  const seen = new Set<string>();
  const found: Repeat[] = [];
  for (const [use, { chain: outer }] of facts.uses.entries()) {
    for (const chain of chainsAt(outer)) {
      for (let link = 0; link < chain.links.length; link++) {
        const repeat = iterationRepeat(file, facts, index, use, chain, link, tracer);
        const key = repeat && `${repeat.headRange.start}-${repeat.bodyRange.start}`;
        if (!repeat || !key || seen.has(key)) continue;
        seen.add(key);
        found.push(repeat);
      }
    }
  }
  return found;
}

function iterationRepeat(
  file: FileFacts,
  facts: FunctionFacts,
  index: number,
  use: number,
  chain: ChainValue,
  link: number,
  tracer: Tracer | undefined,
): Repeat | undefined {
  const at = { file, function: index };
  const iteration = iterationOf(chain, link) ?? (tracer && programIterationOf(chain, link, at, tracer));
  const call = chain.links[link];
  const callee = iteration && call?.arguments?.[iteration.argument];
  if (!iteration || !call || !callee) return undefined;
  const element = callee.kind === 'function' ? callee.parameters[iteration.element] : undefined;
  if (!listsRows(iteration.over, element, at, tracer)) return undefined;
  const callback = callee.kind === 'function' ? callee.id : undefined;
  const body = callback === undefined ? undefined : file.functions[callback];
  return {
    kind: 'callback',
    file,
    function: index,
    callback,
    reference: callee.kind === 'chain' ? callee : undefined,
    use: { use, link },
    headRange: { start: headStart(chain, link), end: callee.kind === 'function' ? headEnd(callee) : callee.range.end },
    bodyRange: callee.range,
    element,
    elementIndex: iteration.element,
    over: iteration.over,
    pace: iteration.pace,
    comment: body?.comment ?? commentOf(facts, use),
  };
}

/** `posts.map(`; on the line of the call's own name when a long receiver stands before it. */
function headStart(chain: ChainValue, link: number): number {
  const name = chain.links[link];
  if (!name) return chain.range.start;
  return name.range.start - chain.range.start > 60 ? name.range.start : chain.range.start;
}

/** Up to the last parameter: `posts.map(async (post`. */
function headEnd(callee: FunctionValue): number {
  return Math.max(callee.range.start + 1, ...callee.parameters.map(({ range }) => range.end));
}

/** A comment of the loop around a use. */
function commentOf(facts: FunctionFacts, use: number): string | undefined {
  const loop = facts.uses[use]?.loop;
  return loop === undefined ? undefined : facts.loops[loop]?.comment;
}

/** `posts` of `for (let i = 0; i < posts.length; i++)`, where it stands in the head. */
function listCounted({ kind, head, headRange }: LoopFacts): Value | undefined {
  const [, root, rest = ''] =
    kind === 'for' ? (/<\s*([A-Za-z_$][\w$]*)((?:\.[A-Za-z_$][\w$]*)*)\.length\b/.exec(head) ?? []) : [];
  if (root === undefined) return undefined;
  const links = rest.split('.').flatMap((name) => (name === '' ? [] : [{ name, range: headRange }]));
  return { kind: 'chain', root, rootRange: headRange, links, range: headRange };
}
