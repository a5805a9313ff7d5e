import assert from 'node:assert/strict';
import { measuredQueries } from '../../../src/analysis/code/measured-queries';
import type { Judgement } from '../../../src/analysis/judgement';

/** What a planner said of a statement of which it thinks that it gives 500 rows. */
function judged(sql: string, assumed: boolean): Judgement {
  const columns = [{ name: 'title', type: 'text', notNull: true }];
  const judgement = {
    query: { site: { sql } },
    explained: { plan: { root: { planRows: 500, totalCost: 8 } } },
    findings: [],
    planning: { snapshot: { assumed, tables: [{ schema: 'public', name: 'posts', rows: 500, columns }] } },
  };
  return judgement as unknown as Judgement;
}

describe('what is known of queries', () => {
  it('is what the planner thinks of them and of their tables', () => {
    const { queries, tables } = measuredQueries([judged('SELECT * FROM posts', false)]);
    assert.equal(queries.get('SELECT * FROM posts')?.rows, 500);
    assert.equal(tables.get('posts'), 500);
  });

  it('is nothing where the sizes of the tables are assumed, but what a limit says', () => {
    const limited = 'SELECT * FROM posts LIMIT 500';
    const { queries, tables } = measuredQueries([judged('SELECT * FROM posts', true), judged(limited, true)]);
    assert.deepEqual([...queries.keys()], [limited]);
    assert.equal(tables.size, 0);
  });

  it('is the types of columns, also where sizes are assumed', () => {
    const { types } = measuredQueries([judged('SELECT * FROM posts', true)]);
    assert.deepEqual([...(types ?? [])], [['posts.title', 'text']]);
  });
});
