import type { FileFacts } from '../facts/facts';
import type { Place } from '../resolve/origin';
import { chainsIn } from './chains';
import type { QueryPlace } from './repetition';
import { takerOf } from './taker';

const transactionCall =
  /^(?:\$?transaction(?:al)?|withTransaction|inTransaction|runInTransaction|useTransaction|beginTransaction|startTransaction|tx|begin|task|managedTransaction|executeTx|executeTransaction)$/i;

/** Names that hold a transaction: `trx.insert(…)`, `{ transaction: t }`, `save(post, tx)`. */
const transactionName =
  /^(?:tx|trx|t|transaction|txn|tr|dbTransaction|queryRunner|manager|entityManager|em|client|session)$|trx|Tx$|Transaction$/;

/** Whether a query is sent inside a transaction, as far as the code around it says; a helper may be given one. */
export function isInTransaction(place: Pick<QueryPlace, 'chain' | 'at'>): boolean {
  const { chain, at } = place;
  const names = chain
    ? chainsIn(chain).flatMap(({ root, links }) => [
        root,
        ...links.filter(({ arguments: given }) => !given).map(({ name }) => name),
      ])
    : [];
  if (names.some((name) => typeof name === 'string' && transactionName.test(name))) return true;
  return runsInTransaction(at);
}

/** A function that is a transaction's callback, begins one, or is given one. */
export function runsInTransaction({ file, function: start }: Place): boolean {
  for (let index: number | undefined = start; index !== undefined && index > 0; index = file.functions[index]?.parent) {
    if (begins(file, index)) return true;
  }
  return false;
}

function begins(file: FileFacts, index: number): boolean {
  const facts = file.functions[index];
  if (!facts) return false;
  if (transactionCall.test(takerOf(file, index)?.name ?? '')) return true;
  const given = facts.parameters.flatMap(({ name, bound }) => [name, ...(bound ?? []).map((one) => one.name)]);
  if (given.some((name) => transactionName.test(name))) return true;
  const method =
    facts.class === undefined
      ? undefined
      : file.classes.flatMap(({ methods }) => methods).find((one) => one.function === index);
  if (method?.decorators.some(({ root }) => /^Transaction(?:al)?$/.test(String(root)))) return true;
  return facts.uses.some(({ chain }) =>
    chain.links.some(
      ({ name, arguments: values }) =>
        values &&
        (/^(?:beginTransaction|startTransaction)$/.test(name) ||
          values.some(
            (one) =>
              one.kind === 'literal' &&
              typeof one.value === 'string' &&
              /^\s*(?:begin|start\s+transaction)\b/i.test(one.value),
          )),
    ),
  );
}
