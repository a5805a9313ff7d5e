import type { EagerLoader } from './loader';
import { nestedTrue } from './nested-true';

/** `db.query.posts.findMany({ with: { author: true } })`; a plain select has no relations to load. */
export const drizzleLoader: EagerLoader = {
  library: 'drizzle',
  word: 'with',
  givesUndefined: true,
  isNested: true,
  load: (outer) => nestedTrue(outer, /^find(?:Many|First)$/, ['with']),
};
