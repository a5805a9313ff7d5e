import type { ChainValue } from '../../facts/values';
import type { Tracer } from '../../resolve/origin';
import type { CallContext } from '../orm';
import { isBuilderMethod } from './builder';
import type { Found } from './found';

/** A builder is a query where it is awaited or returned for good; elsewhere it is a part of one. */
export function isWholeQuery<S>(chain: ChainValue, { steps }: Found<S>, context: CallContext): boolean {
  if (isArgumentOfBuilder(chain, context)) return false;
  const last = steps.at(-1);
  if (last && (!goesOn(chain, last.link, context) || isHandedOn(chain, context))) return false;
  return !continuedFunctions(context.tracer).has(returningFunction(context));
}

/** `query.whereIn('id', db('tags').select('post_id'))`: a sub-query, also where the outer query is built over several statements. */
function isArgumentOfBuilder({ range }: ChainValue, { use, at }: CallContext): boolean {
  if (use?.within !== 'argument' || use.isAwaited) return false;
  return (at.file.functions[at.function]?.uses ?? []).some(({ chain }) =>
    chain.links.some(
      ({ name, argumentsRange: outer }) =>
        outer !== undefined && outer.start <= range.start && range.end <= outer.end && isBuilderMethod(name),
    ),
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
          if (!link.arguments || !next?.arguments || next.awaited || !isBuilderMethod(next.name)) return;
          const name = link.name === '' && i === 0 ? chain.root : link.name;
          if (typeof name === 'string' && name !== '' && !isBuilderMethod(name)) names.add(name);
        });
      }
    }
  }
  continued.set(tracer, names);
  return names;
}
