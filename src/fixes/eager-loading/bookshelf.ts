import { entryOf } from '../../code/facts/value-access';
import { addArgument, addElement, addEntry, alone, quoted } from '../object-edit';
import type { EagerLoader } from './loader';
import { callLink } from './outer-link';

/** `Post.fetchAll({ withRelated: ['author'] })` */
export const bookshelfLoader: EagerLoader = {
  library: 'bookshelf',
  word: 'withRelated',
  load({ source, place, association }) {
    const link = callLink(place);
    if (!link || !/^(?:fetch|fetchAll|fetchPage)$/.test(link.name)) return undefined;
    const [options] = link.arguments ?? [];
    const entry = `withRelated: [${quoted(source, association.name)}]`;
    if (!options) {
      return alone(addArgument(source, link, `{ ${entry} }`));
    }
    if (options.kind !== 'object') return undefined;
    const related = entryOf(options, 'withRelated')?.value;
    return alone(
      !related
        ? addEntry(source, options, entry)
        : related.kind === 'array'
          ? addElement(source, related, quoted(source, association.name))
          : undefined,
    );
  },
  read: (row, { name }) => `${row}.related('${name}')`,
};
