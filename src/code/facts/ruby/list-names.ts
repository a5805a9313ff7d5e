import type { ChainValue } from '../values';
import { singularize, tableNameOf } from './inflections';

/** Methods that give a list of the same rows; what stands before them says their name. */
const sameRows =
  /^(?:all|where|not|order|reorder|limit|offset|includes|preload|eager_load|joins|left_joins|left_outer_joins|distinct|page|per|to_a|load|reverse|sort_by|select|reject)$/;

/** `posts` of `@posts`, `user.posts.order(:id)`, `Post.where(…)`: what is known as a list by its name alone; else undefined. */
export function listName({ root, links }: ChainValue): string | undefined {
  const last = links.findLast(({ name }) => !sameRows.test(name));
  if ((last?.arguments?.length ?? 0) > 0) return undefined;
  if (!last && typeof root === 'string' && /^[A-Z]/.test(root))
    return links.length === 0 ? undefined : tableNameOf(root);
  const name = last?.name ?? (typeof root === 'string' ? root.replace(/^@+/, '') : '');
  return /^[a-z_]+$/.test(name) && singularize(name) !== name ? name : undefined;
}

/** `post` of `post`, `@post`, `comment.post` */
export function lastNameOf({ root, links }: ChainValue): string | undefined {
  const last = links.at(-1);
  if (last) return (last.arguments?.length ?? 0) > 0 ? undefined : last.name;
  return typeof root === 'string' && /^@?[a-z]/.test(root) ? root.replace(/^@/, '') : undefined;
}
