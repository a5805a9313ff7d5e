import type { TextRange } from '../../nouns/text-range';
import type { FunctionFacts, WayFacts } from '../facts/facts';

/** What happens at a point of a function with something that must be given back. */
export type WayEvent =
  | { readonly kind: 'take'; readonly range: TextRange }
  | { readonly kind: 'give back'; readonly range: TextRange }
  /** Something is waited for, and may fail. */
  | { readonly kind: 'await'; readonly range: TextRange }
  | { readonly kind: 'return' | 'throw'; readonly range: TextRange }
  /** The program ends. */
  | { readonly kind: 'stop'; readonly range: TextRange };

/** A way on which it is not given back, by what leaves the function there. */
export type LostWay =
  /** The function ends; `after`: what failed and was caught. */
  | { readonly by: 'end'; readonly after?: TextRange }
  /** What fails, or the statement that leaves. */
  | { readonly by: 'await' | 'return' | 'throw'; readonly range: TextRange };

type Leaving = WayEvent & { readonly kind: 'await' | 'return' | 'throw' };

/** What may be true at a point: it is held or not; on what it was left with while it was held. */
interface Outcome extends State {
  /** Left by an error, or by `return`, each with what did it; undefined: not held. */
  readonly thrown: readonly (Leaving | undefined)[];
  readonly returned: readonly (Leaving | undefined)[];
}

type Node =
  | { readonly kind: 'event'; readonly start: number; readonly event: WayEvent }
  | { readonly kind: 'loop'; readonly start: number; readonly body: readonly Node[] }
  | {
      readonly kind: 'decision';
      readonly start: number;
      readonly arms: readonly (readonly Node[])[];
      readonly isWhole: boolean;
    }
  | {
      readonly kind: 'try';
      readonly start: number;
      readonly body: readonly Node[];
      readonly handler?: readonly Node[];
      readonly finalizer?: readonly Node[];
    };

export interface Ways {
  readonly lost: readonly LostWay[];
  /** What is waited for while it is held. */
  readonly waits: readonly TextRange[];
}

/**
 * The ways through a function on which what it takes is not given back, each told once. A way back under a condition counts
 * as one: the condition is nearly always whether it was taken, or whether that is done already.
 */
export function waysOf(
  { ways = [], loops, range }: Pick<FunctionFacts, 'ways' | 'loops' | 'range'>,
  events: readonly WayEvent[],
): Ways {
  const nodes = nested(
    range,
    [
      ...ways.flatMap((way) => containersOf(way)),
      ...loops.map(({ bodyRange }): Container => ({ kind: 'loop', range: bodyRange })),
    ],
    events,
  );
  const waits = new Map<number, TextRange>();
  const { held, because, thrown, returned } = sequence(nodes, { held: false, free: true, waits });
  const lost = [...thrown, ...returned].flatMap((one): LostWay[] => (one ? [{ by: one.kind, range: one.range }] : []));
  const first = new Map(lost.map((one) => [one.by === 'end' ? 'end' : `${one.by} ${one.range.start}`, one]));
  const atEnd: LostWay = { by: 'end', ...(because && { after: because.range }) };
  return { lost: [...(held ? [atEnd] : []), ...first.values()], waits: [...waits.values()] };
}

type Container =
  | { readonly kind: 'loop'; readonly range: TextRange }
  | { readonly kind: 'arm'; readonly range: TextRange; readonly id: number; readonly of: number }
  | { readonly kind: 'body' | 'handler' | 'finalizer'; readonly range: TextRange; readonly id: number };

function containersOf(way: WayFacts): Container[] {
  if (way.kind === 'arm') return [way];
  if (way.kind !== 'try') return [];
  const id = -way.body.start - 1;
  return (['body', 'handler', 'finalizer'] as const).flatMap((kind) => {
    const range = way[kind];
    return range ? [{ kind, range, id }] : [];
  });
}

function nested(range: TextRange, containers: readonly Container[], events: readonly WayEvent[]): Node[] {
  const inside = containers.filter((one) => isIn(one.range, range) && !isSame(one.range, range));
  const outer = inside.filter(
    (one) => !inside.some((other) => other !== one && isIn(one.range, other.range) && !isSame(one.range, other.range)),
  );
  const nodes: Node[] = events
    .filter((event) => isIn(event.range, range) && !outer.some((one) => isIn(event.range, one.range)))
    .map((event) => ({ kind: 'event', start: startOf(event), event }));
  const groups = new Map<string, Container[]>();
  for (const one of outer) {
    const key = one.kind === 'loop' ? `loop ${one.range.start}` : `${one.id}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  for (const group of groups.values()) nodes.push(nodeOf(group, (one) => nested(one.range, inside, events)));
  return nodes.sort((a, b) => a.start - b.start);
}

function nodeOf(group: readonly Container[], read: (one: Container) => Node[]): Node {
  const start = Math.min(...group.map((one) => one.range.start));
  const [first] = group;
  if (first?.kind === 'loop') return { kind: 'loop', start, body: read(first) };
  if (first?.kind === 'arm')
    return { kind: 'decision', start, arms: group.map(read), isWhole: group.length >= first.of };
  const part = (kind: Container['kind']) => group.find((one) => one.kind === kind);
  const [body, handler, finalizer] = [part('body'), part('handler'), part('finalizer')];
  return {
    kind: 'try',
    start,
    body: body ? read(body) : [],
    ...(handler && { handler: read(handler) }),
    ...(finalizer && { finalizer: read(finalizer) }),
  };
}

/** What is done by a statement is done when all in it has been: `return await f()`. */
const startOf = ({ kind, range }: WayEvent): number =>
  kind === 'return' || kind === 'throw' ? range.end : range.start;

interface State {
  readonly held: boolean;
  /** It is held on ways only on which this failed and was caught. */
  readonly because?: Leaving;
  readonly free: boolean;
  /** Filled on the way. */
  readonly waits: Map<number, TextRange>;
}

function sequence(nodes: readonly Node[], before: State): Outcome {
  let state = before;
  const thrown: (Leaving | undefined)[] = [];
  const returned: (Leaving | undefined)[] = [];
  for (const node of nodes) {
    if (!state.held && !state.free) break;
    const next = step(node, state);
    thrown.push(...next.thrown);
    returned.push(...next.returned);
    state = next;
  }
  return { ...state, thrown, returned };
}

function step(node: Node, state: State): Outcome {
  switch (node.kind) {
    case 'event':
      return afterEvent(node.event, state);
    case 'loop': {
      const turn = sequence(node.body, state);
      const givesBack = state.held && !state.free && turn.free && !turn.held;
      const skipped = state.held && !givesBack ? [state] : [];
      return { ...turn, ...heldIn([turn, ...skipped]), free: turn.free || state.free };
    }
    case 'decision':
      return decided(
        node.arms.map((arm) => sequence(arm, state)),
        state,
        node.isWhole ? undefined : state,
      );
    case 'try':
      return tried(node, state);
  }
}

/** Held on any of them; because of what failed, where it is on no other. */
function heldIn(states: readonly State[]): Pick<State, 'held' | 'because'> {
  const holding = states.filter(({ held }) => held);
  const because = holding.every((one) => one.because) ? holding[0]?.because : undefined;
  return { held: holding.length > 0, because };
}

function afterEvent(event: WayEvent, { held, because, free, waits }: State): Outcome {
  if (held && event.kind === 'await') waits.set(event.range.start, event.range);
  const leaving = (kind: Leaving['kind']) => [
    ...(held ? [{ ...event, kind } as Leaving] : []),
    ...(free ? [undefined] : []),
  ];
  switch (event.kind) {
    case 'take':
      return { waits, held: true, free: false, thrown: leaving('await'), returned: [] };
    case 'give back':
      return { waits, held: false, free: true, thrown: [], returned: [] };
    case 'await':
      return { waits, held, because, free, thrown: leaving('await'), returned: [] };
    case 'return':
      return { waits, held: false, free: false, thrown: [], returned: leaving('return') };
    case 'throw':
      return { waits, held: false, free: false, thrown: leaving('throw'), returned: [] };
    case 'stop':
      return { waits, held: false, free: false, thrown: [], returned: [] };
  }
}

/** `otherwise`: no arm may be taken. */
function decided(arms: readonly Outcome[], { waits }: State, otherwise: State | undefined): Outcome {
  const all: readonly State[] = otherwise ? [...arms, otherwise] : arms;
  // One arm gives it back and goes on: the others are for what is not held, or not any more.
  const isGivenBack = otherwise?.held === true && arms.some((arm) => arm.free && !arm.held) && !otherwise.free;
  return {
    waits,
    ...heldIn(isGivenBack ? arms : all),
    free: all.some((one) => one.free),
    thrown: arms.flatMap((arm) => arm.thrown),
    returned: arms.flatMap((arm) => arm.returned),
  };
}

function tried({ body, handler, finalizer }: Node & { kind: 'try' }, state: State): Outcome {
  const inner = sequence(body, state);
  const caught = handler && inner.thrown.length > 0 ? afterThrown(inner.thrown, handler, state) : undefined;
  const whole: Outcome = {
    waits: state.waits,
    ...heldIn(caught ? [inner, caught] : [inner]),
    free: inner.free || (caught?.free ?? false),
    thrown: handler ? (caught?.thrown ?? []) : inner.thrown,
    returned: [...inner.returned, ...(caught?.returned ?? [])],
  };
  return finalizer ? finished(whole, finalizer) : whole;
}

/** The handler goes on from what was true where it failed. What falls out of it held is told by what failed. */
function afterThrown(thrown: readonly (Leaving | undefined)[], handler: readonly Node[], { waits }: State): Outcome {
  const because = thrown.find((one) => one !== undefined);
  return sequence(handler, {
    held: because !== undefined,
    ...(because && { because }),
    free: thrown.includes(undefined),
    waits,
  });
}

function finished(whole: Outcome, finalizer: readonly Node[]): Outcome {
  const last = sequence(finalizer, { held: true, free: false, waits: whole.waits });
  const isGivenBack = !last.held;
  if (!isGivenBack) return whole;
  const freed = (left: Outcome['thrown']) => (left.length > 0 ? [undefined] : []);
  return {
    waits: whole.waits,
    held: false,
    free: whole.held || whole.free,
    thrown: freed(whole.thrown),
    returned: freed(whole.returned),
  };
}

function isIn(inner: TextRange, outer: TextRange): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

function isSame(a: TextRange, b: TextRange): boolean {
  return a.start === b.start && a.end === b.end;
}
