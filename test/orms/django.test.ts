import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SqlParser } from '../../src/sql/parser';
import { ormCalls } from '../support/orm-calls';
import { assertSameSql, type KnownDifference } from '../support/same-sql';

const folder = join(import.meta.dirname, 'recorded/python');

const known: readonly KnownDifference[] = [
  { case: 'reports.mean_of_posts', reason: 'An aggregate over groups is told to be unread.' },
];

/** The tests need no Python: recorded/python/record.py has written down what Django 5.2 sends for blog/calls.py and blog/reports.py. */
describe('The SQL of Django, as recorded', () => {
  it('is what Planlight reads', async () => {
    const parser = await SqlParser.load();
    const recorded = JSON.parse(await readFile(join(folder, 'django.json'), 'utf8')) as Record<string, string[]>;
    const read = await ormCalls(folder);
    const cases = Object.entries(recorded).map(([key, real]) => {
      const [module = '', name = ''] = key.split('.');
      const calls = read.in(name === 'by_service' ? 'PostService.recent' : name, `blog/${module}.py`);
      return {
        name: key,
        real: real.map((sql) => sql.replaceAll('%s', '$1')),
        ours: calls.flatMap(({ sent }) => sent.map((each) => each.map(({ sql }) => sql))),
      };
    });
    assertSameSql(parser, cases, { atLeast: 140, known });
  });
});
