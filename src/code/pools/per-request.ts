import { chainsAt, firstLinks } from '../calls/chains';
import { lastName } from '../calls/function-names';
import type { Use } from '../facts/facts';
import type { Place, Tracer } from '../resolve/origin';
import { hoistingOf } from './hoistable';
import type { PoolUse } from './pool-use';
import { requestHandler } from './request-handlers';

/**
 * Their WebSockets do not outlive a request on edge runtimes: “a Pool must be connected, used and closed within a single request
 * handler”, https://github.com/neondatabase/serverless#pool-and-client
 */
const livesForRequest = /^(?:@neondatabase\/serverless|@vercel\/postgres)$/;

/** So many calls between a handler and what makes the pool. */
const mostCalls = 3;

/** Why a pool is made for each request: its function is a handler or is called by one, and does not keep the pool. */
export function perRequest(library: string, at: Place, use: Use, tracer: Tracer): PoolUse['perRequest'] {
  if (at.function === 0 || livesForRequest.test(library) || isKept(at, use)) return undefined;
  const found = ofFunction(at, tracer, mostCalls);
  return found && { ...found, ...hoistingOf(library, at, use) };
}

function ofFunction(at: Place, tracer: Tracer, calls: number): PoolUse['perRequest'] {
  const handler = requestHandler(at.file, at.function);
  if (handler) return { inFunction: handler.name, why: handler.why };
  const facts = at.file.functions[at.function];
  // A callback may be kept by what it is given to: `once(() => new Pool())`.
  if (!facts || facts.callback || facts.name === '' || calls === 0) return undefined;
  const name = lastName(facts.name);
  if (name === 'constructor') return undefined;
  for (const caller of callersOf(at, name, tracer)) {
    const found = ofFunction(caller, tracer, calls - 1);
    if (found) return { inFunction: facts.name, why: `${found.inFunction} calls it, and ${found.why}` };
  }
  return undefined;
}

/** It is set to something that lives longer than the function: `pool = new Pool()` outside, `this.pool`, `globalThis.pool`. */
function isKept({ file, function: index }: Place, use: Use): boolean {
  const facts = file.functions[index];
  const binding = use.binding === undefined ? undefined : facts?.bindings[use.binding];
  const start = use.chain.range.start;
  if (facts?.uses.some(({ written, isWritten }) => isWritten && written?.range.start === start)) return true;
  if (file.classes.some(({ fields }) => fields.some(({ value }) => value?.range.start === start))) return true;
  const name = binding?.pattern.name;
  if (name === undefined || name === '') return false;
  // `pools.set(key, pool)`, `this.pool = pool`
  const isPutAway = facts?.uses.some(
    ({ chain, written }) =>
      (written?.kind === 'chain' && written.range.start === start) ||
      chain.links.some(
        (link) =>
          /^(?:set|push|add|decorate)$/.test(link.name) &&
          link.arguments?.some((one) => one.kind === 'chain' && (one.root === name || one.range.start === start)),
      ),
  );
  if (isPutAway) return true;
  if (binding?.isConstant) return false;
  for (let outer = facts?.parent; outer !== undefined; outer = file.functions[outer]?.parent) {
    if (file.functions[outer]?.bindings.some(({ pattern }) => pattern.name === name)) return true;
  }
  return false;
}

function* callersOf({ file, function: index }: Place, name: string, tracer: Tracer): Generator<Place> {
  const own = file.functions[index];
  for (const caller of tracer.files.values()) {
    for (const [id, { uses }] of caller.functions.entries()) {
      const at = { file: caller, function: id };
      for (const { chain: outer } of uses) {
        for (const chain of chainsAt(outer)) {
          const link = chain.links.findIndex(
            (one, i) => one.arguments && (one.name === name || (one.name === '' && i === 0 && chain.root === name)),
          );
          if (link < 0 || id === 0) continue;
          const origin = tracer.trace(firstLinks(chain, link + 1, true), at);
          if (origin.kind === 'function' && origin.function === own) yield at;
        }
      }
    }
  }
}
