import { SqlParser } from '../../src/sql/parser';
import { assertSameSql, type KnownDifference } from '../support/same-sql';
import { sqlTextCases } from '../support/sql-text-cases';

const known: readonly KnownDifference[] = [
  { case: 'top', reason: 'the SQL of a QueryFile is found in its file' },
  { case: 'called', reason: 'db.func() has no SQL in the program' },
];

/** Values are written into the text, lists as ARRAY[…]. */
const lists = (sql: string) => sql.replace(/\barray\[[^\]]*\]/g, '$1');

describe('The SQL of pg-promise', () => {
  it('is what pg-promise sends', async () => {
    const parser = await SqlParser.load();
    assertSameSql(parser, await sqlTextCases('pg-promise', parser, lists), { atLeast: 40, known });
  });
});
