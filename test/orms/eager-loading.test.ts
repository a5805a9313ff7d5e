import { proveFixes } from '../support/fix-proof';

/** Library → functions in which the rows are a page, counted, nested, of few columns, or have nothing that belongs to them. */
proveFixes(
  'What is loaded eagerly, under conditions,',
  'fixes',
  {
    'eager/sequelize': {
      pageOfMany: 1,
      countedPageOfMany: 3,
      countedMany: 3,
      countedOne: 2,
      scopedTarget: 1,
      scopedTargetOfPage: 1,
      targetWithColumns: 1,
      scopedAssociation: 1,
      fewColumns: 1,
      nested: 1,
      nestedInObject: 2,
      withWhereOnInclude: 1,
      paranoidTarget: 1,
      secondList: 2,
      columnsOfInclude: 1,
      scopedOuter: 1,
    },
    'eager/typeorm': {
      pageOfMany: 2,
      countedMany: 3,
      missingOnes: 1,
      softDeleted: 1,
      softDeletedOfBuilder: 2,
      countedOfBuilder: 3,
      nested: 1,
      joinedAlready: 1,
    },
    'eager/prisma': { pageOfMany: 2, nested: 3, nestedInSelect: 3, missingOnes: 2 },
    'eager/drizzle': { pageOfMany: 1, perhapsEditors: 1, nested: 1, nestedInColumns: 1 },
    'eager/mikro-orm': { pageOfMany: 2, countedMany: 3, nested: 2 },
    'eager/objection': { pageOfMany: 2, modified: 2, missingOnes: 2, nested: 3 },
    'eager/bookshelf': { pageOfMany: 2 },
  },
  ({ title }) => title.startsWith('Load '),
);
