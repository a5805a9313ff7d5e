import { stringOf } from '../../code/facts/value-access';
import { quoted } from '../object-edit';
import type { EagerLoader } from './loader';

/** `Post.query().where(…).withGraphFetched('author')` */
export const objectionLoader: EagerLoader = {
  library: 'objection',
  word: 'withGraphFetched',
  givesUndefined: true,
  isNested: true,
  load({ source, place: { chain }, association, path }) {
    const links = chain?.links ?? [];
    const known = links.find(({ name }) => name === 'withGraphFetched');
    const name = quoted(source, [...path, association.name].join('.'));
    if (known && path.length === 0) {
      const [expression] = known.arguments ?? [];
      const text = stringOf(expression);
      if (!expression || text === undefined || known.arguments?.length !== 1) return undefined;
      const inner = text.startsWith('[') ? text.slice(1, -1) : text;
      return [{ range: expression.range, newText: quoted(source, `[${inner}, ${association.name}]`) }];
    }
    const last = links.at(-1);
    if (!last?.argumentsRange || /^(?:then|catch|first|resultSize|page|range)$/.test(last.name)) return undefined;
    const between = links.length > 1 ? source.slice(links.at(-2)?.argumentsRange?.end ?? 0, last.range.start) : '.';
    const at = last.argumentsRange.end;
    const dot = /^\s*\.$/.test(between) ? between : '.';
    return [{ range: { start: at, end: at }, newText: `${dot}withGraphFetched(${name})` }];
  },
};
