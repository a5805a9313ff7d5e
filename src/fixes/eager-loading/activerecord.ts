import type { QueryPlace } from '../../code/calls/repetition';
import type { EagerLoader } from './loader';

/** `Post.where(…).includes(:author)` */
export const activeRecordLoader: EagerLoader = {
  library: 'activerecord',
  word: 'includes',
  load({ source, place, association }) {
    const { chain, orm } = place;
    const links = chain?.links ?? [];
    const known = links.find(({ name }) => name === 'includes');
    const list = known?.arguments;
    const last = list?.at(-1);
    if (last) {
      // Named ones stand last: `includes(:author, comments: :user)`.
      const first = list?.[0];
      if (!first) return undefined;
      const isNamed = first.kind === 'object';
      const at = isNamed ? first.range.start : (list.findLast(({ kind }) => kind !== 'object')?.range.end ?? 0);
      const newText = isNamed ? `:${association.name}, ` : `, :${association.name}`;
      return [{ range: { start: at, end: at }, newText }];
    }
    const index = links.findIndex(({ range }) => range.start === orm?.nameRange.start);
    const link = links[index];
    if (!link || !isRelation(place)) return undefined;
    const end = Math.max(link.range.end, link.argumentsRange?.end ?? 0);
    // `where author: 1` has no parentheses to write behind.
    const isBare = (link.arguments?.length ?? 0) > 0 && source[end - 1] !== ')';
    if (isBare) return undefined;
    const before = links[index - 1];
    const start = before ? Math.max(before.range.end, before.argumentsRange?.end ?? 0) : (chain?.rootRange.end ?? end);
    const between = source.slice(start, link.range.start);
    const dot = /^\s*&?\.$/.test(between) ? between : '.';
    return [{ range: { start: end, end }, newText: `${dot}includes(:${association.name})` }];
  },
  // What was loaded answers the same names; a count, a condition or a look for some asks the database all the same.
  keepsAccess: ({ inner }) => inner.operation === 'load',
};

/** Rows are asked for, and nothing that ends the relation: `first` gives one row, `find_by` too. */
function isRelation({ orm }: QueryPlace): boolean {
  return orm?.operation === 'find' && orm.isMany;
}
