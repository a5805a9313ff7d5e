import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SqlParser } from '../../src/sql/parser';
import { ormCalls } from '../support/orm-calls';
import { assertSameSql, type KnownDifference, type OracleCase } from '../support/same-sql';

const folder = join(import.meta.dirname, 'recorded/ruby');

const known: readonly KnownDifference[] = [
  { case: 'email', reason: 'The query is told in User.by_email, where it stands.' },
  { case: 'made_with', reason: 'What create_with sets is not included, and said.' },
];

/** What ran was recorded once, by record.rb with ActiveRecord 6.1 and PostgreSQL 18, since tests are to run without Ruby. */
describe('ActiveRecord, as it was recorded', () => {
  it('sends what the calls say', async () => {
    const parser = await SqlParser.load();
    const recorded = JSON.parse(await readFile(join(folder, 'recorded.json'), 'utf8')) as Record<string, string[]>;
    const { calls } = await ormCalls(folder);
    const cases = Object.entries(recorded).map(([name, real]): OracleCase => {
      const own = calls.filter((call) => call.name === `Calls.${name}`);
      // A method that asks twice has both, in their order.
      const ours = own.flatMap(({ sent }) => sent[0]?.map(({ sql }) => sql) ?? []);
      return { name, real, ours: ours.length === 0 ? [] : [ours] };
    });
    assertSameSql(parser, cases, { atLeast: 160, known });
  });
});
