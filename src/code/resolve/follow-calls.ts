import type { ChainValue, Value } from '../facts/values';
import { bestOrigin, unknownOrigin, weightOf } from './best-origin';
import { type CallStep, type Follow, valueOfType } from './follow';
import { importedOrigin } from './follow-exports';
import { typesInForce } from './follow-members';
import { sharedMember } from './follow-shared';
import { listMethod } from './lists';
import type { Origin, Place } from './origin';
import { functionOf } from './read-folder';
import { readType } from './type-text';

/** Functions of the language that give their first argument back, or a copy, or all of it at once. */
const passing: ReadonlySet<string> = new Set([
  'Promise.all',
  'Promise.allSettled',
  'Promise.resolve',
  'Promise.race',
  'Promise.any',
  'Object.assign',
  'Object.freeze',
  'Object.create',
  'Object.values',
  'Array.from',
  'structuredClone',
]);

/** Python's functions that give what they get as a list. */
const pythonLists: ReadonlySet<string> = new Set(['list', 'tuple', 'set', 'sorted', 'reversed', 'iter']);

/** What a call gives. */
export function callOrigin(follow: Follow, callee: Origin, call: CallStep): Origin {
  return resultOf(follow, callee, call) ?? unexplained(callee, call);
}

function unexplained(callee: Origin, { chain, link, arguments: values, at }: CallStep): Origin {
  if (callee.kind === 'unknown') return callee;
  const isWhole = link === chain.links.length - 1;
  const upTo: ChainValue = isWhole ? chain : { ...chain, links: chain.links.slice(0, link + 1) };
  return { kind: 'call', callee, arguments: values, chain: upTo, at };
}

function resultOf(follow: Follow, callee: Origin, call: CallStep): Origin | undefined {
  const { receiver, arguments: values, at } = call;
  const name = call.chain.links[call.link]?.name ?? '';
  const found = functionOf(callee);
  if (found) return returned(follow, callee, call);
  if (callee.kind === 'module') {
    const inner = follow.exported(callee.file, '=') ?? follow.exported(callee.file, 'default');
    return inner && follow.call(inner, call);
  }
  const imported = importedBy(follow, callee, call);
  if (imported) return imported;
  const listed = lodashOrigin(callee, call);
  if (listed) return listed;
  const passed = passing.has(globalPath(callee)) ? values[0] : undefined;
  if (passed) return follow.trace(passed, at);
  // `PostPresenter.new(post)`
  if (at.file.languageId === 'ruby' && name === 'new' && receiver.kind === 'class')
    return constructed(follow, receiver, call);
  if (at.file.languageId === 'python') {
    if (callee.kind === 'class') return constructed(follow, callee, call);
    if (callee.kind === 'global' && pythonLists.has(callee.name) && values[0]) return follow.trace(values[0], at);
  }
  if (name === 'then') return thenOrigin(follow, call);
  if (name === 'catch' || name === 'finally' || name === '$extends') return receiver;
  if (name === 'bind') return receiver;
  // `c.get('db')`, `app.get('db')`
  const [key] = values;
  if (name === 'get' && key?.kind === 'literal' && typeof key.value === 'string' && values.length === 1)
    return sharedMember(follow, receiver, key.value);
  return madeFor(follow, callee, call) ?? listOrigin(follow, callee, call, name);
}

/** `require('knex')({ … })`, `(await import('./db')).pool` */
function importedBy(follow: Follow, callee: Origin, { arguments: values, at }: CallStep): Origin | undefined {
  const [from] = values;
  const isImport = callee.kind === 'global' && (callee.name === 'require' || callee.name === 'import');
  if (!isImport || from?.kind !== 'literal' || typeof from.value !== 'string') return undefined;
  return importedOrigin(follow, { local: '', from: from.value, name: '*', range: from.range }, at.file);
}

/** What the workspace's function returns, read with what the call passes. */
function returned(follow: Follow, callee: Origin, call: CallStep): Origin | undefined {
  const found = functionOf(callee);
  if (!found) return undefined;
  const { function: facts, file } = found;
  const id = follow.program.idOf(facts, file);
  const outer = callee.kind === 'value' ? callee.at : undefined;
  const inside: Place = {
    file,
    function: id,
    ...((found.self ?? outer?.self) && { self: found.self ?? outer?.self }),
    passed: {
      function: id,
      values: call.arguments,
      at: call.at,
      ...(outer?.passed && { outer: outer.passed }),
    },
  };
  const origin = bestOrigin(facts.returns.map((value) => follow.trace(value, inside)));
  if (weightOf(origin) >= 4) return origin;
  if (facts.returnType === undefined) return weightOf(origin) >= 1 ? origin : undefined;
  const typed = valueOfType(follow.type(readType(facts.returnType), inside, typesInForce(follow, inside)));
  const best = bestOrigin([typed, origin]);
  return weightOf(best) >= 1 ? best : undefined;
}

function thenOrigin(follow: Follow, call: CallStep): Origin | undefined {
  const callback = call.arguments[0];
  const target = callback && functionOf(follow.trace(callback, call.at));
  if (!target) return undefined;
  const id = follow.program.idOf(target.function, target.file);
  const at = { ...call.at, file: target.file, function: id };
  const origin = bestOrigin(target.function.returns.map((value) => follow.trace(value, at)));
  return weightOf(origin) >= 2 ? origin : undefined;
}

/** `inject(PostsService)`, `Container.get(PostsService)`, `moduleRef.resolve(PostsService)`: an object of the class. */
function madeFor(follow: Follow, callee: Origin, { arguments: values, at, chain, link }: CallStep): Origin | undefined {
  const linkName = chain.links[link]?.name ?? '';
  const name = linkName === '' ? chain.root : linkName;
  const first = values[0];
  if (typeof name !== 'string' || !/^(?:inject|get|resolve|resolveAsync)$/.test(name) || first?.kind !== 'chain')
    return undefined;
  if (!isOfPackage(callee)) return undefined;
  const origin = follow.trace(first, at);
  return origin.kind === 'class' ? valueOfType(origin) : undefined;
}

function isOfPackage(origin: Origin): boolean {
  switch (origin.kind) {
    case 'package':
      return true;
    case 'member':
    case 'instance':
      return isOfPackage(origin.of);
    case 'call':
      return isOfPackage(origin.callee);
    default:
      return false;
  }
}

/** `_.sortBy(posts, 'id')` gives the list's elements, `_.groupBy(posts, 'authorId')` lists of them. */
function lodashOrigin(callee: Origin, { arguments: values, at, chain }: CallStep): Origin | undefined {
  const [list] = values;
  const { range } = chain;
  if (!list || callee.kind !== 'package' || !lodashLike.test(callee.package)) return undefined;
  const last = callee.path.at(-1) ?? '';
  const name =
    last === '' || last === 'default' ? (/^(?:lodash|underscore)[./](\w+)$/.exec(callee.package)?.[1] ?? '') : last;
  // A list of rows that were read, not the query that reads them.
  const some: Value = { kind: 'array', elements: [], spreads: [{ at: 0, value: list }], open: true, range };
  if (lodashLists.test(name)) return { kind: 'value', value: some, at };
  if (!/^(?:groupBy|partition|chunk)$/.test(name)) return undefined;
  return { kind: 'value', value: { kind: 'array', elements: [{ value: some }], open: true, range }, at };
}

const lodashLike = /^(?:lodash|underscore|es-toolkit|remeda|radash)(?:$|[-./])/;

const lodashLists =
  /^(?:uniq|uniqBy|sortBy|orderBy|filter|reject|compact|keyBy|take|takeRight|drop|dropRight|slice|shuffle|reverse|toArray|values|difference|differenceBy|without|castArray)$/;

/** A list's own methods, where it is certain that it is one: it is written out, typed, or takes a function. */
function listOrigin(follow: Follow, callee: Origin, call: CallStep, name: string): Origin | undefined {
  const { receiver, arguments: values, at } = call;
  const [first, second] = values;
  const helper = isHelper(callee, name, first, second);
  const list = helper && first ? follow.trace(first, at) : receiver;
  const callback = helper ? second : first;
  const kind = listMethod(helper && name === '' ? String(call.chain.root) : name);
  if (kind === undefined || list.kind === 'unknown') return undefined;
  const isList =
    (list.kind === 'value' && list.value.kind === 'array') ||
    (list.kind === 'instance' && list.of.kind === 'global' && list.of.name === 'Array');
  const target = callback && isFunction(callback) ? functionOf(follow.trace(callback, at)) : undefined;
  const isCertain = helper || isList || target !== undefined || /^(?:slice|splice|pop|shift|toSorted)$/.test(name);
  if (!isCertain) return undefined;
  if (kind === 'list') return list;
  if (kind === 'element') return name === 'at' && !isList ? undefined : follow.element(list);
  if (!target) return undefined;
  const id = follow.program.idOf(target.function, target.file);
  const inside = { ...at, file: target.file, function: id };
  const returns = target.function.returns;
  if (kind === 'flat') return bestOrigin(returns.map((value) => follow.trace(value, inside)));
  const range = call.chain.range;
  const elements = returns.map((value) => ({ value }));
  return { kind: 'value', value: { kind: 'array', elements, open: true, range }, at: inside };
}

function isFunction(value: Value): boolean {
  return value.kind === 'function' || value.kind === 'chain';
}

/** `Promise.map(posts, fn)`, `_.map(posts, fn)`, `pMap(posts, fn)`. */
function isHelper(callee: Origin, name: string, first: Value | undefined, second: Value | undefined): boolean {
  if (!first || second?.kind !== 'function' || first.kind === 'function') return false;
  const isGlobal = callee.kind === 'member' && callee.of.kind === 'global';
  return (isGlobal || isOfPackage(callee)) && (name !== '' || callee.kind === 'package');
}

/** `Promise.all`; '' for what is no global name. */
export function globalPath(origin: Origin): string {
  if (origin.kind === 'global') return origin.name;
  return origin.kind === 'member' && origin.of.kind === 'global' ? `${origin.of.name}.${origin.name}` : '';
}

/** What `new X(…)` makes. */
export function constructed(follow: Follow, of: Origin, call: CallStep): Origin {
  const { chain, link, arguments: values, at } = call;
  if (of.kind === 'unknown') return unknownOrigin;
  if (of.kind === 'global') {
    const first = values[0];
    if (/^(?:Set|Proxy)$/.test(of.name) && first) return follow.trace(first, at);
  }
  const target = of.kind === 'module' ? (follow.exported(of.file, 'default') ?? of) : of;
  const texts = chain.links[link]?.types ?? [];
  const types = texts.map((text) => follow.type(readType(text), at, typesInForce(follow, at)));
  return { kind: 'instance', of: target, types, arguments: values, at };
}
