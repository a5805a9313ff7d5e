import { chainsAt } from '../../code/calls/chains';
import { takerOf } from '../../code/calls/taker';
import { isInTransaction, runsInTransaction } from '../../code/calls/transactions';
import type { FileFacts } from '../../code/facts/facts';
import type { ChainValue } from '../../code/facts/values';
import { rootOf, type SendingCall } from './sending-call';

/**
 * Whether a call is sent in a transaction. The `em` of MikroORM is one only where it is given to a function, and a `client` of
 * Prisma is no connection.
 */
export function isSentInTransaction(call: SendingCall, library: string, file: FileFacts): boolean {
  const { chain, function: index } = call;
  const at = { file, function: index };
  if (library !== 'mikro-orm' && library !== 'prisma') return isInTransaction({ chain, at });
  return /^(?:tx|trx|t|transaction)$|(?:Tx|Trx|Transaction)$/.test(rootOf(call)) || runsInTransaction(at);
}

/** `sequelize.transaction(async (t) => …)` around a write, where the outermost is a call with a callback. */
export function transactionAround(call: SendingCall, file: FileFacts, text: string): SendingCall | undefined {
  for (
    let index: number | undefined = call.function;
    index !== undefined && index > 0;
    index = file.functions[index]?.parent
  ) {
    const taker = takerOf(file, index);
    const parent = file.functions[index]?.parent;
    if (!taker || parent === undefined || !isTransaction(taker)) continue;
    const outer = wholeCall(taker.chain, taker.link, parent, file, text);
    // Given a transaction of somebody else.
    if (!outer || isInTransaction({ at: { file, function: parent } })) return undefined;
    return outer;
  }
  return undefined;
}

/** `prisma.$transaction([prisma.post.update(…), …])`: its calls are sent together when the list is. */
export function listAround(call: SendingCall, file: FileFacts, text: string): SendingCall | undefined {
  for (const { chain: outer } of call.facts.uses) {
    for (const chain of chainsAt(outer)) {
      const link = chain.links.findIndex(({ name, arguments: [first] = [] }) => {
        return name === '$transaction' && first?.kind === 'array' && isWithin(call.range, first.range);
      });
      if (link >= 0) return wholeCall(chain, link, call.function, file, text);
    }
  }
  return undefined;
}

const isWithin = (inner: SendingCall['range'], outer: SendingCall['range']): boolean =>
  outer.start <= inner.start && inner.end <= outer.end;

/** Also Kysely's `db.transaction().execute(async (trx) => …)`. */
function isTransaction({ chain, link, name }: { chain: ChainValue; link: number; name: string }): boolean {
  if (/^(?:\$?transaction|(?:in|runIn|with)Transaction|transactional|begin|tx)$/i.test(name)) return true;
  return name === 'execute' && chain.links.slice(0, link).some((one) => one.name === 'transaction');
}

function wholeCall(
  chain: ChainValue,
  link: number,
  index: number,
  file: FileFacts,
  text: string,
): SendingCall | undefined {
  const facts = file.functions[index];
  if (!facts) return undefined;
  const end = Math.max(chain.range.end, chain.links[link]?.argumentsRange?.end ?? 0);
  const range = { start: chain.range.start, end };
  return { chain, range, function: index, facts, source: text.slice(range.start, range.end) };
}
