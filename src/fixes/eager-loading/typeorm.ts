import { entryOf, stringOf } from '../../code/facts/value-access';
import type { Link } from '../../code/facts/values';
import type { DocumentEdit } from '../../nouns/fix';
import { addArgument, addElement, addEntry, alone, quoted } from '../object-edit';
import type { EagerLoader, OuterCall } from './loader';
import { callLink } from './outer-link';

/** `posts.find({ where, relations: { author: true } })`; `.leftJoinAndSelect('post.author', 'author')` of a query builder. */
export const typeormLoader: EagerLoader = {
  library: 'typeorm',
  word: 'relations',
  load(outer) {
    const link = callLink(outer.place);
    if (!link) return undefined;
    if (/^get(?:Many|One|OneOrFail|ManyAndCount)$/.test(link.name)) return joined(outer, link);
    if (!/^find(?:One|OneOrFail|AndCount)?$/.test(link.name)) return undefined;
    // `manager.find(Post, { … })`, `repository.find({ … })`
    const given = link.arguments ?? [];
    const options = given.at(-1)?.kind === 'object' ? given.at(-1) : undefined;
    const { source, association } = outer;
    const entry = `relations: { ${association.name}: true }`;
    if (!options) {
      const [first] = given;
      if (given.length > 1 || (first && first.kind !== 'chain')) return undefined;
      return alone(addArgument(source, link, `{ ${entry} }`));
    }
    if (options.kind !== 'object' || entryOf(options, 'select')) return undefined;
    const relations = entryOf(options, 'relations')?.value;
    if (!relations) return alone(addEntry(source, options, entry));
    if (relations.kind === 'array') return alone(addElement(source, relations, quoted(source, association.name)));
    return relations.kind === 'object' ? alone(addEntry(source, relations, `${association.name}: true`)) : undefined;
  },
  // A lazy relation that was loaded is answered at once.
  keepsAccess: ({ kind, association }) => kind === 'lazy' && association?.association.isLazy === true,
};

/** Before the first condition, or behind the alias. */
function joined({ source, place, association }: OuterCall, last: Link): readonly DocumentEdit[] | undefined {
  const links = place.chain?.links ?? [];
  const start = links.find(({ name }) => name === 'createQueryBuilder');
  const alias = stringOf(start?.arguments?.at(-1));
  if (!start?.argumentsRange || alias === undefined || start === last) return undefined;
  const next = links[links.indexOf(start) + 1];
  const between = next ? source.slice(start.argumentsRange.end, next.range.start) : '.';
  const call = `leftJoinAndSelect(${quoted(source, `${alias}.${association.name}`)}, ${quoted(source, association.name)})`;
  const at = start.argumentsRange.end;
  return [{ range: { start: at, end: at }, newText: `${between}${call}` }];
}
