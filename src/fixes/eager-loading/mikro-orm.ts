import { entryOf } from '../../code/facts/value-access';
import { addArgument, addElement, addEntry, alone, quoted } from '../object-edit';
import type { EagerLoader } from './loader';
import { callLink, isWrittenIn, ownOptions } from './outer-link';

/** `em.find(Post, where, { populate: ['author'] })`, `repository.find(where, { populate: ['author'] })` */
export const mikroOrmLoader: EagerLoader = {
  library: 'mikro-orm',
  word: 'populate',
  isNested: true,
  load({ source, place, association, path }) {
    const link = callLink(place);
    if (!link || !/^(?:find|findOne|findOneOrFail|findAndCount|findAll)$/.test(link.name)) return undefined;
    const given = link.arguments ?? [];
    const [first] = given;
    const ofManager = first?.kind === 'chain' && first.links.length === 0 && /^[A-Z]/.test(String(first.root));
    const position = (link.name === 'findAll' ? 0 : 1) + (ofManager ? 1 : 0);
    const name = quoted(source, [...path, association.name].join('.'));
    const entry = `populate: [${name}]`;
    const options = ownOptions(link, position);
    if (options === 'none') return alone(addArgument(source, link, `{ ${entry} }`));
    if (!options || entryOf(options, 'fields')) return undefined;
    const populate = entryOf(options, 'populate')?.value;
    return alone(
      !populate
        ? addEntry(source, options, entry)
        : populate.kind === 'array' && isWrittenIn(link, populate)
          ? addElement(source, populate, name)
          : undefined,
    );
  },
  // A reference or a collection that was populated sends nothing.
  keepsAccess: ({ kind, inner }) => kind === 'lazy' && /\.(?:load|loadItems|loadOrFail)$/.test(inner.name),
};
