import { SqlParser } from '../../src/sql/parser';
import { appCases } from '../support/app-cases';
import { assertSameSql, type KnownDifference } from '../support/same-sql';

const known: readonly KnownDifference[] = [];

describe('The SQL of kysely', () => {
  it('is what kysely sends', async () => {
    assertSameSql(await SqlParser.load(), await appCases('kysely'), { atLeast: 60, known });
  });
});
