import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SqlParser } from '../../src/sql/parser';
import { ormCalls } from '../support/orm-calls';
import { assertSameSql, type KnownDifference } from '../support/same-sql';

const folder = join(import.meta.dirname, 'recorded/sqlalchemy');

const known: readonly KnownDifference[] = [
  { case: 'reports.added_all', reason: 'Several rows are sent with the types of their columns, which are not known.' },
];

/** The tests need no Python: recorded/sqlalchemy/record.py has written down what SQLAlchemy 2 makes of calls.py and reports.py. */
describe('The SQL of SQLAlchemy, as recorded', () => {
  it('is what Planlight reads', async () => {
    const parser = await SqlParser.load();
    const recorded = JSON.parse(await readFile(join(folder, 'sqlalchemy.json'), 'utf8')) as Record<string, string[]>;
    const read = await ormCalls(folder);
    const cases = Object.entries(recorded).map(([key, real]) => {
      const [module = '', name = ''] = key.split('.');
      const ours = read.in(name, `${module}.py`).flatMap(({ sent }) => sent.map((each) => each.map(({ sql }) => sql)));
      return { name: key, real, ours };
    });
    assertSameSql(parser, cases, { atLeast: 80, known });
  });
});
