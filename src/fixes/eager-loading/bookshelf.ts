import { entryOf } from '../../code/facts/value-access';
import { addArgument, addElement, addEntry, quoted } from '../object-edit';
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
      const added = addArgument(source, link, `{ ${entry} }`);
      return added && [added];
    }
    if (options.kind !== 'object') return undefined;
    const related = entryOf(options, 'withRelated')?.value;
    const added = !related
      ? addEntry(source, options, entry)
      : related.kind === 'array'
        ? addElement(source, related, quoted(source, association.name))
        : undefined;
    return added && [added];
  },
  read: (row, { name }) => `${row}.related('${name}')`,
};
