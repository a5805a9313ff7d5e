import type { FileFacts } from '../facts/facts';
import type { ChainValue } from '../facts/values';
import { calledName, chainsIn } from './chains';

/** What a callback is given to: `on` for `emitter.on('row', function)`. */
export function takerOf(
  file: FileFacts,
  index: number,
): { readonly chain: ChainValue; readonly link: number; readonly name: string } | undefined {
  const facts = file.functions[index];
  if (!facts?.callback || facts.parent === undefined) return undefined;
  const outer = file.functions[facts.parent]?.uses[facts.callback.use]?.chain;
  for (const chain of outer ? chainsIn(outer) : []) {
    for (const [link, { arguments: given }] of chain.links.entries()) {
      if (given?.some((argument) => argument.kind === 'function' && argument.id === index)) {
        return { chain, link, name: calledName(chain, link) };
      }
    }
  }
  return undefined;
}
