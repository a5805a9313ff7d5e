import { join } from 'node:path';
import { SqlParser } from '../../src/sql/parser';
import { oracleCases } from '../support/oracle-cases';
import { assertSameSql } from '../support/same-sql';

const folder = join(import.meta.dirname, 'apps/typeorm');

describe('TypeORM', () => {
  it('gives the SQL that the library sends', async () => {
    const cases = await oracleCases(folder, 'typeorm', './data-source', './cases');
    assertSameSql(await SqlParser.load(), cases, {
      atLeast: 145,
      known: [
        {
          case: 'subscriberPage',
          reason: 'a key of two columns: one alternative for each row that is found, of which one is shown',
        },
      ],
    });
  });

  it('gives the SQL with snake-case names and a prefix of tables', async () => {
    const cases = await oracleCases(folder, 'typeorm', './newsroom/data-source', './newsroom/cases');
    assertSameSql(await SqlParser.load(), cases, { atLeast: 38, known: [] });
  });
});
