import { entryOf, isTrue } from '../../code/facts/value-access';
import { addArgument, addElement, addEntry, alone, quoted } from '../object-edit';
import type { EagerLoader } from './loader';
import { callLink } from './outer-link';

/** `Post.findAll({ where, include: ['author'] })` */
export const sequelizeLoader: EagerLoader = {
  library: 'sequelize',
  word: 'include',
  load({ source, place, association }) {
    const link = callLink(place);
    if (!link || !/^(?:findAll|findAndCountAll|findOne|findByPk)$/.test(link.name)) return undefined;
    const position = link.name === 'findByPk' ? 1 : 0;
    const options = link.arguments?.[position];
    const name = quoted(source, association.name);
    const entry = `include: [${name}]`;
    const isMissing = (link.arguments?.length ?? 0) === position;
    if (isMissing) return alone(addArgument(source, link, `{ ${entry} }`));
    // Rows without methods would come flat; `group` wants each column named.
    if (options?.kind !== 'object' || isTrue(entryOf(options, 'raw')?.value) || entryOf(options, 'group'))
      return undefined;
    const include = entryOf(options, 'include')?.value;
    if (include === undefined) return alone(addEntry(source, options, entry));
    if (include.kind === 'array') return alone(addElement(source, include, name));
    const text = source.slice(include.range.start, include.range.end);
    return [{ range: include.range, newText: `[${text}, ${name}]` }];
  },
};
