import { proveFixes } from '../support/fix-proof';

/** Library → functions whose loop has a fix, with the statements that they send afterwards at most. */
proveFixes('Fixes of repeated queries', 'fixes', {
  sequelize: {
    authorsByPk: 1,
    authorsByWhere: 1,
    editorsThatMayBeMissing: 1,
    commentsOfEach: 1,
    tagsOfEach: 1,
    countOfEach: 2,
    countOfSome: 2,
    authorsOfNotes: 2,
    postsOfNotes: 2,
    notesInOrder: 2,
    writes: 9,
  },
  typeorm: {
    authors: 1,
    authorsOfBuilder: 1,
    lazyEditors: 1,
    commentsOfEach: 1,
    countOfEach: 2,
    countByManager: 2,
    commentsInOrder: 2,
    usersByPost: 2,
    writes: 4,
  },
  prisma: { authors: 2, commentsOfEach: 2, countOfEach: 2, authorsOfComments: 2, commentsInOrder: 2, writes: 4 },
  pg: { countOfEach: 2, countOfOne: 2, editors: 2, commentsOfEach: 2 },
  knex: { countOfEach: 2, countOfFirst: 2, authors: 2, commentsOfEach: 2, writes: 4 },
  kysely: { authors: 2, commentsOfEach: 2, ofNoPosts: 1 },
  objection: { authorsById: 2, relatedAuthors: 2, commentsOfEach: 2 },
  bookshelf: { authors: 2 },
  drizzle: { authors: 1, commentsOfEach: 1 },
  'mikro-orm': { commentsOfEach: 2 },
});
