import { entryOf } from '../../code/facts/value-access';
import { addArgument, addEntry, alone } from '../object-edit';
import type { EagerLoader } from './loader';
import { callLink } from './outer-link';

/** `db.query.posts.findMany({ with: { author: true } })`; a plain select has no relations to load. */
export const drizzleLoader: EagerLoader = {
  library: 'drizzle',
  word: 'with',
  givesUndefined: true,
  load({ source, place, association }) {
    const link = callLink(place);
    if (!link || !/^find(?:Many|First)$/.test(link.name)) return undefined;
    const [options] = link.arguments ?? [];
    const entry = `${association.name}: true`;
    if (!options) {
      return alone(addArgument(source, link, `{ with: { ${entry} } }`));
    }
    if (options.kind !== 'object') return undefined;
    const relations = entryOf(options, 'with')?.value;
    return alone(
      !relations
        ? addEntry(source, options, `with: { ${entry} }`)
        : relations.kind === 'object'
          ? addEntry(source, relations, entry)
          : undefined,
    );
  },
};
