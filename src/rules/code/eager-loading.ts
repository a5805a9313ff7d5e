import type { Repetition } from '../../code/calls/repetition';

/** How each library asks for rows with what belongs to them. */
const words: Readonly<Record<string, string>> = {
  sequelize: 'include',
  prisma: 'include',
  typeorm: 'relations',
  'mikro-orm': 'populate',
  objection: 'withGraphFetched',
  bookshelf: 'withRelated',
  drizzle: 'with',
  supabase: 'a nested select',
};

/** `load author with the rows (include)`; undefined when no association is known. */
export function eagerAdvice({ association, loop, inner, keys }: Repetition): string | undefined {
  if (!association) return undefined;
  const library = loop.over?.query?.library ?? inner.library;
  const word = words[library];
  const path = [...(loop.over?.path ?? []), association.association.name].join('.');
  // `findOne({ where: { postId: post.id, userId } })`: only those of one user.
  const isAll = inner.orm === undefined || (inner.orm.isOnlyEquals && inner.orm.equals.length <= keys.length);
  const how = [word, isAll ? undefined : 'with the same conditions'].filter((one) => one !== undefined).join(' ');
  return `load ${path} together with the rows${how === '' ? '' : ` (${how})`}`;
}

/** `postId`, `dataSource and symbol` of the inner table, where the row's values of them are known. */
export function keyOf({ keys }: Repetition): string | undefined {
  const known = keys.filter(({ rowPath }) => rowPath);
  const names = [...new Set((known.length > 0 ? known : keys).map(({ property }) => property))];
  if (known.length === 0 && names.length > 1) return undefined;
  return names.length === 0 ? undefined : names.join(' and ');
}
