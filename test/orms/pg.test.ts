import { SqlParser } from '../../src/sql/parser';
import { assertSameSql, type KnownDifference } from '../support/same-sql';
import { sqlTextCases } from '../support/sql-text-cases';

const known: readonly KnownDifference[] = [
  {
    case: 'UserRepository.search#2',
    reason: 'of a text that grows under a condition the part that is always there is shown',
  },
  { case: 'UserRepository.list#2', reason: 'of two words that a condition chooses from the longer one is shown' },
];

describe('The SQL of pg', () => {
  it('is what pg sends', async () => {
    const parser = await SqlParser.load();
    assertSameSql(parser, await sqlTextCases('pg', parser), { atLeast: 40, known });
  });
});
