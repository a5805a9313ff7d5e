import assert from 'node:assert/strict';
import { join } from 'node:path';
import { SqlParser } from '../../src/sql/parser';
import { ormCalls } from '../support/orm-calls';
import { recordedSql } from '../support/recorded-sql';
import { assertSameSql, type OracleCase } from '../support/same-sql';

const folder = join(import.meta.dirname, 'apps/typeorm');

describe('TypeORM', () => {
  let parser: SqlParser;

  before(async () => {
    parser = await SqlParser.load();
  });

  it('gives the SQL that the library sends', async () => {
    assertSameSql(parser, await casesOf('./data-source', './cases'), {
      atLeast: 100,
      known: [
        {
          case: 'subscriberPage',
          reason: 'a key of two columns: one alternative for each row that is found, of which one is shown',
        },
      ],
    });
  });

  it('gives the SQL with snake-case names and a prefix of tables', async () => {
    assertSameSql(parser, await casesOf('./newsroom/data-source', './newsroom/cases'), { atLeast: 38, known: [] });
  });
});

async function casesOf(dataSource: string, cases: string): Promise<OracleCase[]> {
  const recorded = await recordedSql(folder, 'record.ts', dataSource, cases);
  const found = await ormCalls(folder);
  return Object.entries(recorded).map(([name, real]) => {
    const calls = found.in(name);
    assert.ok(calls.length <= 1, `${name} has ${calls.length} calls`);
    return { name, real, ours: (calls[0]?.sent ?? []).map((statements) => statements.map(({ sql }) => sql)) };
  });
}
