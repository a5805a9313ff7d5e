import { entryOf } from '../../code/facts/value-access';
import { addArgument, addEntry, alone } from '../object-edit';
import type { EagerLoader } from './loader';
import { callLink } from './outer-link';

/** `prisma.post.findMany({ where, include: { author: true } })`; `select: { …, author: true }` where it selects. */
export const prismaLoader: EagerLoader = {
  library: 'prisma',
  word: 'include',
  load({ source, place, association }) {
    const link = callLink(place);
    if (!link || !/^find(?:Many|First|Unique)(?:OrThrow)?$/.test(link.name)) return undefined;
    const [options] = link.arguments ?? [];
    const entry = `${association.name}: true`;
    if (!options) {
      return alone(addArgument(source, link, `{ include: { ${entry} } }`));
    }
    if (options.kind !== 'object') return undefined;
    const chosen = (entryOf(options, 'select') ?? entryOf(options, 'include'))?.value;
    const added =
      chosen === undefined
        ? addEntry(source, options, `include: { ${entry} }`)
        : chosen.kind === 'object'
          ? addEntry(source, chosen, entry)
          : undefined;
    return added && [added];
  },
};
