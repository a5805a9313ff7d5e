import type { FunctionFacts, Use } from '../facts/facts';
import { chainsIn } from './chains';
import type { QueryPlace } from './repetition';
import type { Queries } from './sources';
import { isInTransaction } from './transactions';

/** Queries that a function waits for one after the other although none needs another's answer. */
export interface Sequence {
  readonly queries: readonly QueryPlace[];
}

const reads = /^(?:find|find one|count|exists|aggregate)$/;

export function sequences(queries: Queries): Sequence[] {
  const found: Sequence[] = [];
  for (const file of queries.files) {
    const all = queries.places(file).all;
    for (const index of new Set(all.map(({ at }) => at.function))) {
      const facts = file.functions[index];
      if (facts && index > 0)
        found.push(
          ...inFunction(
            all.filter(({ at }) => at.function === index),
            facts,
          ),
        );
    }
  }
  return found;
}

function inFunction(places: readonly QueryPlace[], facts: FunctionFacts): Sequence[] {
  const found: Sequence[] = [];
  let current: QueryPlace[] = [];
  const end = () => {
    if (current.length > 1) found.push({ queries: current });
    current = [];
  };
  for (const place of places) {
    const use = place.use === undefined ? undefined : facts.uses[place.use];
    if (!use || !isAwaitedRead(place, use)) {
      end();
      continue;
    }
    const last = current.at(-1);
    if (last && !isIndependent(current, last, place, use, facts)) end();
    current.push(place);
  }
  end();
  return found;
}

function isAwaitedRead(place: QueryPlace, { isAwaited, binding, loop }: Use): boolean {
  return (
    isAwaited === true &&
    binding !== undefined &&
    loop === undefined &&
    reads.test(place.operation) &&
    !isInTransaction(place)
  );
}

function isIndependent(
  before: readonly QueryPlace[],
  last: QueryPlace,
  place: QueryPlace,
  use: Use,
  facts: FunctionFacts,
): boolean {
  const [from, to] = [last.use ?? -1, place.use ?? -1];
  const lastUse = facts.uses[from];
  if (!lastUse || lastUse.branch?.id !== use.branch?.id || lastUse.branch?.arm !== use.branch?.arm) return false;
  // `if (!post) return …` between them: the second may not be wanted.
  const between = facts.uses
    .slice(from + 1, to)
    .filter(({ chain }) => chain.range.start > last.range.end && chain.range.end <= place.range.start);
  if (
    between.some(
      (one) =>
        one.within === 'condition' || one.within === 'return' || one.branch?.id !== use.branch?.id || one.isAwaited,
    )
  )
    return false;
  const held = new Set(before.flatMap((one) => namesHeld(one, facts)));
  for (const { pattern, value, range } of facts.bindings) {
    if (range.start < last.range.start || !value) continue;
    if (chainsIn(value).some(({ root }) => held.has(String(root)))) for (const name of namesOf(pattern)) held.add(name);
  }
  const asked = place.chain ? chainsIn(place.chain) : [];
  const sources = JSON.stringify(place.chain?.links.map((link) => link.arguments) ?? []);
  return (
    !asked.some(
      ({ root, rootRange }) =>
        held.has(String(root)) ||
        before.some(({ range }) => range.start <= rootRange.start && rootRange.end <= range.end),
    ) &&
    ![...held].some(
      (name) => name !== '' && new RegExp(`"source":"[^"]*\\b${name.replaceAll('$', '\\$')}\\b`).test(sources),
    )
  );
}

function namesHeld({ use }: QueryPlace, facts: FunctionFacts): string[] {
  const binding = use === undefined ? undefined : facts.uses[use]?.binding;
  const pattern = binding === undefined ? undefined : facts.bindings[binding]?.pattern;
  return pattern ? namesOf(pattern) : [];
}

function namesOf({ name, bound }: FunctionFacts['bindings'][number]['pattern']): string[] {
  return [name, ...(bound ?? []).map((one) => one.name)].filter((one) => one !== '');
}
