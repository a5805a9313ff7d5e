import type { TextRange } from '../../../nouns/text-range';
import type { Pattern } from '../../facts/values';
import { LibraryThing, type Thing } from './things';

/** What a function's parameters stand for when it is called with these: `({ eb, fn }) => …`. */
export function bind(parameters: readonly Pattern[], given: readonly Thing[], names: Map<string, Thing>): void {
  parameters.forEach((parameter, i) => {
    const thing = given[i];
    if (thing === undefined) return;
    if (parameter.name !== '') names.set(parameter.name, thing);
    for (const { name, path } of parameter.bound ?? []) {
      const member = along(thing, path, parameter.range);
      if (member !== undefined) names.set(name, member);
    }
  });
}

function along(thing: Thing, path: readonly string[], range: TextRange): Thing | undefined {
  let at: Thing | undefined = thing;
  for (const name of path) {
    if (at instanceof LibraryThing) at = at.get(name, range);
    else if (at?.kind === 'record') at = at.entries.get(name);
    else if (at?.kind === 'list') at = at.items[Number(name)];
    else return undefined;
  }
  return at;
}
