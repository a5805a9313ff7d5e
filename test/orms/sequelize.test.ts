import { SqlParser } from '../../src/sql/parser';
import { recordedSequelize } from '../support/recorded-sequelize';
import { assertSameSql, type KnownDifference } from '../support/same-sql';

const known: readonly KnownDifference[] = [
  {
    case: 'drafts (deleted too)',
    reason: '`paranoid: !includeDeleted` is known at run time only: the notes say so',
  },
];

describe('sequelize', function () {
  this.timeout(60_000);

  it('sends the statements that are derived', async () => {
    const parser = await SqlParser.load();
    assertSameSql(parser, await recordedSequelize('sequelize'), { atLeast: 100, known });
  });
});
