import { entryOf } from '../../code/facts/value-access';
import { addArgument, addElement, addEntry, alone, quoted } from '../object-edit';
import type { EagerLoader } from './loader';
import { callLink, isWrittenIn, ownOptions } from './outer-link';

/** `Post.fetchAll({ withRelated: ['author'] })` */
export const bookshelfLoader: EagerLoader = {
  library: 'bookshelf',
  word: 'withRelated',
  load({ source, place, association }) {
    const link = callLink(place);
    if (!link || !/^(?:fetch|fetchAll|fetchPage)$/.test(link.name)) return undefined;
    const options = ownOptions(link, 0);
    const name = quoted(source, association.name);
    const entry = `withRelated: [${name}]`;
    if (options === 'none') return alone(addArgument(source, link, `{ ${entry} }`));
    if (!options) return undefined;
    const related = entryOf(options, 'withRelated')?.value;
    return alone(
      !related
        ? addEntry(source, options, entry)
        : related.kind === 'array' && isWrittenIn(link, related)
          ? addElement(source, related, name)
          : undefined,
    );
  },
  read: (row, { name }) => `${row}.related('${name}')`,
};
