import type { ChainValue } from '../../facts/values';
import type { Tracer } from '../../resolve/origin';
import { functionOf } from '../../resolve/read-folder';
import type { CallContext } from '../orm';
import { isBuilderMethod } from './builder';
import { withoutCall } from './called';
import { type Found, hasBuilderMethod } from './found';

const afterwards = /^(?:then|catch|finally|asCallback|tap)$/;

/** A later use has all of it and more; or it goes on with the result: what stands before `.then` is asked for by itself. */
export function isOnTheWay(chain: ChainValue, { use }: CallContext): boolean {
  const isContinued = use?.isContinued === true && !use.isAwaited;
  return isContinued || chain.links.some(({ name }) => afterwards.test(name));
}

/** A builder is a query where it is awaited or returned for good; elsewhere it is a part of one. */
export function isWholeQuery<S>(chain: ChainValue, { steps, scope }: Found<S>, context: CallContext): boolean {
  if (isPartOfCall(chain, context)) return false;
  const last = steps.at(-1);
  const { at, use } = context;
  // `await sorted(query)`
  const isOwn =
    (use?.isAwaited || isAwaitedLater(context)) && scope.at.file === at.file && scope.at.function === at.function;
  if (last && ((!isOwn && !goesOn(chain, last.link, context)) || isHandedOn(chain, context))) return false;
  return !continuedFunctions(context.tracer).has(returningFunction(context));
}

/** `query = visible(query); return await query;` */
export function isAwaitedLater({ use, at }: CallContext): boolean {
  const { bindings = [], uses = [] } = at.file.functions[at.function] ?? {};
  const own = use?.binding === undefined ? undefined : bindings[use.binding];
  if (!own || bindings.findLast(({ pattern }) => pattern.name === own.pattern.name) !== own) return false;
  return uses.some(({ chain, isAwaited }) => isAwaited && chain.root === own.pattern.name && chain.links.length === 0);
}

/**
 * `query.whereIn('id', db('tags').select('post_id'))`: a sub-query, also where the outer query is built over several
 * statements. `applyFilters(query, filters)`: a function that adds to what it is handed.
 */
function isPartOfCall({ range }: ChainValue, { use, at, tracer }: CallContext): boolean {
  if (use?.within !== 'argument' || use.isAwaited) return false;
  return (at.file.functions[at.function]?.uses ?? []).some(({ chain }) =>
    chain.links.some((link, i) => {
      const { argumentsRange: outer, arguments: given = [] } = link;
      if (!outer || outer.start > range.start || range.end > outer.end) return false;
      if (isBuilderMethod(link.name)) return true;
      const index = given.findIndex((value) => value.range.start <= range.start && range.end <= value.range.end);
      const read = withoutCall(chain, i);
      const callee = functionOf(tracer.traceLinks(read, read.links.length, at));
      const name = callee?.function.parameters[index]?.name;
      return callee?.function.uses.some((each) => each.chain.root === name && hasBuilderMethod(each.chain)) ?? false;
    }),
  );
}

/** Behind a function that returns a builder something is added, or it is awaited by a name; the function itself is the query otherwise. */
function goesOn(chain: ChainValue, link: number, { use }: CallContext): boolean {
  if (chain.links.length === 0) return use?.isAwaited === true || use?.within === 'return';
  return chain.links.slice(link).some((each) => each.arguments && !each.awaited && isBuilderMethod(each.name));
}

/** `function paged(query, page) { return query.limit(20) }`: a part of the queries that it is called for. */
function isHandedOn({ root }: ChainValue, { at, use }: CallContext): boolean {
  const parameters = at.file.functions[at.function]?.parameters ?? [];
  return !use?.isAwaited && parameters.some(({ name }) => name === root);
}

/** The function whose result the chain is; '' when it is none's, or an async one's: that sends it. */
function returningFunction({ use, at }: CallContext): string {
  const facts = at.file.functions[at.function];
  if (use?.within !== 'return' || use.isAwaited || !facts || facts.isAsync) return '';
  return facts.name.split('.').at(-1) ?? '';
}

const continued = new WeakMap<Tracer, ReadonlySet<string>>();

/** Names of functions whose result is built on somewhere: `this.published().where(…)`. What they return is no whole query. */
function continuedFunctions(tracer: Tracer): ReadonlySet<string> {
  const known = continued.get(tracer);
  if (known) return known;
  const names = new Set<string>();
  for (const { functions } of tracer.files.values()) {
    for (const { uses } of functions) {
      for (const { chain } of uses) {
        chain.links.forEach((link, i) => {
          const next = chain.links[i + 1];
          if (!next?.arguments || next.awaited || !isBuilderMethod(next.name)) return;
          const name = link.name === '' && i === 0 ? chain.root : link.name;
          if (typeof name === 'string' && name !== '' && !isBuilderMethod(name)) names.add(name);
        });
      }
    }
  }
  continued.set(tracer, names);
  return names;
}
