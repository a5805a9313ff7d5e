import type { TextRange } from '../../nouns/text-range';
import { takerOf } from '../calls/taker';
import type { FileFacts } from '../facts/facts';
import type { Tracer } from '../resolve/origin';
import type { Checkout } from './checkouts';
import { remoteCall } from './remote-calls';

/** Another service is waited for while a connection is held, or a transaction open. */
export interface HeldCall {
  readonly uri: string;
  /** What is waited for. */
  readonly range: TextRange;
  /** `fetch`, `stripe.charges.create` */
  readonly call: string;
  readonly holds: 'connection' | 'transaction';
  /** Where it is taken, or where the transaction begins. */
  readonly taking: TextRange;
}

/** Libraries' own names for a transaction around a function. */
const managed = /^(?:\$transaction|transaction|begin|tx|task|withTransaction|transactional|useTransaction)$/;

const databases =
  /(?:prisma|sequelize|knex|db|dataSource|manager|^em|sql|pool|orm|database|connection|kysely|drizzle|trx|^tx|^t)(?:Service)?$/i;

export function heldCallsIn(file: FileFacts, checkouts: readonly Checkout[], tracer: Tracer): HeldCall[] {
  if (tracer.roles.isAside(file.uri)) return [];
  return [...checkouts.flatMap((one) => whileTaken(one, tracer)), ...inCallbacks(file, tracer)];
}

function whileTaken({ at, kind, taking, waits }: Checkout, tracer: Tracer): HeldCall[] {
  const { file, function: index } = at;
  return (file.functions[index]?.uses ?? []).flatMap((use) => {
    const { start } = use.chain.rootRange;
    if (!use.isAwaited || !waits.some((range) => range.start === start)) return [];
    const call = remoteCall(use, at, tracer);
    return call === undefined ? [] : [{ uri: file.uri, range: use.chain.range, call, holds: kind.noun, taking }];
  });
}

/** `prisma.$transaction(async (tx) => { … })`, `sequelize.transaction(async (t) => { … })` */
function inCallbacks(file: FileFacts, tracer: Tracer): HeldCall[] {
  return file.functions.flatMap((facts, index) => {
    if (!facts.callback || !facts.uses.some(({ isAwaited }) => isAwaited)) return [];
    const taker = takerOf(file, index);
    if (!taker || facts.parameters.length === 0) return [];
    const { chain, link } = taker;
    const before = chain.links[link - 1];
    // Kysely's `db.transaction().execute(async (trx) => …)`.
    const isManaged = managed.test(taker.name) || (taker.name === 'execute' && before?.name === 'transaction');
    const names = [chain.root, ...chain.links.slice(0, link).map(({ name }) => name)];
    if (!isManaged || !names.some((name) => typeof name === 'string' && databases.test(name))) return [];
    const at = { file, function: index };
    const taking = { start: chain.range.start, end: chain.links[link]?.range.end ?? chain.range.end };
    return facts.uses.flatMap((use) => {
      const call = remoteCall(use, at, tracer);
      return call === undefined
        ? []
        : [{ uri: file.uri, range: use.chain.range, call, holds: 'transaction' as const, taking }];
    });
  });
}
