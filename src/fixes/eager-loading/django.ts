import type { ChainValue, Link } from '../../code/facts/values';
import { isTemplate } from '../../code/file-roles';
import { detailsOf } from '../../code/orms/django/details';
import { addArgument, quoted } from '../object-edit';
import type { EagerLoader, OuterCall } from './loader';

/** What gives no queryset any more: relations are asked for before it. */
const ends =
  /^(?:slice|get|first|last|in_bulk|iterator|earliest|latest|aget|afirst|alast|count|exists|values|values_list|\[\]|\d+)$/;

/** What gives no rows of the model, not all of each, makes them, or does not go with joins. */
const others =
  /^(?:a?(?:values|values_list|only|defer|dates|datetimes|raw|union|intersection|difference|select_for_update|aggregate)|a?(?:bulk_|get_or_|update_or_)?(?:create|update|delete))$/;

/** `Post.objects.filter(…).select_related('author')`, `.prefetch_related('comments', 'comments__author')` */
export const djangoLoader: EagerLoader = {
  library: 'django',
  word: 'select_related or prefetch_related',
  isNested: true,
  loadsWay: true,
  load({ source, place, association, path }) {
    // What rows of a list have on their way is many.
    const isOne = path.length === 0 && (association.kind === 'belongsTo' || association.kind === 'hasOne');
    const method = isOne ? 'select_related' : 'prefetch_related';
    const chain = place.chain && queryset(place.chain);
    if (typeof chain?.root !== 'string') return undefined;
    const { links } = chain;
    if (links.some(({ name }) => others.test(name))) return undefined;
    // Django wants a size for the parts that are gone through then.
    if (!isOne && links.some(({ name }) => /^a?iterator$/.test(name))) return undefined;
    const name = quoted(source, [...path, association.name].join('__'));
    const known = links.findLast(({ name: one, arguments: given }) => one === method && (given?.length ?? 0) > 0);
    if (known) {
      const added = addArgument(source, known, name);
      return added && [added];
    }
    const call = `.${method}(${name})`;
    if (chain !== place.chain && links.every((link) => !link.arguments)) return ofClass(chain, place, call);
    if (links.some((link) => !isWritten(link, source))) return ofView(chain, place, source, call);
    const end = links.findIndex((link) => link.arguments !== undefined && ends.test(link.name));
    const before = links.slice(0, end < 0 ? links.length : end).at(-1);
    if (!before || (before.arguments === undefined && end < 0)) return undefined;
    const at = before.argumentsRange?.end ?? before.range.end;
    return [{ range: { start: at, end: at }, newText: call }];
  },
  /** `post.author.name`, `post.comments.all()`, `post.comments.count()` are answered by what was loaded. */
  keepsAccess({ inner, kind, loop, association }) {
    if (!association || !inner.chain) return false;
    const index = inner.chain.links.findIndex(({ name }) => name === association.association.name);
    if (index < 0) return false;
    const [next, ...more] = inner.chain.links.slice(index + 1);
    // Where nothing can be asked for before the loop.
    if (isTemplate(loop.uri) && isCountedAlone(next, more)) return true;
    if (kind !== 'lazy') return false;
    if (!/Many$/.test(association.association.kind)) return true;
    return next?.name === 'all' && more[0]?.arguments === undefined;
  },
};

/** `post.comments.count()`: one query for each row, none where all are there. */
function isCountedAlone(next: Link | undefined, more: readonly Link[]): boolean {
  return /^(?:count|exists)$/.test(next?.name ?? '') && next?.arguments?.length === 0 && more.length === 0;
}

/** The first argument of `get_object_or_404(Post.objects.all(), pk=pk)`; else the chain itself. */
function queryset(chain: ChainValue): ChainValue | undefined {
  if (!/^a?get_(?:object|list)_or_404$/.test(String(chain.root))) return chain;
  const [first] = chain.links[0]?.arguments ?? [];
  return first?.kind === 'chain' ? first : undefined;
}

/** `get_object_or_404(Post, pk=pk)` takes the manager that the model names first. */
function ofClass({ links, range: { end } }: ChainValue, place: OuterCall['place'], call: string) {
  if (links.length === 0 && hasManagers(place)) return undefined;
  return [{ range: { start: end, end }, newText: links.length === 0 ? `.objects${call}` : call }];
}

/** `model = Post` of a view: its `queryset` is written below. */
function ofView({ range }: ChainValue, place: OuterCall['place'], source: string, call: string) {
  const [, indent] = /(?:^|\n)([ \t]+)model\s*=\s*$/.exec(source.slice(0, range.start)) ?? [];
  const [rest] = /^[ \t]*(?:#[^\n]*)?(?=\r?\n|$)/.exec(source.slice(range.end)) ?? [];
  if (indent === undefined || rest === undefined || hasManagers(place) || isExtended(range.start, source))
    return undefined;
  const at = range.end + rest.length;
  const name = source.slice(range.start, range.end);
  return [{ range: { start: at, end: at }, newText: `\n${indent}queryset = ${name}.objects${call}` }];
}

function hasManagers({ orm }: OuterCall['place']): boolean {
  return !orm?.model || detailsOf(orm.model).managers.length > 0;
}

/** Whether the call stands in the text, and was not made of what a class says. */
function isWritten({ name, range }: Link, source: string): boolean {
  return !/^[a-z_]\w*$/.test(name) || name === 'slice' || source.slice(range.start, range.end) === name;
}

/** `class Drafts(PostList)` may have a model of its own. */
function isExtended(at: number, source: string): boolean {
  const name = [...source.slice(0, at).matchAll(/^class\s+(\w+)/gm)].at(-1)?.[1] ?? '';
  return new RegExp(`^class\\s+\\w+\\s*\\([^)]*\\b${name}\\b`, 'm').test(source);
}
