import type { CacheWrap, RefusedWrap, WrappedRead, WrappedWrite } from '../../code/caches/cache-aside';
import { chainsAt } from '../../code/calls/chains';
import { takerOf } from '../../code/calls/taker';
import { isInTransaction } from '../../code/calls/transactions';
import type { FileFacts, FunctionFacts } from '../../code/facts/facts';
import type { ChainValue } from '../../code/facts/values';
import type { TextRange } from '../../nouns/text-range';
import type { SentStatement } from './find-cache-aside';
import { keyOf } from './key';
import { shapeOf } from './shape';

export interface WrapContext {
  readonly file: FileFacts;
  readonly text: string;
  /** What the cache is called in the file. */
  readonly cache: string;
  /** Before the names of its keys, so that no other file has them: `services/posts.` */
  readonly prefix: string;
  /** Names that were given to others. */
  readonly taken: Set<string>;
}

/** The call that sends a statement, and where it stands. */
export interface SendingCall {
  readonly chain: ChainValue;
  readonly range: TextRange;
  readonly function: number;
  readonly facts: FunctionFacts;
  /** As it is written. */
  readonly source: string;
}

const refused = (why: string): RefusedWrap => ({ refused: why });

export function wrapOf(statement: SentStatement, context: WrapContext): CacheWrap {
  const { path, range, readsOnly, writes } = statement;
  const call = callAt(range, context);
  return {
    path,
    range,
    ...(readsOnly && {
      reads: call ? readOf(call, statement, context) : refused('Its call is not found in the text.'),
    }),
    ...(writes.length > 0 && {
      writes: call ? writeOf(call, statement, context) : refused('its call is not found in the text.'),
    }),
    ...(call && isKept(call, context) && { isKept: true as const }),
  };
}

/** The smallest call around the statement: its own, or the one whose argument its text is. */
function callAt(range: TextRange, { file, text }: WrapContext): SendingCall | undefined {
  let best: SendingCall | undefined;
  for (const [index, facts] of file.functions.entries()) {
    if (facts.range.start > range.start || facts.range.end < range.end) continue;
    for (const { chain: outer } of facts.uses) {
      for (const chain of chainsAt(outer)) {
        const last = chain.links.at(-1);
        if (!last?.arguments || !last.argumentsRange) continue;
        const whole = { start: chain.range.start, end: Math.max(chain.range.end, last.argumentsRange.end) };
        if (whole.start > range.start || whole.end < range.end) continue;
        // A tag is no call: `pool.query(sql`…`)`.
        if (best && whole.end - whole.start >= best.range.end - best.range.start) continue;
        best = { chain, range: whole, function: index, facts, source: text.slice(whole.start, whole.end) };
      }
    }
  }
  return best;
}

function readOf(call: SendingCall, statement: SentStatement, context: WrapContext): WrappedRead | RefusedWrap {
  const { file, text } = context;
  if (isInTransaction(placeOf(call, file))) return refused('It is sent in a transaction, which sees its own writes.');
  if (/\b(?:stream|cursor|QueryStream|Cursor|subscribe)\b/.test(call.source)) return refused('Its rows are streamed.');
  const why = whyNotMoved(call, statement, context);
  if (why !== undefined) return refused(why);
  if (localNames(file, call.function).has(String(call.chain.root))) {
    return refused(
      `It is sent by what the function is given (${String(call.chain.root)}), which may be another database or a transaction.`,
    );
  }
  const shape = shapeOf(call, statement.library, text);
  if ('refused' in shape) return shape;
  const key = keyOf(call, localNames(file, call.function));
  if ('refused' in key) return key;
  const name = freeKey(`${context.prefix}${nameAround(file, call.function)}`, context);
  return { wrapped: call.range, key: [`'${name}'`, ...key.parts], ...shape };
}

function writeOf(call: SendingCall, statement: SentStatement, context: WrapContext): WrappedWrite | RefusedWrap {
  const { file, text } = context;
  const outer = isInTransaction(placeOf(call, file)) ? transactionAround(call, context) : call;
  if (!outer)
    return refused(
      'it is in a transaction, and where that is committed is not seen: tell the cache behind its commit.',
    );
  const why = whyNotMoved(outer, statement, context);
  if (why !== undefined) return refused(`${why.charAt(0).toLowerCase()}${why.slice(1)}`);
  return { wrapped: outer.range, told: toldAt(outer.range, text, context.cache) };
}

/** Tables that a `cache.changing([…], async () => …)` around it names. */
function toldAt({ start }: TextRange, text: string, cache: string): string[] {
  let before = text.slice(0, start);
  const told: string[] = [];
  const around = new RegExp(`\\b${cache}\\.changing\\(\\[([^\\]]*)\\],\\s*async \\(\\) =>\\s*$`);
  for (let found = around.exec(before); found; found = around.exec(before)) {
    told.push(...(found[1]?.match(/[^'",\s]+/g) ?? []));
    before = before.slice(0, found.index);
  }
  return told;
}

function isKept({ range, function: index }: SendingCall, { file, text, cache }: WrapContext): boolean {
  for (let id: number | undefined = index; id !== undefined && id > 0; id = file.functions[id]?.parent) {
    const taker = takerOf(file, id);
    if (taker?.name === 'read' && String(taker.chain.root) === cache) return true;
  }
  return new RegExp(`\\b${cache}\\.read\\(\\{[^;]*\\}, async \\(\\) => $`).test(
    text.slice(Math.max(0, range.start - 600), range.start),
  );
}

/** `sequelize.transaction(async (t) => …)` around a write, where the outermost is a call with a callback. */
function transactionAround(call: SendingCall, { file, text }: WrapContext): SendingCall | undefined {
  for (
    let index: number | undefined = call.function;
    index !== undefined && index > 0;
    index = file.functions[index]?.parent
  ) {
    const taker = takerOf(file, index);
    const parent = file.functions[index]?.parent;
    const facts = parent === undefined ? undefined : file.functions[parent];
    if (
      !taker ||
      parent === undefined ||
      !facts ||
      !/^\$?transaction$|^(?:inT|runInT|withT)ransaction$|^transactional$/.test(taker.name)
    )
      continue;
    const last = taker.chain.links[taker.link]?.argumentsRange;
    const whole = { start: taker.chain.range.start, end: Math.max(taker.chain.range.end, last?.end ?? 0) };
    const outer: SendingCall = {
      chain: taker.chain,
      range: whole,
      function: parent,
      facts,
      source: text.slice(whole.start, whole.end),
    };
    // Given a transaction of somebody else.
    if (isInTransaction({ at: { file, function: parent } })) return undefined;
    return outer;
  }
  return undefined;
}

const placeOf = ({ chain, function: index }: SendingCall, file: FileFacts) => ({
  chain,
  at: { file, function: index },
});

/** Libraries whose calls send at once, and give a promise. */
const sendsAtOnce = /^(?:pg|sequelize|sequelize-typescript|typeorm|@vercel\/postgres|@neondatabase\/serverless)$/;

/** Why a call cannot be put into a function that is called there; undefined where it can. */
function whyNotMoved(
  { range, facts, source, chain }: SendingCall,
  { library }: SentStatement,
  { text }: WrapContext,
): string | undefined {
  const before = text.slice(0, range.start).trimEnd();
  const after = text.slice(range.end).trimStart();
  if (facts.isGenerator && /\byield\b/.test(source)) return 'It is in a generator.';
  if (/\barguments\b/.test(source)) return 'It uses the arguments of its function.';
  if (/^(?:\.|\?\.|\[|`|\()/.test(after)) return 'More is called on what it gives.';
  if (/\bfor\s+await\b[^;]*$/.test(before)) return 'Its rows are streamed.';
  if (chain.open) return 'It is put together by several statements.';
  const isAwaited = /\bawait$/.test(before) || /\bawait\s*\($/.test(before);
  if (isAwaited) return undefined;
  const isAnswer = /(?:\breturn|=>)$/.test(before);
  if (isAnswer && (facts.isAsync || sendsAtOnce.test(library))) return undefined;
  // Prisma's calls in a list are one transaction, and no promises.
  const isListed = /[[,]$/.test(before) && /\bPromise\.(?:all|allSettled)\(\s*\[[^;]*$/.test(before);
  if (isListed && library !== 'prisma') return undefined;
  return 'It is neither awaited nor returned where it stands.';
}

/** Names of parameters and variables of the functions around a place, without those of the file's top level. */
function localNames(file: FileFacts, start: number): ReadonlySet<string> {
  const names = new Set<string>();
  for (let index: number | undefined = start; index !== undefined && index > 0; index = file.functions[index]?.parent) {
    const facts = file.functions[index];
    const patterns = [...(facts?.parameters ?? []), ...(facts?.bindings ?? []).map(({ pattern }) => pattern)];
    for (const { name, bound = [] } of patterns) {
      if (name !== '') names.add(name);
      for (const one of bound) names.add(one.name);
    }
  }
  // What the module changes decides, too.
  for (const { pattern, isConstant } of file.functions[0]?.bindings ?? []) {
    if (!isConstant && pattern.name !== '' && !isOfLibrary(file, pattern.name)) names.add(pattern.name);
  }
  return names;
}

const isOfLibrary = ({ imports }: FileFacts, name: string): boolean => imports.some(({ local }) => local === name);

/** Two queries of one function are not the same: `feed`, `feed 2`. */
function freeKey(name: string, { text, taken }: WrapContext): string {
  let free = name;
  for (let number = 2; taken.has(free) || text.includes(`'${free}'`) || text.includes(`"${free}"`); number++) {
    free = `${name} ${number}`;
  }
  taken.add(free);
  return free;
}

function nameAround(file: FileFacts, start: number): string {
  for (let index: number | undefined = start; index !== undefined && index > 0; index = file.functions[index]?.parent) {
    const name = file.functions[index]?.name;
    if (name) return name.replaceAll("'", '');
  }
  return 'query';
}
