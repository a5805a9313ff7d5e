import { SqlParser } from '../../src/sql/parser';
import { recordedSequelize } from '../support/recorded-sequelize';
import { assertSameSql, type KnownDifference } from '../support/same-sql';

const known: readonly KnownDifference[] = [
  {
    case: 'BaseRepository.countAll',
    reason: 'the model is a type parameter of an abstract class, and the conditions are passed in as a whole',
  },
];

describe('sequelize-typescript', function () {
  this.timeout(60_000);

  it('sends the statements that are derived', async () => {
    const parser = await SqlParser.load();
    assertSameSql(parser, await recordedSequelize('sequelize-typescript'), { atLeast: 40, known });
  });
});
