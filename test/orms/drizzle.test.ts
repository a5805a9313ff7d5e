import { SqlParser } from '../../src/sql/parser';
import { oracleCases } from '../support/oracle-cases';
import { assertSameSql, type KnownDifference } from '../support/same-sql';

const known: readonly KnownDifference[] = [];

describe('The SQL of drizzle', () => {
  it('is what drizzle sends', async () => {
    assertSameSql(await SqlParser.load(), await oracleCases('drizzle'), { atLeast: 60, known });
  });
});
