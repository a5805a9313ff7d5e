import type { FileFacts } from '../facts/facts';
import type { ChainValue, Value } from '../facts/values';
import type { Place, Tracer } from '../resolve/origin';
import { functionOf } from '../resolve/read-folder';
import { calledName, firstLinks } from './chains';
import { goesOverRows } from './few-turns';
import { type Iteration, iterationOf } from './iterators';
import { indexOf } from './scope';
import { takerOf } from './taker';

/** Names that such a function has; the others are not looked at. */
const names = /each|map|series|parallel|concurren|limit|pool|throttle|walk|process|iterate|loop|all|items|rows/i;

/**
 * A function of the program itself that calls its callback for each element:
 * `async function eachInOrder(list, work) { for (const one of list) await work(one); }`
 */
export function programIterationOf(chain: ChainValue, link: number, at: Place, tracer: Tracer): Iteration | undefined {
  const given = chain.links[link]?.arguments;
  const argument = given?.findIndex(({ kind }) => kind === 'function') ?? -1;
  if (!given || argument < 0 || given.length < 2 || !names.test(calledName(chain, link))) return undefined;
  const callee = functionOf(tracer.trace(firstLinks(chain, link + 1, true), at));
  if (!callee) return undefined;
  const { function: facts, file } = callee;
  const work = facts.parameters[argument]?.name;
  if (!work) return undefined;
  const list = listCalledFor(file, indexOf(file, facts), work);
  const over = given.find((_, index) => list !== undefined && facts.parameters[index]?.name === list);
  return over && { over, argument, element: 0, pace: 'one by one' };
}

/** The name of what is gone over where `work` is called for each. */
function listCalledFor(file: FileFacts, index: number, work: string): string | undefined {
  for (const [inner, facts] of file.functions.entries()) {
    if (inner !== index && facts.parent !== index) continue;
    for (const use of facts.uses) {
      if (use.chain.root !== work || use.chain.links[0]?.name !== '') continue;
      const loop = use.loop === undefined ? undefined : facts.loops[use.loop];
      if (loop?.over && use.loop !== undefined && goesOverRows(loop, use.loop, { file, function: inner })) {
        return rootOf(loop.over);
      }
      const taker = takerOf(file, inner);
      const iteration = taker && iterationOf(taker.chain, taker.link);
      if (iteration) return rootOf(iteration.over);
    }
  }
  return undefined;
}

function rootOf(value: Value): string | undefined {
  return value.kind === 'chain' && typeof value.root === 'string' ? value.root : undefined;
}
