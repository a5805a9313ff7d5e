import { Identifier, type Piece, Reference } from './pieces';

type Selections = readonly (readonly Piece[])[];

/** Names of the result's columns, for as far as they have one; undefined when it has all of a table. */
export function selectedNames(selections: Selections): readonly string[] | undefined {
  if (selections.some((pieces) => pieces.at(-1) === '*' || pieces.at(-1) === '.*')) return undefined;
  return selections.flatMap((pieces) => {
    const last = pieces.at(-1);
    if (last instanceof Identifier) return [last.name];
    return last instanceof Reference && pieces.length === 1 ? [last.column] : [];
  });
}

/** `select count(*) as n` gives a number, not rows. */
export function aggregateOf(selections: Selections): 'count' | 'aggregate' | undefined {
  const calls = selections.map(([first]) =>
    typeof first === 'string' ? /^(count|sum|avg|min|max)\(/.exec(first)?.[1] : undefined,
  );
  if (calls.length === 0 || calls.some((name) => name === undefined)) return undefined;
  return calls.every((name) => name === 'count') ? 'count' : 'aggregate';
}
