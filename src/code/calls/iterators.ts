import type { ChainValue, Value } from '../facts/values';
import { calledName, firstLinks } from './chains';
import type { Repetition } from './repetition';

/** Functions that call their callback once for each element: those of arrays, lodash, async, bluebird, p-map. */
const eachFunctions =
  /^(?:map|forEach|flatMap|reduce|reduceRight|filter|some|every|find|findIndex|each|eachSeries|eachLimit|eachOf|eachOfSeries|eachOfLimit|forEachSeries|forEachLimit|forEachOf|mapSeries|mapLimit|mapValues|mapValuesSeries|filterSeries|filterLimit|concatSeries|pMap|pMapSeries|pEach|pFilter|pMapIterable|concurrent|asyncPool|mapAsync|forEachAsync|asyncMap|asyncForEach|eachAsync|find_each|each_with_index|each_with_object|each_entry|flat_map|filter_map|collect|reject|index_by|index_with|group_by|sort_by|min_by|max_by|sum|any\?|all\?|none\?|find_all|inject|to_h)$/;

/** Libraries whose functions take the list first: `_.map(posts, f)`, `Promise.map(posts, f)`, `async.each(posts, f)`. */
const listFirst = /^(?:_|lodash|async|Promise|Bluebird|bluebird|BPromise|R|Array|Aigle|neo|promises|Effect)$/;

const oneByOne = /(?:Series|each|reduce|reduceRight|pEach)$/;

/** A look at the name only: `map`. */
export function mayIterate(name: string): boolean {
  return eachFunctions.test(name);
}

export interface Iteration {
  /** What it goes over. */
  readonly over: Value;
  /** Which argument is called for each element. */
  readonly argument: number;
  /** Which of the callback's parameters is the element: 1 for reduce. */
  readonly element: number;
  readonly pace: Repetition['pace'];
}

/** What a call calls for each element of a list; undefined for a call that does no such thing. */
export function iterationOf(chain: ChainValue, link: number): Iteration | undefined {
  const call = chain.links[link];
  if (!call?.arguments || call.arguments.length === 0) return undefined;
  const name = calledName(chain, link);
  const isFrom = name === 'from' && chain.root === 'Array' && call.arguments.length > 1;
  if (!isFrom && !eachFunctions.test(name)) return undefined;
  const element = /^(?:reduce|inject)/.test(name) ? 1 : 0;
  const isFunctionCall =
    call.name === '' || (link === 0 && typeof chain.root === 'string' && listFirst.test(chain.root));
  const pace = paceOf(name, chain, link, isFunctionCall);
  if (!isFunctionCall) {
    // `posts.map(f)`; RxJS's `map(f)` has no receiver.
    const argument = call.arguments.findIndex(isCallable);
    if (argument !== 0 || (link === 0 && chain.root === 'this')) return undefined;
    return { over: firstLinks(chain, link), argument, element, pace };
  }
  const [over] = call.arguments;
  if (over === undefined || over.kind === 'function') return undefined;
  // `async.eachLimit(posts, 5, f)`, `asyncPool(5, posts, f)`
  const list = over.kind === 'literal' ? call.arguments[1] : over;
  const after = call.arguments.findIndex((argument, index) => index > 0 && argument !== list && isCallable(argument));
  return list === undefined || after < 0 ? undefined : { over: list, argument: after, element, pace };
}

function isCallable(value: Value): boolean {
  return value.kind === 'function' || value.kind === 'chain';
}

function paceOf(name: string, chain: ChainValue, link: number, isFunctionCall: boolean): Repetition['pace'] {
  if (oneByOne.test(name)) return 'one by one';
  if (name === 'forEach' && !isFunctionCall) return 'not awaited';
  // bluebird's `Promise.map(rows, f, { concurrency: 1 })`
  const options = chain.links[link]?.arguments?.find((argument) => argument.kind === 'object');
  const concurrency = options?.kind === 'object' && options.entries.find(({ key }) => key === 'concurrency')?.value;
  const isOne = concurrency && concurrency.kind === 'literal' && concurrency.value === 1;
  return isOne ? 'one by one' : 'in parallel';
}
