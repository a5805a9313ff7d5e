import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SqlParser } from '../../src/sql/parser';
import { ormCalls } from '../support/orm-calls';
import { assertSameSql } from '../support/same-sql';

const folder = join(import.meta.dirname, 'recorded/sqlalchemy');

/** The tests need no Python: recorded/sqlalchemy/record.py has written down what SQLAlchemy 2 makes of calls.py. */
describe('The SELECTs of SQLAlchemy, as recorded', () => {
  it('are what Planlight reads', async () => {
    const parser = await SqlParser.load();
    const recorded = JSON.parse(await readFile(join(folder, 'sqlalchemy.json'), 'utf8')) as Record<string, string[]>;
    const read = await ormCalls(folder);
    const cases = Object.entries(recorded).map(([name, real]) => ({
      name,
      real,
      ours: read.in(name, 'calls.py').flatMap(({ sent }) => sent.map((each) => each.map(({ sql }) => sql))),
    }));
    assertSameSql(parser, cases, { atLeast: 16, known: [] });
  });
});
