import assert from 'node:assert/strict';
import { join } from 'node:path';
import { SqlParser } from '../../src/sql/parser';
import { ormCalls } from '../support/orm-calls';
import { recordedSql } from '../support/recorded-sql';
import { assertSameSql, type OracleCase } from '../support/same-sql';

const folder = join(import.meta.dirname, 'apps/mikro-orm');

describe('MikroORM', () => {
  it('gives the SQL that the library sends', async () => {
    const parser = await SqlParser.load();
    const recorded = await recordedSql(folder, 'record.ts');
    const found = await ormCalls(folder);
    const cases = Object.entries(recorded).map(([name, real]): OracleCase => {
      const calls = found.in(name);
      assert.ok(calls.length <= 1, `${name} has ${calls.length} calls`);
      return { name, real, ours: (calls[0]?.sent ?? []).map((statements) => statements.map(({ sql }) => sql)) };
    });
    assertSameSql(parser, cases, { atLeast: 80, known: [] });
  });
});
