import type { Place } from '../resolve/origin';
import { type CallGraph, mostCallsDeep } from './call-graph';
import { lastName } from './function-names';
import { mayIterate } from './iterators';
import { takerOf } from './taker';

/** What programs call once, when they start. */
const names =
  /^(?:main|bootstrap\w*|(?:pre|post)?boot\w*|startup|start|startServer|init|initiali[sz]e|setup|seed\w*|onModuleInit|onApplicationBootstrap|onReady|(?:create|ensure|insert|add|load|set|populate)(?:Initial|Default|Builtin)\w*|refresh\w*FromDisk)$/;

/** What runs its callback at once; handlers run later, and often. */
const atOnce = /^(?:then|catch|finally|\$?transaction|withTransaction)$/;

/** Whether a function runs only when the program starts: by its name, at the top level, or because all that call it do. */
export function runsAtStartUp({ file, function: start }: Place, graph: CallGraph, depth = 0): boolean {
  let index = start;
  for (;;) {
    const facts = file.functions[index];
    if (!facts || index === 0) return index === 0;
    if (names.test(lastName(facts.name))) return true;
    if (!facts.callback || facts.parent === undefined) break;
    const taker = takerOf(file, index)?.name ?? '';
    if (!mayIterate(taker) && !atOnce.test(taker)) return false;
    index = facts.parent;
  }
  const callers = depth < mostCallsDeep ? graph.callersOf({ file, function: index }) : [];
  return (
    callers.length > 0 && callers.every(({ at, edge }) => edge.kind === 'call' && runsAtStartUp(at, graph, depth + 1))
  );
}
