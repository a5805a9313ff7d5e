import { proveFixes } from '../support/fix-proof';

/** Library → functions whose loop has a fix, with the statements that they send afterwards at most. */
const expected = {
  drizzle: {
    authors: 2,
    editors: 2,
    authorsByQuery: 2,
    commentsOfEach: 2,
    commentsByQuery: 2,
    countOfEach: 2,
    countShort: 2,
    writes: 4,
  },
  'mikro-orm': { authors: 2, authorsById: 2, editors: 2, commentsByAuthor: 2, commentsByPost: 2, writes: 4 },
  objection: {
    authors: 2,
    editors: 2,
    authorsByWhere: 2,
    postsOfEach: 2,
    countOfEach: 2,
    postCounts: 2,
    writes: 4,
    counted: 1,
    firstOnly: 1,
  },
  kysely: { countOfEach: 2, countOfSome: 2, writes: 4, firstOnly: 1, someOnly: 1, started: 12 },
  sequelize: { sameForEach: 2, sameInParallel: 3, twice: 1, counted: 2, countedInline: 1, firstOnly: 1, someOnly: 1 },
  knex: { moved: 19 },
  prisma: { moved: 26, counted: 1, firstOnly: 1, someOnly: 1 },
  typeorm: { counted: 1, firstOnly: 1 },
  pg: { inserts: 4, insertsOnce: 4, dates: 5, updates: 4, deletes: 5, authorsAndCounts: 10, countsBeside: 2 },
  bookshelf: { authors: 2 },
};

proveFixes('One query or statement in the place of many', 'batch', expected);
