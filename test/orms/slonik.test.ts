import { SqlParser } from '../../src/sql/parser';
import { assertSameSql, type KnownDifference } from '../support/same-sql';
import { sqlTextCases } from '../support/sql-text-cases';

const known: readonly KnownDifference[] = [
  { case: 'UserQueries.exists', reason: 'pool.exists() puts SELECT EXISTS around the query' },
];

describe('The SQL of slonik', () => {
  it('is what slonik sends', async () => {
    const parser = await SqlParser.load();
    assertSameSql(parser, await sqlTextCases('slonik', parser), { atLeast: 40, known });
  });
});
