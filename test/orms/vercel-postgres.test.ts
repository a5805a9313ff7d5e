import { SqlParser } from '../../src/sql/parser';
import { assertSameSql, type KnownDifference } from '../support/same-sql';
import { sqlTextCases } from '../support/sql-text-cases';

const known: readonly KnownDifference[] = [];

describe('The SQL of vercel-postgres', () => {
  it('is what vercel-postgres sends', async () => {
    const parser = await SqlParser.load();
    assertSameSql(parser, await sqlTextCases('vercel-postgres', parser), { atLeast: 40, known });
  });
});
