import assert from 'node:assert/strict';
import {
  chooseDatabase,
  closeAll,
  diagnosticsOf,
  eventually,
  hoverWithPlan,
  lensesOf,
  openText,
} from '../support/editor-helpers';

describe('without a database', () => {
  before(async function () {
    this.timeout(60_000);
    await openText('SELECT 1;\n');
    await chooseDatabase('in memory');
  });

  after(async () => {
    await chooseDatabase('first');
    await closeAll();
  });

  it('plans with the schema of the workspace’s .sql files and says that sizes are assumed', async () => {
    const document = await openText('SELECT id FROM posts WHERE author_id = 17;\n');
    const hover = await hoverWithPlan(document, 'author_id');
    assert.match(hover, /Seq Scan on posts/);
    assert.match(hover, /in memory/);
    assert.match(hover, /assumed table sizes/);
    const diagnostic = await eventually('the finding', () => diagnosticsOf(document)[0]);
    assert.match(diagnostic.message, /posts/);
  });

  it('shows a cost, and no time, above the query', async () => {
    const document = await openText('SELECT id FROM posts WHERE author_id = 17;\n');
    const title = await eventually('the lens', async () => {
      const [lens] = await lensesOf(document);
      return lens?.command?.title.includes('cost') && lens.command.title;
    });
    assert.match(title, /^Explain · cost [\d,.]+ in memory · Seq Scan on posts · 1 fix$/);
  });

  it('calls a table that no file defines no error', async () => {
    const document = await openText('SELECT id FROM elsewhere;\n');
    await eventually('the lens', async () => {
      const [lens] = await lensesOf(document);
      return lens?.command?.title.includes('elsewhere');
    });
    assert.deepEqual(diagnosticsOf(document), []);
  });
});
