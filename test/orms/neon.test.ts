import { SqlParser } from '../../src/sql/parser';
import { assertSameSql, type KnownDifference } from '../support/same-sql';
import { sqlTextCases } from '../support/sql-text-cases';

const known: readonly KnownDifference[] = [];

describe('The SQL of neon', () => {
  it('is what neon sends', async () => {
    const parser = await SqlParser.load();
    assertSameSql(parser, await sqlTextCases('neon', parser), { atLeast: 40, known });
  });
});
