import assert from 'node:assert/strict';
import { join } from 'node:path';
import { SqlParser } from '../../src/sql/parser';
import { ormCalls } from '../support/orm-calls';
import { recordedSql } from '../support/recorded-sql';
import { assertSameSql, type OracleCase } from '../support/same-sql';

const apps = join(import.meta.dirname, 'apps');

const known = [
  {
    case: 'subscriberPage',
    reason: 'a key of two columns: one alternative for each row that is found, and one is shown',
  },
];

describe('TypeORM', function () {
  this.timeout(60_000);
  let parser: SqlParser;

  before(async () => {
    parser = await SqlParser.load();
  });

  it('gives the SQL that the library sends', async () => {
    const cases = await casesOf('typeorm', 'record.ts');
    assertSameSql(parser, cases, { atLeast: 80, known });
  });
});

async function casesOf(app: string, script: string): Promise<OracleCase[]> {
  const recorded = await recordedSql(join(apps, app), script);
  const found = await ormCalls(join(apps, app));
  return Object.entries(recorded).map(([name, real]) => {
    const calls = found.in(name);
    assert.ok(calls.length <= 1, `${name} has ${calls.length} calls`);
    return { name, real, ours: (calls[0]?.sent ?? []).map((statements) => statements.map(({ sql }) => sql)) };
  });
}
