import { join } from 'node:path';
import { SqlParser } from '../../src/sql/parser';
import { oracleCases } from '../support/oracle-cases';
import { assertSameSql } from '../support/same-sql';

describe('MikroORM', () => {
  it('gives the SQL that the library sends', async () => {
    const cases = await oracleCases(join(import.meta.dirname, 'apps/mikro-orm'), 'mikro-orm');
    assertSameSql(await SqlParser.load(), cases, { atLeast: 125, known: [] });
  });
});
