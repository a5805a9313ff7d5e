import { proveFixes } from '../support/fix-proof';

/** Library → functions whose loop asks for what no model says belongs to the rows. */
proveFixes(
  'Associations that are added to the model, and loaded,',
  'fixes',
  {
    'associations/sequelize': { authors: 1, editors: 1, postsOfComments: 1 },
    'associations/sequelize-typescript': { authors: 1, editors: 1 },
    'associations/typeorm': { authors: 2, editors: 1, perhapsEditors: 1 },
    'associations/prisma': { authors: 3, editors: 2, authorsOfComments: 2 },
    'associations/drizzle': { authors: 1, editors: 1 },
    'associations/objection': { authors: 3, authorsOfComments: 2, editors: 2 },
  },
  (fix) => fix.isAside === true,
);
