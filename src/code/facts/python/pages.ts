import { nameOf } from '../value-access';
import type { ChainValue, Value } from '../values';
import type { FunctionDraft } from './frame';

/** `Paginator(posts, 25).get_page(number)` gives some of the posts. */
export function unpaged(value: Value, draft: FunctionDraft): Value {
  const page = boundTo(value, draft);
  const turned = page?.links.at(-1);
  if (!page || !turned?.arguments || !/^(?:get_page|page|paginate_queryset)$/.test(turned.name)) return value;
  if (page.root === 'this') return turned.name === 'paginate_queryset' ? (turned.arguments[0] ?? value) : value;
  const before = { ...page, links: page.links.slice(0, -1) };
  const paginator = boundTo(before, draft);
  const made = paginator?.links.at(-1);
  const maker = made?.name === '' ? paginator?.root : made?.name;
  return typeof maker === 'string' && /Paginator$/.test(maker) ? (made?.arguments?.[0] ?? value) : value;
}

/** What a name stands for, where that is a chain. */
export function boundTo(value: Value, draft: FunctionDraft): ChainValue | undefined {
  const name = nameOf(value);
  const bound = name === undefined ? value : draft.bindings.findLast(({ pattern }) => pattern.name === name)?.value;
  return bound?.kind === 'chain' ? bound : undefined;
}
