import type { ChainValue, Value } from '../facts/values';

/** Methods of lists, also of lodash's wrapped ones, that give some or all of the same elements. */
const keeping =
  /^(?:filter|slice|sort|toSorted|reverse|toReversed|concat|splice|toSpliced|uniq|uniqBy|uniqWith|sortBy|orderBy|sortedUniqBy|compact|take|takeRight|takeWhile|drop|dropRight|dropWhile|tail|initial|shuffle|sampleSize|reject|without|difference|differenceBy|intersectionBy|unionBy|value|toArray)$/;

/** Of lodash; what `keyBy` makes is gone over by `Object.values`. */
const taking = new RegExp(`${keeping.source}|^keyBy$`);

/** Functions that take the list first and give its elements: `_.sortBy(posts, 'id')`, `Object.values(postsById)`. */
const functions: Readonly<Record<string, RegExp>> = {
  _: taking,
  lodash: taking,
  R: keeping,
  Object: /^(?:values|freeze)$/,
  Array: /^from$/,
  Promise: /^(?:all|resolve)$/,
};

/** lodash's own functions, imported by their names. */
const byName = /^(?:uniqBy|sortBy|orderBy|compact|keyBy)$/;

/**
 * What the last link of a chain takes its elements from: [posts] for `posts.filter(f)`, `_.sortBy(posts, 'id')` and
 * `Object.values(posts)`; [a, b] for `a.concat(b)`. Undefined for a call that makes something else.
 */
export function listsBefore(chain: ChainValue): readonly Value[] | undefined {
  const last = chain.links.at(-1);
  const [first, ...more] = last?.arguments ?? [];
  if (!last?.arguments || chain.isNew) return undefined;
  if (isWrapper(chain)) return unwrapped(chain);
  if (isHelper(chain)) return first && (last.name === 'concat' ? [first, ...more] : [first]);
  if (last.name === '' || !keeping.test(last.name)) return undefined;
  const receiver = withoutLast(chain);
  if (last.name !== 'concat') return [receiver];
  // `[].concat(posts)`
  const isEmpty = receiver.kind === 'array' && receiver.elements.length === 0;
  return [...(isEmpty ? [] : [receiver]), ...last.arguments];
}

/** `Object.entries(posts)`: pairs of a key and a row. */
export function listOfPairs({ root, links }: ChainValue): Value | undefined {
  const [only, ...more] = links;
  return root === 'Object' && only?.name === 'entries' && more.length === 0 ? only.arguments?.[0] : undefined;
}

/** What a mapped list has one element each of: `posts` for `posts.map((post) => post.authorId)`. */
export function listMapped(chain: ChainValue): Value | undefined {
  const last = chain.links.at(-1);
  if (last?.name !== 'map' || !last.arguments) return undefined;
  if (chain.links.length > 1 || !/^(?:_|lodash|R|Promise)$/.test(String(chain.root))) return withoutLast(chain);
  return last.arguments[0];
}

function isHelper({ root, links }: ChainValue): boolean {
  const [only, ...more] = links;
  if (!only || more.length > 0 || typeof root !== 'string') return false;
  return only.name === '' ? byName.test(root) : (functions[root]?.test(only.name) ?? false);
}

/** `_(posts)`, `_.chain(posts)`: no list, until `value()` gives it. */
function isWrapper({ root, links }: ChainValue): boolean {
  return /^(?:_|lodash)$/.test(String(root)) && /^(?:|chain)$/.test(links[0]?.name ?? '-');
}

/** [posts] for `_(posts).filter('title').sortBy('id').value()` */
function unwrapped({ links: [first, ...steps] }: ChainValue): readonly Value[] | undefined {
  const list = first?.arguments?.[0];
  const isList = steps.length > 0 && /^(?:value|toArray)$/.test(steps.at(-1)?.name ?? '');
  return list && isList && steps.every(({ name }) => keeping.test(name)) ? [list] : undefined;
}

function withoutLast(chain: ChainValue): Value {
  const links = chain.links.slice(0, -1);
  if (links.length === 0 && typeof chain.root !== 'string') return chain.root;
  const last = links.at(-1);
  const end = last?.argumentsRange?.end ?? last?.range.end ?? chain.rootRange.end;
  return { ...chain, links, range: { start: chain.range.start, end } };
}
