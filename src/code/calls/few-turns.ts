import type { LoopFacts } from '../facts/facts';
import type { ChainValue, Pattern, Value } from '../facts/values';
import type { Place, Tracer } from '../resolve/origin';
import { chainsIn } from './chains';

/** Names of what holds many rows at a time, or counts tries. */
const batchElements = /batch|chunk|slice|attempt|retr(?:y|ies)|tries/i;
/** A page may be a row as well: only what pages through something gives pages. */
const pageMakers = /paginat|pages$|batches|chunk/i;
const batchHeads =
  /batch|chunk|page|cursor|offset|skip|attempt|retr(?:y|ies)|tries|slice|hasMore|hasNext|has_more|lastId|after|backoff|deadline|timeout/i;

/** A loop of fixed length up to this many turns is not worth a word. */
const fewTurns = 10;

/** Names of constants and enumerations: `STATUSES`, `Object.values(Role)`. */
const constantName = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/;

/**
 * False for loops that are not one turn a row: chunks and pages, tries, a handful of constants, workers that wait for
 * something to do, loops that end on the first turn.
 */
export function goesOverRows(loop: LoopFacts, index: number, at: Place, tracer?: Tracer): boolean {
  switch (loop.kind) {
    case 'for of':
    case 'for in':
    case 'for await':
      return !endsAtOnce(loop, index, at) && (!loop.over || listsRows(loop.over, loop.element, at, tracer));
    case 'for':
      return isStepByOne(loop) && !batchHeads.test(loop.head) && !isShort(loop.head);
    case 'while':
    case 'do':
      return isWalk(loop, index, at);
  }
}

/** False for lists of constants, of chunks and of pages. */
export function listsRows(over: Value, element: Pattern | undefined, at: Place, tracer?: Tracer): boolean {
  const elementNames = element ? [element.name, ...(element.bound ?? []).map(({ name }) => name)] : [];
  if (elementNames.some((name) => batchElements.test(name))) return false;
  if (isFixed(over, at, tracer)) return false;
  if (over.kind !== 'chain') return true;
  const called = over.links.findLastIndex((link) => link.arguments);
  const maker = called < 0 ? '' : over.links[called]?.name || String(over.root);
  if (elementNames.some((name) => /^page$/i.test(name)) && pageMakers.test(maker)) return false;
  const names = [typeof over.root === 'string' ? over.root : '', ...over.links.map(({ name }) => name)];
  // `defaultSettings` are written down by hand, too.
  if (called < 0 && /^(?:default|initial|builtin|builtIn)[A-Z_]/.test(names.at(-1) ?? '')) return false;
  // `config.languages`: what somebody wrote down by hand is a few.
  if (called < 0 && names.slice(0, -1).some((name) => /^(?:config|configuration)$/i.test(name))) return false;
  // `chunk(ids, 100).map(…)`, `batches`; not `book.pages`.
  return !names.slice(-2).some((name) => /batch|chunk|slices|attempts|retries/i.test(name));
}

/** A list whose elements stand in the program. */
function isFixed(value: Value, at: Place, tracer: Tracer | undefined, depth = 0): boolean {
  if (value.kind === 'array') {
    // `[...ids]` holds what ids holds.
    const spreads = value.spreads ?? [];
    if (value.open && spreads.length === 0) return false;
    return (
      value.elements.length + spreads.length > 0 && spreads.every((spread) => isFixed(spread.value, at, tracer, depth))
    );
  }
  if (value.kind === 'object') return value.open !== true;
  if (value.kind === 'literal') return true;
  if (value.kind === 'choice') return value.options.every((option) => isFixed(option.value, at, tracer, depth));
  if (value.kind !== 'chain') return false;
  return isFixedChain(value, at, tracer, depth);
}

/** What keeps a list as long as it is, or makes it shorter. */
const sameLength = /^(?:map|filter|slice|sort|reverse|toSorted|toReversed|entries|keys|values|concat|flat|split)$/;

function isFixedChain(chain: ChainValue, at: Place, tracer: Tracer | undefined, depth: number): boolean {
  const { root, links } = chain;
  if (typeof root !== 'string') {
    return isFixed(root, at, tracer, depth) && links.every(({ name }) => sameLength.test(name));
  }
  const [first] = links;
  if (root === 'Array' && isFewElements(first)) return true;
  const isOfObject = root === 'Object' && /^(?:keys|values|entries)$/.test(first?.name ?? '');
  const argument = first?.arguments?.[0];
  if (isOfObject && argument) {
    // Object.values(Role): an enumeration.
    if (argument.kind === 'chain' && argument.links.length === 0 && /^[A-Z]/.test(String(argument.root))) return true;
    return isFixed(argument, at, tracer, depth);
  }
  const name = links.findLast((link) => !link.arguments)?.name ?? root;
  if (
    constantName.test(name) &&
    name.length > 2 &&
    links.every((link) => !link.arguments || sameLength.test(link.name))
  )
    return true;
  if (!tracer || depth > 3 || links.some((link) => link.arguments && !sameLength.test(link.name))) return false;
  const properties = links.findIndex((link) => link.arguments);
  const origin = tracer.traceLinks(chain, properties < 0 ? links.length : properties, at);
  // `const roles = Object.values(Role)`: the origin of its elements is the enumeration.
  const outside = origin.kind === 'global' ? origin.name : origin.kind === 'package' ? origin.path.at(-1) : undefined;
  if (outside !== undefined) return /^[A-Z]/.test(outside);
  if (origin.kind !== 'value' || origin.value.kind === 'literal' || origin.value.kind === 'chain') return false;
  return isFixed(origin.value, origin.at, tracer, depth + 1);
}

/** `Array(4).keys()`, `Array.from({ length: 3 })` */
function isFewElements(link: ChainValue['links'][number] | undefined): boolean {
  const [argument] = link?.arguments ?? [];
  const length = argument?.kind === 'object' ? argument.entries.find(({ key }) => key === 'length')?.value : argument;
  return length?.kind === 'literal' && typeof length.value === 'number' && length.value <= fewTurns;
}

/** `for (…; …; i++)`; `i += 100` goes chunk by chunk. */
function isStepByOne({ head }: LoopFacts): boolean {
  return /(?:\+\+|--|[+-]=\s*1\b(?!\d)|=\s*\w+\s*[+-]\s*1\s*$)/.test(head);
}

/** `i < 3` */
function isShort(head: string): boolean {
  const bound = /[<>]=?\s*(\d+)\s*(?:;|&&|$)/.exec(head)?.[1];
  return (bound !== undefined && Number(bound) <= fewTurns) || /[<>]=?\s*[A-Z][A-Z0-9_]{2,}\b/.test(head);
}

/** What makes a worker or a poll of a loop: it waits between its turns. */
const waits = /^(?:sleep|delay|wait|pause|setTimeout|setImmediate|backoff|waitFor|timeout|nextTick)$/i;

/** A `while` that takes one thing after the other; not pages, tries, queues' workers. */
function isWalk(loop: LoopFacts, index: number, { file, function: at }: Place): boolean {
  const facts = file.functions[at];
  if (!facts || batchHeads.test(loop.head)) return false;
  const isIn = (inner: number | undefined) => isWithin(facts.loops, inner, index);
  const uses = facts.uses.filter((use) => isIn(use.loop));
  const chains = uses.flatMap((use) => chainsIn(use.chain));
  if (chains.some((chain) => waits.test(chain.links.at(-1)?.name || String(chain.root)))) return false;
  if (chains.some((chain) => chain.links.some(takesSeveral))) return false;
  if (/^\(?\s*(?:true|1)?\s*\)?$/.test(loop.head)) return false;
  // `while (batch = await next())`, `while (rows.length) { …; rows = await next() }`: many rows a turn, or the next page.
  const names = [...loop.head.matchAll(/(?<![.\w$])[A-Za-z_$][\w$]*/g)].map(([name]) => name);
  const assigned = facts.bindings.filter((binding) => isIn(binding.loop)).flatMap(({ pattern }) => namesOf(pattern));
  return !names.some((name) => assigned.includes(name));
}

/** `ids.splice(0, 100)` */
function takesSeveral({ name, arguments: given }: ChainValue['links'][number]): boolean {
  const count = given?.[1];
  return name === 'splice' && count !== undefined && !(count.kind === 'literal' && count.value === 1);
}

function namesOf(pattern: Pattern): string[] {
  return [pattern.name, ...(pattern.bound ?? []).map(({ name }) => name)].filter((name) => name !== '');
}

/** True when loop `inner` is loop `outer` or stands in it. */
export function isWithin(loops: readonly LoopFacts[], inner: number | undefined, outer: number): boolean {
  for (let index = inner; index !== undefined; index = loops[index]?.parent) if (index === outer) return true;
  return false;
}

/** `for (const post of posts) { return show(post); }` */
function endsAtOnce(loop: LoopFacts, index: number, { file, function: at }: Place): boolean {
  if (loop.isLeft !== true) return false;
  const facts = file.functions[at];
  const head = facts?.bindings.find((binding) => binding.isElement && binding.loop === index)?.branch?.id;
  const uses = facts?.uses.filter((use) => use.loop === index && use.within !== 'loop head') ?? [];
  return uses.some((use) => use.within === 'return' && (use.branch === undefined || use.branch.id === head));
}
