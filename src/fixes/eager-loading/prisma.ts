import type { EagerLoader } from './loader';
import { nestedTrue } from './nested-true';

/** `prisma.post.findMany({ where, include: { author: true } })`; `select: { …, author: true }` where it selects. */
export const prismaLoader: EagerLoader = {
  library: 'prisma',
  word: 'include',
  isNested: true,
  load: (outer) => nestedTrue(outer, /^find(?:Many|First|Unique)(?:OrThrow)?$/, ['select', 'include']),
};
