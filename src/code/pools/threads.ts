import { chainsAt, firstLinks } from '../calls/chains';
import { takerOf } from '../calls/taker';
import type { FileFacts } from '../facts/facts';
import type { ChainValue } from '../facts/values';
import type { Tracer } from '../resolve/origin';
import type { Checkout } from './checkouts';

/**
 * `Thread.new { ActiveRecord::Base.connection.execute(…) }`: `connection` lends one to the thread until it ends, or gives it back
 * itself: https://api.rubyonrails.org/classes/ActiveRecord/ConnectionAdapters/ConnectionPool.html. Inside of `with_connection` and of
 * the executor it goes back at the end of the block.
 */
export function threadCheckoutsIn(file: FileFacts, tracer: Tracer): Checkout[] {
  if (file.languageId !== 'ruby' || tracer.roles.isAside(file.uri)) return [];
  return file.functions.flatMap(({ uses }, index) => {
    if (!runsInThread(file, index)) return [];
    const asked = uses.flatMap((use) => chainsAt(use.chain)).find((chain) => asksConnection(chain) >= 0);
    if (!asked || givesBack(file, index)) return [];
    const taking = firstLinks(asked, asksConnection(asked) + 1).range;
    return [
      {
        at: { file, function: index },
        kind: {
          library: 'activerecord',
          noun: 'connection' as const,
          end: /^release_connection$/,
          names: ['with_connection'],
        },
        name: 'connection',
        taking,
        isOfThread: true as const,
        givingBack: [],
        isPassedOn: false,
        lost: [{ by: 'end' as const }],
        waits: [],
      },
    ];
  });
}

/** The block of a thread, or a block in it that runs as often, but for those that give back. */
function runsInThread(file: FileFacts, start: number): boolean {
  for (let index: number | undefined = start; index !== undefined && index > 0; index = file.functions[index]?.parent) {
    const taker = takerOf(file, index);
    if (!taker) return false;
    if (/^(?:with_connection|wrap|run!)$/.test(taker.name)) return false;
    if (taker.chain.root === 'Thread' && /^(?:new|start|fork)$/.test(taker.name)) return true;
  }
  return false;
}

/** Index of the link; -1: it asks for none. */
function asksConnection({ root, links }: ChainValue): number {
  const isModel = typeof root === 'string' && /^[A-Z]/.test(root);
  return isModel ? links.findIndex(({ name }, i) => i === 0 && /^(?:connection|lease_connection)$/.test(name)) : -1;
}

/** `ActiveRecord::Base.connection_pool.release_connection`, `clear_active_connections!` */
function givesBack({ functions }: FileFacts, index: number): boolean {
  const uses = functions[index]?.uses ?? [];
  return uses.some(({ chain }) =>
    chain.links.some(({ name }) =>
      /^(?:release_connection|clear_active_connections!|clear_all_connections!)$/.test(name),
    ),
  );
}
