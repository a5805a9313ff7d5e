import { entryOf, isTrue } from '../../code/facts/value-access';
import type { Link, ObjectValue } from '../../code/facts/values';
import type { DocumentEdit } from '../../nouns/fix';
import { addArgument, addEntry, alone } from '../object-edit';
import type { OuterCall } from './loader';
import { callLink, isWrittenIn, ownOptions } from './outer-link';

/**
 * `findMany({ include: { comments: true } })` → `findMany({ include: { comments: { include: { author: true } } } })`: libraries that
 * name what is loaded as properties. `words` are the options that may hold them; the last one is written where there is none.
 */
export function nestedTrue(
  outer: OuterCall,
  methods: RegExp,
  words: readonly string[],
): readonly DocumentEdit[] | undefined {
  const { source, place, association, path } = outer;
  const link = callLink(place);
  const options = link && methods.test(link.name) ? ownOptions(link, 0) : undefined;
  if (!link || !options) return undefined;
  if (options !== 'none') return within(outer, link, options, path, words);
  return path.length > 0
    ? undefined
    : alone(addArgument(source, link, `{ ${words.at(-1)}: { ${association.name}: true } }`));
}

function within(
  outer: OuterCall,
  link: Link,
  options: ObjectValue,
  [first, ...rest]: readonly string[],
  words: readonly string[],
): readonly DocumentEdit[] | undefined {
  const { source, association } = outer;
  const entry = `${association.name}: true`;
  const chosen = words.map((word) => entryOf(options, word)?.value).find((value) => value !== undefined);
  if (chosen === undefined)
    return first === undefined ? alone(addEntry(source, options, `${words.at(-1)}: { ${entry} }`)) : undefined;
  if (chosen.kind !== 'object' || !isWrittenIn(link, chosen)) return undefined;
  if (first === undefined) return alone(addEntry(source, chosen, entry));
  const inner = entryOf(chosen, first)?.value;
  if (inner?.kind === 'object') return within(outer, link, inner, rest, words);
  if (!inner || !isTrue(inner) || rest.length > 0) return undefined;
  return [{ range: inner.range, newText: `{ ${words.at(-1)}: { ${entry} } }` }];
}
