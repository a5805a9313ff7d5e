import type { DocumentEdit } from '../../nouns/fix';
import { addArgument, quoted } from '../object-edit';
import type { EagerLoader } from './loader';

/** What gives no queryset any more: relations are asked for before it. */
const ends =
  /^(?:slice|get|first|last|in_bulk|iterator|earliest|latest|aget|afirst|alast|count|exists|values|values_list|\d+)$/;

/** `Post.objects.filter(…).select_related('author')`, `.prefetch_related('comments')` */
export const djangoLoader: EagerLoader = {
  library: 'django',
  word: 'select_related or prefetch_related',
  load({ source, place: { chain }, association }): readonly DocumentEdit[] | undefined {
    const isOne = association.kind === 'belongsTo' || association.kind === 'hasOne';
    const method = isOne ? 'select_related' : 'prefetch_related';
    const links = chain?.links ?? [];
    if (typeof chain?.root !== 'string' || links.some(({ name }) => /^values(?:_list)?$/.test(name))) return undefined;
    const known = links.findLast(({ name, arguments: given }) => name === method && (given?.length ?? 0) > 0);
    const name = quoted(source, association.name);
    if (known) {
      const added = addArgument(source, known, name);
      return added && [added];
    }
    const end = links.findIndex((link) => link.arguments !== undefined && ends.test(link.name));
    const before = links.slice(0, end < 0 ? links.length : end).at(-1);
    if (!before || (before.arguments === undefined && end < 0)) return undefined;
    const at = before.argumentsRange?.end ?? before.range.end;
    return [{ range: { start: at, end: at }, newText: `.${method}(${name})` }];
  },
  /** `post.author.name`, `post.comments.all()`, `post.comments.count()` are answered by what was loaded. */
  keepsAccess({ inner, kind, association }) {
    if (kind !== 'lazy' || !association || !inner.chain) return false;
    const index = inner.chain.links.findIndex(({ name }) => name === association.association.name);
    const next = inner.chain.links[index + 1];
    if (index < 0) return false;
    if (!/Many$/.test(association.association.kind)) return true;
    return next?.name === 'all' && inner.chain.links[index + 2]?.arguments === undefined;
  },
};
