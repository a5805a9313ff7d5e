import { SqlParser } from '../../src/sql/parser';
import { recordedCases } from '../support/recorded-cases';
import { assertSameSql, type KnownDifference } from '../support/same-sql';

const known: readonly KnownDifference[] = [];

describe('The SQL of knex', () => {
  it('is what knex sends', async () => {
    const parser = await SqlParser.load();
    assertSameSql(parser, await recordedCases('knex'), { atLeast: 140, known });
  });
});
