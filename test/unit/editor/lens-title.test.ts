import assert from 'node:assert/strict';
import { type LensContent, lensTitle } from '../../../src/editor/lens-title';
import { Problem } from '../../../src/nouns/problem';
import { parsePlan } from '../../../src/plan/parse-plan';

const nothing: LensContent = { findings: [], touched: false, broken: false };

function judged(more: object): LensContent {
  return { ...nothing, judgement: { findings: [], ...more } as unknown as LensContent['judgement'] };
}

const plan = parsePlan(
  [
    {
      Plan: {
        'Node Type': 'Seq Scan',
        'Relation Name': 'posts',
        Alias: 'posts',
        'Startup Cost': 0,
        'Total Cost': 5013.27,
        'Plan Rows': 12,
        'Plan Width': 8,
      },
    },
  ],
  'estimate',
);

describe('the line above a query', () => {
  it('says cost, node and fixes', () => {
    const fix = { kind: 'statement', title: 'ANALYZE posts', sql: 'ANALYZE posts' };
    const findings = [{ rule: 'stale', fixes: [fix] }] as unknown as LensContent['findings'];
    const title = lensTitle({ ...judged({ explained: { plan, notices: [] } }), findings });
    assert.equal(title, 'Explain · cost 5,013 · Seq Scan on posts · 1 fix');
  });

  it('says who estimated it where the server was not asked', () => {
    const title = lensTitle(judged({ explained: { plan, notices: [] }, targetKind: 'embedded' }));
    assert.equal(title, 'Explain · cost 5,013 in memory · Seq Scan on posts');
  });

  it('says what is missing', () => {
    const title = lensTitle({ ...nothing, missing: 'choose a database to see more' });
    assert.equal(title, 'Explain · choose a database to see more');
  });

  it('says a connection’s trouble in a few words', () => {
    const problem = new Problem('unreachable', 'connect ECONNREFUSED 127.0.0.1:1');
    assert.equal(lensTitle(judged({ problem })), 'Explain · the database does not answer');
  });

  it('says nothing of a plan while the query is edited', () => {
    assert.equal(lensTitle({ ...judged({ explained: { plan, notices: [] } }), touched: true }), 'Explain');
  });

  it('says what the server counted, unless the query is edited', () => {
    const calls = '12,300 calls, 4.1 ms mean';
    assert.equal(lensTitle({ ...nothing, calls }), `Explain · ${calls}`);
    assert.equal(lensTitle({ ...nothing, calls, touched: true }), 'Explain');
  });

  it('says that a statement is broken', () => {
    assert.equal(lensTitle({ ...nothing, broken: true }), 'Explain · syntax error');
  });
});
